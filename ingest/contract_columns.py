"""One column of a feed, as its contract describes it."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

DUCKDB_TYPES: MappingProxyType[str, str] = MappingProxyType(
    {
        "string": "VARCHAR",
        "integer": "BIGINT",
        "boolean": "BOOLEAN",
        "date": "DATE",
        "timestamp": "TIMESTAMP",
    }
)

Rewrites = tuple[tuple[str, str], ...]
"""Pairs of an RE2 pattern and its replacement, run in order."""


@dataclass(frozen=True)
class Derivation:
    """The text of a column is `function` (a name in ingest/derivations) of another one's text."""

    column: str
    function: str


@dataclass(frozen=True)
class Column:
    """One column of a feed: `name` in the contract, `raw_name` in the warehouse.

    `source` says where its text comes from: 'file' (a column of the file), 'delivery' (the folder
    in the inbox), 'preamble' (text outside the records, found by `preamble`) or 'derived'.
    """

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
    rewrite: Rewrites = ()
    fold: bool = False
    preamble: str | None = None
    date_formats: tuple[str, ...] = ()
    transient: bool = False
    derive: Derivation | None = None

    @property
    def raw_name(self) -> str:
        """An identifier leaves the door as a token and says so in its name."""
        return f"{self.name}_token" if self.identifier else self.name

    @property
    def duckdb_type(self) -> str:
        """Type of the raw column."""
        return DUCKDB_TYPES[self.logical_type]

    @property
    def is_shaped(self) -> bool:
        """Is its text more than the text of a cell?"""
        return bool(
            self.rewrite or self.fold or self.transient or self.derive or self.source == "preamble"
        )


def column_of(entry: dict[str, Any]) -> Column:
    """The column of one sound entry under `properties`."""
    extras = extras_of(entry)
    options = entry.get("logicalTypeOptions", {})
    codes = extras.get("codes")
    derive = extras.get("derive")
    return Column(
        name=entry["name"],
        logical_type=entry["logicalType"],
        description=entry["description"],
        classification=entry["classification"],
        required=entry.get("required", False),
        key_position=entry.get("primaryKeyPosition"),
        headers=tuple(extras.get("headers", (entry["name"],))),
        optional_header=extras.get("optionalHeader", False),
        source=_source(extras),
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
        rewrite=rewrites_of(extras.get("rewrite")),
        fold=extras.get("fold", False),
        preamble=extras.get("preamble"),
        date_formats=tuple(extras.get("dateFormats", ())),
        transient=extras.get("transient", False),
        derive=Derivation(derive["from"], derive["by"]) if derive else None,
    )


def extras_of(entry: dict[str, Any]) -> dict[str, Any]:
    """The custom properties of an entry by name."""
    return {p.get("property"): p.get("value") for p in entry.get("customProperties") or ()}


def rewrites_of(pairs: list[list[Any]] | None) -> Rewrites:
    """Rewrite pairs as tuples of text."""
    return tuple((str(pattern), str(replacement)) for pattern, replacement in pairs or ())


def _source(extras: dict[str, Any]) -> str:
    if "derive" in extras:
        return "derived"
    if "preamble" in extras:
        return "preamble"
    return str(extras.get("source", "file"))
