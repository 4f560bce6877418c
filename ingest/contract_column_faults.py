"""What can be wrong with the columns of a contract."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ingest.contract_columns import extras_of
from ingest.contract_fault_checks import (
    allowed_faults,
    flag_faults,
    mapping_faults,
    pattern_faults,
    rewrite_faults,
    text_list_faults,
)
from ingest.contract_vocabulary import (
    CLASSIFICATIONS,
    COLUMN_EXTRAS,
    IDENTIFIERS,
    LOGICAL_TYPES,
    NAME,
    OPTION_KEYS,
    PARSERS,
)
from ingest.derivations import DERIVATIONS

JUDGED = ("identifier", "holder", "scrub", "parse", "codes", "notAfter", "dateFormats")
"""Extras of a column that is typed and stored."""
OUTSIDE_FILE = ("preamble", "derive")
"""Extras that say where a text comes from other than a column of the file."""


def column_faults(column: dict[str, Any]) -> Iterator[str]:
    """Faults of one column entry."""
    name = str(column.get("name"))
    extras = extras_of(column)
    if not NAME.fullmatch(name):
        yield f"{name}: a column name is lower case letters, digits and underscores"
    for key in ("description", "classification"):
        if not column.get(key):
            yield f"{name}: {key} is missing"
    for extra in sorted(set(extras) - COLUMN_EXTRAS):
        yield f"{name}.{extra}: unknown (known: {', '.join(sorted(COLUMN_EXTRAS))})"
    for option in sorted(set(column.get("logicalTypeOptions") or {}) - OPTION_KEYS):
        known = ", ".join(sorted(OPTION_KEYS))
        yield f"{name}.logicalTypeOptions.{option}: unknown (known: {known})"
    for key, allowed in (("logicalType", LOGICAL_TYPES), ("classification", CLASSIFICATIONS)):
        yield from allowed_faults(name, key, column.get(key), allowed)
    for key, words in (
        ("identifier", IDENTIFIERS),
        ("parse", PARSERS.keys()),
        ("source", {"delivery", "preamble"} if "preamble" in extras else {"delivery"}),
        ("notAfter", {"received_at"}),
    ):
        yield from allowed_faults(name, key, extras.get(key), words)
    yield from flag_faults(extras, ("optionalHeader", "scrub", "transient", "fold"), name)
    yield from pattern_faults((column.get("logicalTypeOptions") or {}).get("pattern"), name)
    yield from pattern_faults(extras.get("preamble"), f"{name}.preamble", has_group=True)
    yield from rewrite_faults(extras.get("rewrite"), f"{name}.rewrite")
    for key in ("headers", "dateFormats"):
        if key in extras:
            yield from text_list_faults(extras[key], f"{name}.{key}")
    yield from _meaning_faults(name, column, extras)
    yield from _origin_faults(name, column, extras)


def columns_faults(columns: list[dict[str, Any]], *, has_layouts: bool) -> Iterator[str]:
    """Faults of the columns of a feed beside one another."""
    names = [c.get("name") for c in columns]
    for name in sorted({n for n in names if names.count(n) > 1}, key=str):
        yield f"{name}: is declared twice"
    yield from _layout_word_faults(columns) if has_layouts else _header_faults(columns)
    yield from _derivation_faults(columns)


def _meaning_faults(name: str, column: dict[str, Any], extras: dict[str, Any]) -> Iterator[str]:
    logical_type = column.get("logicalType")
    suffix = PARSERS.get(str(extras.get("parse")))
    if suffix and not (name.endswith(suffix) and logical_type == "integer"):
        yield f"{name}: parse {extras['parse']} gives an integer column named *{suffix}"
    if extras.get("identifier") and column.get("classification") != "personal":
        yield f"{name}: holds an identifier, so its classification must be personal"
    if extras.get("identifier") and logical_type != "string":
        yield f"{name}: an identifier is a string"
    if extras.get("holder") and not extras.get("identifier"):
        yield f"{name}: holder without identifier"
    if extras.get("codes") and column.get("enum"):
        allowed = {str(e.get("value")) for e in column["enum"]}
        for code in sorted(set(map(str, extras["codes"].values())) - allowed):
            yield f"{name}: codes give {code!r}, which enum does not list"
    if extras.get("dateFormats") and logical_type not in {"date", "timestamp"}:
        yield f"{name}: dateFormats of a column that is neither date nor timestamp"


def _origin_faults(name: str, column: dict[str, Any], extras: dict[str, Any]) -> Iterator[str]:
    is_delivered = extras.get("source") == "delivery"
    origins = [key for key in OUTSIDE_FILE if key in extras] + ["source"] * is_delivered
    if len(origins) > 1:
        yield f"{name}: has more than one origin ({', '.join(origins)})"
    if origins:
        for key in ("headers", "optionalHeader", "transient"):
            if extras.get(key):
                yield f"{name}.{key}: has no meaning beside {origins[0]}"
    if is_delivered:
        for key in ("rewrite", "fold"):
            if key in extras:
                yield f"{name}.{key}: has no meaning for a value that comes with the delivery"
    if extras.get("transient"):
        words = [key for key in JUDGED if key in extras]
        words += [key for key in ("required", "primaryKey", "enum") if column.get(key)]
        for key in words:
            yield f"{name}.{key}: has no meaning for a transient column, which is never judged"


def _header_faults(columns: list[dict[str, Any]]) -> Iterator[str]:
    owners: dict[str, str] = {}
    for column in columns:
        extras = extras_of(column)
        headers = extras.get("headers", [column.get("name")])
        if any(key in extras for key in OUTSIDE_FILE) or not isinstance(headers, list):
            continue
        for header in headers:
            if header in owners:
                yield f"{column.get('name')}: header {header!r} belongs to {owners[header]} already"
            owners[header] = str(column.get("name"))


def _layout_word_faults(columns: list[dict[str, Any]]) -> Iterator[str]:
    for column in columns:
        for key in ("headers", "optionalHeader"):
            if key in extras_of(column):
                yield f"{column.get('name')}.{key}: belongs into the layouts of this feed"


def _derivation_faults(columns: list[dict[str, Any]]) -> Iterator[str]:
    by_name = {c.get("name"): extras_of(c) for c in columns}
    used = set()
    for name, extras in by_name.items():
        if "derive" not in extras:
            continue
        derive = extras["derive"]
        yield from mapping_faults(derive, {"from", "by"}, f"{name}.derive")
        if not isinstance(derive, dict):
            continue
        origin, function = derive.get("from"), derive.get("by")
        used.add(origin)
        other = by_name.get(origin)
        if other is None or "derive" in other or other.get("source") == "delivery":
            yield f"{name}.derive.from: {origin!r} is no column that is read from the file"
        if function not in DERIVATIONS:
            known = ", ".join(sorted(DERIVATIONS)) or "none yet"
            yield f"{name}.derive.by: {function!r}, must be one of ingest/derivations ({known})"
    for name, extras in by_name.items():
        if extras.get("transient") and name not in used:
            yield f"{name}: is transient and nothing is derived from it"
