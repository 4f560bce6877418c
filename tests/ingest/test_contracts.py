"""Contracts are read whole or refused with all their faults."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest
import yaml

from ingest.contracts import FEEDS, ContractError, read_contract, read_contracts
from ingest.derivations import DERIVATIONS


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


def bills_with(extras: dict[str, Any], columns: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The contract of Alipay's bills with further words of the feed and of columns."""
    document: dict[str, Any] = yaml.safe_load((FEEDS / "alipay_bills.yaml").read_text("utf-8"))
    document["id"] = document["name"] = document["schema"][0]["name"] = "people"
    document["customProperties"] += _words(extras)
    for column in document["schema"][0]["properties"]:
        column.setdefault("customProperties", []).extend(_words(columns.pop(column["name"], {})))
    for name, words in columns.items():
        document["schema"][0]["properties"].append(
            {
                "name": name,
                "logicalType": words.pop("logicalType", "string"),
                "description": "Added.",
                "classification": "internal",
                "customProperties": _words(words),
            }
        )
    return document


def _words(words: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"property": name, "value": value} for name, value in words.items()]


def test_the_words_beyond_cells_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DERIVATIONS, "shout", pc.utf8_upper)
    document = bills_with(
        {
            "takenAt": "exported_at",
            "declaredTotals": [
                {
                    "pattern": "out (\\S+)",
                    "column": "amount_fen",
                    "where": {"direction_code": "out"},
                }
            ],
            "declaredMismatch": "refuse",
            "signature": ["^Bill"],
            "retentionOf": {"raw_bytes_days": 30},
        },
        {
            "exported_at": {
                "logicalType": "timestamp",
                "preamble": "exported (.*)",
                "dateFormats": ["%d/%m/%Y"],
            },
            "message": {"transient": True, "fold": True},
            "loud": {"derive": {"from": "message", "by": "shout"}},
        },
    )
    document["slaProperties"][2] = {"property": "retention", "value": 18, "unit": "m"}
    path = tmp_path / "people.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    contract = read_contract(path)
    assert str(contract.retention) == "18 months"
    assert contract.raw_bytes_days == 30
    assert contract.taken_at_column == "exported_at"
    assert [t.what for t in contract.declared_totals] == ["amount_fen (direction_code out)"]
    assert (contract.declared_mismatch, contract.signature) == ("refuse", ("^Bill",))
    assert "message" not in contract.raw_columns
    assert "message" in {c.name for c in contract.file_columns}
    assert {"exported_at", "loud"} <= {c.name for c in contract.text_columns}
    assert not {"exported_at", "loud"} & {c.name for c in contract.file_columns}
    assert read_contract(path) is contract


@pytest.mark.parametrize(
    ("extras", "columns", "fault"),
    [
        ({"takenAt": "trade_id"}, {}, "takenAt: 'trade_id' is no timestamp column"),
        ({"declaredTotals": [{"pattern": "x"}]}, {}, "needs a group"),
        ({"declaredTotals": [{"pattern": "(x)", "column": "remark"}]}, {}, "no integer column"),
        ({"declaredTotals": [{"pattern": "(x)", "were": {}}]}, {}, "[0].were: unknown"),
        (
            {"declaredTotals": [{"pattern": "(x)", "where": {"counterparty": "a"}}]},
            {},
            "'counterparty' is no column of plain text",
        ),
        ({"declaredMismatch": "ignore"}, {}, "declaredMismatch: must be one of"),
        ({"signature": ["("]}, {}, "signature: '(' is no regular expression"),
        ({"retentionOf": {"logs": 1}}, {}, "retentionOf.logs: unknown"),
        ({}, {"remark": {"rewrite": [["(?=a)", ""]]}}, "remark.rewrite: '(?=a)' with '' is no RE2"),
        ({}, {"remark": {"rewrite": ["a", "b"]}}, "must be a list of pairs"),
        ({}, {"remark": {"dateFormats": ["%Y"]}}, "neither date nor timestamp"),
        ({}, {"paid_at": {"parse": "minor"}}, "parse minor gives an integer column named *_fen"),
        ({}, {"fresh": {"preamble": "no group"}}, "fresh.preamble: 'no group' needs a group"),
        ({}, {"fresh": {"preamble": "(a)", "headers": ["b"]}}, "no meaning beside preamble"),
        ({}, {"fresh": {"transient": True}}, "transient and nothing is derived from it"),
        ({}, {"fresh": {"transient": True, "scrub": True}}, "fresh.scrub: has no meaning"),
        ({}, {"fresh": {"derive": {"from": "trade_id", "by": "nobody"}}}, "by: 'nobody'"),
        ({}, {"fresh": {"derive": {"from": "nothing", "by": "nobody"}}}, "from: 'nothing'"),
        ({}, {"fresh": {"fold": "yes"}}, "fresh.fold: must be true or false"),
    ],
)
def test_misuse_of_a_word_is_a_fault(
    extras: dict[str, Any], columns: dict[str, dict[str, Any]], fault: str, tmp_path: Path
) -> None:
    faults = refused(bills_with(extras, columns), tmp_path)
    assert any(fault in found for found in faults), faults


def layout_faults(layout: dict[str, Any], tmp_path: Path) -> str:
    document = bills_with({"layouts": [{"name": "app"} | layout]}, {})
    for column in document["schema"][0]["properties"]:
        column["customProperties"] = [
            words
            for words in column["customProperties"]
            if words["property"] not in {"headers", "optionalHeader"}
        ]
    return "\n".join(refused(document, tmp_path))


MAPPED = {
    name: name for name in ("occurred_at", "counterparty", "amount_fen", "status_name", "trade_id")
}


@pytest.mark.parametrize(
    ("columns", "fault"),
    [
        ({"counterparty": {"constant": "x", "header": "y"}}, "must have exactly one of header"),
        ({"counterparty": {}}, "must have exactly one of header"),
        ({"counterparty": {"header": "x", "separator": " "}}, "separator: unknown"),
        ({"counterparty": {"join": []}}, "join: must be a list of headers"),
        ({"counterparty": {"header": [1]}}, "[1], must be a header"),
        ({"counterparty": {"preamble": "a"}}, "'a' needs a group"),
        ({"amount_fen": {"value": "x", "sign": "y"}}, "negative: is missing"),
        ({"occurred_at": {"header": "x", "year": "("}}, "is no regular expression"),
        ({"authorisation_id": "x"}, "authorisation_id: comes with the delivery"),
        ({"nonsense": "x"}, "nonsense: is no column of the feed"),
    ],
)
def test_misuse_of_a_mapping_is_a_fault(
    columns: dict[str, Any], fault: str, tmp_path: Path
) -> None:
    assert fault in layout_faults({"columns": MAPPED | columns}, tmp_path)


def test_a_layout_maps_what_is_required_and_says_what_it_is(tmp_path: Path) -> None:
    faults = layout_faults({"columns": {"trade_id": "x"}, "drift": "no", "fomats": []}, tmp_path)
    assert "app.columns: lacks amount_fen, which is required" in faults
    assert "lacks direction_code" not in faults, "its codes give a value where there is none"
    assert "drift: 'no'" in faults
    assert "fomats: unknown" in faults


def test_headers_beside_layouts_are_a_fault(tmp_path: Path) -> None:
    document = bills_with({"layouts": [{"name": "app", "columns": MAPPED}]}, {})
    assert any("belongs into the layouts" in f for f in refused(document, tmp_path))
