"""Movements of wallets and banks are judged together, once, and by what was known at the time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from tests.dbt.compiled_models import DATABASE, Model, compile_models, run_models
from tests.dbt.fixture_warehouse import insert_rows, prepare_tables
from tests.dbt.monitoring.worlds import Row, bank_line, local, payment, person, usual_days
from tests.dbt.seeds import load_seeds

EVEN, UNEVEN, BOTH, ROBBED = (f"S000000{number}" for number in range(1, 5))
RULE_MODELS = ("rule_im_bk_011__amount_outlier", "rule_im_bk_013__large_first_payee")
RUN_OF_MISUSE = range(40, 48)


def misuse(subject: str) -> list[Row]:
    """900 yuan a day to a new payee each, for eight days: after two, p95 is as high as that."""
    return [
        payment(subject, f"{subject}-gone-{day}", local(day, 15), 900, f"thief-{day}")
        for day in RUN_OF_MISUSE
    ]


def bills() -> list[Row]:
    """An even and an uneven spender, both robbed; one with a bank account; one who answers."""
    rows = [row for subject in (EVEN, UNEVEN, BOTH, ROBBED) for row in usual_days(subject, days=50)]
    rows += misuse(EVEN) + misuse(UNEVEN)
    rows += [
        payment(UNEVEN, f"{UNEVEN}-big-{day}", local(day, 13), 400 + day, f"outing-{day}")
        for day in range(3, 40, 9)
    ]
    rows += [
        payment(
            BOTH, "by card", local(45, 9), 6000, "furniture", payment_method_name="示例银行(17)"
        ),
        payment(ROBBED, "taken", local(41, 9), 3000, "thief"),
        payment(ROBBED, "again", local(45, 9), 700, "somebody"),
    ]
    return rows


def statements() -> list[Row]:
    """The bank's leg of the furniture, and a transfer of which only the day is told."""
    transfer = bank_line(BOTH, local(46, 9), -9000, "landlord")
    return [
        bank_line(BOTH, local(45, 9), -6000, "示例支付", transaction_type_name="快捷支付"),
        {name: value for name, value in transfer.items() if name != "occurred_at"},
    ]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> list[Model]:
    """What the two rules are made of."""
    selected = " ".join(f"+{name}" for name in RULE_MODELS)
    return compile_models(tmp_path_factory.mktemp("compiled"), selected)


@pytest.fixture
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse in memory with everybody's bills and statements."""
    with duckdb.connect() as made:
        made.execute(f"attach ':memory:' as {DATABASE}")
        made.execute(f"use {DATABASE}")
        prepare_tables(made)
        for schema in ("seeds", "staging", "intermediate", "marts"):
            made.execute(f"create schema if not exists {schema}")
        load_seeds(made)
        insert_rows(
            made,
            {
                "raw.authorisations": [person(s) for s in (EVEN, UNEVEN, BOTH, ROBBED)],
                "raw.alipay_bills": bills(),
                "raw.bank_statements": statements(),
            },
        )
        yield made


def flags(warehouse: duckdb.DuckDBPyConnection, rule: str, subject: str) -> list[tuple[Any, ...]]:
    return warehouse.execute(
        f"select event_at, feed, dedup_key from intermediate.{rule} "
        "where subject_key = ? and exit_reason is null order by all",
        [subject],
    ).fetchall()


def test_a_run_of_misuse_does_not_hide_itself_from_who_spends_evenly(
    warehouse: duckdb.DuckDBPyConnection, models: list[Model]
) -> None:
    run_models(warehouse, models)
    seen = [flag[0] for flag in flags(warehouse, RULE_MODELS[0], EVEN)]
    assert seen == [local(day, 15) for day in RUN_OF_MISUSE]
    uneven = [flag for flag in flags(warehouse, RULE_MODELS[0], UNEVEN) if "thief" in flag[2]]
    assert 0 < len(uneven) < len(RUN_OF_MISUSE)


def test_a_payment_that_draws_on_a_card_is_judged_once(
    warehouse: duckdb.DuckDBPyConnection, models: list[Model]
) -> None:
    run_models(warehouse, models)
    day_end = local(46, 23, 59).replace(second=59)
    expected = [
        (local(45, 9), "alipay_bills", "furniture"),
        (day_end, "bank_statements", "landlord"),
    ]
    for rule in RULE_MODELS:
        assert flags(warehouse, rule, BOTH) == expected


def test_an_answer_acts_from_when_it_was_given(
    warehouse: duckdb.DuckDBPyConnection, models: list[Model]
) -> None:
    baselines = """
        select business_date, outflow_count
        from intermediate.int_subjects__outflow_baselines
        where subject_key = ? order by business_date
    """
    run_models(warehouse, models)
    before = warehouse.execute(baselines, [ROBBED]).fetchall()
    answer = {
        "feedback_id": "F1",
        "subject_key": ROBBED,
        "rule_id": "IM-BK-011",
        "dedup_key": "thief",
        "outcome_code": "confirmed_misuse",
        "author_id": "ops1",
        "noted_at": local(43, 9),
        "_received_at": local(43, 10),
    }
    insert_rows(warehouse, {"raw.alert_feedback": [answer]})
    run_models(warehouse, models)
    after = warehouse.execute(baselines, [ROBBED]).fetchall()
    (robbed_day, judged_day) = before
    assert after == [robbed_day, (judged_day[0], judged_day[1] - 1)]
