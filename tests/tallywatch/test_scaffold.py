"""The three small changes are small: what is scaffolded works as it comes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ingest.contracts import read_contract, read_contracts
from ingest.warehouse import prepare
from tallywatch.build import build
from tallywatch.derive import dbt_sources
from tallywatch.errors import TerminalError
from tallywatch.scaffold import scaffold_deal_type, scaffold_feed, scaffold_rule
from tallywatch.settings import REPOSITORY, Settings
from tallywatch.warehouse import open_warehouse


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the folders that a scaffold writes to."""
    ignore = shutil.ignore_patterns("target", "logs", "__pycache__")
    for folder in ("ingest/feeds", "dbt_project"):
        shutil.copytree(REPOSITORY / folder, tmp_path / "copy" / folder, ignore=ignore)
    return tmp_path / "copy"


def test_a_feed_a_rule_and_a_deal_type_build_as_scaffolded(root: Path, settings: Settings) -> None:
    made = [
        *scaffold_feed("partner_invoices", root),
        *scaffold_rule("IM-BK-040", "round_amounts", root),
        *scaffold_deal_type("flat_per_deal", root),
    ]
    assert not [path for path in made if path.suffix == ".py"]
    contracts = read_contracts(root / "ingest/feeds")
    assert "partner_invoices" in contracts
    deal_type = next(c for c in contracts["partner_agreements"].columns if c.name == "deal_type")
    assert "flat_per_deal" in deal_type.enum
    sources = root / "dbt_project/models/staging/_raw_sources.yml"
    sources.write_text(dbt_sources(contracts), encoding="utf-8")
    with open_warehouse(settings) as warehouse:
        prepare(warehouse, contracts.values())
    report = build(settings, unit_tests=True, project=root / "dbt_project")
    assert report.succeeded, report.failures
    with open_warehouse(settings) as warehouse:
        built = {
            name
            for (name,) in warehouse.execute(
                "select table_name from information_schema.tables "
                "where table_schema in ('staging', 'intermediate')"
            ).fetchall()
        }
    assert {
        "stg_partner_invoices",
        "rule_im_bk_040__round_amounts",
        "deal_flat_per_deal",
    } <= built


def test_a_name_in_use_is_refused(root: Path) -> None:
    with pytest.raises(TerminalError, match="is there already"):
        scaffold_feed("people", root)


@pytest.mark.parametrize("name", ["Partner", "1st", "../up", ""])
def test_a_name_against_the_law_is_refused(name: str, root: Path) -> None:
    with pytest.raises(TerminalError):
        scaffold_feed(name, root)
    with pytest.raises(TerminalError):
        scaffold_rule("IM-BK-14", name, root)


def test_a_scaffolded_contract_is_valid(root: Path) -> None:
    contract_path = scaffold_feed("partner_invoices", root)[0]
    assert read_contract(contract_path).key == ("partner_invoices_id",)
