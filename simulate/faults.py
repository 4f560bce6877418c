"""Faults put into lines of bills, each with the reason that is true of it."""

from __future__ import annotations

from collections.abc import Callable

from simulate import alipay_layouts, wechat_export

FIRST_LINE, EVERY = 4, 9
"""Lines of a bill that are spoilt, counted from 0; enough sound ones stay between them."""

Fault = tuple[str | None, str, Callable[[list[str]], list[str]]]


def _set(columns: tuple[str, ...], header: str, text: str) -> Callable[[list[str]], list[str]]:
    position = columns.index(header)

    def change(cells: list[str]) -> list[str]:
        return [*cells[:position], text, *cells[position + 1 :]]

    return change


def _faults(columns: tuple[str, ...], amount: str, status: str, torn: Fault) -> tuple[Fault, ...]:
    impossible = _set(columns, "交易时间", "2026-02-30 12:00:00")
    return (
        ("amount_fen", "bad_amount", _set(columns, amount, "1e5")),
        ("amount_fen", "bad_amount", _set(columns, amount, "１２.３")),
        ("amount_fen", "bad_amount", _set(columns, amount, "--")),
        ("occurred_at", "bad_timestamp", impossible),
        ("status_name", "missing_required", _set(columns, status, "")),
        torn,
    )


def _comma_in_text(cells: list[str]) -> list[str]:
    """An unquoted comma shifts the cells, so that a remark ends up beyond the last column."""
    position = alipay_layouts.COLUMNS_2023.index("商品说明")
    return [*cells[:position], "大份", "加辣", *cells[position + 1 : -2], "给家人", ""]


_FAULTS = {
    "alipay_bills": _faults(
        alipay_layouts.COLUMNS_2023,
        "金额",
        "交易状态",
        (None, "too_many_columns", _comma_in_text),
    ),
    "wechat_bills": _faults(
        wechat_export.COLUMNS,
        "金额(元)",
        "当前状态",
        (None, "too_few_columns", lambda _: ["12:52:01"]),
    ),
}


def spoil(body: str, feed: str) -> tuple[str, list[tuple[int, str | None, str]]]:
    """Spoil lines of a bill (Alipay `app_2023`, WeChat `csv_2021`).

    Gives the text and, per spoilt line, its number from 0, the column and the reason code.
    """
    lines = body.splitlines(keepends=True)
    spoilt = []
    for count, (column, reason, change) in enumerate(_FAULTS[feed]):
        number = FIRST_LINE + EVERY * count
        cells = lines[number].rstrip("\n").split(",")
        lines[number] = ",".join(change(cells)) + "\n"
        spoilt.append((number, column, reason))
    return "".join(lines), spoilt
