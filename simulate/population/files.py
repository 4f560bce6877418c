"""A few people's world as files in an inbox, for the whole way through the door.

The same world as rows would be, but for the rhythm: what people export comes once a week. Not
written are wallets' exports and reports of the reference centre, which simulate/ makes elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from simulate.columns import joined, number_text
from simulate.deliveries import Inbox
from simulate.population.bodies import body_of
from simulate.population.clear import Clear, Sealed, TokenOf
from simulate.population.delivery import Post, Rhythm, Sent
from simulate.population.grants import draw_grants
from simulate.population.plan import BLOCK_PEOPLE, DAY, Plan
from simulate.population.plot import Plot
from simulate.population.truth import write_truth
from simulate.population.world import Made, begin, fill
from tallywatch.errors import TerminalError

PER_PERSON = frozenset(
    {
        "bank_statements",
        "sms_messages",
        "registered_lines",
        "registered_accounts",
        "social_insurance_payments",
        "housing_fund_payments",
    }
)
"""Feeds of which a file is one person's; the grant stands in the name of the folder."""
LEFT_OUT = frozenset(
    {"alipay_bills", "wechat_bills", "credit_reports", "app_notices", "breach_exposures"}
)
Row = dict[str, Any]


@dataclass
class FilePost(Post):
    """Delivers a block's rows as files."""

    inbox: Inbox = field(default_factory=lambda: Inbox(Path()))

    def _rhythm(self, feed: str, rhythm: Rhythm) -> Rhythm:
        return replace(rhythm, step=7 * DAY) if feed in PER_PERSON else rhythm

    def _groups(self, feed: str, slots: np.ndarray, person: np.ndarray) -> np.ndarray:
        return slots.astype(np.int64) * BLOCK_PEOPLE + person if feed in PER_PERSON else slots

    def _slots(self, feed: str, groups: np.ndarray) -> np.ndarray:
        return groups // BLOCK_PEOPLE if feed in PER_PERSON else groups

    def _names(
        self, feed: str, used: np.ndarray, codes: np.ndarray
    ) -> tuple[pa.DictionaryArray, pa.DictionaryArray]:
        words = joined(f"{feed}-", number_text(used.astype(np.int64), 9))
        named = pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), words)
        return named, named

    def _enter(self, sent: Sent, received: np.ndarray, sizes: np.ndarray) -> None:
        """The ledger is the door's."""

    def write(
        self,
        sent: Sent,
        columns: Mapping[str, pa.Array],
        business: pa.Array | None = None,
        *,
        names_person: bool = True,
    ) -> None:
        """Write a file per delivery."""
        if sent.feed in LEFT_OUT or not self.plan.wants(sent.feed) or not len(sent.rows):
            return
        given = {name.removesuffix("_token"): column for name, column in columns.items()}
        grants = None
        if sent.rhythm.scope:
            grants = self.grants.ids(sent.rhythm.scope, sent.person).dictionary_decode().to_pylist()
        if names_person and not sent.rhythm.scope:
            given["subject_key"] = self.subjects(sent.person)
        rows = pa.table(given).to_pylist()
        if grants and sent.feed not in PER_PERSON:
            rows = [
                row | {"authorisation_id": grant} for row, grant in zip(rows, grants, strict=True)
            ]
        ids = sent.delivery.dictionary_decode().to_pylist()
        starts = [n for n in range(len(ids)) if n == 0 or ids[n] != ids[n - 1]]
        ending, content = FORMS.get(sent.feed, ("jsonl", json_lines))
        for start, stop in zip(starts, [*starts[1:], len(ids)], strict=True):
            attributes = None
            if grants and sent.feed in PER_PERSON:
                attributes = {"authorisation_id": grants[start]}
            received = np.datetime64(int(sent.received[start]), "s")
            text = "".join(content(rows[start:stop]))
            self.inbox.deliver(
                sent.feed,
                f"{ids[start]}.{ending}",
                text.encode(),
                received,
                stop - start,
                attributes,
            )
        self.counts[sent.feed] = self.counts.get(sent.feed, 0) + len(rows)


