"""Everything that can be wrong with a contract, found in one go.

The ODCS model accepts misspelt keys inside nested objects in silence, so keys are held against
the model here; then come the extras that the standard has no word for, and what hangs together.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from typing import Any

from open_data_contract_standard.model import OpenDataContractStandard
from pydantic import BaseModel, ValidationError

from ingest.contract_column_faults import column_faults, columns_faults
from ingest.contract_columns import extras_of
from ingest.contract_fault_checks import mapping_faults, pattern_faults, text_list_faults
from ingest.contract_layout_faults import dialect_faults, format_faults, layouts_faults
from ingest.contract_retention_faults import retention_faults
from ingest.contract_vocabulary import (
    CONTRACT_EXTRAS,
    DECLARED_MISMATCHES,
    DRIFTS,
    RETENTION_UNITS,
    SLA_NAMES,
    TOTAL_KEYS,
)
from ingest.sources.declared import source_faults
from tallywatch.errors import TerminalError

HERE = "customProperties"


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
    yield from source_faults(document)
    tables = document.get("schema") or []
    if len(tables) != 1:
        yield f"schema: has {len(tables)} objects, must have exactly one"
        return
    extras = extras_of(document)
    yield from _extra_faults(extras)
    yield from retention_faults(document)
    yield from _table_faults(tables[0], extras, stem)


def _sla_faults(document: dict[str, Any]) -> Iterator[str]:
    promises = {p.get("property"): p for p in document.get("slaProperties") or []}
    for name in sorted(SLA_NAMES - set(promises)):
        yield f"slaProperties: {name} is missing"
    if "frequency" in promises and not promises["frequency"].get("schedule"):
        yield "slaProperties.frequency.schedule: is missing (a cron line)"
    for name, units in (("freshness", {"d"}), ("retention", RETENTION_UNITS.keys())):
        promise = promises.get(name)
        is_sound = promise is None or (
            isinstance(promise.get("value"), int) and promise.get("unit") in units
        )
        if not is_sound:
            yield (
                f"slaProperties.{name}: must be a whole number with unit "
                f"{' or '.join(sorted(units))}"
            )


def _extra_faults(extras: dict[str, Any]) -> Iterator[str]:
    for name in sorted(set(extras) - CONTRACT_EXTRAS):
        yield f"{HERE}.{name}: unknown (known: {', '.join(sorted(CONTRACT_EXTRAS))})"
    yield from format_faults(extras.get("formats") or [], f"{HERE}.formats")
    if extras.get("drift") not in DRIFTS:
        yield f"{HERE}.drift: {extras.get('drift')!r}, must be one of {sorted(DRIFTS)}"
    yield from dialect_faults(extras.get("dialect", {}), f"{HERE}.dialect")
    if extras.get("declaredMismatch", "note") not in DECLARED_MISMATCHES:
        yield f"{HERE}.declaredMismatch: must be one of {sorted(DECLARED_MISMATCHES)}"
    for name in ("signature", "nullTexts"):
        yield from text_list_faults(extras.get(name, []), f"{HERE}.{name}")
    signature = extras.get("signature", [])
    for pattern in signature if isinstance(signature, list) else ():
        yield from pattern_faults(pattern, f"{HERE}.signature")


def _table_faults(table: dict[str, Any], extras: dict[str, Any], stem: str) -> Iterator[str]:
    if table.get("name") != stem:
        yield f"schema.name: is {table.get('name')!r}, must equal the feed {stem!r}"
    if not table.get("dataGranularityDescription"):
        yield "schema.dataGranularityDescription: is missing (what one row is)"
    columns = table.get("properties") or []
    for column in columns:
        yield from column_faults(column)
    yield from columns_faults(columns, has_layouts="layouts" in extras)
    by_name = {c.get("name"): c for c in columns if not extras_of(c).get("transient")}
    yield from _dated_faults(by_name, extras, "businessDate", {"date", "timestamp"})
    if "takenAt" in extras:
        yield from _dated_faults(by_name, extras, "takenAt", {"timestamp"})
    if extras.get("consentScope") and "authorisation_id" not in by_name:
        yield f"{HERE}.consentScope: needs a column authorisation_id"
    totals = extras.get("declaredTotals", [])
    if not isinstance(totals, list):
        yield f"{HERE}.declaredTotals: must be a list"
        totals = []
    for position, total in enumerate(totals):
        yield from _total_faults(total, by_name, f"{HERE}.declaredTotals[{position}]")
    if "layouts" in extras:
        yield from layouts_faults(extras, columns)


def _dated_faults(
    by_name: dict[Any, dict[str, Any]], extras: dict[str, Any], key: str, kinds: set[str]
) -> Iterator[str]:
    dated = by_name.get(extras.get(key))
    if dated is None or dated.get("logicalType") not in kinds:
        yield f"{HERE}.{key}: {extras.get(key)!r} is no {' or '.join(sorted(kinds))} column"


def _total_faults(total: Any, by_name: dict[Any, dict[str, Any]], where: str) -> Iterator[str]:
    yield from mapping_faults(total, TOTAL_KEYS, where)
    if not isinstance(total, dict):
        return
    yield from pattern_faults(total.get("pattern", ""), f"{where}.pattern", has_group=True)
    summed = total.get("column")
    if summed is not None and by_name.get(summed, {}).get("logicalType") != "integer":
        yield f"{where}.column: {summed!r} is no integer column"
    if type(total.get("negated", False)) is not bool:
        yield f"{where}.negated: must be true or false"
    conditions = total.get("where", {})
    if not isinstance(conditions, dict):
        yield f"{where}.where: must be a mapping"
        return
    for name in conditions:
        column = by_name.get(name, {})
        if column.get("logicalType") != "string" or extras_of(column).get("identifier"):
            yield f"{where}.where: {name!r} is no column of plain text"
