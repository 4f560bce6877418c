"""Rows of credit reports: what of the record a report of a day shows."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from simulate.population.credit_facts import (
    ADDRESS_ITEM,
    CARD,
    LINE,
    MORTGAGE,
    OWN,
    PHONE_ITEM,
    REASONS,
)
from simulate.population.delivery import Post, Rhythm
from simulate.population.institutions import NAMES, SELF
from simulate.population.plan import DAY, HOUR
from simulate.population.ragged import (
    coded,
    dates,
    month_start,
    month_texts,
    months_of,
    repeated,
)
from simulate.population.tokens import Tokens

Columns = dict[str, np.ndarray]
FEED = "credit_reports"
RHYTHM = Rhythm(offset=0, scope=FEED)
(REPORT, IDENTITY, PHONE, ADDRESS, EMPLOYER) = range(5)
(ACCOUNT, MONTH, LIABILITY, JUDGMENT, ENQUIRY) = range(5, 10)
TYPES = (
    "report",
    "identity",
    "phone",
    "address",
    "employer",
    "account",
    "account_month",
    "liability",
    "judgment",
    "enquiry",
)
ACCOUNT_KINDS = ("credit_card", "non_revolving_loan", "non_revolving_loan", "revolving_loan")
BUSINESS = ("贷记卡", "个人住房商业贷款", "其他个人消费贷款", "其他个人消费贷款")
MONTHS_SHOWN = 3
ENQUIRIES_SHOWN = 730 * DAY
ROWS_PER_PAGE = 20


class Items:
    """Rows of reports under way: tables of cells, one per kind of item."""

    def __init__(self) -> None:
        self.tables: list[pa.Table] = []
        self.snapshot: list[np.ndarray] = []
        self.rank: list[np.ndarray] = []
        self.event: list[np.ndarray] = []

    def add(
        self,
        kind: int,
        snapshot: np.ndarray,
        place: np.ndarray | int,
        cells: dict[str, pa.Array],
        event: np.ndarray | None = None,
    ) -> None:
        """Items of a kind; `place` orders them within their report, months behind accounts."""
        group = ACCOUNT if kind == MONTH else kind
        rank = (group * 10_000_000 + np.broadcast_to(place, snapshot.shape)) * 8
        cells = {name: _plain(column) for name, column in cells.items()}
        self.tables.append(
            pa.table({"item_type": _plain(coded([TYPES[kind]], 0 * snapshot))} | cells)
        )
        self.snapshot.append(snapshot)
        self.rank.append(rank + (cells["months_back"].to_numpy() if kind == MONTH else 0))
        self.event.append(np.full(len(snapshot), -1) if event is None else event)


def _plain(column: pa.Array) -> pa.Array:
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def _pairs(rows: Columns, person: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Every report with every row of its person: positions of both."""
    starts = np.searchsorted(rows["person"], person)
    counts = np.searchsorted(rows["person"], person, side="right") - starts
    snapshot, place = repeated(counts)
    return snapshot, starts[snapshot] + place


def _taken(rows: Columns, places: np.ndarray) -> dict[str, np.ndarray]:
    return {name: column[places] for name, column in rows.items()}


def add_identity(
    items: Items, rows: Columns, person: np.ndarray, at: np.ndarray, tokens: Tokens
) -> None:
    snapshot, place = _pairs(rows, person)
    keep = (rows["at"][place] + 2 * DAY <= at[snapshot]) & (rows["value"][place] >= 0)
    for kind, item, column, token in (
        (PHONE_ITEM, PHONE, "phone_token", "phone"),
        (ADDRESS_ITEM, ADDRESS, "address_token", "address"),
        (2, EMPLOYER, "employer_token", "company"),
    ):
        some = np.flatnonzero(keep & (rows["kind"][place] == kind))
        cells = _taken(rows, place[some])
        items.add(
            item,
            snapshot[some],
            place[some],
            {
                column: tokens.of(token, cells["value"]),
                "institution_name": coded(NAMES, cells["lender"]),
                "updated_date": dates(cells["at"]),
            },
            cells["event"],
        )


