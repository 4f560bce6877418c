"""The data dictionary has everything that is described anywhere, each thing in one place."""

from __future__ import annotations

import re
from pathlib import Path

from ingest.contracts import read_contracts
from tallywatch.build import PROJECT
from tallywatch.derive import derived_files, stale_files, write_derived
from tallywatch.derived.dictionary import FOLDER, INDEX, dictionary_pages
from tallywatch.derived.models import read_models

LINK = re.compile(r"\]\(([^)#]+)#([^)]+)\)")


def pages() -> dict[str, str]:
    return dictionary_pages(read_contracts(), read_models(PROJECT))


def test_every_feed_and_every_model_is_there_with_its_columns() -> None:
    made = pages()
    text = "\n".join(made.values())
    for contract in read_contracts().values():
        page = made[f"{FOLDER}/feeds-{contract.domain}.md"]
        section = page.partition(f"\n## {contract.feed}\n")[2].partition("\n## ")[0]
        assert f"### stg_{contract.feed}" in section
        for column in contract.columns:
            assert f"| `{column.raw_name}` |" in section, (contract.feed, column.raw_name)
    described = {path.stem for path in (PROJECT / "models").rglob("*.sql")}
    assert {model.name for model in read_models(PROJECT)} == described
    for name in described:
        assert text.count(f"### {name}\n") == 1, name


def test_links_of_the_index_lead_to_a_heading() -> None:
    made = pages()
    links = LINK.findall(made[INDEX])
    assert len(links) > len(read_contracts())
    for page, anchor in links:
        target = made[f"docs/reference/{page}"]
        assert re.search(rf"^##+ {anchor}$", target, re.MULTILINE), anchor


def test_a_page_that_is_derived_no_more_goes(tmp_path: Path) -> None:
    write_derived(tmp_path)
    old = tmp_path / FOLDER / "feeds-forgotten.md"
    old.write_text("old", encoding="utf-8")
    assert stale_files(tmp_path) == [old]
    write_derived(tmp_path)
    assert not old.exists()
    assert stale_files(tmp_path) == []
    assert all(path.exists() for path in derived_files(tmp_path))
