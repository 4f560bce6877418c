"""The project's seeds as tables, typed as their yml says."""

from __future__ import annotations

import duckdb
import yaml

from tallywatch.build import PROJECT


def load_seeds(connection: duckdb.DuckDBPyConnection) -> None:
    """Make every seed of the project in the schema `seeds`."""
    for path in sorted((PROJECT / "seeds").glob("*.yml")):
        for seed in yaml.safe_load(path.read_text(encoding="utf-8"))["seeds"]:
            types = seed["config"]["column_types"]
            columns = ", ".join(
                f"'{name}': '{'varchar' if kind == 'string' else kind}'"
                for name, kind in types.items()
            )
            connection.execute(
                f"create or replace table seeds.{seed['name']} as "
                f"from read_csv(?, header = true, columns = {{{columns}}})",
                [str(PROJECT / "seeds" / f"{seed['name']}.csv")],
            )
