"""What a delivery is, by its bytes; what is refused before anything is read."""

from __future__ import annotations

import gzip
import io
import os
import pickle
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingest.formats import open_delivery, open_file
from ingest.reasons import DeliveryRefused, RefusalReason
from tallywatch.errors import TerminalError
from tests.ingest.formats.deliveries import contract, read

ALL_FORMATS = contract("a", "b", formats=("delimited", "json_lines", "parquet", "xlsx"))
TEXT = contract("a", "b")


def refusal(delivery: bytes, expected: object = ALL_FORMATS) -> DeliveryRefused:
    with pytest.raises(DeliveryRefused) as refused:
        open_delivery(io.BytesIO(delivery), expected)  # type: ignore[arg-type]
    return refused.value


def zipped(name: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(name, "a,b\n1,2\n")
    return target.getvalue()


@pytest.mark.parametrize("delivery", [b"", b"\xef\xbb\xbf", b"\n", b" \r\n\t\r\n"])
def test_an_empty_file_is_refused(delivery: bytes) -> None:
    assert refusal(delivery).reason_code == RefusalReason.EMPTY_FILE


@pytest.mark.parametrize(
    ("delivery", "found"),
    [
        (b"%PDF-1.7\n", "PDF"),
        (gzip.compress(b"a,b\n1,2\n"), "gzip"),
        (zipped("[Content_Types].xml"), "no workbook"),
        (b"<!DOCTYPE html><html><body><table></table></body></html>", "HTML"),
        (b"\xef\xbb\xbf <html lang='zh'><table>", "HTML"),
        (b"<?xml version='1.0'?>\n<a:Document xmlns:a='urn:camt.053'/>", "camt"),
        (b"OFXHEADER:100\nDATA:OFXSGML\n", "OFX"),
        (b"{1:F01}{4:\n:20:X\n:25:1\n:60F:C\n-}", "MT940"),
        (b"OFDCFDAT\n20  \n", "fund industry"),
        (b'[{"a": 1}]', "JSON array"),
    ],
)
def test_other_formats_are_refused_by_name(delivery: bytes, found: str) -> None:
    refused = refusal(delivery)
    assert refused.reason_code == RefusalReason.UNKNOWN_FORMAT
    assert found in refused.found


def test_a_format_that_the_feed_does_not_take_is_refused() -> None:
    lines = contract("a", "b", formats=("json_lines",))
    for delivery in (b"a,b\n1,2\n", b'[{"a": 1, "b": 2}]\n'):
        refused = refusal(delivery, lines)
        assert refused.reason_code == RefusalReason.UNKNOWN_FORMAT
        assert "json_lines" in refused.expected
    only_parquet = contract("a", "b", formats=("parquet",))
    assert refusal(b'{"a": 1}\n', only_parquet).reason_code == RefusalReason.UNKNOWN_FORMAT


@pytest.mark.parametrize("delivery", [zipped("xl/workbook.xml")[:-30], b"PAR1" + b"x" * 90])
def test_a_container_without_its_end_is_refused_as_truncated(delivery: bytes) -> None:
    assert refusal(delivery).reason_code == RefusalReason.TRUNCATED


def test_text_is_told_from_json_lines_by_its_content() -> None:
    for delivery, line in ((b"a,b\n1,2\n", 2), (b'{"a": "1", "b": 2}\n', 1)):
        batch = next(open_delivery(io.BytesIO(delivery), ALL_FORMATS).batches())
        assert batch.to_pylist() == [{"_line_number": line, "_fault": 0, "a": "1", "b": "2"}]


def test_only_files_are_opened(tmp_path: Path) -> None:
    path = tmp_path / "bill.csv"
    path.write_bytes(b"a,b\n1,2\n")
    with open_file(path) as stream:
        assert next(open_delivery(stream, TEXT).batches()).num_rows == 1
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for other in (tmp_path, pipe, tmp_path / "gone.csv"):
        with pytest.raises(DeliveryRefused) as refused:
            open_file(other)
        assert refused.value.reason_code == RefusalReason.NOT_A_FILE


class _Trickle(io.BytesIO):
    """Gives one byte a time, as a pipe or a sealed file may."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(1 if size and size > 0 else size)


def test_a_stream_that_reads_short_is_read_in_full() -> None:
    parquet = io.BytesIO()
    pq.write_table(pa.table({"a": ["1"], "b": ["2"]}), parquet)
    for delivery in (b"a,b\n1,2\n", b'{"a": "1", "b": 2}\n', parquet.getvalue()):
        assert list(read(_Trickle(delivery), ALL_FORMATS).rows.values()) == [("1", "2")]


def test_a_refusal_is_terminal_and_survives_pickling() -> None:
    refused = refusal(b"")
    assert isinstance(refused, TerminalError)
    copy = pickle.loads(pickle.dumps(refused))
    assert (copy.reason_code, str(copy)) == (refused.reason_code, str(refused))
