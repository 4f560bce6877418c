"""The screening SQL of a feed, made from its contract.

Input: relation `batch`, one text column per file column (identifiers already replaced by
`<name>_token`, null with `<name>_is_bad` true where the value is no identifier of its kind) beside
`_line_number`, `_fault` and ROW. Output: those columns of the raw table that the engine has to work
out, ROW, and integer masks `_faults_<n>` with one bit per check, which costs a third of a list of
reasons. All other columns are taken from the batch as they stand: to send texts through the engine
and back costs more than to judge them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from ingest.cast_sql import is_its_text, quoted, shanghai_day, typed_sql
from ingest.cell_reasons import CellReason
from ingest.consent import consent_fault_sql, grant_in_force_sql, taken_at_sql
from ingest.contracts import Column, Contract

BITS_PER_MASK = 60
EARLIEST, LATEST = "1900-01-01", "2200-01-01"


ROW = "_row"
"""Position of a record in its batch. The engine joins: with the grants, and with a long list of
allowed values, which it makes a table of; and a join keeps no order."""

GIVEN_PREFIX = "_given_"
GIVEN_LINEAGE = ("_delivery_id", "_file_sha256", "_received_at")
GIVEN_COLUMNS = tuple(f"{GIVEN_PREFIX}{n.removeprefix('_')}" for n in GIVEN_LINEAGE)


@dataclass(frozen=True)
class _Facts:
    """What is true of all rows of a delivery: SQL expressions, and where the lineage comes from."""

    received_at: str
    attributes: Mapping[str, str]
    constants: Mapping[str, str | datetime]
    as_given: Mapping[str, str]


@dataclass(frozen=True)
class Check:
    """One bit: where `condition` (SQL on the typed row) is true, the row is rejected."""

    column: str | None
    reason: CellReason
    condition: str


@dataclass(frozen=True)
class Screen:
    """The SQL of one feed and the meaning of its bits: check i is bit i % 60 of mask i // 60.

    `as_given` says which columns of the raw table are columns of the batch, raw name to name there,
    `constants` which have one value in all rows.
    """

    sql: str
    checks: tuple[Check, ...]
    as_given: Mapping[str, str]
    constants: Mapping[str, str | datetime]

    @property
    def mask_count(self) -> int:
        """Number of mask columns."""
        return (len(self.checks) + BITS_PER_MASK - 1) // BITS_PER_MASK


def screen_of(
    contract: Contract,
    *,
    delivery_id: str,
    file_sha256: str,
    received_at: datetime,
    attributes: dict[str, str],
) -> Screen:
    """Build the screen of `contract` for one delivery; `received_at` must be in UTC, naive."""
    facts = _Facts(
        received_at=f"timestamp '{received_at:%Y-%m-%d %H:%M:%S.%f}'",
        attributes={name: quoted(value) for name, value in attributes.items()},
        constants={
            "_feed": contract.feed,
            "_delivery_id": delivery_id,
            "_file_sha256": file_sha256,
            "_received_at": received_at.replace(tzinfo=None),
        },
        as_given={},
    )
    return _screen(contract, facts, ())


def shared_screen_of(contract: Contract) -> Screen:
    """Build the screen of `contract` for batches of many deliveries.

    Beside the texts `batch` has GIVEN_COLUMNS, the facts of each row's delivery, and an attribute
    `x` of it as `_given_x`.
    """
    names = [column.name for column in contract.delivery_columns]
    attributes = {name: f"b.{GIVEN_PREFIX}{name}" for name in names}
    facts = _Facts(
        received_at=GIVEN_COLUMNS[2],
        attributes=attributes,
        constants={"_feed": contract.feed},
        as_given=dict(zip(GIVEN_LINEAGE, GIVEN_COLUMNS, strict=True)),
    )
    return _screen(contract, facts, GIVEN_COLUMNS)


def _screen(contract: Contract, facts: _Facts, given: tuple[str, ...]) -> Screen:
    received, attributes = facts.received_at, facts.attributes
    typed = [f"{typed_sql(c, _source(c, attributes))} as {c.raw_name}" for c in contract.columns]
    checks = tuple(_checks(contract, received))
    raw_text = [f"b.{c.name} as {c.name}__text" for c in contract.text_columns if not c.identifier]
    bad_flags = [f"b.{c.name}_is_bad" for c in contract.text_columns if c.identifier]
    consent, join = "null::varchar", ""
    if contract.consent_scope:
        taken = taken_at_sql(_exported(contract, attributes), received)
        consent = consent_fault_sql(contract.consent_scope, taken)
        typed.append("g.subject_key as subject_key")
        grant = grant_in_force_sql(_grant_id(contract, attributes), taken)
        join = f"left join grants as g on {grant}"
    as_given = {c.raw_name: c.raw_name for c in contract.text_columns if is_its_text(c)}
    as_given |= {"_line_number": "_line_number", **facts.as_given}
    worked_out = [
        f"{_business_day(contract, received)} as {name}" if name == "_business_date" else name
        for name in contract.raw_columns
        if name not in as_given and name not in facts.constants
    ]
    sql = f"""
