"""Which feed a file belongs to, told by its content alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import BinaryIO, cast

from ingest.contracts import Contract
from ingest.formats.archives import ArchiveReading
from ingest.formats.encoding import MARKS
from ingest.formats.layout_choice import Fit, best_fit, read_laid_out
from ingest.formats.locked_workbooks import unlocked
from ingest.formats.pdf_words import lines, read_words
from ingest.formats.reading import OUTSIDE_BYTES, Reading
from ingest.formats.sheet_reading import worksheets
from ingest.formats.sniff import OLE2_MAGIC, PDF_MAGIC, ZIP_MAGIC, is_archive
from ingest.formats.source import Source
from ingest.reasons import DeliveryRefused

Recognised = tuple[str, str | None, float]
"""Feed, layout (None: the contract lists none) and score: the higher the likelier, never zero."""

HEAD_ROWS = 100
WHOLE_WEIGHT = 1.0
SIGNATURE_WEIGHT = 2.0
SIGNATURE_ALONE = 0.5
"""A file that claims to be of the feed and lacks headers: it will be refused, with reason."""
HEADERLESS_SHARE = 0.1
"""A number of cells is all that a file without headers shows."""
PROBED_RECORDS = 1_000


def recognise(
    stream: BinaryIO, contracts: Iterable[Contract], passwords: Sequence[str] = ()
) -> list[Recognised]:
    """Feeds whose contract the content of a file fits, the likeliest first; empty for none.

    A feed counts when the bytes are of one of its formats and the file has, in its first HEAD_ROWS
    lines, all headers that one of its layouts requires, or a text of its `signature` in its head.
    The score is 1 plus the share of the file's headers that the layout knows, plus 2 for a
    signature; 0.5 for a signature where required headers are missing. Of equal scores the contract
    with more headers in the file comes first.

    Args:
        stream: readable and seekable; of an archive the first member counts.
        contracts: of the feeds that come into question.
        passwords: tried on what is locked.
    """
    try:
        source = unlocked(Source(stream, passwords))
    except DeliveryRefused:
        return []
    ranked = []
    for contract in contracts:
        for fit, head in _fits(source, contract):
            signatures = (*contract.signature, *fit.candidate.layout.signature)
            is_signed = any(re.search(pattern, head, re.MULTILINE) for pattern in signatures)
            if _is_headed(fit) or is_signed:
                score = _score(fit, is_signed=is_signed)
                ranked.append((contract.feed, fit.candidate.layout.name or None, score, fit))
    ranked.sort(key=lambda entry: (-entry[2], -entry[3].matched))
    return [(feed, layout, score) for feed, layout, score, _ in ranked]


def _fits(source: Source, contract: Contract) -> list[tuple[Fit, str]]:
    """The best fit of the file, or of the first member of an archive, and the head of its text."""
    found: list[tuple[Fit, str]] = []

    def read(file: Source, contract: Contract, batch_rows: int) -> Reading:
        if fit := best_fit(file, contract):
            found.append((fit, file.once("head", lambda: _head(file))))
        return read_laid_out(file, contract, batch_rows)

    try:
        if is_archive(source):
            ArchiveReading(source, contract, PROBED_RECORDS, read)
        elif fit := best_fit(source, contract):
            found.append((fit, source.once("head", lambda: _head(source))))
    except DeliveryRefused:
        pass
    return found[:1]


def _is_headed(fit: Fit) -> bool:
    """Has the file the headers, near its beginning? Further down anything may be quoted."""
    return fit.is_whole and fit.line <= HEAD_ROWS


def _score(fit: Fit, *, is_signed: bool) -> float:
    if not _is_headed(fit):
        return SIGNATURE_ALONE
    share = HEADERLESS_SHARE if fit.is_headerless else WHOLE_WEIGHT + fit.known_share
    return share + SIGNATURE_WEIGHT * is_signed


def _head(source: Source) -> str:
    """Text at the beginning: of a document its first page, of a workbook its first rows."""
    source.seek(0)
    data = source.read(OUTSIDE_BYTES)
    if data.startswith(PDF_MAGIC):
        page = next(iter(read_words(cast(BinaryIO, source), source.passwords)), [])
        return "\n".join("".join(word.text for word in line) for line in lines(page))
    if data.startswith((*ZIP_MAGIC, OLE2_MAGIC)):
        rows = (row for sheet in worksheets(source) for row in islice(sheet.rows, HEAD_ROWS))
        return "\n".join(",".join(row) for row in rows)
    encoding = next((name for mark, name in MARKS if data.startswith(mark)), None)
    if encoding is None:
        encoding = "utf-8" if _is_utf8(data) else "gb18030"
    return data.decode(encoding, "replace").lstrip("\ufeff")


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        # The last character may be cut in two.
        return error.end >= len(data) - 3 and error.reason == "unexpected end of data"
    return True