def add_accounts(
    items: Items,
    rows: Columns,
    person: np.ndarray,
    at: np.ndarray,
    post: Post,
    tokens: Tokens,
) -> None:
    snapshot, place = _pairs(rows, person)
    keep = rows["shown"][place] <= at[snapshot]
    snapshot, place = snapshot[keep], place[keep]
    cells = _taken(rows, place)
    seen_at = at[snapshot]
    is_late = (cells["late_from"] <= seen_at - 3 * DAY) & (cells["late_until"] > seen_at)
    is_card = np.isin(cells["kind"], (CARD, LINE))
    used = (cells["granted"] * ((place * 37 + snapshot) % 60 + 20)) // 100
    status = np.where(is_late, 1, 0)
    owed = np.where(is_late, used // 10 + 50_000, 0)
    days_late = np.maximum((seen_at - cells["late_from"]) // DAY, 1)
    # In the report that shows an account first, the account itself is the news of its row.
    first = np.zeros(len(place), bool)
    first[np.unique(place, return_index=True)[1]] = True
    has_arrears = is_late & ~first & (cells["late_event"] >= 0)
    event = np.where(has_arrears, cells["late_event"], cells["event"])
    account_number = post.people.number[person[snapshot]] * 64 + _within(rows["person"])[place]
    items.add(
        ACCOUNT,
        snapshot,
        place,
        {
            "account_kind_code": coded(ACCOUNT_KINDS, cells["kind"]),
            "business_type_name": coded(BUSINESS, cells["kind"]),
            "institution_name": coded(NAMES, cells["lender"]),
            "account_id_token": tokens.of("account", account_number + 10**10),
            "opened_date": dates(cells["opened"]),
            "currency_code": coded(["CNY", "USD"], cells["twin"]),
            "status_code": coded(["active", "overdue"], status),
            "as_of_date": dates(seen_at - 3 * DAY),
            "credit_limit_fen": pa.array(cells["granted"], mask=~is_card),
            "loan_fen": pa.array(cells["granted"], mask=is_card),
            "used_fen": pa.array(used, mask=~is_card),
            "balance_fen": pa.array(used),
            "overdue_fen": pa.array(owed),
            "overdue_terms_count": pa.array(np.where(is_late, days_late // 30 + 1, 0)),
            "five_tier_name": coded(["正常", "关注"], status),
            "guarantee_name": coded(
                ["信用/无担保", "抵押"], (cells["kind"] == MORTGAGE).astype(int)
            ),
        },
        event,
    )
    _account_months(items, cells, snapshot, place, seen_at)


def _within(person: np.ndarray) -> np.ndarray:
    starts = np.searchsorted(person, person)
    return np.arange(len(person)) - starts


def _account_months(
    items: Items,
    cells: Columns,
    snapshot: np.ndarray,
    place: np.ndarray,
    seen_at: np.ndarray,
) -> None:
    for back in range(1, MONTHS_SHOWN + 1):
        month = months_of(seen_at) - back
        known = month >= months_of(cells["opened"])
        end = month_start(month + 1)
        late = np.clip((end - cells["late_from"]) // DAY, -1, 209)
        late = np.where((cells["late_from"] < end) & (cells["late_until"] > end), late, -1)
        code = np.where(late >= 0, np.minimum(late // 30 + 1, 7), 0)
        rows = np.flatnonzero(known)
        items.add(
            MONTH,
            snapshot[rows],
            place[rows],
            {
                "months_back": pa.array(np.full(len(rows), back)),
                "reported_month": month_texts(month[rows]),
                "repayment_code": coded(tuple("N1234567"), code[rows]),
            },
            np.where(code[rows] > 0, cells["late_event"][rows], -1),
        )


def add_liabilities(
    items: Items, rows: Columns, person: np.ndarray, at: np.ndarray, tokens: Tokens
) -> None:
    snapshot, place = _pairs(rows, person)
    keep = rows["opened"][place] + 3 * DAY <= at[snapshot]
    snapshot, place = snapshot[keep], place[keep]
    cells = _taken(rows, place)
    items.add(
        LIABILITY,
        snapshot,
        place,
        {
            "institution_name": coded(NAMES, cells["lender"]),
            "opened_date": dates(cells["opened"]),
            "due_date": dates(cells["opened"] + 3 * 365 * DAY),
            "currency_code": coded(["CNY"], 0 * place),
            "debtor_type_code": coded(["company"], 0 * place),
            "debtor_token": tokens.of("name", cells["debtor"] + 7 * 10**9),
            "role_name": coded(["保证人"], 0 * place),
            "liability_fen": pa.array(cells["amount"]),
            "balance_fen": pa.array(cells["amount"]),
            "contract_number_token": tokens.of("account", cells["debtor"] + 8 * 10**10),
        },
        cells["event"],
    )


def add_judgments(items: Items, rows: Columns, person: np.ndarray, at: np.ndarray) -> None:
    snapshot, place = _pairs(rows, person)
    keep = rows["at"][place] + 5 * DAY <= at[snapshot]
    snapshot, place = snapshot[keep], place[keep]
    cells = _taken(rows, place)
    words = [f"(2026)江01民{number:05d}号" for number in (cells["number"] % 100_000).tolist()]
    items.add(
        JUDGMENT,
        snapshot,
        place,
        {
            "institution_name": coded(["江城市河东区人民法院"], 0 * place),
            "case_number": pa.array(words, pa.string()),
            "reason_name": coded(["金融借款合同纠纷"], 0 * place),
            "filed_date": dates(cells["at"]),
            "amount_fen": pa.array(cells["amount"]),
        },
        cells["event"],
    )


def add_enquiries(items: Items, rows: Columns, person: np.ndarray, at: np.ndarray) -> None:
    snapshot, place = _pairs(rows, person)
    asked = rows["at"][place] + 12 * HOUR
    keep = (asked <= at[snapshot]) & (asked > at[snapshot] - ENQUIRIES_SHOWN)
    snapshot, place = snapshot[keep], place[keep]
    cells = _taken(rows, place)
    previous = np.flatnonzero(person[1:] == person[:-1])
    days = dates(cells["at"])
    _add_enquiries(items, snapshot, place, cells["lender"], cells["reason"], days, cells["event"])
    own, self_ = np.full(len(previous), OWN), np.full(len(previous), SELF)
    _add_enquiries(items, previous + 1, previous, self_, own, dates(at[previous]), None)


def _add_enquiries(
    items: Items,
    snapshot: np.ndarray,
    place: np.ndarray,
    lender: np.ndarray,
    reason: np.ndarray,
    day: pa.Array,
    event: np.ndarray | None,
) -> None:
    cells = {
        "institution_name": coded(NAMES, lender),
        "reason_name": coded(REASONS, reason),
        "enquirer_code": coded(["institution", "self"], (reason == OWN).astype(int)),
        "enquired_date": day,
    }
    items.add(ENQUIRY, snapshot, place, cells, event)
