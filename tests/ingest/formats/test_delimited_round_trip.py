"""Any table written in a dialect and read back is the same table, and no line is lost."""

from __future__ import annotations

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.contracts import Contract, Dialect
from ingest.reasons import StructuralFault
from tests.ingest.formats.deliveries import contract, read

HEADERS = ("交易时间", "商品说明", "amount")
PLAIN = contract(*HEADERS)
NOISE = {
    b"": None,
    b"x": StructuralFault.TOO_FEW_COLUMNS,
    b"x,y,z,more": StructuralFault.TOO_MANY_COLUMNS,
    b'x,"y,z': StructuralFault.BROKEN_QUOTES,
    b'"x"y","z,': StructuralFault.BROKEN_QUOTES,
    b'"x"y",z,"w': StructuralFault.BROKEN_QUOTES,
    b"x,\0,z": StructuralFault.NUL_BYTE,
    b"x\r,y,z": StructuralFault.STRAY_CARRIAGE_RETURN,
}


def texts(without: str = "") -> st.SearchStrategy[str]:
    characters = st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0" + without)
    likely = st.sampled_from(
        [" ", '"', '""', ",", "\t", "/", "中文", "1.50", "=1", "\ufeff", "\x85"]
    )
    return st.lists(
        characters | likely.filter(lambda text: not set(text) & set(without)), max_size=6
    ).map("".join)


def tables(cells: st.SearchStrategy[str]) -> st.SearchStrategy[list[tuple[str, ...]]]:
    return st.lists(st.tuples(*[cells] * len(HEADERS)), max_size=20)


def written(rows: list[tuple[str, ...]], end: str, delimiter: str = ",") -> list[str]:
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=delimiter, lineterminator=end).writerows([HEADERS, *rows])
    return target.getvalue().split(end)[:-1]


def as_read(rows: list[tuple[str, ...]]) -> list[tuple[str | None, ...]]:
    return [tuple(cell or None for cell in row) for row in rows]


@settings(deadline=None)
@given(
    rows=tables(texts(without="\ufffd")),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-32"]),
    end=st.sampled_from(["\n", "\r\n"]),
    is_ended=st.booleans(),
    batch_rows=st.integers(1, 30),
)
def test_a_quoted_table_is_read_as_written(
    rows: list[tuple[str, ...]], encoding: str, end: str, is_ended: bool, batch_rows: int
) -> None:
    delivery = end.join([*written(rows, end), *([""] if is_ended else [])]).encode(encoding)
    content = read(delivery, PLAIN, batch_rows)
    assert list(content.rows.values()) == as_read(rows)
    assert list(content.rows) == list(range(2, len(rows) + 2))
    assert content.tally.lines == len(rows) + 1


@settings(deadline=None)
@given(rows=tables(texts(without=",")), batch_rows=st.integers(1, 30))
def test_an_unquoted_table_is_read_as_written(rows: list[tuple[str, ...]], batch_rows: int) -> None:
    expected = contract(*HEADERS, dialect=Dialect(quoting="none"))
    delivery = "\n".join(",".join(row) for row in [HEADERS, *rows]).encode()
    assert list(read(delivery, expected, batch_rows).rows.values()) == as_read(rows)


@settings(deadline=None)
@given(
    rows=tables(texts(without="\ufeff\u00a0\u3000\t ` =,")),
    padding=st.lists(st.text(" \t\u00a0\u3000", max_size=3), min_size=2, max_size=2),
    is_guarded=st.booleans(),
)
def test_a_padded_table_is_read_without_its_padding(
    rows: list[tuple[str, ...]], padding: list[str], is_guarded: bool
) -> None:
    def padded(row: tuple[str, ...]) -> str:
        cells = [f'="{cell}"' if is_guarded else cell for cell in row]
        return ",".join(f"{padding[0]}{cell}{padding[1]}" for cell in cells) + ","

    expected: Contract = contract(*HEADERS, dialect=Dialect(quoting="none", padded=True))
    header = ",".join(f"{padding[0]}{name}{padding[1]}" for name in HEADERS) + ","
    delivery = "\r\n".join([header, *map(padded, rows)]).encode("utf-8-sig")
    assert list(read(delivery, expected).rows.values()) == as_read(rows)


@settings(deadline=None)
@given(
    lines=st.lists(st.sampled_from([*NOISE, None]), max_size=25),
    rows=st.lists(st.tuples(*[texts()] * len(HEADERS)), min_size=25, max_size=25),
    batch_rows=st.integers(1, 30),
)
def test_every_line_is_accounted_for_among_broken_ones(
    lines: list[bytes | None], rows: list[tuple[str, ...]], batch_rows: int
) -> None:
    header, *sound = (line.encode() for line in written(rows, "\n"))
    delivery = [header]
    expected_rows, faults = {}, {}
    for number, noise in enumerate(lines, start=2):
        delivery.append(sound[number - 2] if noise is None else noise)
        if noise is None:
            expected_rows[number] = as_read(rows)[number - 2]
        elif NOISE[noise] is not None:
            faults[number] = NOISE[noise]
    content = read(b"\n".join([*delivery, b""]), PLAIN, batch_rows)
    assert content.faults == faults
    assert content.rows == expected_rows
    assert content.tally.blank_lines == lines.count(b"")
