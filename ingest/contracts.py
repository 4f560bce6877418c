"""What a feed's contract says, as frozen values that the rest of the room is derived from.

`columns` are those of the raw table; what is read and never stored stands in `transient_columns`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from ingest.contract_columns import DUCKDB_TYPES, Column, Derivation, column_of, extras_of
from ingest.contract_faults import ContractError, contract_faults, model_faults
from ingest.contract_layouts import CellSource, Dialect, Drift, FileLayout, dialect_of, layouts_of
from ingest.contract_vocabulary import RETENTION_UNITS
from ingest.sources.declared import RemoteSource, declared_sources

__all__ = [
    "DUCKDB_TYPES",
    "FEEDS",
    "LINEAGE_COLUMNS",
    "REPEATED_COLUMNS",
    "CellSource",
    "Column",
    "Contract",
    "ContractError",
    "DeclaredTotal",
    "Derivation",
    "Dialect",
    "Drift",
    "FileLayout",
    "Retention",
    "read_contract",
    "read_contracts",
]

# libyaml parses ten times faster; not every platform's build of PyYAML has it.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

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
REPEATED_COLUMNS = ("_feed", "_delivery_id", "_file_sha256")
"""Texts that are the same in all rows of a delivery."""


@dataclass(frozen=True)
class Retention:
    """How long rows are kept, in 'years', 'months' or 'days'."""

    value: int
    unit: str = "years"

    def __str__(self) -> str:
        return f"{self.value} {self.unit}"


@dataclass(frozen=True)
class DeclaredTotal:
    """A total that the file states, and what it is a total of.

    `pattern` finds the statement outside the records, its first group is the figure. It is held
    against the sum of `column` (None: the number of records) over the records in which the columns
    of `where` have these values; `is_negated`: it states the sum without its minus.
    """

    pattern: str
    column: str | None = None
    where: tuple[tuple[str, str], ...] = ()
    is_negated: bool = False

    @property
    def what(self) -> str:
        """Name of the total in reports."""
        conditions = ", ".join(f"{name} {value}" for name, value in self.where)
        return (self.column or "records") + (f" ({conditions})" if conditions else "")


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
    retention: Retention
    null_texts: tuple[str, ...] = ()
    reject_threshold_ppm: int = 500_000
    sources: tuple[RemoteSource, ...] = ()
    transient_columns: tuple[Column, ...] = ()
    layouts: tuple[FileLayout, ...] = ()
    taken_at_column: str | None = None
    declared_totals: tuple[DeclaredTotal, ...] = ()
    declared_mismatch: str = "note"
    signature: tuple[str, ...] = ()
    raw_bytes_days: int | None = None
    retained_from_column: str | None = None
    is_anonymised: bool = False
    """Rows are facts of the books: they stay, and only what names a person in them is cleared."""
    keeps_last_version: bool = False
    """The row recorded last of each thing stays, however old: a member is a member."""

    @cached_property
    def file_columns(self) -> tuple[Column, ...]:
        """Columns that are read from the file itself, those that are only read included."""
        return tuple(c for c in (*self.columns, *self.transient_columns) if c.source == "file")

    @cached_property
    def text_columns(self) -> tuple[Column, ...]:
        """Columns whose texts the screen judges, record by record."""
        return tuple(c for c in self.columns if c.source != "delivery")

    @cached_property
    def is_shaped(self) -> bool:
        """Are the texts that the screen judges more than the cells of the file?"""
        return bool(self.layouts or self.transient_columns) or any(
            c.is_shaped for c in self.columns
        )

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

    @cached_property
    def cleared_columns(self) -> frozenset[str]:
        """Raw names of what ties a row of the books to a person; of other feeds none."""
        if not self.is_anonymised:
            return frozenset()
        return self.token_columns | {n for n in self.raw_columns if n.endswith("subject_key")}

    @cached_property
    def token_columns(self) -> frozenset[str]:
        """Raw names of the columns that hold tokens in the place of identifiers."""
        return frozenset(column.raw_name for column in self.columns if column.identifier)


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
    about = path.stat()
    return _read_contract(path, about.st_mtime_ns, about.st_size)


@lru_cache(maxsize=1024)
def _read_contract(path: Path, changed_ns: int, size: int) -> Contract:
    """Read it once for every state of the file: parsing YAML takes long."""
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - both are safe
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
    extras = extras_of(document)
    sla = {p["property"]: p for p in document["slaProperties"]}
    columns = [column_of(entry) for entry in table["properties"]]
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
        dialect=dialect_of(extras.get("dialect", {})),
        columns=tuple(c for c in columns if not c.transient),
        transient_columns=tuple(c for c in columns if c.transient),
        drift=Drift(extras["drift"]),
        consent_scope=extras.get("consentScope"),
        business_date_column=extras["businessDate"],
        schedule=sla["frequency"]["schedule"],
        freshness_days=sla["freshness"]["value"],
        retention=Retention(
            sla["retention"]["value"], RETENTION_UNITS[sla["retention"].get("unit", "y")]
        ),
        null_texts=tuple(extras.get("nullTexts", ())),
        reject_threshold_ppm=extras.get("rejectThresholdPpm", 500_000),
        sources=declared_sources(document),
        layouts=layouts_of(extras),
        taken_at_column=extras.get("takenAt"),
        declared_totals=tuple(_declared_total(t) for t in extras.get("declaredTotals", ())),
        declared_mismatch=extras.get("declaredMismatch", "note"),
        signature=tuple(extras.get("signature", ())),
        raw_bytes_days=extras.get("retentionOf", {}).get("raw_bytes_days"),
        retained_from_column=extras.get("retentionOf", {}).get("from"),
        is_anonymised=extras.get("retentionOf", {}).get("rows") == "anonymise",
        keeps_last_version=extras.get("retentionOf", {}).get("rows") == "superseded",
    )


def _declared_total(entry: dict[str, Any]) -> DeclaredTotal:
    return DeclaredTotal(
        pattern=entry["pattern"],
        column=entry.get("column"),
        where=tuple((str(name), str(value)) for name, value in entry.get("where", {}).items()),
        is_negated=entry.get("negated", False),
    )
