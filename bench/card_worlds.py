"""Small labelled card payments in the manner of two simulators that are known in this field.

`near_normal`: people whose amounts are near normal around a mean of their own, paying at tills near
them; three kinds of misuse, as in the simulator of the Fraud Detection Handbook: amounts above
anybody's, tills that are compromised for weeks, cards whose data leaked and that are used for
larger amounts for two weeks. `heavy_tailed`: people of several kinds paying in categories with
gamma-like amounts, some of them with very long tails; misuse comes in bursts of a night or two,
larger in some categories and not in others, in the manner of card generators that draw profiles.
Both are our own code; parameters are drawn from the seed, so that nothing can be fitted to one set.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

DAY = 86_400
START = np.datetime64("2024-03-01", "s")


def near_normal(seed: int, people: int = 400, tills: int = 800, days: int = 150) -> pa.Table:
    """Rows with `TX_FRAUD_SCENARIO` 0 to 3: genuine, above anybody's, till, leaked card."""
    rng = np.random.default_rng(seed)
    mean = rng.uniform(5, 100, people)
    rate = rng.uniform(0.2, 4, people)
    homes, places = rng.uniform(0, 100, (people, 2)), rng.uniform(0, 100, (tills, 2))
    near = np.argsort(((homes[:, None] - places[None]) ** 2).sum(2), axis=1)[:, :40]
    person = np.repeat(np.arange(people), rng.poisson(rate * days))
    rows = len(person)
    day = rng.integers(0, days, rows)
    seconds = np.clip(rng.normal(DAY / 2, DAY / 4.3, rows), 0, DAY - 1).astype(np.int64)
    drawn = rng.normal(mean[person], mean[person] / 2)
    amount = np.where(drawn < 0, rng.uniform(0, 2 * mean[person]), drawn)
    till = near[person, rng.integers(0, near.shape[1], rows)]
    scenario = np.where(amount > 220, 1, 0)
    for first in range(0, days, 3):
        bad = till == rng.integers(tills)
        scenario[bad & (day >= first) & (day < first + 28)] = 2
    for first in range(0, days, 2):
        rows_of = np.flatnonzero(
            (person == rng.integers(people)) & (day >= first) & (day < first + 14)
        )
        stolen = rng.choice(rows_of, len(rows_of) // 3, replace=False)
        amount[stolen] *= 5
        scenario[stolen] = 3
    return _table(
        rng,
        {
            "CUSTOMER_ID": person,
            "TERMINAL_ID": till,
            "TX_AMOUNT": np.round(amount, 2),
            "TX_FRAUD": (scenario > 0).astype(np.int64),
            "TX_FRAUD_SCENARIO": scenario,
        },
        "TX_DATETIME",
        day * DAY + seconds,
    )


def heavy_tailed(
    seed: int, people: int = 250, days: int = 240, dear_share: float = 0.75
) -> pa.Table:
    """Rows with `is_fraud`; columns as card exports name them.

    `dear_share`: of the categories, those in which thieves pay far more than people do.
    """
    rng = np.random.default_rng(seed)
    categories = 12
    # Spread against the mean: from groceries to what is cheap mostly and dear at times.
    ratio = np.sort(rng.uniform(0.2, 2.2, categories))
    typical = rng.uniform(35, 130, categories)
    is_dear = rng.random(categories) < dear_share
    factor = np.where(is_dear, rng.uniform(6, 14, categories), rng.uniform(0.2, 2.5, categories))
    stolen_weight = np.where(is_dear, 2.0, 1.0) / np.where(is_dear, 2.0, 1.0).sum()
    kind_scale = rng.uniform(0.7, 1.4, (6, categories))
    kind_weight = rng.dirichlet(np.full(categories, 6.0), 6)
    kind = rng.integers(0, 6, people)
    rate = rng.integers(1, 5, people)
    hour_weight = np.r_[np.full(12, 0.6), np.full(12, 1.4)] / 24
    parts = []
    for who in range(people):
        count = rng.poisson(rate[who] * days)
        category = rng.choice(categories, count, p=kind_weight[kind[who]])
        day = rng.integers(0, days, count)
        hour = rng.choice(24, count, p=hour_weight)
        amount = _gamma(rng, (typical * kind_scale[kind[who]])[category], ratio[category])
        stolen = np.zeros(count, np.int64)
        if rng.random() < 0.7:
            first = int(rng.integers(20, days - 2))
            burst = int(rng.integers(5, 14))
            kept = (day < first) | (day > first + 1)
            fraud = rng.choice(categories, burst, p=stolen_weight)
            night = rng.random(burst) < 0.8
            category = np.r_[category[kept], fraud]
            day = np.r_[day[kept], first + (rng.random(burst) < 0.25)]
            hour = np.r_[
                hour[kept],
                np.where(
                    night, rng.choice([22, 23, 0, 1, 2, 3], burst), rng.integers(4, 22, burst)
                ),
            ]
            dear = _gamma(rng, (typical * factor)[fraud], np.full(burst, 0.12))
            amount = np.r_[amount[kept], dear]
            stolen = np.r_[stolen[kept], np.ones(burst, np.int64)]
        parts.append(np.c_[np.full(len(day), who), category, day, hour, amount, stolen])
    rows = np.concatenate(parts)
    person, category = rows[:, 0].astype(np.int64), rows[:, 1].astype(np.int64)
    seconds = (rows[:, 2] * DAY + rows[:, 3] * 3600 + rng.integers(0, 3600, len(rows))).astype(
        np.int64
    )
    return _table(
        rng,
        {
            "cc_num": 4_000_000_000_000 + person,
            "merchant": np.char.add(
                "m", (category * 40 + rng.integers(0, 40, len(rows))).astype(str)
            ),
            "category": np.char.add("c", category.astype(str)),
            "amt": np.round(rows[:, 4], 2),
            "is_fraud": rows[:, 5].astype(np.int64),
        },
        "trans_date_trans_time",
        seconds,
    )


def write(table: pa.Table, path: Path) -> Path:
    """As a Parquet file."""
    pq.write_table(table, path)
    return path


def _gamma(rng: np.random.Generator, mean: np.ndarray, ratio: np.ndarray) -> np.ndarray:
    drawn = rng.gamma(1 / ratio**2, mean * ratio**2)
    return np.where(drawn < 1, rng.uniform(1, 10, len(mean)), drawn)


def _table(
    rng: np.random.Generator, columns: dict[str, np.ndarray], time_name: str, seconds: np.ndarray
) -> pa.Table:
    order = np.argsort(seconds, kind="stable")
    at = START + seconds[order].astype("timedelta64[s]")
    name = "TRANSACTION_ID" if time_name.isupper() else "trans_num"
    return pa.table(
        {
            name: [f"t{number:08d}" for number in range(len(order))],
            time_name: at,
            **{column: values[order] for column, values in columns.items()},
        }
    )
