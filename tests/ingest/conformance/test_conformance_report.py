"""What is printed fits the terminal and says what a person needs to act."""

from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from ingest.conformance.results import (
    Declared,
    FileResult,
    Nearest,
    Outcome,
    Quarantined,
    Refusal,
    summed,
)
from tallywatch.conformance_report import conformance_report, conformance_summary

NAME = "AutoAccounting__com.example.bank__示例银行入账通知__示例银行入账通知第二种.txt"
RESULTS = [
    FileResult(
        f"app_notice/{NAME}", "", 1, Outcome.TAKEN_IN, feed="app_notices", layout="notice", rows=1
    ),
    FileResult(
        "bank/bill.csv",
        "",
        1,
        Outcome.TAKEN_IN,
        feed="social_insurance_payments",
        layout="a_layout_with_a_very_long_name",
        rows=1_234_567,
        accepted=1_234_560,
        quarantined=7,
        quarantined_by=(
            Quarantined("amount_fen", "bad_amount", 7),
            Quarantined(None, "nul_byte", 2),
        ),
        declared=(
            Declared("records", 5, 5, True),
            Declared("amount_fen (direction_code out)", -117568, 122380, False),
        ),
    ),
    FileResult(
        "bank/cut.xls",
        "",
        1,
        Outcome.REFUSED,
        refusal=Refusal("truncated", "a workbook that ends early", "a whole file", "again"),
    ),
    FileResult(
        "bank/other.txt",
        "",
        1,
        Outcome.NOT_RECOGNISED,
        looks_like="text of no agreed format",
        nearest=(
            Nearest("jd_bills", "jd", 3, ("金额", "收/支"), 22),
            Nearest("meituan_bills", None, 9, (), 352),
        ),
    ),
    FileResult("bank/x.pdf", "", 1, Outcome.CRASH, exception="ValueError", where="ingest/x.py:1"),
]


def printed(width: int) -> str:
    target = io.StringIO()
    console = Console(file=target, width=width)
    for part in (*conformance_report(RESULTS, width), *conformance_summary(summed(RESULTS))):
        console.print(part)
    return target.getvalue()


@pytest.mark.parametrize("width", [80, 120])
def test_no_line_is_wider_than_the_terminal_and_figures_stand_below_each_other(width: int) -> None:
    lines = printed(width).splitlines()
    assert max(map(cell_len, lines)) <= width
    ends = {cell_len(line.rstrip()) for line in lines if line.startswith("+")}
    assert len(ends) == 1
    assert any("通知第二种.txt" in line for line in lines)


def test_everything_that_needs_a_person_is_said() -> None:
    text = " ".join(printed(120).split())
    for said in (
        "1,234,567 1,234,560 7",
        "quarantined: 7 bad_amount in amount_fen, 2 nul_byte in the line",
        "declares records 5, as computed",
        "declares amount_fen (direction_code out) -1,175.68, computed 1,223.80",
        "refused, truncated: a workbook that ends early; expected a whole file",
        "nearest jd_bills (jd), lacks 金额, 收/支; then meituan_bills",
        "meituan_bills, whose headers stand in line 352 only",
        "crash: ValueError at ingest/x.py:1",
        "1,234,568 rows = 1,234,560 accepted + 7 quarantined",
        "2 figures declared by the files: 1 as computed, 1 not",
        "1 app_notices, 1 social_insurance_payments",
    ):
        assert said in text, said
