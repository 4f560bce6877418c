"""Facts that the credit reference centre has on record, as columns."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

CARD, MORTGAGE, LOAN, LINE = range(4)
REASONS = (
    "贷款审批",
    "信用卡审批",
    "贷后管理",
    "法人代表、负责人、高管等资信审查",
    "公积金提取复核查询",
    "额度审批",
    "融资审批",
    "担保资格审查",
    "本人查询(互联网个人信用信息服务平台)",
    "保后管理",
)
(
    FOR_LOAN,
    FOR_CARD,
    AFTER_LOAN,
    AS_OFFICER,
    FOR_FUND,
    FOR_LIMIT,
    FOR_LEASE,
    AS_GUARANTOR,
    OWN,
    AFTER_GUARANTEE,
) = range(10)
NEVER = 2**62


@dataclass
class Facts:
    """Rows of one kind of fact; columns are given part by part and joined at the end."""

    defaults: dict[str, int]
    parts: list[dict[str, np.ndarray]] = field(default_factory=list)

    def add(self, person: np.ndarray, **columns: np.ndarray | int) -> None:
        """Some facts; a column that is not given has its default."""
        given = {"person": person} | self.defaults | columns
        self.parts.append(
            {
                name: np.broadcast_to(np.asarray(value), np.shape(person)).astype(np.int64)
                for name, value in given.items()
            }
        )

    def joined(self) -> dict[str, np.ndarray]:
        """All of them, by person."""
        names = ["person", *self.defaults]
        whole = {name: np.concatenate([p[name] for p in self.parts]) for name in names}
        order = np.argsort(whole["person"], kind="stable")
        return {name: column[order] for name, column in whole.items()}


Record = dict[str, Facts]


def no_facts() -> Record:
    """Empty collections by kind. Instants are seconds; `shown` is since when a report has it."""
    event = {"event": -1}
    return {
        "accounts": Facts(
            {
                "kind": LOAN,
                "lender": 0,
                "opened": 0,
                "closed": NEVER,
                "granted": 0,
                "shown": 0,
                "late_from": NEVER,
                "late_until": NEVER,
                "late_event": -1,
                "twin": 0,
            }
            | event
        ),
        "enquiries": Facts({"lender": 0, "reason": 0, "at": 0} | event),
        "liabilities": Facts({"lender": 0, "opened": 0, "amount": 0, "debtor": 0} | event),
        "judgments": Facts({"at": 0, "amount": 0, "number": 0} | event),
        "identity": Facts({"kind": 0, "value": 0, "lender": 0, "at": 0} | event),
    }


PHONE_ITEM, ADDRESS_ITEM, EMPLOYER_ITEM = range(3)
