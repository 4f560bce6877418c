"""SWIFT MT940 and MT942: statements and interim reports of bank accounts.

Own code: the field's library gives no line numbers, moves impossible dates to the last of the
month, and drops movements of files that lack an opening balance. Cells are those of
`statement_cells`; a record is a `:61:` with the `:86:` after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from ingest.contracts import Contract
from ingest.formats.mt940_remark import remark_cells
from ingest.formats.reading import Figure
from ingest.formats.records import (
    PIECE_BYTES,
    Record,
    RecordReading,
    encoding_of,
    text_lines,
)
from ingest.formats.source import Source
from ingest.formats.statement_cells import Balance, balanced_statements
from ingest.reasons import DeliveryRefused, RefusalReason, StructuralFault

CONTROLS = "\x00\x01\x02\x03"
MARK = re.compile(rb"[\n\x01\x02]:61:")

_TAG = re.compile(r":(20|21|25P?|28C?|60[FM]|61|86|62[FM]|64|65|NS|13D?|34F|90[CD]|940):(.*)", re.S)
_ENVELOPE = re.compile(r"^(?:\{[^{}]*\})*\{4:")
_END = re.compile(r"-(?:\}.*|[A-Z]{3})?")
_MOVEMENT = re.compile(
    r"(?P<value>\d{6})(?P<entry>\d{4}| {4})?(?P<mark>R[CD]|E[CD]|[CD])[A-Z]?"
    r"(?P<amount>\d[\d.,]*)(?P<type>[NFS][A-Z0-9 ]{3})?(?P<reference>.*?)(?://(?P<id>.*))?"
)
_BALANCE = re.compile(r"([CD])\d{6}([A-Z]{3})?(\d[\d.,]*)")
_OUTWARD = {"D", "RC", "ED"}


@dataclass
class _Statement:
    cells: dict[str, str] = field(default_factory=dict)
    balance: Balance = field(default_factory=Balance)


@dataclass
class _Movement:
    line_number: int
    lines: list[str]
    remark: list[str] = field(default_factory=list)
    is_in_remark: bool = False


class Mt940Reading(RecordReading):
    """A file of statements, read line by line; counted by its lines that begin with `:61:`.

    A movement that is not written as SWIFT says is a `bad_record`. A file without movement and
    without the balance of an account is refused: it holds no statement.
    """

    def __init__(self, source: Source, contract: Contract, batch_rows: int) -> None:
        encoding, movements = encoding_of(source), movement_count(source)
        super().__init__(
            source, contract, batch_rows, encoding=encoding, physical_records=movements
        )
        self._balances: list[Balance] = []
        if not movements and not _has_balance(source, encoding):
            raise DeliveryRefused(
                RefusalReason.NO_STATEMENT,
                "SWIFT tags without a movement (:61:) and without an account's balance (:60F:)",
                "a statement",
                "deliver the whole message",
            )

    @property
    def declared_figures(self) -> tuple[Figure, ...]:
        """See RecordReading."""
        return balanced_statements(self._balances)

    def records(self) -> Iterator[Record]:
        """See RecordReading."""
        statement = self._opened()
        movement: _Movement | None = None
        for number, line in enumerate(text_lines(self.source, self.encoding), start=1):
            line = _ENVELOPE.sub("", line.strip(CONTROLS))
            tag = _TAG.fullmatch(line)
            if movement and not tag and not _END.fullmatch(line):
                (movement.remark if movement.is_in_remark else movement.lines).append(line)
                continue
            name, text = tag.groups() if tag else ("", "")
            if movement and name in {"86", "NS"}:
                movement.is_in_remark = True
                movement.remark.append(text)
                continue
            if movement:
                yield _record(movement, statement)
                movement = None
            if name == "61":
                if statement.balance.closing is not None:
                    statement = self._opened(statement.cells)
                movement = _Movement(number, [text])
            elif name == "20":
                statement = self._opened()
            _take(statement, name, text)
        if movement:
            yield _record(movement, statement)

    def _opened(self, cells: dict[str, str] | None = None) -> _Statement:
        statement = _Statement(dict(cells or {}))
        self._balances.append(statement.balance)
        return statement


def movement_count(source: Source) -> int:
    """How many lines begin with `:61:`."""
    source.seek(0)
    count, kept = 0, b"\n"
    while piece := source.read(PIECE_BYTES):
        text = kept + piece
        count += len(MARK.findall(text))
        kept = text[-4:]
    return count


def _has_balance(source: Source, encoding: str) -> bool:
    tags = {
        match.group(1)
        for line in text_lines(source, encoding)
        if (match := _TAG.fullmatch(_ENVELOPE.sub("", line.strip(CONTROLS))))
    }
    return "60F" in tags or ("25" in tags and bool(tags & {"60M", "62F", "62M", "34F"}))


def _take(statement: _Statement, name: str, text: str) -> None:
    """Keep what a tag says about the statement as a whole."""
    cells, balance = statement.cells, statement.balance
    if name == "20":
        cells["statement_reference"] = text
    elif name in {"25", "25P"} and balance.opening is None:
        cells |= _account(text)
    elif name in {"28", "28C"}:
        cells["statement_number"] = text
    elif name == "34F":
        cells.setdefault("currency", text[:3])
    elif name in {"60F", "60M"} and (match := _BALANCE.match(text)):
        if match.group(2):
            cells["currency"] = match.group(2)
        balance.opening = _signed(match)
    elif name in {"62F", "62M"} and (match := _BALANCE.match(text)):
        balance.closing = _signed(match)


def _account(text: str) -> dict[str, str]:
    """Bank, account and currency of `:25:`: `bank/account`, `bank/account/CCY`, an IBAN."""
    *before, last = text.split("/")
    cells: dict[str, str] = {}
    if before and re.fullmatch("[A-Z]{3}", last):
        cells["currency"] = last
        *before, last = before
    elif match := re.fullmatch(r"(.*\d) ?([A-Z]{3})", last):
        last, cells["currency"] = match.groups()
    if before:
        cells["bank_id"] = before[0]
    return cells | {"account": last}


def _record(movement: _Movement, statement: _Statement) -> Record:
    first, *others = movement.lines
    match = _MOVEMENT.fullmatch(first)
    if not match and others:
        first, *others = "".join(movement.lines[:2]), *others[1:]
        match = _MOVEMENT.fullmatch(first)
    if not match:
        return Record(movement.line_number, fault=StructuralFault.BAD_RECORD)
    amount = _decimal(match["amount"]) * (-1 if match["mark"] in _OUTWARD else 1)
    statement.balance.movements += amount
    value = _value_date(match["value"])
    booked = _booked_date(value, (match["entry"] or "").strip())
    cells = {
        "transaction_date": booked,
        "booked_date": booked,
        "value_date": value,
        "amount": format(amount, "f"),
        "type": (match["type"] or "").strip(),
        "reference": match["reference"].strip().removeprefix("NONREF"),
        "transaction_id": (match["id"] or "").strip(),
        "remark": " ".join(line.strip() for line in others).strip(),
    }
    filled = {name: text for name, text in cells.items() if text}
    return Record(movement.line_number, statement.cells | filled | remark_cells(movement.remark))


def _value_date(text: str) -> str:
    """YYMMDD as a date's text; two-digit years from 70 on are of the last century."""
    century = "19" if text >= "70" else "20"
    return f"{century}{text[:2]}-{text[2:4]}-{text[4:]}"


def _booked_date(value: str, entry: str) -> str:
    """MMDD in the year of the value date, or in the one beside it where that is nearer."""
    if not entry:
        return value
    months = int(entry[:2]) - int(value[5:7])
    year = int(value[:4]) + (-1 if months > 6 else 1 if months < -6 else 0)
    return f"{year}-{entry[:2]}-{entry[2:]}"


def _signed(match: re.Match[str]) -> Decimal:
    return _decimal(match.group(3)) * (-1 if match.group(1) == "D" else 1)


def _decimal(text: str) -> Decimal:
    """A decimal with a comma; `15000,` has no places. Dots can only part thousands beside one."""
    if "," in text:
        text = text.replace(".", "").replace(",", ".")
    return Decimal(text.removesuffix("."))
