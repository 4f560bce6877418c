"""Which column of somebody else's file is what: stated in a small YAML, else told by its name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml

from tallywatch.errors import TerminalError

USUAL_NAMES: dict[str, tuple[str, ...]] = {
    "id": (
        *("transactionid", "transid", "transnum", "transno", "txid", "txnid", "trxid"),
        *("movementkey", "tradeid", "id"),
    ),
    "person": (
        *("subjectkey", "customerid", "personid", "userid", "clientid", "cardholderid"),
        *("ccnum", "cardid", "cardnumber", "cardno", "accountid", "accountnumber"),
        *("acctnum", "nameorig", "customer", "client", "user", "account", "card1", "card"),
    ),
    "time": (
        *("txdatetime", "transdatetranstime", "transactiondatetime", "transactiontime"),
        *("occurredat", "datetime", "timestamp", "eventtime", "transactiondate", "unixtime"),
        *("txtimeseconds", "transactiondt", "time", "date", "step"),
    ),
    "amount": (
        *("txamount", "amt", "amount", "transactionamt", "transactionamount", "txnamount"),
        *("amountyuan", "value"),
    ),
    "payee": (
        *("terminalid", "merchantid", "merchant", "merchantname", "payeetoken", "payeeid"),
        *("payee", "counterparty", "counterpartyid", "namedest", "beneficiary", "terminal"),
    ),
    "category": (
        *("category", "categoryname", "merchantcategory", "mcc", "mcccode", "type", "productcd"),
    ),
    "latitude": ("merchlat", "merchantlat", "merchantlatitude", "terminallat", "latitude", "lat"),
    "longitude": (
        *("merchlong", "merchlon", "merchantlong", "merchantlongitude", "terminallong"),
        *("longitude", "long", "lon", "lng"),
    ),
    "label": (
        *("txfraud", "isfraud", "fraud", "ismisuse", "misuse", "fraudlabel", "label", "class"),
        *("target", "fraudflag"),
    ),
    "type": (
        *("txfraudscenario", "fraudscenario", "scenario", "fraudtype", "misusetype"),
        *("scenarioid", "story"),
    ),
    "episode": ("episodeid", "episode", "incidentid"),
}
OF_LABELS = ("id", "label", "type", "episode")
NEEDED = ("person", "time", "amount")
SETTINGS = (
    *("currency_rate", "scale", "outflow", "time_unit", "utc_offset_hours", "set"),
    *("episode_gap_days", "answered_after_days"),
)


@dataclass(frozen=True)
class ColumnMap:
    """Columns by what they hold. `time` may be two: a date and a time of day.

    `currency_rate`: yuan per unit of the file; without it amounts are brought to the scale of our
    own people. `scale`: yuan per unit, as a plain factor. `outflow`: the sign of money that leaves,
    `positive` or `negative`; without it that of most rows. `time_unit` of a numeric time: seconds,
    hours or days. `utc_offset_hours`: added to the file's times to get the person's; files usually
    tell those. `overrides`: values of thresholds, by `RULE.threshold_name`.
    """

    columns: Mapping[str, tuple[str, ...]]
    label_columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    currency_rate: float | None = None
    scale: float | None = None
    outflow: str | None = None
    time_unit: str = "seconds"
    utc_offset_hours: float = 0.0
    overrides: Mapping[str, int] = field(default_factory=dict)
    episode_gap_days: int = 14
    answered_after_days: int = 7

    def one(self, name: str) -> str | None:
        """The column that holds `name`, if any does."""
        found = self.columns.get(name)
        return found[0] if found else None


def read_map(
    path: Path | None, columns: Sequence[str], label_columns: Sequence[str] | None = None
) -> ColumnMap:
    """The map in `path`, completed by usual names.

    Args:
        path: a YAML, or none.
        columns: of the transactions.
        label_columns: of the separate file of labels, or none when the transactions carry them.

    Raises:
        TerminalError: a key or column is unknown, or a column that is needed is not told.
    """
    document: Mapping[str, Any] = {}
    if path is not None:
        document = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    _check_keys(document, ("transactions", "labels", *SETTINGS), "the map")
    names = tuple(USUAL_NAMES)
    told = _stated(document.get("transactions") or {}, names, columns, "transactions")
    mapped = _completed(told, names, columns)
    labelled = _stated(
        document.get("labels") or {},
        OF_LABELS,
        columns if label_columns is None else label_columns,
        "labels",
    )
    if label_columns is None:
        mapped |= {name: found for name, found in labelled.items() if name != "id"}
        labelled = {}
    else:
        labelled = _completed(labelled, OF_LABELS, label_columns)
        if "id" not in labelled:
            _fail("labels without an id", f"one of {list(label_columns)} as `labels.id`")
        if "id" not in mapped:
            _fail("transactions without an id", f"one of {list(columns)} as `transactions.id`")
        for name in ("label", "type", "episode"):
            mapped.pop(name, None)
    for name in NEEDED:
        if name not in mapped:
            _fail(f"no column for `{name}` among {list(columns)}", f"`transactions.{name}`")
    if label_columns is None and not {"label", "type"} & set(mapped):
        _fail("transactions without labels", "`transactions.label`, or a file for --labels")
    return ColumnMap(mapped, labelled, **_settings(document))


def _settings(document: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: document[name] for name in SETTINGS if document.get(name) is not None}
    overrides = given.pop("set", {})
    for name in overrides:
        if not re.fullmatch(r"[A-Z][A-Z0-9-]*\.[a-z0-9_]+", str(name)):
            _fail(f"set: {name}", "RULE.threshold_name, e.g. IM-BK-011.min_amount_fen")
    known = {each.name for each in fields(ColumnMap)}
    return {name: value for name, value in given.items() if name in known} | {
        "overrides": {str(name): int(value) for name, value in overrides.items()}
    }


def _stated(
    given: Mapping[str, Any], names: Sequence[str], columns: Sequence[str], where: str
) -> dict[str, tuple[str, ...]]:
    _check_keys(given, names, where)
    found: dict[str, tuple[str, ...]] = {}
    for name, value in given.items():
        if value is None:
            found[name] = ()
            continue
        listed = tuple(str(each) for each in (value if isinstance(value, list) else [value]))
        for column in listed:
            if column not in columns:
                _fail(f"{where}.{name}: {column}", f"one of {list(columns)}")
        found[name] = listed
    return found


def _completed(
    told: Mapping[str, tuple[str, ...]], names: Sequence[str], columns: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """What is stated, and for the rest what its name tells; an empty statement means none."""
    by_name: dict[str, str] = {}
    for column in columns:
        by_name.setdefault(re.sub(r"[^a-z0-9]", "", column.lower()), column)
    taken = {column for found in told.values() for column in found}
    mapped = dict(told)
    for name in names:
        if name in mapped:
            continue
        for usual in USUAL_NAMES[name]:
            found = by_name.get(usual)
            if found is not None and found not in taken:
                mapped[name] = (found,)
                taken.add(found)
                break
    if "time" not in told and {"transdate", "transtime"} <= set(by_name):
        mapped["time"] = (by_name["transdate"], by_name["transtime"])
    return {name: held for name, held in mapped.items() if held}


def _check_keys(given: Mapping[str, Any], names: Sequence[str], where: str) -> None:
    unknown = sorted(set(given) - set(names))
    if unknown:
        _fail(f"{where}: {unknown}", f"some of {list(names)}")


def _fail(found: str, expected: str) -> None:
    raise TerminalError(found, expected, "correct the map; docs/scoring.md lists its keys")
