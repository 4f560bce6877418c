"""What an OFX transaction says, as the cells of `statement_cells`."""

from __future__ import annotations

import re

from ingest.formats.statement_cells import plain_amount

TRADES = frozenset(
    {"INCOME", "INVEXPENSE", "JRNLFUND", "JRNLSEC", "MARGININTEREST", "REINVEST", "RETOFCAP"}
    | {"SPLIT", "TRANSFER", "CLOSUREOPT"}
    | {f"{side}{kind}" for side in ("BUY", "SELL") for kind in ("DEBT", "MF", "OPT", "OTHER")}
    | {"BUYSTOCK", "SELLSTOCK"}
)
"""Aggregates of investment transactions, each around one INVTRAN."""

_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)(?:[.:]\d+)?)?(?:\[([^\]]*)\])?")
_OFFSET = re.compile(r"([+-]?)(\d{1,2})(?:\.(\d+))?(?::.*)?")
_FILLERS = {("00", "00", "00"), ("12", "00", "00")}

Values = dict[str, str]


def transaction_cells(about: Values, values: Values) -> dict[str, str]:
    """Cells of a transaction; `about` are the values of its account and statement."""
    posted = values.get("DTPOSTED") or values.get("DTTRADE", "")
    cells = {
        "bank_id": about.get("BANKID") or about.get("BROKERID", ""),
        "account": about.get("ACCTID", ""),
        "account_type": about.get("ACCTTYPE", ""),
        "currency": values.get("CURRENCY.CURSYM") or about.get("CURDEF", ""),
        "transaction_date": day(values.get("DTUSER") or posted),
        "booked_date": day(posted),
        "value_date": day(_first(values, "DTAVAIL", "VALUEDATE", "DTSETTLE")),
        "occurred_at": instant(posted),
        "amount": _amount(_first(values, "TRNAMT", "TOTAL")),
        "balance": _amount(values.get("ACCTBAL", "")),
        "transaction_id": values.get("FITID", ""),
        "reference": _first(values, "CHECKNUM", "REFNUM"),
        "type": values.get("TRNTYPE") or values["kind"],
        "counterparty": _first(values, "NAME", "PAYEE.NAME", "EXTDNAME"),
        "counterparty_account": _first(values, "BANKACCTTO.ACCTID", "CCACCTTO.ACCTID"),
        "remark": values.get("MEMO", ""),
    }
    return {name: text for name, text in cells.items() if text}


def day(text: str) -> str:
    """The day of an OFX moment as YYYY-MM-DD; a text of another shape as it is."""
    match = _MOMENT.fullmatch(text.strip())
    return "-".join(match.groups()[:3]) if match else text


def instant(text: str) -> str:
    """An OFX moment with its offset; empty when it has no time, or only a filler for one.

    Without an offset a moment is in Greenwich (OFX 2.2, 3.2.8.2). Midnight and noon sharp are what
    institutions write that know the day only.
    """
    match = _MOMENT.fullmatch(text.strip())
    if not match or not match[4] or match.group(4, 5, 6) in _FILLERS:
        return ""
    year, month, of_month, hour, minute, second, zone = match.groups()
    return f"{year}-{month}-{of_month} {hour}:{minute}:{second}{_offset(zone or '')}"


def _offset(zone: str) -> str:
    match = _OFFSET.fullmatch(zone)
    if not match:
        return "+00:00"
    sign, hours, part = match.groups()
    minutes = round(float(f"0.{part}") * 60) if part else 0
    return f"{sign or '+'}{int(hours):02d}:{minutes:02d}"


def _amount(text: str) -> str:
    """OFX allows a comma before the places."""
    return plain_amount(re.sub(r"^([+-]?\d+),(\d{1,2})$", r"\1.\2", text))


def _first(values: Values, *names: str) -> str:
    return next((values[name] for name in names if values.get(name)), "")
