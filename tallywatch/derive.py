"""Files that are derived and committed: from the contracts, and from the models beside them.

`tallywatch derive` writes them, `tallywatch derive --check` names those that are stale; CI fails
when there is one.
"""

from __future__ import annotations

from pathlib import Path

from ingest.contracts import FEEDS, read_contracts
from tallywatch.build import PROJECT, model_lists
from tallywatch.derived.dictionary import FOLDER, dictionary_pages
from tallywatch.derived.models import read_models
from tallywatch.derived.reference import erasure_page, reasons_page
from tallywatch.derived.sources import dbt_sources
from tallywatch.settings import REPOSITORY


def derived_files(root: Path = REPOSITORY, source: Path = REPOSITORY) -> dict[Path, str]:
    """Every derived file below `root`, with the text that the tree at `source` gives it."""
    contracts = read_contracts(source / FEEDS.relative_to(REPOSITORY))
    project = source / PROJECT.relative_to(REPOSITORY)
    texts = {
        "dbt_project/models/staging/_raw_sources.yml": dbt_sources(contracts),
        "dbt_project/macros/models_in.sql": model_lists(project),
        "docs/reference/erasure-map.md": erasure_page(contracts),
        "docs/reference/reject-reasons.md": reasons_page(contracts),
        **dictionary_pages(contracts, read_models(project)),
    }
    return {root / name: text for name, text in texts.items()}


def stale_files(root: Path = REPOSITORY, source: Path = REPOSITORY) -> list[Path]:
    """Derived files whose text is another one, and pages of the dictionary that are none now."""
    return _stale(root, derived_files(root, source))


def write_derived(root: Path = REPOSITORY, source: Path = REPOSITORY) -> list[Path]:
    """Write what is stale, remove what is derived no more; returns both."""
    texts = derived_files(root, source)
    stale = _stale(root, texts)
    for path in stale:
        if path not in texts:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(texts[path], encoding="utf-8")
    return stale


def _stale(root: Path, texts: dict[Path, str]) -> list[Path]:
    differing = [
        path
        for path, text in texts.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    return differing + [path for path in sorted((root / FOLDER).glob("*.md")) if path not in texts]
