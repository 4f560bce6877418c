"""Credit reports as people obtain them: the record at a day, item by item."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from simulate.population.credit_facts import (
    Facts,
)
from simulate.population.credit_items import (
    FEED,
    IDENTITY,
    REPORT,
    RHYTHM,
    ROWS_PER_PAGE,
    Items,
    add_accounts,
    add_enquiries,
    add_identity,
    add_judgments,
    add_liabilities,
)
from simulate.population.delivery import Post
from simulate.population.grants import NAMES as SCOPES
from simulate.population.plan import DAY, HOUR
from simulate.population.ragged import (
    coded,
    dates,
    instants,
    repeated,
)
from simulate.population.tokens import Tokens


def draw_reports(post: Post) -> tuple[np.ndarray, np.ndarray]:
    """Who obtains a report and when: some before the world, then every few months; by person."""
    plan, rng = post.plan, post.plan.chance("reports", post.block)
    given = np.flatnonzero(post.grants.is_given[:, SCOPES.index(FEED)])
    count = len(given)
    before = plan.start - rng.integers(10, 170, count) * DAY
    earlier = before - rng.integers(150, 380, count) * DAY
    has_earlier = rng.random(count) < 0.5
    period = rng.integers(25, 91, count)
    times = np.maximum(plan.days - rng.integers(0, period), 0) // period + 1
    row, number = repeated(times)
    first = rng.integers(0, period)
    within = plan.start + (first[row] + number * period[row]) * DAY
    person = np.concatenate([given, given[has_earlier], given[row]])
    day = np.concatenate([before, earlier[has_earlier], within])
    at = day + rng.integers(9 * HOUR, 21 * HOUR, len(day))
    keep = at < plan.end
    person, at = person[keep], at[keep]
    order = np.lexsort((at, person))
    return person[order], at[order]


def write_reports(
    post: Post, facts: dict[str, Facts], tokens: Tokens
) -> tuple[np.ndarray, np.ndarray]:
    """All reports of a block; gives person and instant of each."""
    person, at = draw_reports(post)
    items = Items()
    snapshots = np.arange(len(person))
    number = post.people.number[person]
    items.add(REPORT, snapshots, 0, {})
    items.add(
        IDENTITY,
        snapshots,
        0,
        {
            "full_name_token": tokens.of("name", number),
            "id_number_token": tokens.of("id_number", number),
            "id_type_name": coded(["身份证"], 0 * number),
        },
    )
    joined = {name: kind.joined() for name, kind in facts.items()}
    add_identity(items, joined["identity"], person, at, tokens)
    add_accounts(items, joined["accounts"], person, at, post, tokens)
    add_liabilities(items, joined["liabilities"], person, at, tokens)
    add_judgments(items, joined["judgments"], person, at)
    add_enquiries(items, joined["enquiries"], person, at)
    _write(post, items, person, at, tokens)
    return person, at


def _write(post: Post, items: Items, person: np.ndarray, at: np.ndarray, tokens: Tokens) -> None:
    snapshot, rank = np.concatenate(items.snapshot), np.concatenate(items.rank)
    order = np.lexsort((rank, snapshot))
    snapshot = snapshot[order]
    event = np.concatenate(items.event)[order]
    table = pa.concat_tables(items.tables, promote_options="default")
    table = table.drop_columns(["months_back"]).combine_chunks().take(pa.array(order))
    kind = table["item_type"].to_numpy(zero_copy_only=False)
    starts = np.searchsorted(snapshot, snapshot)
    item_number = np.arange(len(snapshot)) - starts + 1
    is_account, is_month = kind == "account", kind == "account_month"
    last_account = np.maximum.accumulate(np.where(is_account, np.arange(len(kind)), 0))
    parent = item_number[last_account]
    who = person[snapshot]
    sent = post.send(FEED, RHYTHM, who, at[snapshot], event)
    rows = pa.array(sent.rows)
    columns = {name: table[name].combine_chunks().take(rows) for name in table.column_names}
    number = post.people.number[who[sent.rows]] * 4_096 + (at[snapshot] // DAY % 4_096)[sent.rows]
    same = np.zeros(len(sent.rows), np.int32)
    columns |= {
        "report_number_token": tokens.coded("account", number + 5 * 10**10),
        "item_number": pa.array(item_number[sent.rows]),
        "parent_number": pa.array(parent[sent.rows], mask=~is_month[sent.rows]),
        "page_number": pa.array(item_number[sent.rows] // ROWS_PER_PAGE + 1),
        "report_at": instants(sent.at),
        "version_code": coded(["detailed"], same),
        "generation_code": coded(["second"], same),
        "kept_from_date": dates(sent.at),
    }
    post.write(sent, columns, dates(sent.at))
