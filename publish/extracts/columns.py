"""How the columns of an extract are shown to people: headings, local time, yuan, percent."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from publish.extracts.headings import CHINESE
from publish.sql_text import quoted

_SHOWN = {
    "_at": ("TIMESTAMP", "(北京时间)", "", "strftime({} + interval 8 hour, '%Y-%m-%d %H:%M:%S')"),
    "_fen": ("BIGINT", "(元)", "_yuan", "({}::decimal(18, 0) * 0.01::decimal(3, 2))"),
    "_ppm": ("BIGINT", "(%)", "_percent", "({}::decimal(18, 0) * 0.0001::decimal(5, 4))"),
}


def for_people(con: duckdb.DuckDBPyConnection, table: str) -> tuple[pa.Table, dict[str, str]]:
    """The rows of `table` as people read them, and a heading per column.

    Instants become text in Beijing time, fen become yuan, parts per million become percent; a
    column that is not named in `CHINESE` keeps its own name as its heading. An instant that also
    stands there as `<name>_shanghai` is shown once.
    """
    expressions = []
    headings = {}
    kinds = {name: kind for name, kind, *_ in con.execute(f"describe {quoted(table)}").fetchall()}
    for name, kind in kinds.items():
        if name.removesuffix("_at") + "_shanghai" in kinds:
            continue
        expression, unit, shown = quoted(name), "", name
        for suffix, (wanted, label, replacement, template) in _SHOWN.items():
            if name.endswith(suffix) and kind == wanted:
                expression, unit = template.format(quoted(name)), label
                shown = name.removesuffix(suffix) + (replacement or suffix)
        expressions.append(f"{expression} as {quoted(name)}")
        chinese = CHINESE.get(name, "")
        headings[name] = f"{chinese}{unit} {shown}".strip() if chinese or unit else name
    rows = con.execute(f"select {', '.join(expressions)} from {quoted(table)}")
    return rows.to_arrow_table(), headings
