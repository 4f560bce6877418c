"""The screening SQL of a feed, made from its contract.

Input: relation `batch`, one text column per file column (identifiers already replaced by
`<name>_token`, null with `<name>_is_bad` true where the value is no identifier of its kind) beside
`_line_number` and `_fault`. Output: the raw table's columns, and integer masks `_faults_<n>` with
one bit per check, which costs a third of a list of reasons.

A cast is accepted only where casting back gives the same text, or a pattern says that it loses
nothing: a bare cast of `10.5` to an integer gives 11.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from ingest.cell_reasons import CellReason
from ingest.consent import consent_fault_sql
from ingest.contracts import Column, Contract

BITS_PER_MASK = 60

PLAIN_YUAN = r"-?[0-9]{1,13}(\.[0-9]{1,2})?"
WRITTEN_YUAN = r"[+-]?[¥￥]?[+-]?([0-9]{1,13}|[0-9]{1,3}(,[0-9]{3}){1,4})(\.[0-9]{1,2})?元?"
PERCENT = r"[0-9]{1,3}(\.[0-9]{1,4})?%"
INTEGER = r"[+-]?[0-9]{1,18}"
DATE = r"[0-9]{4}([-/])[0-9]{1,2}[-/][0-9]{1,2}"
INSTANT = r"[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}[ T]+[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
OFFSET = r"(Z|[+-][0-9]{2}:?[0-9]{2})"
SHANGHAI_OFFSET = "interval 8 hour"
EARLIEST, LATEST = "1900-01-01", "2200-01-01"

SCRUBBED = (
    (r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}", "[email]"),
    (r"[0-9]{19}", "[account]"),
    (r"[1-9][0-9]{16}[0-9Xx]", "[id_number]"),
    (r"[0-9]{13,17}", "[account]"),
    (r"1[3-9][0-9]{9}", "[phone]"),
)


@dataclass(frozen=True)
class Check:
    """One bit: where `condition` (SQL on the typed row) is true, the row is rejected."""

    column: str | None
    reason: CellReason
    condition: str


@dataclass(frozen=True)
class Screen:
    """The SQL of one feed and the meaning of its bits: check i is bit i % 60 of mask i // 60."""

    sql: str
    checks: tuple[Check, ...]

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
    received = f"timestamp '{received_at:%Y-%m-%d %H:%M:%S.%f}'"
    typed = [f"{_typed(c, attributes)} as {c.raw_name}" for c in contract.columns]
    checks = tuple(_checks(contract, received))
    raw_text = [f"b.{c.name} as {c.name}__text" for c in contract.file_columns if not c.identifier]
    bad_flags = [f"b.{c.name}_is_bad" for c in contract.file_columns if c.identifier]
    consent = "null::varchar" if not contract.consent_scope else _consent(contract, received)
    join = ""
    if contract.consent_scope:
        typed.append("g.subject_key as subject_key")
        join = f"left join grants as g on g.authorisation_id = {_grant_id(contract, attributes)}"
    dated = next(c for c in contract.columns if c.name == contract.business_date_column)
    day = dated.raw_name
    if dated.logical_type == "timestamp":
        day = f"cast({dated.raw_name} + {SHANGHAI_OFFSET} as date)"
    columns = ", ".join(contract.raw_columns)
    sql = f"""
with typed as (
    select b._line_number, b._fault, {consent} as _consent_fault,
        {", ".join([*raw_text, *bad_flags, *typed])}
    from batch as b {join}
),
screened as (
    select * exclude (_line_number), _line_number,
        '{contract.feed}' as _feed, '{delivery_id}' as _delivery_id,
        '{file_sha256}' as _file_sha256, {received} as _received_at, {day} as _business_date,
        {_masks(checks)}
    from typed
)
select {columns}, _fault, {", ".join(f"_faults_{n}" for n in range(_mask_count(checks)))}
from screened
"""
    return Screen(sql, checks)


def _mask_count(checks: tuple[Check, ...]) -> int:
    return (len(checks) + BITS_PER_MASK - 1) // BITS_PER_MASK


def _masks(checks: tuple[Check, ...]) -> str:
    masks = []
    for number in range(_mask_count(checks)):
        part = checks[number * BITS_PER_MASK : (number + 1) * BITS_PER_MASK]
        bits = " + ".join(
            f"(case when {check.condition} then {1 << bit} else 0 end)::bigint"
            for bit, check in enumerate(part)
        )
        masks.append(f"{bits} as _faults_{number}")
    return ", ".join(masks)


def _consent(contract: Contract, received: str) -> str:
    return consent_fault_sql(str(contract.consent_scope), received)


