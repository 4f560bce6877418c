"""Which format a delivery is in, told by its bytes and never by a name."""

from __future__ import annotations

import codecs
import io
import json
import re
import struct
import zipfile
from dataclasses import dataclass

import olefile

from ingest.contracts import Contract
from ingest.formats.biff import is_locked
from ingest.formats.encoding import MARKS
from ingest.formats.source import UTF8_MARK, Source, locked_workbook, truncated
from ingest.reasons import DeliveryRefused, RefusalReason

HEAD_BYTES = 1 << 16
ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
PARQUET_MAGIC = b"PAR1"
PDF_MAGIC = b"%PDF"
OLE2_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OTHER_MAGIC = {
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"\x7fELF": "a program",
    b"SQLite format 3\0": "an SQLite database",
}
WORKBOOK_STREAMS = ("Workbook", "Book")
SEALED_STREAM = "EncryptedPackage"
PDF_FORMATS = ("credit_report", "statement_pdf")
PLAIN_TEXT_FORMATS = ("delimited", "fixed_width", "text_message")
FUND_MAGIC = "OFDCFDAT"
HTML_ROOTS = {"html", "head", "body", "table", "div", "meta", "style"}

_JSON_OBJECT_LINE = re.compile(r"^[ \t]*\{", re.MULTILINE)
_JSON_ARRAY = re.compile(r"\[\s*(?:[\[{\"\]\-\d]|true|false|null)")
_ROOT = re.compile(r"<(?!\?|!)(?:[\w.-]+:)?([\w.-]+)([^>]*)")
_SWIFT_HEAD = re.compile(r"^(?:\{1:|:940:|:20:)", re.MULTILINE)
_SWIFT_FRAGMENT = re.compile(r"[\x01\x02]?\s*:(?:2[058][CP]?|6[0-5][FM]?|86):")
_SWIFT_BODY = re.compile(r"^:(?:25P?|28C?|60[FM]):", re.MULTILINE)


@dataclass(frozen=True)
class Look:
    """What bytes look like: formats they may be in, the likeliest first, and words for people."""

    formats: tuple[str, ...]
    description: str


def sniff(source: Source, contract: Contract) -> str:
    """Which of the contract's formats the bytes are.

    Raises:
        DeliveryRefused: empty, cut off, locked, or of a format that the feed does not take.
    """
    source.seek(0)
    head = source.read(HEAD_BYTES)
    if not head.removeprefix(UTF8_MARK).strip() and len(head) < HEAD_BYTES:
        raise DeliveryRefused(
            RefusalReason.EMPTY_FILE,
            f"{len(head)} bytes with nothing in them",
            "a file with records",
            "deliver the file again; leave it out when there is nothing to report",
        )
    look = _by_magic(source, head) or _by_text(_text(head, contract), contract)
    for name in look.formats:
        if name in contract.formats:
            return name
    raise DeliveryRefused(
        RefusalReason.UNKNOWN_FORMAT,
        look.description,
        f"one of: {', '.join(contract.formats)}",
        "deliver the file in an agreed format",
    )


def is_archive(source: Source) -> bool:
    """Is this a zip that holds deliveries, and no document whose format is built on zip?"""
    source.seek(0)
    if not source.read(4).startswith(ZIP_MAGIC):
        return False
    return _zip_document(_zip_names(source)) is None


def _by_magic(source: Source, head: bytes) -> Look | None:
    if head.startswith(ZIP_MAGIC):
        return _zip_document(_zip_names(source)) or Look((), "a zip archive inside another")
    if head.startswith(PARQUET_MAGIC):
        source.seek(-len(PARQUET_MAGIC), io.SEEK_END)
        if source.read() != PARQUET_MAGIC:
            raise truncated("a Parquet file without its end")
        return Look(("parquet",), "a Parquet file")
    if head.startswith(OLE2_MAGIC):
        return _ole2(source)
    if head.startswith(PDF_MAGIC):
        return Look(PDF_FORMATS, "a PDF")
    for magic, description in OTHER_MAGIC.items():
        if head.startswith(magic):
            return Look((), description)
    return None


