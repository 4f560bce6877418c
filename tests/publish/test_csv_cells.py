"""CSV that a spreadsheet opens shows text as text, and loses nothing."""

from __future__ import annotations

import csv
import io
import re

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.csv_cells import BOM, defuse, to_csv

DANGEROUS = "=+-@\t\r\n＝＋－＠"
TEXTS = st.text(alphabet=st.sampled_from([*DANGEROUS, "1", "5", ".", "a", '"', ",", "中"]))


def defused(text: str) -> str:
    return defuse(pa.chunked_array([[text]]))[0].as_py()


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "--"]
)
def test_what_would_run_gets_an_apostrophe(text: str) -> None:
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-12.30", "+8613", "0", "12", "a=1", "中=1", ""])
def test_numbers_and_plain_text_stay(text: str) -> None:
    assert defused(text) == text


@given(TEXTS)
def test_no_cell_runs_and_none_changes_otherwise(text: str) -> None:
    shown = defused(text)
    assert shown.removeprefix("'") == text
    runs = shown[:1] in DANGEROUS and shown != ""
    assert not runs or re.fullmatch(r"[+-][0-9]+(\.[0-9]+)?", shown)


@given(st.lists(TEXTS, min_size=1))
def test_a_reader_gets_every_row_back(texts: list[str]) -> None:
    table = pa.table({"name": texts, "number": list(range(len(texts)))})
    content = to_csv(table, {"name": "名称 name"})
    assert content.startswith(BOM)
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["名称 name", "number"]
    assert [row[0] for row in rows[1:]] == [defused(text) for text in texts]
    assert [row[1] for row in rows[1:]] == [str(number) for number in range(len(texts))]
