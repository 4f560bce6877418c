"""Texts met before: found at their places, whatever they are, and nothing else is."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import known_texts
from ingest.known_texts import FEW, KnownTexts, fingerprints

MANY = pa.array([f"{n * 7919 % 1_000_003}" for n in range(2 * FEW)])


def many_known() -> KnownTexts:
    known = KnownTexts()
    known.add(MANY.slice(0, FEW))
    known.add(MANY.slice(FEW))
    return known


def test_each_text_is_found_where_it_was_added() -> None:
    known = many_known()
    order = np.random.default_rng(7).permutation(len(MANY))
    assert known.places(MANY.take(pa.array(order))).to_pylist() == order.tolist()
    later = pa.array(["later", "", "人名", "\0"])
    known.add(later)
    places = known.places(pa.array(["人名", "never", None, "later", "", "\0\0", "\0"]))
    first = len(MANY)
    assert places.to_pylist() == [first + 2, None, None, first, first + 1, None, first + 3]


@given(st.lists(st.text(max_size=5) | st.none(), max_size=30), st.integers(0, 5))
def test_it_agrees_with_a_plain_look_up(texts: list[str | None], start: int) -> None:
    known = many_known()
    own = pa.array(texts, pa.string()).unique().drop_null()
    fresh = own.filter(pc.invert(pc.is_in(own, MANY)))
    known.add(fresh)
    everything = pa.concat_arrays([MANY, fresh])
    asked = pa.concat_arrays([pa.array([*texts, "never"], pa.string()), MANY.slice(0, 9)])
    asked = asked.slice(start)
    assert known.places(asked).to_pylist() == pc.index_in(asked, everything).to_pylist()


def test_texts_with_one_fingerprint_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_texts, "fingerprints", lambda texts: fingerprints(texts) & 0xFFFF)
    known = many_known()
    assert known.places(MANY).to_pylist() == list(range(len(MANY)))
    assert known.places(pa.array(["never"])).to_pylist() == [None]


def test_the_fingerprint_is_that_of_the_text_alone() -> None:
    texts = pa.array(["a", "", None, "bc", "a"])
    whole = fingerprints(texts)
    assert whole[0] == whole[4] != whole[3]
    assert fingerprints(texts.slice(3)).tolist() == whole[3:].tolist()
    assert fingerprints(texts.slice(0, 0)).tolist() == []
