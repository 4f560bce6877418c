"""The reader of every format."""

from __future__ import annotations

from collections.abc import Callable

from ingest.contracts import Contract
from ingest.formats.camt import CamtReading
from ingest.formats.credit_report import CreditReportReading
from ingest.formats.delimited import DelimitedReading
from ingest.formats.fixed_width import FixedWidthReading
from ingest.formats.html import HtmlReading
from ingest.formats.json_document import JsonReading
from ingest.formats.json_lines import JsonLinesReading
from ingest.formats.mt940 import Mt940Reading
from ingest.formats.ofx import OfxReading
from ingest.formats.parquet import ParquetReading
from ingest.formats.reading import Reading
from ingest.formats.sniff import sniff
from ingest.formats.source import Source
from ingest.formats.statement_pdf import StatementPdfReading
from ingest.formats.xls import XlsReading
from ingest.formats.xlsx import XlsxReading
from ingest.formats.xml_records import XmlReading

READERS: dict[str, Callable[[Source, Contract, int], Reading]] = {
    "camt": CamtReading,
    "credit_report": CreditReportReading,
    "delimited": DelimitedReading,
    "fixed_width": FixedWidthReading,
    "html": HtmlReading,
    "json": JsonReading,
    "json_lines": JsonLinesReading,
    "mt940": Mt940Reading,
    "ofx": OfxReading,
    "parquet": ParquetReading,
    "statement_pdf": StatementPdfReading,
    "xls": XlsReading,
    "xlsx": XlsxReading,
    "xml": XmlReading,
}


def read_format(source: Source, contract: Contract, batch_rows: int) -> Reading:
    """Read a file, which is no archive, in the format that its bytes are in.

    Raises:
        DeliveryRefused: it cannot be read as the contract describes it.
    """
    return READERS[sniff(source, contract)](source, contract, batch_rows)