def make_deliveries(inbox: Path, plan: Plan, token_of: TokenOf) -> Made:
    """Write the world of a plan as files below `inbox`, and its truth beside the inbox.

    In the truth `delivery_id` is the name of a file without ending, `line_number` the place of the
    record in it; things are named by `token_of(kind, value)`.

    Raises:
        TerminalError: the inbox is not empty, or there are too many people for files.
    """
    if inbox.exists() and any(inbox.iterdir()):
        raise TerminalError(
            "an inbox that is not empty", "an empty or a new folder", "choose another folder"
        )
    if plan.people > BLOCK_PEOPLE:
        raise TerminalError(
            f"{plan.people:,} people as files",
            f"up to {BLOCK_PEOPLE:,}: each has dozens of files",
            "write rows instead with `tallywatch population`",
        )
    begun = begin(plan, 0)
    people = begun.people
    grants = draw_grants(plan, 0, people)
    post = FilePost(plan, 0, people, grants, Plot(people), inbox, inbox=Inbox(inbox))
    fill(post, Clear(plan.seed), begun)
    truth = write_truth(post, Sealed(plan.seed, token_of), inbox.parent)
    return Made(post.counts, truth)


def json_lines(rows: list[Row]) -> Iterator[str]:
    """One object per row; nothing stands for null."""
    for row in rows:
        cells = {name: _cell(value) for name, value in row.items() if value is not None}
        yield json.dumps(cells, ensure_ascii=False) + "\n"


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value + timedelta(hours=8):%Y-%m-%dT%H:%M:%S}+08:00"
    return value.isoformat() if isinstance(value, date) else value


def _messages(rows: list[Row]) -> Iterator[str]:
    for row in rows:
        epoch = int((row["sent_at"] - datetime(1970, 1, 1)).total_seconds())
        body = body_of(row["message_class"], row["signature_name"], epoch, row["amount_fen"])
        cells = {"t": epoch * 1_000, "sender": row["sender_code"], "body": body}
        yield json.dumps(cells, ensure_ascii=False) + "\n"


def _statement(rows: list[Row]) -> Iterator[str]:
    yield "借记卡号,记账日期,记账时间,币别,金额,余额,"
    yield "交易名称,渠道,网点名称,对方账户名,对方卡号/账号,附言\n"
    for row in rows:
        at = row["occurred_at"] + timedelta(hours=8)
        cells = (
            row["account"],
            f"{at:%Y-%m-%d}",
            f"{at:%H:%M:%S}",
            "人民币",
            _yuan(row["amount_fen"]),
            _yuan(row["balance_fen"]),
            row["transaction_type_name"],
            row["channel_name"],
            row["location_name"],
            row["counterparty"],
            row["counterparty_account"],
            row["remark"],
        )
        yield _csv(cells)


def _insurance(rows: list[Row]) -> Iterator[str]:
    yield "年月,险种类型,缴费基数,个人缴费,单位编号,单位名称,缴费类型\n"
    for row in rows:
        base, paid = _yuan(row["contribution_base_fen"]), _yuan(row["personal_fen"])
        month = row["first_month"].replace("-", "")
        yield _csv((month, "养老", base, paid, row["employer_code"], row["employer"], "正常应缴"))


_BUSINESS = {
    "remittance": "汇缴",
    "withdrawal": "提取",
    "transfer_out": "外部转出",
    "sealed": "封存",
    "loan_repayment": "还贷",
}


def _fund(rows: list[Row]) -> Iterator[str]:
    yield "入账日期,业务类型,汇缴年月,发生额,账户余额,单位名称\n"
    for row in rows:
        month = (row["paid_for_month"] or "").replace("-", "")
        business = _BUSINESS[row["business_code"]]
        yield _csv(
            (row["posted_date"], business, month, _yuan(row["change_fen"]), "", row["employer"])
        )


def _yuan(fen: int | None) -> str:
    if fen is None:
        return ""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def _csv(cells: tuple[object, ...]) -> str:
    return ",".join("" if cell is None else str(cell) for cell in cells) + "\n"


FORMS: dict[str, tuple[str, Callable[[list[Row]], Iterator[str]]]] = {
    "sms_messages": ("jsonl", _messages),
    "bank_statements": ("csv", _statement),
    "social_insurance_payments": ("csv", _insurance),
    "housing_fund_payments": ("csv", _fund),
}
"""Feed to ending and form of its files; JSON Lines of the columns where nothing is said."""
