"""Tokens are keyed, equal for equal identifiers, and never made of what is no identifier."""

from __future__ import annotations

import hashlib
import hmac

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.identifiers import KINDS, normalise_id_number
from ingest.tokens import Tokeniser

KEY = b"k" * 32


@given(st.text(min_size=1, max_size=40))
def test_a_token_is_the_hmac_of_kind_and_normalised_value(text: str) -> None:
    normalised = KINDS["name"].normalise(text)
    token = Tokeniser(KEY).token("name", text)
    if normalised is None:
        assert token is None
    else:
        digest = hmac.new(KEY, b"name\0" + normalised.encode(), hashlib.sha256).hexdigest()
        assert token == f"nm_{digest[:32]}"


@pytest.mark.parametrize(
    "written", ["13800001234", "+86 138 0000 1234", "0086-138-0000-1234", "１３８００００１２３４"]
)
def test_one_phone_has_one_token_however_it_is_written(written: str) -> None:
    assert Tokeniser(KEY).token("phone", written) == Tokeniser(KEY).token("phone", "13800001234")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("phone", "12800001234"),
        ("phone", "1380000123"),
        ("id_number", "11010519491231002Y"),
        ("id_number", "110105194912310021"),
        ("email", "nobody"),
        ("card", "6688"),
        ("card", "62220000000000000000"),
        ("card", "****"),
        ("card", "6222 0000 0000 000a"),
        ("name", " \t"),
    ],
)
def test_what_is_no_identifier_gets_no_token(kind: str, text: str) -> None:
    assert Tokeniser(KEY).token(kind, text) is None


@pytest.mark.parametrize(
    ("written", "normalised"),
    [
        ("6222 0000 1234 5678", "6222000012345678"),
        ("６２２２-0000-1234-5678-901", "6222000012345678901"),
        ("6222****1234", "6222****1234"),
        ("6222XXXXXXXX1234", "6222xxxxxxxx1234"),
        ("*1234", "*1234"),
    ],
)
def test_cards_are_digits_or_masked(written: str, normalised: str) -> None:
    assert KINDS["card"].normalise(written) == normalised


@pytest.mark.parametrize("kind", ["device", "address", "ip", "company"])
def test_words_have_one_token_however_they_are_spaced(kind: str) -> None:
    tokeniser = Tokeniser(KEY)
    assert tokeniser.token(kind, " Ａb  C\t1 ") == tokeniser.token(kind, "ab c 1")


def test_every_kind_has_a_prefix_of_its_own() -> None:
    assert len({kind.prefix for kind in KINDS.values()}) == len(KINDS)


def test_the_check_character_of_the_published_sample_holds() -> None:
    assert normalise_id_number("11010519491231002x") == "11010519491231002X"


def test_kinds_and_keys_keep_tokens_apart() -> None:
    value = "13800001234"
    tokens = {
        Tokeniser(KEY).token("phone", value),
        Tokeniser(KEY).token("account", value),
        Tokeniser(b"x" * 32).token("phone", value),
    }
    assert len(tokens) == 3


@given(st.lists(st.one_of(st.none(), st.sampled_from(["13800001234", "139", "15912345678"]))))
def test_a_column_gets_the_tokens_of_its_values(values: list[str | None]) -> None:
    tokeniser = Tokeniser(KEY)
    tokens = tokeniser.tokenise("phone", pa.array(values, pa.string())).to_pylist()
    assert tokens == [None if v is None else tokeniser.token("phone", v) for v in values]
