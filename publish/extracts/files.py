"""The files of a pull: Parquet for machines, of which the others are made, after an erasure too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from publish.csv_cells import to_csv
from publish.extracts.columns import for_people
from publish.extracts.sheet import to_workbook
from publish.files import sha256_of
from publish.sql_text import literal
from tallywatch.errors import TerminalError

FORMATS = ("csv", "xlsx", "jsonl", "parquet")


def require_formats(formats: Iterable[str]) -> tuple[str, ...]:
    """The formats in the order of `FORMATS`.

    Raises:
        TerminalError: one of them is not known.
    """
    wanted = set(formats)
    if unknown := sorted(wanted - set(FORMATS)):
        raise TerminalError(
            f"the format {unknown[0][:20]!r}", f"some of {', '.join(FORMATS)}", "correct --format"
        )
    return tuple(name for name in FORMATS if name in wanted)


def write_parquet(con: duckdb.DuckDBPyConnection, source: str, path: Path) -> None:
    """A table or a query as Parquet."""
    con.execute(f"copy {source} to {literal(str(path))} (format parquet, compression zstd)")


def content_of(
    con: duckdb.DuckDBPyConnection,
    table: str,
    kind: str,
    title: str,
    about: Sequence[tuple[str, str]],
) -> bytes:
    """The rows of `table` as CSV, XLSX or JSON Lines."""
    if kind == "jsonl":
        return _json_lines(con, table)
    rows, headings = for_people(con, table)
    return to_csv(rows, headings) if kind == "csv" else to_workbook(rows, headings, title, about)


def facts_of(paths: Iterable[Path]) -> dict[str, dict[str, Any]]:
    """Bytes and digest of each file, by name."""
    return {
        path.name: {"bytes": path.stat().st_size, "sha256": sha256_of(path)}
        for path in sorted(paths)
    }


def about_lines(manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a workbook says of itself."""
    shown = "掩码 masked" if not manifest["is_revealed"] else f"明文 revealed ({manifest['role']})"
    filters = "; ".join(f"{name}: {value}" for name, value in manifest["filters"].items())
    return [
        ("内容 What", manifest["about"]),
        ("用途 Purpose", manifest["purpose"]),
        ("申请人 Requested by", manifest["requested_by"]),
        ("使用方 Consumer", f"{manifest['consumer']} #{manifest['sequence']}"),
        ("筛选 Filters", filters or "无 none"),
        ("个人标识 Identifiers", shown),
        ("数据截至 As of", manifest["as_of"]),
        ("生成时间 Made at", manifest["created_at"]),
        ("发布 Release", manifest["release_id"]),
        ("规则集 Rule set", manifest["rule_set_version"]),
        (
            "提示 Note",
            "本次导出已登记,记录留存三年;用毕请删除。On record for three years; delete after use.",
        ),
    ]


def _json_lines(con: duckdb.DuckDBPyConnection, table: str) -> bytes:
    lines = con.execute(f"select to_json(t)::varchar from ({_iso(con, table)}) as t").fetchall()
    return "".join(f"{line}\n" for (line,) in lines).encode()


def _iso(con: duckdb.DuckDBPyConnection, table: str) -> str:
    """The table with instants as ISO 8601 in UTC."""
    kinds = con.execute(f"describe {table}").fetchall()
    replaced = [
        f"strftime({name}, '%Y-%m-%dT%H:%M:%SZ') as {name}"
        for name, kind, *_ in kinds
        if kind == "TIMESTAMP"
    ]
    return f"select * {'replace (' + ', '.join(replaced) + ') ' if replaced else ''}from {table}"