def _grant_id(contract: Contract, attributes: dict[str, str]) -> str:
    column = next(c for c in contract.columns if c.name == "authorisation_id")
    return _source(column, attributes)


def _source(column: Column, attributes: dict[str, str]) -> str:
    if column.source == "delivery":
        value = attributes.get(column.name)
        return "null::varchar" if value is None else f"'{value.replace(chr(39), chr(39) * 2)}'"
    return f"b.{column.raw_name}" if column.identifier else f"b.{column.name}"


def _typed(column: Column, attributes: dict[str, str]) -> str:
    text = _source(column, attributes)
    if column.codes:
        whens = " ".join(
            f"when {_quoted(found)} then {_quoted(code)}" for found, code in column.codes.items()
        )
        return f"case coalesce({text}, '') {whens} else {text} end"
    if column.parse == "yuan":
        return _yuan(text)
    if column.parse == "percent":
        return (
            f"case when regexp_full_match({text}, {_quoted(PERCENT)}) then "
            f"cast(try_cast(rtrim({text}, '%') as decimal(9, 4)) * 10000 as bigint) end"
        )
    if column.scrub:
        return _scrubbed(text)
    return _CASTS[column.logical_type](text)


def _yuan(text: str) -> str:
    written = f"regexp_replace({text}, '[¥￥,元+]', '', 'g')"
    exact = f"try_cast({text} as decimal(15, 2))"
    return (
        f"cast(100 * case when cast({exact} as varchar) = {text} then {exact} "
        f"when regexp_full_match({text}, {_quoted(PLAIN_YUAN)}) then {exact} "
        f"when regexp_full_match({text}, {_quoted(WRITTEN_YUAN)}) "
        f"then try_cast({written} as decimal(15, 2)) end as bigint)"
    )


def _scrubbed(text: str) -> str:
    for pattern, replacement in SCRUBBED:
        text = f"regexp_replace({text}, {_quoted(pattern)}, '{replacement}', 'g')"
    return text


def _integer(text: str) -> str:
    whole = f"try_cast({text} as bigint)"
    return (
        f"case when cast({whole} as varchar) = {text} then {whole} "
        f"when regexp_full_match({text}, '{INTEGER}') then {whole} end"
    )


def _boolean(text: str) -> str:
    return (
        f"case when lower({text}) in ('true', 't', 'yes', 'y', '1', '是') then true "
        f"when lower({text}) in ('false', 'f', 'no', 'n', '0', '否') then false end"
    )


def _date(text: str) -> str:
    return (
        f"case when regexp_full_match({text}, {_quoted(DATE)}) "
        f"then try_cast(replace({text}, '/', '-') as date) end"
    )


def _timestamp(text: str) -> str:
    dashed = f"replace({text}, '/', '-')"
    return (
        f"case when length({text}) = 19 and substr({text}, 17, 1) = ':' "
        f"and substr({text}, 5, 1) = '-' then try_cast({text} as timestamp) - {SHANGHAI_OFFSET} "
        f"when regexp_full_match({text}, {_quoted(INSTANT)}) "
        f"then try_cast({dashed} as timestamp) - {SHANGHAI_OFFSET} "
        f"when regexp_full_match({text}, {_quoted(INSTANT + OFFSET)}) "
        f"then make_timestamp(epoch_us(try_cast({dashed} as timestamptz))) end"
    )


_CASTS: dict[str, Callable[[str], str]] = {
    "string": lambda text: text,
    "integer": _integer,
    "boolean": _boolean,
    "date": _date,
    "timestamp": _timestamp,
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
    from_file = column.source == "file"
    if column.identifier:
        yield Check(name, CellReason.BAD_IDENTIFIER, f"{name}_is_bad")
    if column.required:
        absent = f"{typed} is null"
        if column.identifier:
            absent += f" and not {name}_is_bad"
        elif from_file and not column.codes:
            absent = f"{name}__text is null"
        yield Check(name, CellReason.MISSING_REQUIRED, absent)
    if column.parse or column.logical_type != "string":
        reason = {"yuan": CellReason.BAD_AMOUNT, "percent": CellReason.BAD_PERCENT}.get(
            column.parse or "", _UNREADABLE.get(column.logical_type, CellReason.BAD_INTEGER)
        )
        yield Check(name, reason, f"{typed} is null and {name}__text is not null")
    yield from _value_checks(column, received)


def _value_checks(column: Column, received: str) -> Iterator[Check]:
    name, typed = column.name, column.raw_name
    if column.enum:
        allowed = ", ".join(_quoted(value) for value in column.enum)
        yield Check(name, CellReason.NOT_IN_ENUM, f"{typed} not in ({allowed})")
    if column.pattern:
        condition = f"not regexp_full_match({typed}, {_quoted(column.pattern)})"
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


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
