"""Parquet: types to text, streaming, drift, damage."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingest.contracts import Contract, Drift
from ingest.formats import open_delivery
from ingest.reasons import DeliveryRefused, RefusalReason, StructuralFault
from tests.ingest.formats.deliveries import column, contract, read

AT = datetime(2026, 9, 1, 1, 2, 3, tzinfo=UTC)


def rows_contract(*names: object, drift: Drift = Drift.FREEZE) -> Contract:
    return contract(*names, formats=("parquet",), drift=drift)  # type: ignore[arg-type]


def stored(row_group_size: int | None = None, **columns: pa.Array) -> bytes:
    target = io.BytesIO()
    pq.write_table(pa.table(columns), target, row_group_size=row_group_size)
    return target.getvalue()


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        (pa.array([1, None, -(2**63)]), ("1", None, "-9223372036854775808")),
        (pa.array([2**64 - 1], pa.uint64()), ("18446744073709551615",)),
        (pa.array([28.16, 0.1]), ("28.16", "0.1")),
        (pa.array([True, False]), ("true", "false")),
        (pa.array([Decimal("10.50"), Decimal("0.00")]), ("10.50", "0.00")),
        (pa.array([Decimal("0.000000010")], pa.decimal128(12, 9)), ("0.000000010",)),
        (pa.array([date(2026, 9, 1)]), ("2026-09-01",)),
        (pa.array([time(1, 2, 3)]), ("01:02:03",)),
        (pa.array([AT], pa.timestamp("us")), ("2026-09-01 01:02:03",)),
        (pa.array([AT], pa.timestamp("us", "UTC")), ("2026-09-01 01:02:03Z",)),
        (pa.array([AT], pa.timestamp("us", "Asia/Shanghai")), ("2026-09-01 09:02:03+08:00",)),
        (
            pa.array([AT.replace(microsecond=400_000)], pa.timestamp("ms", "Asia/Shanghai")),
            ("2026-09-01 09:02:03.400+08:00",),
        ),
        (pa.array(["中", ""]).dictionary_encode(), ("中", None)),
        (pa.array(["中"], pa.large_string()), ("中",)),
        (pa.array(["中".encode()], pa.binary()), ("中",)),
        (pa.array([{"x": [1, None]}, None]), ('{"x": [1, null]}', None)),
        (pa.nulls(2), (None, None)),
    ],
)
def test_values_become_text(values: pa.Array, texts: tuple[str | None, ...]) -> None:
    content = read(stored(a=values), rows_contract("a"))
    assert tuple(content.rows[n][0] for n in sorted(content.rows)) == texts


def test_row_groups_are_streamed_and_rows_numbered() -> None:
    delivery = stored(row_group_size=10, a=pa.array(range(95)), b=pa.array(["x"] * 95))
    content = read(delivery, rows_contract("b", "a"), batch_rows=7)
    assert content.rows == {n: ("x", str(n - 1)) for n in range(1, 96)}
    assert content.batch_count > 10


def test_a_file_without_rows_has_no_records() -> None:
    assert read(stored(a=pa.array([], pa.int64())), rows_contract("a")).rows == {}


def test_text_that_is_none_loses_only_its_row() -> None:
    values = pa.array([b"ok", b"\xff", b"a\0b", None], pa.binary())
    unchecked = pa.StringArray.from_buffers(4, *values.buffers()[1:], values.buffers()[0])
    for delivery in (stored(a=values), stored(a=unchecked)):
        content = read(delivery, rows_contract("a"))
        assert content.rows == {1: ("ok",), 4: (None,)}
        assert content.faults == {2: StructuralFault.BAD_ENCODING, 3: StructuralFault.NUL_BYTE}


def test_columns_are_matched_by_header() -> None:
    expected = rows_contract(
        column("amount_fen", headers=("amount",)), column("b", optional_header=True)
    )
    assert read(stored(amount=pa.array([5])), expected).rows == {1: ("5", None)}


def test_a_missing_column_is_refused() -> None:
    with pytest.raises(DeliveryRefused) as refused:
        open_delivery(io.BytesIO(stored(a=pa.array([1]))), rows_contract("a", "b"))
    assert refused.value.reason_code == RefusalReason.HEADER_MISSING
    assert "lacks b" in refused.value.found


def test_drift_is_held_against_unknown_columns() -> None:
    delivery = stored(a=pa.array([1, 2]), mood=pa.array([None, "good"]))
    with pytest.raises(DeliveryRefused) as refused:
        open_delivery(io.BytesIO(delivery), rows_contract("a"))
    assert refused.value.reason_code == RefusalReason.UNKNOWN_COLUMN
    discarding = read(delivery, rows_contract("a", drift=Drift.DISCARD_ROW))
    assert discarding.rows == {1: ("1",)}
    assert discarding.faults == {2: StructuralFault.UNKNOWN_COLUMN}
    evolving = read(delivery, rows_contract("a", drift=Drift.EVOLVE))
    assert evolving.rows == {1: ("1",), 2: ("2",)}
    assert evolving.tally.unknown_headers == ("mood",)


def test_damage_within_the_file_is_refused() -> None:
    whole = bytearray(stored(row_group_size=50, a=pa.array([f"text {n}" for n in range(500)])))
    middle = len(whole) // 3
    whole[middle : middle + 200] = b"\xff" * 200
    with pytest.raises(DeliveryRefused) as refused:
        read(bytes(whole), rows_contract("a"))
    assert refused.value.reason_code == RefusalReason.TRUNCATED


def test_a_cut_file_is_refused() -> None:
    whole = stored(a=pa.array(range(100)))
    for delivery in (whole[:-10], whole[:-10] + b"PAR1"):
        with pytest.raises(DeliveryRefused) as refused:
            open_delivery(io.BytesIO(delivery), rows_contract("a"))
        assert refused.value.reason_code == RefusalReason.TRUNCATED
