"""The rules of credit reports over the reports that the generator writes, in several snapshots."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date, datetime, timedelta

import pytest

from tests.dbt.compiled_models import Model, compile_models
from tests.dbt.monitoring.credit_world import (
    CARDS,
    Row,
    added,
    flags,
    group,
    institution,
    snapshots,
)

PEOPLE = range(830_001, 830_009)
KINDS = ("detailed2", "brief2", "detailed2")
SOMEBODY = "S0830001"
LENDER = "汇远消费金融有限公司"
RULES = {f"IM-CR-{number:03d}" for number in range(1, 11)}
PLAIN = re.compile(r"[A-Za-z0-9_:.#*/ -]*")
"""Codes, days and numbers; a name or a token is none."""


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> list[Model]:
    """The ten rules and all that they read."""
    return compile_models(tmp_path_factory.mktemp("compiled"), "+rule_im_cr_*")


@pytest.fixture(scope="module")
def reports() -> list[Row]:
    """Three reports of each person."""
    return snapshots(PEOPLE, KINDS)


@pytest.fixture(scope="module")
def found(models: list[Model], reports: list[Row]) -> list[Row]:
    """The flags of people who declared nothing."""
    return flags(models, reports)


def of_rule(found: list[Row], number: int, subject: str | None = None) -> list[Row]:
    """Flags of a rule that nothing silences."""
    return [
        flag
        for flag in found
        if flag["rule_id"] == f"IM-CR-{number:03d}"
        and not flag["exit_reason"]
        and not flag["suppression_reason"]
        and subject in (None, flag["subject_key"])
    ]


def accounts(reports: list[Row], *, are_cards: bool) -> dict[str, list[Counter[tuple]]]:
    """Accounts by person and snapshot, named by institution and opening day."""
    listed: dict[str, list[Counter[tuple]]] = {}
    for row in reports:
        if row["item_type"] == "account" and (row["account_kind_code"] in CARDS) == are_cards:
            of_person = listed.setdefault(row["subject_key"], [Counter() for _ in KINDS])
            name = (group(row["institution_name"]), row["opened_date"])
            of_person[row["snapshot"] - 1][name] += 1
    return listed


def of_first_report(reports: list[Row], subject: str) -> set[str]:
    """Institutions with which the first report shows a tie."""
    ties = {"account", "disposal", "advance", "liability", "credit_line"}
    return {
        group(row["institution_name"])
        for row in reports
        if row["subject_key"] == subject and row["snapshot"] == 1 and row["item_type"] in ties
    }


def named(flag: Row) -> tuple[str, date]:
    return flag["institution_group"], date.fromisoformat(
        json.loads(flag["evidence"])["opened_date"]
    )


def test_a_loan_raises_once_however_many_reports_list_it(
    found: list[Row], reports: list[Row]
) -> None:
    expected: Counter[tuple] = Counter()
    for subject, (first, second, third) in accounts(reports, are_cards=False).items():
        new = ((second | third) - first).items()
        known = of_first_report(reports, subject)
        expected += Counter({(subject, *name): n for name, n in new if name[0] not in known})
    raised = [flag for flag in of_rule(found, 1) if flag["severity_code"] == "critical"]
    assert Counter((flag["subject_key"], *named(flag)) for flag in raised) == expected
    assert expected


def test_a_loan_of_two_reports_raises_once_and_twins_twice(
    models: list[Model], reports: list[Row]
) -> None:
    rows = [*reports]
    opened = day_of(reports, 2) - timedelta(days=20)
    for snapshot in (2, 3):
        loan(rows, snapshot, LENDER, opened)
        loan(rows, snapshot, "孪生消费金融有限公司", opened, loan_fen=100)
        loan(rows, snapshot, "孪生消费金融有限公司", opened, loan_fen=200)
    raised = Counter(
        flag["institution_group"] for flag in of_rule(flags(models, rows), 1, SOMEBODY)
    )
    assert raised[group(LENDER)] == 1
    assert raised["孪生消费金融"] == 2


def test_the_first_report_is_asked_for(found: list[Row], reports: list[Row]) -> None:
    asked = [flag for flag in of_rule(found, 1) if flag["severity_code"] == "medium"]
    listed = accounts(reports, are_cards=False)
    assert Counter((flag["subject_key"], *named(flag)) for flag in asked) == Counter(
        {(subject, *name): n for subject, first in listed.items() for name, n in first[0].items()}
    )
    assert {flag["base_score"] for flag in asked} == {15}


def test_flags_have_their_clocks_in_order_and_name_nobody(found: list[Row]) -> None:
    assert {flag["rule_id"] for flag in found} >= RULES - {"IM-CR-004"}
    assert len({flag["flag_id"] for flag in found}) == len(found)
    for flag in found:
        assert flag["event_at"] <= flag["available_at"] <= flag["detected_at"], flag
        evidence = json.loads(flag["evidence"] or "{}")
        assert all(PLAIN.fullmatch(str(value)) for value in evidence.values()), evidence


def test_overdue_is_what_a_report_tells_and_worse_than_before(
    found: list[Row], reports: list[Row]
) -> None:
    told = {
        (row["subject_key"], row["reported_month"], row["repayment_code"])
        for row in reports
        if row["item_type"] == "account_month"
    }
    raised = of_rule(found, 8)
    assert raised
    for flag in raised:
        evidence = json.loads(flag["evidence"])
        month = (flag["subject_key"], evidence["reported_month"], evidence["repayment_code"])
        assert month in told or evidence["repayment_code"] in "1B", "a brief report tells no code"
    assert len({(flag["dedup_key"], flag["event_at"]) for flag in raised}) == len(raised)


def test_the_order_of_delivery_does_not_matter(
    models: list[Model], found: list[Row], reports: list[Row]
) -> None:
    """The last report is delivered first, and the second one twice."""
    last = max(row["_received_at"] for row in reports)
    turned = [
        row | {"_received_at": last + timedelta(days=10 - row["snapshot"])} for row in reports
    ]
    turned += [
        row
        | {
            "_received_at": last + timedelta(days=20),
            "_delivery_id": row["_delivery_id"] + "-again",
        }
        for row in reports
        if row["snapshot"] == 2
    ]
    told = ("flag_id", "severity_code", "base_score", "exit_reason", "suppression_reason",
            "event_at", "evidence")  # fmt: skip
    again = flags(models, turned)
    assert [[flag[name] for name in told] for flag in again] == [
        [flag[name] for name in told] for flag in found
    ]
    assert all(flag["event_at"] <= flag["available_at"] <= flag["detected_at"] for flag in again)


def test_who_acknowledged_what_the_first_report_shows_is_not_asked(
    models: list[Model], reports: list[Row]
) -> None:
    """Told of on the day before the report came; the past is covered."""
    first = min(row["_received_at"] for row in reports if row["subject_key"] == SOMEBODY)
    names = sorted(of_first_report(reports, SOMEBODY))
    told = [
        institution(name, SOMEBODY, first - timedelta(days=1), number)
        for number, name in enumerate(names)
    ]
    judged = flags(models, reports, declarations=told)
    of_person = [flag for flag in judged if flag["subject_key"] == SOMEBODY]
    for number in (1, 2, 3, 6):
        raised = {flag["institution_group"] for flag in of_rule(of_person, number)}
        assert not raised & set(names), number
    assert any(flag["suppression_reason"] == "known_institution" for flag in of_person)
    assert not any(
        flag["exit_reason"] == "no_prior_snapshot" and flag["rule_id"] == "IM-CR-003"
        for flag in of_person
    )


def day_of(reports: list[Row], snapshot: int) -> date:
    """The day of a report of somebody."""
    return next(
        row["report_at"].date()
        for row in reports
        if row["subject_key"] == SOMEBODY and row["snapshot"] == snapshot
    )


def loan(reports: list[Row], snapshot: int, name: str, opened: date, **cells: object) -> Row:
    """A loan more in a report of somebody."""
    given = {
        "item_type": "account", "account_kind_code": "non_revolving_loan",
        "business_type_name": "个人消费贷款", "institution_name": name, "opened_date": opened,
        "currency_code": "CNY", "loan_fen": 5_000_000, "balance_fen": 4_000_000,
        "status_code": "normal",
    }  # fmt: skip
    return added(reports, SOMEBODY, snapshot, **(given | cells))


def test_a_brand_acknowledged_covers_its_lender_and_a_transfer_is_no_loan(
    models: list[Model], reports: list[Row]
) -> None:
    rows = [*reports]
    opened = day_of(reports, 2) - timedelta(days=20)
    loan(rows, 2, "重庆美团三快小额贷款有限公司", opened)
    loan(rows, 2, LENDER, opened)
    loan(rows, 1, "旧川银行股份有限公司", date(2019, 3, 4))
    loan(rows, 2, "旧川银行股份有限公司", date(2019, 3, 4), status_code="transferred")
    loan(rows, 2, "新川资产消费金融有限公司", opened, loan_fen=4_000_000)
    first = min(row["_received_at"] for row in reports)
    told = [institution("美团借钱", SOMEBODY, first)]
    judged = [
        flag
        for flag in flags(models, rows, declarations=told)
        if flag["rule_id"] == "IM-CR-001" and flag["subject_key"] == SOMEBODY
    ]
    reasons = {flag["institution_group"]: flag["suppression_reason"] for flag in judged}
    assert reasons["重庆美团三快小额贷款"] == "known_institution"
    assert reasons["新川资产消费金融"] == "account_transferred"
    assert reasons[group(LENDER)] is None


def test_a_card_in_two_currencies_is_one(models: list[Model], reports: list[Row]) -> None:
    rows = [*reports]
    opened = day_of(reports, 2) - timedelta(days=20)
    for currency in ("CNY", "USD"):
        for snapshot, status in ((2, "unused"), (3, "normal")):
            loan(rows, snapshot, "双币银行股份有限公司", opened, account_kind_code="credit_card",
                 currency_code=currency, loan_fen=None, credit_limit_fen=7_000_000,
                 status_code=status)  # fmt: skip
    raised = [
        flag
        for flag in of_rule(flags(models, rows), 2, SOMEBODY)
        if flag["institution_group"] == "双币银行"
    ]
    assert sorted((flag["severity_code"], flag["base_score"]) for flag in raised) == [
        ("critical", 60),
        ("high", 40),
    ]


def test_care_of_a_loan_is_closed_when_the_loan_is_reported(
    models: list[Model], reports: list[Row]
) -> None:
    rows = [*reports]
    asked = day_of(reports, 2) - timedelta(days=5)
    added(rows, SOMEBODY, 2, item_type="enquiry", enquirer_code="institution",
          institution_name=LENDER, reason_name="贷后管理", enquired_date=asked)  # fmt: skip
    [raised] = [
        flag for flag in of_rule(flags(models, rows), 5, SOMEBODY) if flag["dedup_key"] in LENDER
    ]
    loan(rows, 3, LENDER, asked - timedelta(days=10))
    later = {flag["flag_id"]: flag for flag in flags(models, rows)}
    assert later[raised["flag_id"]]["suppression_reason"] == "account_reported_later"


def test_a_burst_of_enquiries_is_one_story(models: list[Model], reports: list[Row]) -> None:
    """Four strangers within five days; the flag says so, in numbers."""
    rows = [*reports]
    last = day_of(reports, 2) - timedelta(days=3)
    for number in range(4):
        added(rows, SOMEBODY, 2, item_type="enquiry", enquirer_code="institution",
              institution_name=f"第{number}速贷有限公司", reason_name="贷款审批",
              enquired_date=last - timedelta(days=number))  # fmt: skip
    judged = flags(models, rows)
    raised = {flag["event_at"]: flag for flag in of_rule(judged, 4, SOMEBODY)}
    at = datetime.combine(last, datetime.min.time()) - timedelta(hours=8)
    assert json.loads(raised[at]["evidence"])["week_count"] >= 4
    assert at - timedelta(days=3) not in raised, "one alone is no burst"
    strangers = {flag["institution_group"] for flag in of_rule(judged, 3, SOMEBODY)}
    assert strangers >= {f"第{number}速贷" for number in range(4)}
