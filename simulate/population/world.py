"""A population: its people, their feeds as screened rows, and the truth, block by block."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa

from simulate.population.bills import write_money
from simulate.population.cast import Cast, draw_cast
from simulate.population.chains_money import tell_money_chains
from simulate.population.declarations import Ledger, declare_usual, write_declarations
from simulate.population.decoys_money import tell_money_decoys
from simulate.population.delivery import Post, write_parquet
from simulate.population.grants import draw_grants
from simulate.population.income import recurring
from simulate.population.life_events import LifeEvents, draw_life_events
from simulate.population.movements import together
from simulate.population.people import draw_people
from simulate.population.plan import Plan
from simulate.population.plot import Plot
from simulate.population.register import write_register
from simulate.population.season import season
from simulate.population.spending import everyday, refunds
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
    people = draw_people(plan, block)
    life = draw_life_events(plan, block, people)
    cast = draw_cast(plan, block, people)
    plot = Plot(people)
    post = Post(plan, block, people, draw_grants(plan, block, people), plot, folder)
    write_register(post, tokens)
    _money(post, tokens, cast, life)
    ledger = Ledger(plan, people, plan.chance("ledger", block))
    declare_usual(ledger, life)
    write_declarations(post, ledger, tokens)
    truth = write_truth(post, tokens, folder)
    if post.batches:
        place = folder / "ledger" / "batches"
        place.mkdir(parents=True, exist_ok=True)
        write_parquet(pa.concat_tables(post.batches), place / f"part-{block:05d}.parquet")
    return Made(post.counts, truth)


def _money(post: Post, tokens: Tokens, cast: Cast, life: LifeEvents) -> None:
    plan, block = post.plan, post.block
    days = season(plan)
    spent = everyday(plan, block, post.people, days)
    tell_money_chains(plan, block, post.people, cast, post.plot)
    honest = tell_money_decoys(plan, block, post.people, post.plot, days, life)
    parts = [spent, refunds(plan, block, spent), recurring(plan, block, post.people)]
    money = together([*parts, *honest, *post.plot.money])
    write_money(post, money, tokens)