with typed as (
    select b.{ROW}, {consent} as _consent_fault,
        {", ".join([*given, *raw_text, *bad_flags, *typed])}
    from batch as b {join}
)
select {ROW}, {", ".join([*worked_out, *_masks(checks)])}
from typed
"""
    return Screen(sql, checks, as_given, facts.constants)


def _business_day(contract: Contract, received: str) -> str:
    dated = next(c for c in contract.columns if c.name == contract.business_date_column)
    day = dated.raw_name
    if dated.logical_type == "timestamp":
        day = shanghai_day(dated.raw_name)
    if not dated.required:
        # What does not say when it happened is counted on the day on which it came.
        day = f"coalesce({day}, {shanghai_day(received)})"
    return day


def _masks(checks: tuple[Check, ...]) -> Iterator[str]:
    for number, start in enumerate(range(0, len(checks), BITS_PER_MASK)):
        part = checks[start : start + BITS_PER_MASK]
        bits = " + ".join(
            f"(case when {check.condition} then {1 << bit} else 0 end)::bigint"
            for bit, check in enumerate(part)
        )
        yield f"{bits} as _faults_{number}"


def _exported(contract: Contract, attributes: Mapping[str, str]) -> str | None:
    """When the row says that its data was taken."""
    column = next((c for c in contract.columns if c.name == contract.taken_at_column), None)
    return None if column is None else typed_sql(column, _source(column, attributes))


def _grant_id(contract: Contract, attributes: Mapping[str, str]) -> str:
    column = next(c for c in contract.columns if c.name == "authorisation_id")
    return _source(column, attributes)


def _source(column: Column, attributes: Mapping[str, str]) -> str:
    if column.source == "delivery":
        return attributes.get(column.name, "null::varchar")
    return f"b.{column.raw_name}" if column.identifier else f"b.{column.name}"


_UNPARSED = {
    "yuan": CellReason.BAD_AMOUNT,
    "minor": CellReason.BAD_AMOUNT,
    "percent": CellReason.BAD_PERCENT,
}
_UNREADABLE = {
    "integer": CellReason.BAD_INTEGER,
    "boolean": CellReason.BAD_BOOLEAN,
    "date": CellReason.BAD_DATE,
    "timestamp": CellReason.BAD_TIMESTAMP,
}


def _checks(contract: Contract, received: str) -> Iterator[Check]:
    for column in contract.columns:
        yield from _column_checks(column, received)
    if contract.consent_scope:
        for fault, reason in (
            ("missing", CellReason.CONSENT_MISSING),
            ("revoked", CellReason.CONSENT_REVOKED),
            ("expired", CellReason.CONSENT_EXPIRED),
        ):
            yield Check("authorisation_id", reason, f"_consent_fault = '{fault}'")


def _column_checks(column: Column, received: str) -> Iterator[Check]:
    name, typed = column.name, column.raw_name
    has_text = column.source != "delivery"
    if column.identifier:
        yield Check(name, CellReason.BAD_IDENTIFIER, f"{name}_is_bad")
    if column.required:
        absent = f"{typed} is null"
        if column.identifier:
            absent += f" and not {name}_is_bad"
        elif has_text and not column.codes:
            absent = f"{name}__text is null"
        yield Check(name, CellReason.MISSING_REQUIRED, absent)
    if column.parse or column.logical_type != "string":
        reason = _UNPARSED.get(
            column.parse or "", _UNREADABLE.get(column.logical_type, CellReason.BAD_INTEGER)
        )
        yield Check(name, reason, f"{typed} is null and {name}__text is not null")
    yield from _value_checks(column, received)


def _value_checks(column: Column, received: str) -> Iterator[Check]:
    name, typed = column.name, column.raw_name
    if column.enum:
        allowed = ", ".join(quoted(value) for value in column.enum)
        yield Check(name, CellReason.NOT_IN_ENUM, f"{typed} not in ({allowed})")
    if column.pattern:
        condition = f"not regexp_full_match({typed}, {quoted(column.pattern)})"
        yield Check(name, CellReason.PATTERN_MISMATCH, condition)
    bounds = []
    if column.minimum is not None:
        bounds.append(f"{typed} < {column.minimum}")
    if column.maximum is not None:
        bounds.append(f"{typed} > {column.maximum}")
    if column.logical_type in {"date", "timestamp"}:
        kind = column.logical_type
        bounds.append(f"{typed} < {kind} '{EARLIEST}' or {typed} >= {kind} '{LATEST}'")
    if bounds:
        yield Check(name, CellReason.OUT_OF_RANGE, " or ".join(bounds))
    if column.not_after:
        limit = received if column.logical_type == "timestamp" else f"cast({received} as date)"
        yield Check(name, CellReason.IN_FUTURE, f"{typed} > {limit}")
