"""Text columns made whole."""

from __future__ import annotations

import json
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulate.columns import blocks, json_lines, yuan_text

FEN = st.lists(st.integers(0, 10**12), min_size=1, max_size=20)


@given(FEN)
def test_yuan_has_two_decimals_and_loses_nothing(fen: list[int]) -> None:
    texts = yuan_text(np.array(fen)).to_pylist()
    assert [Decimal(t) * 100 for t in texts] == fen
    assert all(len(t.split(".")[1]) == 2 for t in texts)


@given(st.lists(st.one_of(st.none(), st.text("甲乙𬍛az09 -", max_size=8)), min_size=1, max_size=9))
def test_json_lines_read_back(texts: list[str | None]) -> None:
    lines = json_lines({"text": pa.array(texts, pa.string()), "n": pa.array(range(len(texts)))})
    found = [json.loads(line) for line in lines.to_pylist()]
    assert found == [{"text": t, "n": i} for i, t in enumerate(texts)]


@pytest.mark.parametrize("text", ['"', "\\", "a\nb"])
def test_json_lines_refuse_what_would_need_escapes(text: str) -> None:
    with pytest.raises(ValueError, match="escapes"):
        json_lines({"text": pa.array([text])})


@given(st.lists(st.text("甲乙a\n", max_size=5), max_size=12), st.data())
def test_blocks_cut_rows_where_told(texts: list[str], data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(texts)), max_size=4)))
    bounds = [0, *cuts, len(texts)]
    parts = list(blocks(pa.array(texts, pa.string()), np.array(bounds)))
    expected = ["".join(texts[a:b]) for a, b in pairwise(bounds)]
    assert parts == expected
