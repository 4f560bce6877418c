"""Formats of deliveries: bytes in, Arrow batches of text with line numbers out.

One module per format, none of which knows a feed: what is particular about a feed is in its
contract. `open_delivery` tells the format by the bytes and gives a `Reading`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO

from ingest.contracts import Contract
from ingest.formats.delimited import DelimitedReading
from ingest.formats.json_lines import JsonLinesReading
from ingest.formats.parquet import ParquetReading
from ingest.formats.reading import DEFAULT_BATCH_ROWS, Reading, Tally
from ingest.formats.source import Source, open_file, sniff
from ingest.formats.xlsx import XlsxReading

__all__ = ["READERS", "Reading", "Tally", "open_delivery", "open_file"]

READERS: dict[str, Callable[[Source, Contract, int], Reading]] = {
    "delimited": DelimitedReading,
    "json_lines": JsonLinesReading,
    "parquet": ParquetReading,
    "xlsx": XlsxReading,
}


def open_delivery(
    stream: BinaryIO, contract: Contract, *, batch_rows: int = DEFAULT_BATCH_ROWS
) -> Reading:
    """Read a delivery as its contract describes it.

    Args:
        stream: readable and seekable, from its start; left open. Text is run through twice.
        contract: of the feed that the delivery belongs to.
        batch_rows: the most rows of a batch.

    Raises:
        DeliveryRefused: the file as a whole cannot be read as this feed's.
    """
    source = Source(stream)
    return READERS[sniff(source, contract)](source, contract, batch_rows)
