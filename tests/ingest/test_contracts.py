"""Contracts are read whole or refused with all their faults."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ingest.contracts import FEEDS, ContractError, read_contract, read_contracts


@pytest.fixture
def people() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((FEEDS / "people.yaml").read_text("utf-8"))
    return document


def refused(document: dict[str, Any], folder: Path) -> list[str]:
    path = folder / "people.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ContractError) as error:
        read_contract(path)
    return error.value.faults


def test_every_contract_of_the_folder_is_read() -> None:
    contracts = read_contracts()
    assert set(contracts) == {path.stem for path in FEEDS.glob("*.yaml")}


def test_identifiers_become_token_columns_and_lineage_comes_last() -> None:
    columns = list(read_contracts()["alipay_bills"].raw_columns)
    assert "counterparty_token" in columns
    assert "counterparty" not in columns
    assert columns[-6:] == [
        "_feed",
        "_delivery_id",
        "_file_sha256",
        "_line_number",
        "_received_at",
        "_business_date",
    ]


def test_all_faults_come_at_once(people: dict[str, Any], tmp_path: Path) -> None:
    people["slaProperties"] = [{"property": "frequency", "value": 1, "unit": "d"}]
    people["customProperties"].append({"property": "formatz", "value": ["csv"]})
    columns = people["schema"][0]["properties"]
    columns[1]["classification"] = "internal"
    columns[2]["customProperties"][0]["value"] = "passport"
    columns.append(dict(columns[0]))
    faults = "\n".join(refused(people, tmp_path))
    for part in (
        "freshness is missing",
        "retention is missing",
        "frequency.schedule: is missing",
        "formatz: unknown",
        "full_name: holds an identifier",
        "id_number.identifier: 'passport'",
        "subject_key: is declared twice",
    ):
        assert part in faults


def test_a_misspelt_key_of_the_standard_is_named(people: dict[str, Any], tmp_path: Path) -> None:
    column = people["schema"][0]["properties"][0]
    column["requierd"] = column.pop("required")
    faults = refused(people, tmp_path)
    assert any("requierd: unknown key" in fault for fault in faults)


def test_a_pattern_that_is_none_is_refused(people: dict[str, Any], tmp_path: Path) -> None:
    people["schema"][0]["properties"][0]["logicalTypeOptions"]["pattern"] = "S[0-9"
    assert any("no regular expression" in fault for fault in refused(people, tmp_path))


def test_the_name_must_be_that_of_the_file(people: dict[str, Any], tmp_path: Path) -> None:
    people["name"] = "persons"
    assert any("must equal the file's name" in fault for fault in refused(people, tmp_path))


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "a: [1\n"])
def test_what_is_no_contract_at_all_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "people.yaml"
    path.write_text(text)
    with pytest.raises(ContractError):
        read_contract(path)
