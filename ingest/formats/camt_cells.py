"""Where CAMT elements keep what `statement_cells` names; the versions differ in their paths."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ingest.formats.camt_census import DETAIL_AMOUNTS
from ingest.formats.statement_cells import plain_amount

Element = Any
"""An lxml element; its library has no types."""
Texts = dict[str, list[str]]

_ACCOUNTS = ("Id/IBAN", "Id/Othr/Id", "Id/PrtryAcct/Id", "Id/BBAN", "Id/UPIC")
_STATEMENT = {
    "bank_id": ("Acct/Svcr/FinInstnId/BICFI", "Acct/Svcr/FinInstnId/BIC"),
    "account": tuple(f"Acct/{path}" for path in _ACCOUNTS),
    "account_type": ("Acct/Tp/Cd", "Acct/Tp/Prtry"),
    "account_holder": ("Acct/Ownr/Nm", "Acct/Ownr/Pty/Nm"),
    "statement_reference": ("Id",),
    "statement_number": ("ElctrncSeqNb", "LglSeqNb"),
    "taken_at": ("CreDtTm",),
}
_ENTRY = {
    "booked_date": ("BookgDt/Dt", "BookgDt/DtTm"),
    "value_date": ("ValDt/Dt", "ValDt/DtTm"),
    "occurred_at": ("BookgDt/DtTm",),
    "transaction_id": ("AcctSvcrRef", "NtryRef"),
    "status": ("Sts/Cd", "Sts"),
    "type": ("BkTxCd/Domn/Fmly/SubFmlyCd", "BkTxCd/Prtry/Cd"),
    "remark": ("AddtlNtryInf",),
}
_DETAIL = {
    "transaction_date": ("RltdDts/TxDt",),
    "occurred_at": ("RltdDts/TxDtTm", "RltdDts/AccptncDtTm"),
    "transaction_id": ("Refs/AcctSvcrRef", "Refs/TxId"),
    "reference": ("Refs/EndToEndId", "Refs/InstrId", "Refs/PmtInfId"),
    "type": ("BkTxCd/Domn/Fmly/SubFmlyCd", "BkTxCd/Prtry/Cd"),
}
_REMARKS = ("RmtInf/Ustrd", "RmtInf/Strd/CdtrRefInf/Ref", "RmtInf/Strd/AddtlRmtInf", "AddtlTxInf")
_DATES = ("transaction_date", "booked_date", "value_date")
_NOT_PROVIDED = {"NOTPROVIDED", "NOT PROVIDED"}


def local_name(element: Element) -> str:
    """The name without its namespace; empty for comments and the like."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def texts_under(element: Element, *, leaving_out: str = "") -> Texts:
    """Texts below an element by their path of local names, and currencies as `.../@Ccy`."""
    found: Texts = {}
    _walk(element, "", leaving_out, found)
    return found


def _walk(element: Element, path: str, leaving_out: str, found: Texts) -> None:
    for child in element:
        name = local_name(child)
        if not name or name == leaving_out:
            continue
        place = f"{path}{name}"
        if text := (child.text or "").strip():
            found.setdefault(place, []).append(text)
            if currency := child.get("Ccy"):
                found.setdefault(f"{place}/@Ccy", []).append(currency)
        _walk(child, f"{place}/", leaving_out, found)


def statement_cells(statement: Element) -> dict[str, str]:
    """Cells that a report, statement or notification says of all its records."""
    return _cells(texts_under(statement, leaving_out="Ntry"), _STATEMENT)


def entry_records(entry: Element, own_account: str) -> Iterator[dict[str, str]]:
    """Cells of the records of an entry: of its details where each has an amount, else of itself."""
    told = texts_under(entry, leaving_out="TxDtls")
    details = [texts_under(detail) for detail in entry.iter("{*}TxDtls")]
    whole = _cells(told, _ENTRY) | _amount_cells(told, "Amt", told)
    if len(details) > 1:
        places = [_amount_place(detail, whole.get("currency", "")) for detail in details]
        if all(places):
            for detail, place in zip(details, places, strict=True):
                cells = whole | _amount_cells(detail, place, told)
                yield _finished(cells, detail, own_account)
            return
    yield _finished(whole, details[0] if len(details) == 1 else {}, own_account)


def _amount_place(detail: Texts, currency: str) -> str:
    """Where a detail has its own amount in that currency; empty where it has none."""
    for path in DETAIL_AMOUNTS:
        place = path.removeprefix("TxDtls/")
        if place in detail and _first(detail, (f"{place}/@Ccy",)) == currency:
            return place
    return ""


def _amount_cells(texts: Texts, place: str, entry: Texts) -> dict[str, str]:
    """Amount with the sign of its side; a detail without a side has that of its entry."""
    amount = plain_amount(_first(texts, (place,)))
    if not amount:
        return {}
    direction = _first(texts, ("CdtDbtInd",)) or _first(entry, ("CdtDbtInd",))
    signed = f"-{amount}" if direction == "DBIT" else amount
    return {"amount": signed, "currency": _first(texts, (f"{place}/@Ccy",))}


def _finished(cells: dict[str, str], detail: Texts, own_account: str) -> dict[str, str]:
    is_out = cells.get("amount", "").startswith("-")
    cells = cells | _cells(detail, _DETAIL) | _party_cells(detail, is_out, own_account)
    remarks = [text for path in _REMARKS for text in detail.get(path, ())]
    if remarks:
        cells["remark"] = " ".join(remarks)
    for name in _DATES:
        if name in cells:
            cells[name] = cells[name][:10]
    day = cells.get("transaction_date") or cells.get("booked_date") or cells.get("value_date")
    return cells | ({"transaction_date": day} if day else {})


def _party_cells(detail: Texts, is_out: bool, own_account: str) -> dict[str, str]:
    """The other side: who was paid, or paid; the one party stated, where the bank states one."""
    for side in ("Cdtr", "Dbtr") if is_out else ("Dbtr", "Cdtr"):
        name = _first(detail, (f"RltdPties/{side}/Nm", f"RltdPties/{side}/Pty/Nm"))
        account = _first(detail, tuple(f"RltdPties/{side}Acct/{path}" for path in _ACCOUNTS))
        if (name or account) and account != own_account:
            found = {"counterparty": name, "counterparty_account": account}
            return {key: text for key, text in found.items() if text}
    return {}


def _cells(texts: Texts, paths: dict[str, tuple[str, ...]]) -> dict[str, str]:
    found = {name: _first(texts, alternatives) for name, alternatives in paths.items()}
    return {n: text for n, text in found.items() if text and text not in _NOT_PROVIDED}


def _first(texts: Texts, paths: tuple[str, ...]) -> str:
    return next((texts[path][0] for path in paths if path in texts), "")
