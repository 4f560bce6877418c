"""Builds of what is new, one after the other, leave what one whole build leaves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.dbt.compiled_models import DATABASE, Model, compile_models, make_schemas, run_models
from tests.dbt.fixture_warehouse import insert_rows, prepare_tables
from tests.dbt.monitoring.worlds import FIRST_DAY, Row, local, payment, person, usual_days
from tests.dbt.only_new import Replacing, models_of_only_new, run_only_new

SUBJECTS = ("S0000001", "S0000002", "S0000003")
SELECTED = "+fct_alerts +rpt_rule_exits"
PACKAGE = "model.tallywatch."
DELIVERIES = 8
FEEDS = (
    *("alipay_bills", "wechat_bills", "jd_bills", "meituan_bills", "bank_statements"),
    *("alert_feedback", "declarations"),
)
Told = tuple[str, Row]
"""A raw table and a row of it."""


def facts() -> list[Told]:
    """What happened to three people, each fact in the versions that deliveries may bring."""
    told: list[Told] = []
    for subject in SUBJECTS:
        told += [("alipay_bills", row) for row in usual_days(subject, days=45)]
        told += [
            ("alipay_bills", payment(subject, f"out{n}", local(38 + 3 * n, 10), 900 + n, "shop"))
            for n in range(3)
        ]
        told += [
            ("alipay_bills", payment(subject, f"night{n}", local(41, 22, 20 * n), 99, f"bar{n}"))
            for n in range(3)
        ]
        told += _returned(subject) + _of_banks(subject) + _answers(subject)
    return told


def _returned(subject: str) -> list[Told]:
    """Trades that are tied to each other, in every wallet."""
    large = payment(subject, "large", local(40, 9), 8000, "stranger")
    leg = payment(subject, "large_1", local(43, 9), 8000, "stranger", status_name="退款成功")
    jd = payment(subject, "jd1", local(36, 9), 7000, "seller")
    lent = payment(subject, "w1", local(37, 9), 6500, "friend", merchant_order_id="w2")
    back = payment(subject, "w2", local(42, 9), 6500, "friend", merchant_order_id="w1")
    order = {"description": "noodles", "paid_fen": 600_000, "direction_code": "out"}
    meals = [
        payment(subject, f"m{n}", local(39 + n, 9), 6000, "", **order, category_name=category)
        for n, category in enumerate(("支付", "退款", "支付"))
    ]
    for meal in meals:
        del meal["amount_fen"], meal["counterparty_token"], meal["status_name"]
    return [
        ("alipay_bills", large),
        ("alipay_bills", large | {"status_name": "交易关闭"}),
        ("alipay_bills", leg),
        ("jd_bills", jd | {"refunded_fen": 0}),
        ("jd_bills", jd | {"status_name": "退款成功", "occurred_at": local(44, 9)}),
        ("wechat_bills", lent | {"category_name": "转账", "status_name": "支付成功"}),
        ("wechat_bills", lent | {"category_name": "转账", "status_name": "对方已退还"}),
        ("wechat_bills", back | {"category_name": "转账-退款", "direction_code": "in"}),
        *(("meituan_bills", meal) for meal in meals),
    ]


def _of_banks(subject: str) -> list[Told]:
    line = {
        "authorisation_id": subject.replace("S", "A"),
        "subject_key": subject,
        "bank_code": "ICBC",
        "direction_code": "out",
        "counterparty_token": "landlord",
    }
    return [
        (
            "bank_statements",
            line
            | {
                "transaction_date": local(day, 12).date(),
                "occurred_at": local(day, hour),
                "amount_fen": -yuan * 100,
                "remark": "微信支付" if yuan == 6500 else None,
            },
        )
        for day, hour, yuan in ((10, 9, 3000), (38, 9, 6500), (40, 9, 3000), (42, 23, 9000))
    ]


def _answers(subject: str) -> list[Told]:
    answer = {
        "subject_key": subject,
        "rule_id": "IM-BK-011",
        "author_id": "ops1",
        "noted_at": local(42, 9),
    }
    return [
        (
            "alert_feedback",
            answer | {"feedback_id": f"{subject}-1", "dedup_key": "shop", "outcome_code": "was_me"},
        ),
        (
            "alert_feedback",
            answer
            | {
                "feedback_id": f"{subject}-2",
                "dedup_key": "stranger",
                "outcome_code": "confirmed_misuse",
            },
        ),
        (
            "declarations",
            {
                "declaration_id": f"{subject}-3",
                "subject_key": subject,
                "thing_type": "payee",
                "payee_token": "landlord",
                "holds_from_at": local(0, 9),
                "recorded_at": local(20, 9),
            },
        ),
    ]


FACTS = facts()


@dataclass(frozen=True)
class Built:
    """The models as either kind of build runs them."""

    whole: list[Model]
    only_new: list[Model | Replacing]
    manifest: dict[str, Any]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Everything that alerts are made of."""
    compiled: Path = tmp_path_factory.mktemp("compiled")
    whole = compile_models(compiled, SELECTED)
    manifest = json.loads((compiled / "manifest.json").read_text("utf-8"))
    folder: Path = tmp_path_factory.mktemp("only_new")
    only_new = models_of_only_new(folder, SELECTED, whole, {"raw.authorisations": people()})
    return Built(whole, only_new, manifest)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse in memory with seeds and people, and nothing told of them yet."""
    with duckdb.connect() as made:
        made.execute(f"attach ':memory:' as {DATABASE}")
        made.execute(f"use {DATABASE}")
        prepare_tables(made)
        make_schemas(made)
        insert_rows(made, {"raw.authorisations": people()})
        yield made


def people() -> list[Row]:
    """Their grants."""
    return [person(subject) for subject in SUBJECTS]


@dataclass(frozen=True)
class Sequence:
    """Deliveries of facts, and after which of them a build runs."""

    deliveries: list[list[Told]]
    received: list[int]
    built_after: frozenset[int]


@st.composite
def sequences(draw: st.DrawFn) -> Sequence:
    """The facts, each in one or two deliveries, which are loaded in an order that is not theirs."""
    places = st.sets(st.integers(0, DELIVERIES - 1), min_size=1, max_size=2)
    chosen = draw(st.lists(places, min_size=len(FACTS), max_size=len(FACTS)))
    deliveries: list[list[Told]] = [[] for _ in range(DELIVERIES)]
    for fact, numbers in zip(FACTS, chosen, strict=True):
        for number in numbers:
            deliveries[number].append(fact)
    received = draw(st.lists(st.integers(0, 30), min_size=DELIVERIES, max_size=DELIVERIES))
    built_after = draw(st.sets(st.integers(0, DELIVERIES - 2), min_size=1))
    return Sequence(deliveries, received, frozenset(built_after) | {DELIVERIES - 1})


def by_day() -> Sequence:
    """Every fact on its day, in time."""
    days = [datetime.combine(row_day(row), datetime.min.time()) for _, row in FACTS]
    first = min(days)
    deliveries: list[list[Told]] = [[] for _ in range(12)]
    for fact, day in zip(FACTS, days, strict=True):
        deliveries[min((day - first).days // 4, 11)].append(fact)
    return Sequence(deliveries, [4 * n for n in range(12)], frozenset(range(12)))


def row_day(row: Row) -> Any:
    """The day of a fact."""
    told = row.get("occurred_at") or row.get("noted_at") or row["recorded_at"]
    return told.date()


def _load(connection: duckdb.DuckDBPyConnection, number: int, told: list[Told], day: int) -> None:
    received = FIRST_DAY + timedelta(days=50 + day, hours=number)
    rows: dict[str, list[Row]] = {}
    for feed, row in told:
        lineage = {"_delivery_id": f"{feed}-{number}", "_received_at": received}
        rows.setdefault(f"raw.{feed}", []).append(row | lineage)
    insert_rows(connection, rows)


def _empty(connection: duckdb.DuckDBPyConnection) -> None:
    for feed in FEEDS:
        connection.execute(f"delete from raw.{feed}")
        connection.execute("delete from ledger.batches where feed = ?", [feed])
    connection.execute("delete from builds.deliveries")


def _take(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("delete from builds.deliveries")
    connection.execute(
        "insert into builds.deliveries select 'taken', '', delivery_id, 0, 0 from ledger.batches"
    )


def _everything(connection: duckdb.DuckDBPyConnection, models: list[Model]) -> dict[str, Any]:
    """Rows of what is computed; which deliveries are new is another thing each time."""
    passing = ("changed_", "changed_from", "new_deliveries", "stg_")
    return {
        model.relation: connection.execute(f"from {model.relation} order by all").fetchall()
        for model in models
        if not any(word in model.relation for word in passing)
    }


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(sequence=by_day())
@given(sequence=sequences())
def test_builds_of_news_add_up_to_one_of_everything(
    connection: duckdb.DuckDBPyConnection, models: Built, sequence: Sequence
) -> None:
    _empty(connection)
    run_models(connection, models.whole)
    _take(connection)
    for number, told in enumerate(sequence.deliveries):
        _load(connection, number, told, sequence.received[number])
        if number in sequence.built_after:
            run_only_new(connection, models.only_new)
            _take(connection)
    found = _everything(connection, models.whole)
    run_models(connection, models.whole)
    expected = _everything(connection, models.whole)
    assert len(expected["marts.fct_alerts"]) > len(SUBJECTS)
    for relation, rows in expected.items():
        assert found[relation] == rows, relation


def test_rules_over_movements_replace_what_they_judged(models: Built) -> None:
    replacing = {model.relation for model in models.only_new if isinstance(model, Replacing)}
    assert "intermediate.rule_im_bk_011__amount_outlier" in replacing
    assert "intermediate.int_subjects__outflow_baselines" in replacing


def _ancestors(manifest: dict[str, Any], unique_id: str) -> set[str]:
    found: set[str] = set()
    waiting = [unique_id]
    while waiting:
        new = set(manifest["parent_map"][waiting.pop()]) - found
        found |= new
        waiting += new
    return found


def judged_models(manifest: dict[str, Any]) -> list[str]:
    """Ids of the models of which a build of what is new replaces people's rows or days."""
    return [
        unique_id
        for unique_id, node in manifest["nodes"].items()
        if str(node["config"].get("incremental_strategy")).startswith("judged_")
    ]


def test_what_is_judged_in_part_reads_feeds_whose_news_are_looked_for(models: Built) -> None:
    """A rule that reads another feed is built whole, or changed_from learns to look for news."""
    looked_for = _ancestors(models.manifest, f"{PACKAGE}int_subjects__changed_from")
    assert judged_models(models.manifest)
    for unique_id in judged_models(models.manifest):
        read = {name for name in _ancestors(models.manifest, unique_id) if ".raw." in name}
        assert read <= looked_for, unique_id


def test_what_is_judged_in_part_depends_on_the_instant_only_by_the_rulebook(models: Built) -> None:
    """What is in force of the rulebook is in the fingerprint of a build; the time of day is not."""
    instant = f"{PACKAGE}int_service__as_of"
    for unique_id in judged_models(models.manifest):
        for parent in _ancestors(models.manifest, unique_id) | {unique_id}:
            if instant in models.manifest["parent_map"].get(parent, ()):
                assert parent.startswith(f"{PACKAGE}int_rulebook__"), (unique_id, parent)
