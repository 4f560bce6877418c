"""What the columns of a sample hold: types that every cell keeps, keys, enums, identifiers.

A type is proposed only when the screen itself would read every cell of the sample as it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from types import MappingProxyType

import duckdb
import pyarrow as pa

from ingest.cast_sql import typed_sql
from ingest.contracts import Column
from ingest.identifiers import KINDS
from ingest.profile.naming import distinct, stem_of, with_suffix
from ingest.profile.sample import Sample
from ingest.profile.shapes import shape_of

MOST_CODES = 12
ROWS_PER_CODE = 4
LEAST_ROWS_FOR_CODES = 20
VALUES_LOOKED_AT = 5_000
ENOUGH = 0.95
KEY_COLUMNS = 8
LONG_TEXT = 24

DATE_FORMATS = ("%Y%m%d", "%Y年%m月%d日", "%Y.%m.%d", "%d/%m/%Y", "%d-%b-%Y")
INSTANT_FORMATS = (
    "%Y%m%d%H%M%S",
    "%Y%m%d %H:%M:%S",
    "%Y.%m.%d %H:%M:%S",
    "%Y年%m月%d日 %H:%M:%S",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
)
KINDS_BY_NAME: Mapping[str, str] = MappingProxyType(
    {
        "full_name": "name",
        "phone": "phone",
        "id_number": "id_number",
        "card_number": "card",
        "account": "account",
        "counterparty": "counterparty",
        "email": "email",
        "address": "address",
    }
)
KINDS_BY_VALUE = ("phone", "id_number", "email", "card")
CODE = re.compile(r"[A-Za-z0-9_./ -]{1,24}|[一-龥（）()/]{1,10}")
MONEY = re.compile(r"amount|balance|fee|commission|price|total|yuan|[金余]额|费|[元价款]", re.I)
TWO_PLACES = re.compile(r"[+-]?[¥￥]?[0-9]{1,3}(?:,?[0-9]{3})*\.[0-9]{2}")
SHARES = re.compile(r"rate|ratio|share|percent|score|率|比例|得分", re.I)
PERSONAL_NUMBER = re.compile(r"[1-9][0-9]{5}(?:19|20)[0-9]{9}[0-9Xx]|(?=.*[*])[0-9*]{8,19}[Xx]?")
"""An ID number, be its check digit right or not, or a number that somebody masked."""
REMARKS = {"remark", "description"}


@dataclass(frozen=True)
class Profiled:
    """One column of a sample and what was found in it. `values` is its number of different ones.

    `shapes` are the shapes of its values, as `shapes.shape_of` writes them, the commonest first.
    """

    column: Column
    header: str
    values: int
    shapes: tuple[str, ...] = ()


def profile_columns(sample: Sample) -> tuple[Profiled, ...]:
    """Every column as a contract would list it; key positions are set."""
    with duckdb.connect() as connection:
        cells = pa.table({f"c{n}": column for n, column in enumerate(sample.texts.columns)})
        connection.register("cells", cells)
        found = [
            _profiled(connection, sample, number, header)
            for number, header in enumerate(sample.headers)
        ]
        names = distinct(profiled.column.name for profiled in found)
        found = [
            replace(p, column=replace(p.column, name=name))
            for p, name in zip(found, names, strict=True)
        ]
        key = _key(connection, sample, found)
    return tuple(
        replace(p, column=replace(p.column, key_position=key.index(n) + 1 if n in key else None))
        for n, p in enumerate(found)
    )


def _profiled(
    connection: duckdb.DuckDBPyConnection, sample: Sample, number: int, header: str
) -> Profiled:
    count, values, longest = connection.execute(
        f"select count(c{number}), count(distinct c{number}), max(length(c{number})) from cells"
    ).fetchall()[0]
    stem = stem_of(header) or f"column_{number + 1}"
    column = Column(
        name=stem,
        logical_type="string",
        description=f"{header}, as the sender names it.",
        classification="internal",
        required=count == sample.rows,
        headers=(header,),
    )
    texts = [
        text
        for (text,) in connection.execute(
            f"select distinct c{number} from cells where c{number} is not null "
            f"order by 1 limit {VALUES_LOOKED_AT}"
        ).fetchall()
    ]
    if stem == "authorisation_id" or not texts:
        return Profiled(column, header, values)
    if kind := _identifier(stem, texts):
        column = replace(column, identifier=kind, classification="personal")
    elif typed := _typed(connection, number, column, is_money=_is_money(stem, header, texts)):
        column = typed
    elif _is_code(stem, texts, values, sample.rows):
        column = replace(column, name=with_suffix(stem, "_code"), enum=tuple(texts))
    elif stem in REMARKS or (longest > LONG_TEXT and values > sample.rows // 2):
        column = replace(column, scrub=True, classification="personal")
    return Profiled(column, header, values, _shapes(texts))


def _identifier(stem: str, texts: list[str]) -> str | None:
    if stem in KINDS_BY_NAME:
        kind = KINDS_BY_NAME[stem]
        # A column may be called name and hold codes; what is no number of its kind is no number.
        return kind if kind not in KINDS_BY_VALUE or _share(kind, texts) >= ENOUGH else "account"
    for kind in KINDS_BY_VALUE:
        if _share(kind, texts) >= ENOUGH and (kind != "card" or _are_cards(texts)):
            return kind
    if sum(map(bool, map(PERSONAL_NUMBER.fullmatch, texts))) >= ENOUGH * len(texts):
        return "account"
    return None


def _share(kind: str, texts: list[str]) -> float:
    return sum(KINDS[kind].normalise(text) is not None for text in texts) / len(texts)


def _are_cards(texts: list[str]) -> bool:
    """Long numbers are cards when their check digits (Luhn) hold, which order numbers do not."""
    digits = [text for text in (re.sub(r"[\s-]", "", t) for t in texts) if text.isdigit()]
    return bool(digits) and sum(map(_luhn_holds, digits)) >= ENOUGH * len(digits)


def _luhn_holds(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(d), 10)) for d in digits[-2::-2])
    return (sum(doubled) + sum(int(d) for d in digits[-1::-2])) % 10 == 0


def _is_money(stem: str, header: str, texts: list[str]) -> bool:
    """By its name, or because every number has two places, as hardly anything else has."""
    named = f"{stem} {header}"
    if MONEY.search(named):
        return True
    return not SHARES.search(named) and all(map(TWO_PLACES.fullmatch, texts))


def _typed(
    connection: duckdb.DuckDBPyConnection, number: int, column: Column, *, is_money: bool
) -> Column | None:
    """The column with the first type that reads every cell of it."""
    for candidate in _candidates(column, is_money=is_money):
        lost = connection.execute(
            f"select count(*) from cells where c{number} is not null "
            f"and ({typed_sql(candidate, f'c{number}')}) is null"
        ).fetchall()[0][0]
        if not lost and not _loses_zeros(connection, number, candidate):
            return candidate
    return None


def _candidates(column: Column, *, is_money: bool) -> Iterator[Column]:
    stem = column.name
    if stem.startswith(("is_", "has_")):
        yield replace(column, logical_type="boolean")
    at, on = with_suffix(stem, "_at"), with_suffix(stem, "_date")
    yield replace(column, name=on, logical_type="date")
    yield replace(column, name=at, logical_type="timestamp")
    for text in DATE_FORMATS:
        yield replace(column, name=on, logical_type="date", date_formats=(text,))
    for text in INSTANT_FORMATS:
        yield replace(column, name=at, logical_type="timestamp", date_formats=(text,))
    if not stem.endswith(("_id", "_code", "_no", "_number")):
        if is_money:
            fen = with_suffix(stem, "_fen")
            yield replace(column, name=fen, logical_type="integer", parse="yuan")
        name = with_suffix(stem, "_count") if stem == "item" else stem
        yield replace(column, name=name, logical_type="integer")
        ppm = with_suffix(stem, "_ppm")
        yield replace(column, name=ppm, logical_type="integer", parse="percent")


def _loses_zeros(connection: duckdb.DuckDBPyConnection, number: int, candidate: Column) -> bool:
    """Numbers with zeros before them are codes."""
    if candidate.logical_type != "integer" or candidate.parse:
        return False
    query = f"select count(*) from cells where regexp_matches(c{number}, '^0[0-9]')"
    return bool(connection.execute(query).fetchall()[0][0])


def _is_code(stem: str, texts: list[str], values: int, rows: int) -> bool:
    return (
        values <= MOST_CODES
        and rows >= max(LEAST_ROWS_FOR_CODES, values * ROWS_PER_CODE)
        and not stem.endswith("_id")
        and all(CODE.fullmatch(text) for text in texts)
    )


def _shapes(texts: list[str]) -> tuple[str, ...]:
    counted: dict[str, int] = {}
    for text in texts:
        shape = shape_of(text)
        counted[shape] = counted.get(shape, 0) + 1
    return tuple(sorted(counted, key=lambda shape: (-counted[shape], shape)))


def _key(
    connection: duckdb.DuckDBPyConnection, sample: Sample, found: list[Profiled]
) -> tuple[int, ...]:
    """The column, or the two, that tell the rows apart; none where nothing does."""
    candidates = [
        n
        for n, p in enumerate(found)
        if p.column.required and not p.column.scrub and not p.column.parse
    ]
    candidates.sort(key=lambda n: (not found[n].column.name.endswith("_id"), n))
    for n in candidates:
        if found[n].values == sample.rows and found[n].column.logical_type == "string":
            return (n,)
    for pair in combinations(candidates[:KEY_COLUMNS], 2):
        row = connection.execute(
            f"select count(*) from (select distinct c{pair[0]}, c{pair[1]} from cells)"
        ).fetchall()
        if row[0][0] == sample.rows:
            return pair
    return ()
