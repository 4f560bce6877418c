"""Everything that can be wrong with a contract, found in one go.

The ODCS model accepts misspelt keys inside nested objects in silence, so keys are held against
the model here; then come the extras that the standard has no word for, and what hangs together.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterator
from typing import Any

from open_data_contract_standard.model import OpenDataContractStandard
from pydantic import BaseModel, ValidationError

from tallywatch.errors import TerminalError

FORMATS = {"delimited", "json_lines", "parquet", "xlsx"}
DRIFTS = {"freeze", "discard_row", "evolve"}
LOGICAL_TYPES = {"string", "integer", "boolean", "date", "timestamp"}
IDENTIFIERS = {"name", "id_number", "phone", "email", "account", "counterparty"}
CLASSIFICATIONS = {"public", "internal", "confidential", "personal"}
PARSERS = {"yuan", "percent"}
CONTRACT_EXTRAS = {
    "formats",
    "dialect",
    "drift",
    "businessDate",
    "consentScope",
    "nullTexts",
    "rejectThresholdPpm",
}
COLUMN_EXTRAS = {
    "headers",
    "optionalHeader",
    "source",
    "identifier",
    "holder",
    "scrub",
    "parse",
    "codes",
    "notAfter",
}
DIALECT_KEYS = {"delimiter", "quoting", "padded", "footer", "declaredRecords"}
OPTION_KEYS = {"pattern", "minimum", "maximum"}
SLA_NAMES = {"frequency", "freshness", "retention"}
NAME = re.compile(r"[a-z][a-z0-9_]*")


class ContractError(TerminalError):
    """A contract is wrong; `faults` lists all that was found."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__(
            "; ".join(faults), "a valid ODCS v3 contract (docs/contracts.md)", "mend the contract"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.faults,)


def model_faults(document: object) -> list[str]:
    """Faults against the standard itself: unknown keys anywhere, wrong types, missing fields."""
    if not isinstance(document, dict):
        return ["holds no mapping at its top"]
    faults = list(_unknown_keys(document, OpenDataContractStandard, ""))
    try:
        OpenDataContractStandard.model_validate(document)
    except ValidationError as error:
        faults += [
            f"{'.'.join(str(p) for p in e['loc'])}: {e['msg']}"
            for e in error.errors()
            if e["type"] != "extra_forbidden"
        ]
    return faults


def contract_faults(document: dict[str, Any], stem: str) -> list[str]:
    """Faults against this project's use of the standard; `stem` is the file's name."""
    return list(_contract_faults(document, stem))


def _unknown_keys(value: Any, model: type[BaseModel], where: str) -> Iterator[str]:
    known = {field.alias or name: field for name, field in model.model_fields.items()}
    for key, entry in value.items():
        if key not in known:
            close = f" (known here: {', '.join(sorted(known))})"
            yield f"{where}{key}: unknown key{close}"
            continue
        nested = _nested_model(known[key].annotation)
        if nested is None:
            continue
        for position, item in enumerate(entry if isinstance(entry, list) else [entry]):
            if isinstance(item, dict):
                place = (
                    f"{where}{key}[{position}]." if isinstance(entry, list) else f"{where}{key}."
                )
                yield from _unknown_keys(item, nested, place)


def _nested_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if typing.get_origin(annotation) in {list, typing.Union, types.UnionType}:
        found = [_nested_model(a) for a in typing.get_args(annotation)]
        return next((m for m in found if m is not None), None)
    return None


def _contract_faults(document: dict[str, Any], stem: str) -> Iterator[str]:
    for key in ("id", "name"):
        if document.get(key) != stem:
            yield f"{key}: is {document.get(key)!r}, must equal the file's name {stem!r}"
    for key in ("version", "domain", "dataProduct"):
        if not document.get(key):
            yield f"{key}: is missing"
    if not (document.get("description") or {}).get("purpose"):
        yield "description.purpose: is missing"
    if not (document.get("team") or {}).get("name"):
        yield "team.name: is missing"
    yield from _sla_faults(document)
    tables = document.get("schema") or []
    if len(tables) != 1:
        yield f"schema: has {len(tables)} objects, must have exactly one"
        return
    yield from _extra_faults(document)
    yield from _table_faults(tables[0], _properties(document), stem)


def _sla_faults(document: dict[str, Any]) -> Iterator[str]:
    promises = {p.get("property"): p for p in document.get("slaProperties") or []}
    for name in sorted(SLA_NAMES - set(promises)):
        yield f"slaProperties: {name} is missing"
    if "frequency" in promises and not promises["frequency"].get("schedule"):
        yield "slaProperties.frequency.schedule: is missing (a cron line)"
    for name, unit in (("freshness", "d"), ("retention", "y")):
        promise = promises.get(name)
        if promise and (not isinstance(promise.get("value"), int) or promise.get("unit") != unit):
            yield f"slaProperties.{name}: must be a whole number with unit {unit}"