def _zip_names(source: Source) -> set[str]:
    try:
        with zipfile.ZipFile(source) as archive:
            return set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise truncated("a zip container without its end") from error


def _zip_document(names: set[str]) -> Look | None:
    if "xl/workbook.xml" in names:
        return Look(("xlsx",), "an XLSX workbook")
    if "xl/workbook.bin" in names:
        return Look((), "a binary workbook (XLSB)")
    if "[Content_Types].xml" in names:
        return Look((), "an Office document that is no workbook")
    if {"mimetype", "content.xml"} <= names:
        return Look((), "an OpenDocument file")
    return None


def _ole2(source: Source) -> Look:
    source.seek(0)
    content = io.BytesIO(source.read())
    try:
        with olefile.OleFileIO(content) as container:
            streams = {"/".join(path) for path in container.listdir()}
            book = next((name for name in WORKBOOK_STREAMS if name in streams), None)
            has_lock = book is not None and is_locked(container.openstream(book).read())
    except (OSError, ValueError, IndexError, struct.error) as error:
        raise truncated("an OLE2 container (old Excel or Word) that is damaged") from error
    if has_lock or SEALED_STREAM in streams:
        raise locked_workbook(source.passwords)
    if book:
        return Look(("xls",), "an old Excel workbook (XLS)")
    return Look((), "an OLE2 file that is no old Excel workbook")


def _text(head: bytes, contract: Contract) -> str:
    hinted = contract.dialect.encoding or "utf-8"
    encoding = next((name for mark, name in MARKS if head.startswith(mark)), hinted)
    return codecs.decode(head, encoding, "replace").lstrip("\ufeff \t\r\n")


def _by_text(text: str, contract: Contract) -> Look:
    if text.startswith("<"):
        return _markup(text)
    if text.startswith("OFXHEADER:"):
        return Look(("ofx",), "an OFX file")
    has_swift_tags = _SWIFT_HEAD.search(text) and _SWIFT_BODY.search(text)
    if has_swift_tags or _SWIFT_FRAGMENT.match(text):
        return Look(("mt940",), "an MT940 statement")
    if text.startswith("{"):
        return _json_objects(text, contract.dialect.record_path)
    if _JSON_ARRAY.match(text):
        return Look(("json",), "a JSON array")
    if text.startswith(FUND_MAGIC):
        return Look(("fixed_width",), "a fund industry file (OFDCFDAT)")
    if "json_lines" in contract.formats and _JSON_OBJECT_LINE.search(text):
        return Look(("json_lines",), "JSON Lines")
    plain = tuple(name for name in contract.formats if name in PLAIN_TEXT_FORMATS)
    return Look(plain, "text of no agreed format")


def _json_objects(text: str, record_path: str | None) -> Look:
    """One object per line, or one document: it runs over lines, or its records stand in the first.

    A line in full under whose `record_path` (dotted) there is something is a page, not a record.
    """
    first = text.partition("\n")[0].rstrip()
    try:
        found = json.loads(first)
    except (ValueError, RecursionError):
        if not first.endswith("}"):
            return Look(("json", "json_lines"), "JSON")
    else:
        for key in record_path.split(".") if record_path else ():
            found = found.get(key) if isinstance(found, dict) else None
        if record_path and found is not None:
            return Look(("json", "json_lines"), "JSON")
    return Look(("json_lines", "json"), "JSON objects in lines")


def _markup(text: str) -> Look:
    root = _ROOT.search(text)
    name, attributes = root.groups() if root else ("", "")
    if name.lower() in HTML_ROOTS or re.match(r"<!doctype\s+html", text, re.IGNORECASE):
        return Look(("html",), "an HTML page, whatever its name says")
    if name == "OFX":
        return Look(("ofx", "xml"), "an OFX file")
    if name == "Document" and "camt." in attributes:
        return Look(("camt", "xml"), "a camt account report")
    if "schemas-microsoft-com:office:spreadsheet" in text:
        return Look(("xml",), "an XML spreadsheet of Excel 2003")
    return Look(("xml",), "XML")
