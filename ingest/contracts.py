"""What a feed's contract says, as frozen values that the rest of the room is derived from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from ingest.contract_faults import ContractError, contract_faults, model_faults

FEEDS = Path(__file__).resolve().parent / "feeds"

LINEAGE_COLUMNS: MappingProxyType[str, str] = MappingProxyType(
    {
        "_feed": "VARCHAR",
        "_delivery_id": "VARCHAR",
        "_file_sha256": "VARCHAR",
        "_line_number": "BIGINT",
        "_received_at": "TIMESTAMP",
        "_business_date": "DATE",
    }
)
"""Every raw row carries these, name to DuckDB type."""

DUCKDB_TYPES: MappingProxyType[str, str] = MappingProxyType(
    {
        "string": "VARCHAR",
        "integer": "BIGINT",
        "boolean": "BOOLEAN",
        "date": "DATE",
        "timestamp": "TIMESTAMP",
    }
)


class Drift(StrEnum):
    """What happens when a file has a column that the contract does not know."""

    FREEZE = "freeze"
    DISCARD_ROW = "discard_row"
    EVOLVE = "evolve"


@dataclass(frozen=True)
class Dialect:
    """How a delimited file is written; other formats need none of it."""

    delimiter: str = ","
    quoting: str = "minimal"
    padded: bool = False
    footer: str | None = None
    declared_records: str | None = None


@dataclass(frozen=True)
class Column:
    """One column of a feed: `name` in the contract, `raw_name` in the warehouse."""

    name: str
    logical_type: str
    description: str
    classification: str
    required: bool = False
    key_position: int | None = None
    headers: tuple[str, ...] = ()
    optional_header: bool = False
    source: str = "file"
    identifier: str | None = None
    holder: str | None = None
    scrub: bool = False
    parse: str | None = None
    codes: MappingProxyType[str, str] | None = None
    enum: tuple[str, ...] = ()
    pattern: str | None = None
    minimum: int | None = None
    maximum: int | None = None
    not_after: str | None = None

    @property
    def raw_name(self) -> str:
        """An identifier leaves the door as a token and says so in its name."""
        return f"{self.name}_token" if self.identifier else self.name

    @property
    def duckdb_type(self) -> str:
        """Type of the raw column."""
        return DUCKDB_TYPES[self.logical_type]


@dataclass(frozen=True)
class Contract:
    """One feed: its columns, its files, its promises."""

    feed: str
    version: str
    title: str
    domain: str
    purpose: str
    usage: str
    grain: str
    owner: str
    formats: tuple[str, ...]
    dialect: Dialect
    columns: tuple[Column, ...]
    drift: Drift
    consent_scope: str | None
    business_date_column: str
    schedule: str
    freshness_days: int
    retention_years: int
    null_texts: tuple[str, ...] = ()
    reject_threshold_ppm: int = 500_000

    @cached_property
    def file_columns(self) -> tuple[Column, ...]:
        """Columns that are read from the file itself."""
        return tuple(c for c in self.columns if c.source == "file")

    @cached_property
    def delivery_columns(self) -> tuple[Column, ...]:
        """Columns whose one value per delivery comes with the delivery, not in the file."""
        return tuple(c for c in self.columns if c.source == "delivery")

    @cached_property
    def key(self) -> tuple[str, ...]:
        """Raw names of the key columns, in key order."""
        keyed = [c for c in self.columns if c.key_position is not None]
        return tuple(c.raw_name for c in sorted(keyed, key=lambda c: c.key_position or 0))

    @cached_property
    def raw_columns(self) -> MappingProxyType[str, str]:
        """Columns of the raw table in order, name to DuckDB type, lineage last."""
        columns = {c.raw_name: c.duckdb_type for c in self.columns}
        if self.consent_scope:
            columns["subject_key"] = "VARCHAR"
        return MappingProxyType(columns | dict(LINEAGE_COLUMNS))


def read_contracts(folder: Path = FEEDS) -> dict[str, Contract]:
    """Every contract of the folder by feed name, in name order.

    Raises:
        ContractError: with the faults of all contracts at once.
    """
    contracts: dict[str, Contract] = {}
    faults: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            contracts[path.stem] = read_contract(path)
        except ContractError as error:
            faults.extend(error.faults)
    if faults:
        raise ContractError(faults)
    return contracts


def read_contract(path: Path) -> Contract:
    """Read one ODCS v3 contract.

    Raises:
        ContractError: the file is not a valid contract; carries every fault found in it.
    """
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ContractError([f"{path.name}: is not YAML in UTF-8: {error}"]) from None
    faults = model_faults(document)
    if not faults:
        faults = contract_faults(document, path.stem)
    if faults:
        raise ContractError([f"{path.name}: {fault}" for fault in faults])
    return _contract(document)


def _contract(document: dict[str, Any]) -> Contract:
    table = document["schema"][0]
    extras = _extras(document)
    sla = {p["property"]: p for p in document["slaProperties"]}
    dialect = extras.get("dialect", {})
    return Contract(
        feed=document["name"],
        version=document["version"],
        title=document["dataProduct"],
        domain=document["domain"],
        purpose=document["description"]["purpose"],
        usage=document["description"].get("usage", ""),
        grain=table["dataGranularityDescription"],
        owner=document["team"]["name"],
        formats=tuple(extras["formats"]),
        dialect=Dialect(
            delimiter=dialect.get("delimiter", ","),
            quoting=dialect.get("quoting", "minimal"),
            padded=dialect.get("padded", False),
            footer=dialect.get("footer"),
            declared_records=dialect.get("declaredRecords"),
        ),
        columns=tuple(_column(p) for p in table["properties"]),
        drift=Drift(extras["drift"]),
        consent_scope=extras.get("consentScope"),
        business_date_column=extras["businessDate"],
        schedule=sla["frequency"]["schedule"],
        freshness_days=sla["freshness"]["value"],
        retention_years=sla["retention"]["value"],
        null_texts=tuple(extras.get("nullTexts", ())),
        reject_threshold_ppm=extras.get("rejectThresholdPpm", 500_000),
    )


def _column(entry: dict[str, Any]) -> Column:
    extras = _extras(entry)
    options = entry.get("logicalTypeOptions", {})
    codes = extras.get("codes")
    return Column(
        name=entry["name"],
        logical_type=entry["logicalType"],
        description=entry["description"],
        classification=entry["classification"],
        required=entry.get("required", False),
        key_position=entry.get("primaryKeyPosition"),
        headers=tuple(extras.get("headers", (entry["name"],))),
        optional_header=extras.get("optionalHeader", False),
        source=extras.get("source", "file"),
        identifier=extras.get("identifier"),
        holder=extras.get("holder"),
        scrub=extras.get("scrub", False),
        parse=extras.get("parse"),
        codes=MappingProxyType({str(k): str(v) for k, v in codes.items()}) if codes else None,
        enum=tuple(str(e["value"]) for e in entry.get("enum", ())),
        pattern=options.get("pattern"),
        minimum=options.get("minimum"),
        maximum=options.get("maximum"),
        not_after=extras.get("notAfter"),
    )


def _extras(entry: dict[str, Any]) -> dict[str, Any]:
    return {p["property"]: p["value"] for p in entry.get("customProperties", ())}