def _extra_faults(document: dict[str, Any]) -> Iterator[str]:
    extras = _properties(document)
    for name in sorted(set(extras) - CONTRACT_EXTRAS):
        yield f"customProperties.{name}: unknown (known: {', '.join(sorted(CONTRACT_EXTRAS))})"
    formats = extras.get("formats") or []
    if not formats or set(formats) - FORMATS:
        yield f"customProperties.formats: {formats!r}, must name some of {sorted(FORMATS)}"
    if extras.get("drift") not in DRIFTS:
        yield f"customProperties.drift: {extras.get('drift')!r}, must be one of {sorted(DRIFTS)}"
    dialect = extras.get("dialect", {})
    for key in sorted(set(dialect) - DIALECT_KEYS):
        yield f"customProperties.dialect.{key}: unknown (known: {', '.join(sorted(DIALECT_KEYS))})"
    for key in ("footer", "declaredRecords"):
        yield from _pattern_faults(dialect.get(key), f"customProperties.dialect.{key}")
    if dialect.get("quoting", "minimal") not in {"minimal", "none"}:
        yield "customProperties.dialect.quoting: must be minimal or none"


def _table_faults(table: dict[str, Any], extras: dict[str, Any], stem: str) -> Iterator[str]:
    if table.get("name") != stem:
        yield f"schema.name: is {table.get('name')!r}, must equal the feed {stem!r}"
    if not table.get("dataGranularityDescription"):
        yield "schema.dataGranularityDescription: is missing (what one row is)"
    columns = table.get("properties") or []
    names = [c.get("name") for c in columns]
    for name in sorted({n for n in names if names.count(n) > 1}, key=str):
        yield f"{name}: is declared twice"
    for column in columns:
        yield from column_faults(column)
    by_name = {c.get("name"): c for c in columns}
    dated = by_name.get(extras.get("businessDate"))
    if dated is None or dated.get("logicalType") not in {"date", "timestamp"}:
        found = extras.get("businessDate")
        yield f"customProperties.businessDate: {found!r} is no date or timestamp column"
    if extras.get("consentScope") and "authorisation_id" not in by_name:
        yield "customProperties.consentScope: needs a column authorisation_id"
    yield from _header_faults(columns)


def _header_faults(columns: list[dict[str, Any]]) -> Iterator[str]:
    owners: dict[str, str] = {}
    for column in columns:
        for header in _properties(column).get("headers", [column.get("name")]):
            if header in owners:
                yield f"{column.get('name')}: header {header!r} belongs to {owners[header]} already"
            owners[header] = str(column.get("name"))


def column_faults(column: dict[str, Any]) -> Iterator[str]:
    """Faults of one column entry."""
    name = str(column.get("name"))
    extras = _properties(column)
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
    yield from _allowed(name, "logicalType", column.get("logicalType"), LOGICAL_TYPES)
    yield from _allowed(name, "classification", column.get("classification"), CLASSIFICATIONS)
    yield from _allowed(name, "identifier", extras.get("identifier"), IDENTIFIERS)
    yield from _allowed(name, "parse", extras.get("parse"), PARSERS)
    yield from _allowed(name, "source", extras.get("source"), {"delivery"})
    yield from _pattern_faults((column.get("logicalTypeOptions") or {}).get("pattern"), name)
    yield from _meaning_faults(name, column, extras)


def _meaning_faults(name: str, column: dict[str, Any], extras: dict[str, Any]) -> Iterator[str]:
    logical_type = column.get("logicalType")
    suffix = {"yuan": "_fen", "percent": "_ppm"}.get(str(extras.get("parse")))
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
    if extras.get("notAfter") not in {None, "received_at"}:
        yield f"{name}.notAfter: must be received_at"


def _allowed(name: str, key: str, value: object, allowed: set[str]) -> Iterator[str]:
    if value is not None and value not in allowed:
        yield f"{name}.{key}: {value!r}, must be one of {sorted(allowed)}"


def _pattern_faults(pattern: str | None, where: str) -> Iterator[str]:
    if pattern is not None:
        try:
            re.compile(pattern)
        except re.error as error:
            yield f"{where}: {pattern!r} is no regular expression: {error}"


def _properties(entry: dict[str, Any]) -> dict[str, Any]:
    return {p.get("property"): p.get("value") for p in entry.get("customProperties") or []}
