"""Formats of deliveries: bytes in, Arrow batches of text with line numbers out.

One module per format, none of which knows a feed: what is particular about a feed is in its
contract. `open_delivery` tells the format by the bytes and gives a `Reading`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from ingest.contracts import Contract
from ingest.formats.archives import ArchiveReading
from ingest.formats.layout_choice import read_laid_out
from ingest.formats.locked_workbooks import unlocked
from ingest.formats.readers import READERS, read_format
from ingest.formats.reading import DEFAULT_BATCH_ROWS, Reading, Tally
from ingest.formats.sniff import is_archive
from ingest.formats.source import Source, open_file

__all__ = ["READERS", "Reading", "Tally", "open_delivery", "open_file", "read_format"]


def open_delivery(
    stream: BinaryIO,
    contract: Contract,
    *,
    batch_rows: int = DEFAULT_BATCH_ROWS,
    passwords: Sequence[str] = (),
) -> Reading:
    """Read a delivery as its contract describes it.

    Args:
        stream: readable and seekable, from its start; left open. Text is run through twice.
        contract: of the feed that the delivery belongs to.
        batch_rows: the most rows of a batch.
        passwords: tried in turn on an archive, a workbook or a document that is locked.

    Raises:
        DeliveryRefused: the file as a whole cannot be read as this feed's.
    """
    source = unlocked(Source(stream, passwords))
    if is_archive(source):
        return ArchiveReading(source, contract, batch_rows, read_laid_out)
    return read_laid_out(source, contract, batch_rows)
