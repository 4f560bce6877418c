"""A population: its people, their feeds as screened rows, and the truth, block by block."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from simulate.population.bills import write_money
from simulate.population.cast import Cast, draw_cast, draw_strangers, wake_sleepers
from simulate.population.chains_money import tell_money_chains
from simulate.population.credit_file import write_reports
from simulate.population.credit_life import live
from simulate.population.credit_misuse import tell_credit_misuse
from simulate.population.declarations import (
    Ledger,
    declare_credit,
    declare_devices,
    declare_usual,
    declared_payees,
    write_declarations,
)
from simulate.population.decoys_life import tell_life_decoys
from simulate.population.decoys_money import tell_money_decoys
from simulate.population.delivery import Post, write_parquet
from simulate.population.employers import draw_employers
from simulate.population.grants import draw_grants
from simulate.population.income import recurring
from simulate.population.leaks import write_leaks
from simulate.population.life_events import LifeEvents, draw_life_events
from simulate.population.lookups import write_lookups
from simulate.population.message_stories import tell_message_decoys, tell_message_misuse
from simulate.population.messages import Messages, usual_messages, write_messages, write_notices
from simulate.population.movements import together
from simulate.population.people import People, draw_people
from simulate.population.plan import Plan
from simulate.population.platforms import Events, tell_platform_misuse, usual_events, write_events
from simulate.population.plot import Plot, tell_declared
from simulate.population.register import write_register
from simulate.population.season import season
from simulate.population.service import write_service
from simulate.population.social import social_record
from simulate.population.social_lists import (
    FUND,
    FUND_LIST,
    INSURANCE,
    INSURANCE_LIST,
    write_lists,
)
from simulate.population.spending import card_legs, everyday, refunds
from simulate.population.tokens import Tokens
from simulate.population.truth import write_truth
from tallywatch.errors import TerminalError

SUMMARY = "world.json"


@dataclass(frozen=True)
class Made:
    """What was written: rows by feed, and rows of the tables of truth."""

    rows: dict[str, int]
    truth: dict[str, int]


def make_population(
    folder: Path, plan: Plan, *, on_block: Callable[[int, int], None] | None = None
) -> Made:
    """Write a world below `folder`: `raw/<feed>/`, `ledger/batches/`, `truth/<table>/`.

    Files are Parquet, one per block of people; `world.json` says what was asked for and how much it
    is. `on_block(done, all)` is called after each block.

    Raises:
        TerminalError: the folder is not empty.
    """
    if folder.exists() and any(folder.iterdir()):
        raise TerminalError(
            f"a folder that is not empty: {folder}",
            "an empty or a new folder",
            "choose another folder, or clear it",
        )
    rows: Counter[str] = Counter()
    truth: Counter[str] = Counter()
    try:
        for block in plan.blocks:
            made = make_block(folder, plan, block)
            rows.update(made.rows)
            truth.update(made.truth)
            if on_block:
                on_block(block + 1, len(plan.blocks))
    except BaseException:
        for part in ("raw", "ledger", "truth"):
            shutil.rmtree(folder / part, ignore_errors=True)
        raise
    asked = asdict(plan) | {"feeds": None if plan.feeds is None else sorted(plan.feeds)}
    summary = {
        "plan": asked,
        "rows": dict(sorted(rows.items())),
        "truth": dict(sorted(truth.items())),
    }
    (folder / SUMMARY).write_text(json.dumps(summary, indent=1) + "\n", "utf-8")
    return Made(dict(rows), dict(truth))


def make_block(folder: Path, plan: Plan, block: int) -> Made:
    """Everything of one block of people."""
    tokens = Tokens(plan.seed)
    begun = begin(plan, block)
    people = begun.people
    grants = draw_grants(plan, block, people)
    post = Post(plan, block, people, grants, Plot(people), folder)
    fill(post, tokens, begun)
    truth = write_truth(post, tokens, folder)
    if post.batches:
        place = folder / "ledger" / "batches"
        place.mkdir(parents=True, exist_ok=True)
        write_parquet(pa.concat_tables(post.batches), place / f"part-{block:05d}.parquet")
    return Made(post.counts, truth)


@dataclass(frozen=True)
class Begun:
    """A block of people, and what will befall them."""

    people: People
    life: LifeEvents
    cast: Cast
    victim_of: np.ndarray
    employed_at: np.ndarray


def begin(plan: Plan, block: int) -> Begun:
    """Draw people and their fates."""
    people = draw_people(plan, block)
    life = draw_life_events(plan, block, people)
    cast = draw_cast(plan, block, people)
    wake_sleepers(people, cast)
    victim_of = draw_strangers(plan, block, people, cast)
    return Begun(people, life, cast, victim_of, draw_employers(plan, block, people))


def fill(post: Post, tokens: Tokens, begun: Begun) -> None:
    """Send everything that is known of a block through its post."""
    plan, block, plot = post.plan, post.block, post.plot
    people, life, cast = begun.people, begun.life, begun.cast
    write_register(post, tokens, begun.victim_of)
    _money(post, tokens, cast, life)
    facts = live(plan, block, people, life, begun.employed_at)
    tell_credit_misuse(plan, block, people, cast, plot, facts)
    reports = write_reports(post, facts, tokens)
    _phone(post, tokens, cast, life)
    insured, fund = social_record(plan, block, people, life, cast, plot, begun.employed_at)
    write_lists(post, INSURANCE, INSURANCE_LIST, "silists", insured, tokens)
    write_lists(post, FUND, FUND_LIST, "hflists", fund, tokens)
    write_lookups(post, life, cast, plot)
    write_leaks(post, cast, plot, tokens)
    write_service(post, reports, cast, plot)
    ledger = Ledger(plan, people, plan.chance("ledger", block))
    declare_usual(ledger, life)
    declare_credit(ledger, facts)
    declare_devices(ledger, life, begun.employed_at)
    write_declarations(post, ledger, tokens)
    tell_life_decoys(plot, life)
    tell_declared(plot, declared_payees(ledger))


def _money(post: Post, tokens: Tokens, cast: Cast, life: LifeEvents) -> None:
    plan, block = post.plan, post.block
    days = season(plan)
    spent = everyday(plan, block, post.people, days)
    tell_money_chains(plan, block, post.people, cast, post.plot)
    honest = tell_money_decoys(plan, block, post.people, post.plot, days, life)
    legs = card_legs(plan, block, spent)
    parts = [spent, legs, refunds(plan, block, spent), recurring(plan, block, post.people)]
    money = together([*parts, *honest, *post.plot.money])
    write_money(post, money, tokens)


def _phone(post: Post, tokens: Tokens, cast: Cast, life: LifeEvents) -> None:
    plan, block, people, plot = post.plan, post.block, post.people, post.plot
    messages = Messages()
    usual_messages(plan, block, people, messages)
    tell_message_misuse(plan, block, people, cast, plot, messages)
    tell_message_decoys(plan, block, people, life, plot, messages)
    write_messages(post, messages)
    write_notices(post)
    events = Events()
    usual_events(plan, block, people, life, plot, events)
    tell_platform_misuse(plan, block, people, cast, plot, events)
    write_events(post, events, tokens)
