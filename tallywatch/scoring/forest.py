"""An IsolationForest on the same file, raised to the same number of alerts: what one gets for free.

Two forests are grown and the better one (by its labels, which favours it) is what we are held
against: `plain` sees amount, hour and weekday; `rich` sees also how long ago the person's last
outflow was, how many there were in 24 hours, the amount against the person's own mean so far, how
often the payee was paid before and how common the category is. Neither sees labels.
"""

from __future__ import annotations

import duckdb
import numpy as np

TREES = 100
SEED = 0
_ROWS = """
    select movement_key, outflow_fen, local_hour, isodow(business_date) as weekday,
        coalesce(epoch(judged_at) - epoch(lag(judged_at) over person), 1e7) as waited,
        count(*) over (
            partition by subject_key order by judged_at
            range between interval 24 hour preceding and interval 1 second preceding
        ) as recent_count,
        outflow_fen / (1 + coalesce(avg(outflow_fen) over (
            partition by subject_key order by judged_at, movement_key
            rows between unbounded preceding and 1 preceding
        ), outflow_fen)) as against_own,
        count(*) over (
            partition by subject_key, payee_token order by judged_at, movement_key
            rows between unbounded preceding and 1 preceding
        ) as payee_count,
        count(*) over (partition by category_name) as category_count
    from file.movements where outflow_fen > 0
    window person as (partition by subject_key order by judged_at, movement_key)
    order by movement_key
"""
PLAIN = ("outflow_fen", "local_hour", "weekday")
RICH = (*PLAIN, "waited", "recent_count", "against_own", "payee_count", "category_count")


def grow_forests(connection: duckdb.DuckDBPyConnection, jobs: int) -> dict[str, str]:
    """Fill `file.forests` (detector, fact_key, strength); gives what each forest sees, by name."""
    from sklearn.ensemble import IsolationForest  # type: ignore[import-untyped]

    rows = connection.execute(_ROWS).fetchnumpy()
    connection.execute(
        "create or replace table file.forests (detector varchar, fact_key varchar, strength double)"
    )
    seen = {"plain IsolationForest": PLAIN, "rich IsolationForest": RICH}
    for name, columns in seen.items():
        matrix = np.column_stack([np.asarray(rows[column], float) for column in columns])
        forest = IsolationForest(n_estimators=TREES, random_state=SEED, n_jobs=jobs).fit(matrix)
        given = {"fact_key": rows["movement_key"], "strength": -forest.score_samples(matrix)}
        connection.register("given", given)
        connection.execute(
            "insert into file.forests select ?, fact_key, strength from given", [name]
        )
        connection.unregister("given")
    return {name: ", ".join(columns) for name, columns in seen.items()}
