"""Stories against the published definitions of the rules, judged on the delivered bills."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median

import pytest

from simulate import simulate
from simulate.truth import Decoy, Planted
from simulate.vocabulary import STRANGERS
from tests.simulate.bill_reader import AMOUNTS, TIMES, read_bills
from tests.simulate.made_world import World

WALLETS = ("alipay_bills", "wechat_bills")
DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Outflow:
    at: datetime
    yuan: Decimal
    payee: str


Ledger = dict[tuple[str, str], list[Outflow]]


@pytest.fixture(scope="module")
def ledger(world: World) -> Ledger:
    """What every subject paid, by subject and feed, from the bills and the grants alone."""
    subjects: dict[str, str] = {}
    for path in (world.inbox / "authorisations").iterdir():
        for line in path.read_text(encoding="utf-8").splitlines():
            grant = json.loads(line)
            subjects[grant["authorisation_id"]] = grant["subject_key"]
    left_out = {f.file for f in (*world.truth.refused_files, *world.truth.rejected_files)}
    spoilt = {(r.file, r.line_number) for r in world.truth.rejected_rows}
    paid: dict[tuple[str, str], set[Outflow]] = defaultdict(set)
    for delivered in world.truth.deliveries:
        if delivered.feed not in WALLETS or delivered.file in left_out:
            continue
        subject = subjects[delivered.file.split("authorisation_id=")[1].split("/")[0]]
        bill = read_bills(world.inbox / delivered.file)[-1]
        for line, cells in zip(bill.lines, bill.rows, strict=True):
            if (delivered.file, line) in spoilt:
                continue
            row = dict(zip(bill.header, cells, strict=True))
            if row["收/支"] == "支出":
                amount = next(row[a] for a in AMOUNTS if a in row).lstrip("¥￥")
                at = datetime.fromisoformat(next(row[t] for t in TIMES if t in row))
                paid[subject, delivered.feed].add(Outflow(at, Decimal(amount), row["交易对方"]))
    return {key: sorted(outflows) for key, outflows in paid.items()}


def _past(outflows: list[Outflow], day: datetime) -> list[Decimal]:
    start = day.replace(hour=0, minute=0, second=0)
    return sorted(o.yuan for o in outflows if start - 90 * DAY <= o.at < start)


def _p95(past: list[Decimal]) -> Decimal:
    return past[-(-95 * len(past) // 100) - 1]


def _is_outlier(outflows: list[Outflow], one: Outflow) -> bool:
    past = _past(outflows, one.at)
    if len(past) < 20 or one.yuan < 500 or one.yuan <= _p95(past):
        return False
    middle = median(past)
    spread = max(median(abs(p - middle) for p in past), middle * Decimal("0.05"), Decimal(1))
    return Decimal("0.6745") * (one.yuan - middle) / spread > 8


def _ends_night_burst(outflows: list[Outflow], one: Outflow) -> bool:
    burst = [
        o
        for o in outflows
        if one.at - DAY <= o.at <= one.at
        and len(past := _past(outflows, o.at)) >= 20
        and o.yuan > _p95(past)
    ]
    at_night = any(o.at.hour >= 22 or o.at.hour < 4 for o in burst)
    return one in burst and len(burst) >= 2 and at_night


def _is_large_to_new_payee(outflows: list[Outflow], one: Outflow) -> bool:
    past = _past(outflows, one.at)
    is_new = all(o.payee != one.payee for o in outflows if one.at - 365 * DAY <= o.at < one.at)
    return len(past) >= 20 and is_new and one.yuan >= max(Decimal(5000), 3 * _p95(past))


RULES = {
    "IM-BK-011": _is_outlier,
    "IM-BK-012": _ends_night_burst,
    "IM-BK-013": _is_large_to_new_payee,
}


def _fires(ledger: Ledger, told: Planted | Decoy) -> bool:
    outflows = ledger.get((told.subject_key, told.feed), [])
    start, end = (datetime.fromisoformat(t) for t in (told.starts_at, told.ends_at))
    within = [o for o in outflows if start <= o.at <= end]
    return any(RULES[told.rule_id](outflows, one) for one in within)


def test_every_rule_has_planted_misuse_and_decoys_in_both_wallets(world: World) -> None:
    for told in (world.truth.planted, world.truth.decoys):
        found = {(t.rule_id, t.feed) for t in told}
        assert found >= {(rule, feed) for rule in (*RULES, "IM-MT-025") for feed in WALLETS}


def test_planted_misuse_fires(world: World, ledger: Ledger) -> None:
    missed = [p for p in world.truth.planted if p.rule_id in RULES and not _fires(ledger, p)]
    assert not missed


def test_every_payment_to_a_stranger_is_a_large_first_one(world: World, ledger: Ledger) -> None:
    for planted in (p for p in world.truth.planted if p.rule_id == "IM-BK-013"):
        outflows = ledger[planted.subject_key, planted.feed]
        strange = [o for o in outflows if o.payee in STRANGERS]
        assert len(strange) == 1 + (planted.chain == "drained_at_night")
        assert all(_is_large_to_new_payee(outflows, o) for o in strange)


def test_silent_decoys_are_silent_and_flagged_ones_fire(world: World, ledger: Ledger) -> None:
    wrong = [
        d
        for d in world.truth.decoys
        if d.rule_id in RULES
        and d.expectation in {"silent", "flagged"}
        and _fires(ledger, d) is not (d.expectation == "flagged")
    ]
    assert not wrong


def test_decoys_that_only_an_answer_or_a_habit_can_silence(world: World, ledger: Ledger) -> None:
    kept_back = [
        d for d in world.truth.decoys if d.expectation == "not_live" and d.rule_id in RULES
    ]
    assert any(_fires(ledger, d) for d in kept_back)
    answered = _answers(world)
    for decoy in kept_back:
        if not _fires(ledger, decoy):
            continue
        outflows = ledger[decoy.subject_key, decoy.feed]
        if decoy.rule_id == "IM-BK-012":
            usual = [o for o in outflows if o.at.hour >= 22 or o.at.hour < 4]
            assert len(usual) * 10 > len(outflows)
            continue
        payees = {
            f"counterparty:{o.payee}"
            for o in outflows
            if decoy.starts_at <= f"{o.at}" <= decoy.ends_at
        }
        known = {a["dedup_key"] for a in answered if a["subject_key"] == decoy.subject_key}
        assert payees & known


def test_ordinary_holders_raise_nothing(world: World, ledger: Ledger) -> None:
    told = {t.subject_key for t in (*world.truth.planted, *world.truth.decoys)}
    ordinary = {key: paid for key, paid in ledger.items() if key[0] not in told}
    assert len(ordinary) >= 8
    for outflows in ordinary.values():
        assert not any(rule(outflows, o) for rule in RULES.values() for o in outflows)


def test_blind_spots_are_weeks_old_and_nobody_elses_bill_is(world: World) -> None:
    last = {
        d.file.split("authorisation_id=")[1].split("/")[0]: d.received_at
        for d in sorted(world.truth.deliveries, key=lambda d: d.received_at)
        if d.feed in WALLETS
    }
    quiet = [g for g, received in last.items() if received < "2026-10-01"]
    assert len(quiet) == sum(p.rule_id == "IM-MT-025" for p in world.truth.planted) == 2
    broken_off = sum(d.story in {"revoked", "expired"} for d in world.truth.decoys)
    assert sum("2026-10-01" <= r < "2026-11-06" for r in last.values()) == broken_off


def _answers(world: World) -> list[dict[str, str]]:
    return [
        json.loads(line)
        for path in (world.inbox / "alert_feedback").iterdir()
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def test_answers_about_payees_need_tokens(world: World, tmp_path: Path) -> None:
    keys = {(a["rule_id"], a["dedup_key"].split(":")[0]) for a in _answers(world)}
    assert ("IM-BK-011", "counterparty") in keys
    assert ("IM-MT-025", "alipay_bills") in keys
    assert {a["outcome_code"] for a in _answers(world)} == {
        "was_me",
        "family_authorised",
        "confirmed_misuse",
        "unreachable",
    }
    silent = World(tmp_path / "inbox", simulate(tmp_path / "inbox", people=60))
    assert {a["rule_id"] for a in _answers(silent)} == {"IM-MT-025"}
    assert not any(
        d.rule_id == "IM-BK-011" and d.expectation == "not_live" for d in silent.truth.decoys
    )
