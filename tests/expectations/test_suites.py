"""Literals reach DuckDB as they are, whatever GX and SQLAlchemy would read into them."""

from __future__ import annotations

import duckdb
import sqlalchemy
from hypothesis import example, given, settings
from hypothesis import strategies as st

from expectations.suites import literal

DIALECT = sqlalchemy.create_engine("duckdb://").dialect
ANY_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


@settings(deadline=None)
@given(ANY_TEXT)
@example("^[A-Z]{2,3}$")
@example("(?:86)?1[3-9]")
@example(r"a\:b :c ::d '{}' %s ?")
def test_any_literal_survives_format_and_bind_parameters(text: str) -> None:
    query = f"select {literal(text)}".format(batch="nothing")
    compiled = sqlalchemy.text(query).compile(dialect=DIALECT)
    assert compiled.params == {}
    assert duckdb.execute(str(compiled)).fetchone() == (text,)
