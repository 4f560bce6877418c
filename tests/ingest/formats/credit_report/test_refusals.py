"""What is no whole, readable credit report is refused, with the true reason."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from ingest.reasons import DeliveryRefused, RefusalReason
from simulate.credit_reports import draw_style, write_report
from simulate.credit_reports.paper import FONT
from tests.ingest.formats.credit_report.reports import KINDS, open_report


@pytest.fixture
def report(tmp_path: Path) -> Callable[[str], bytes]:
    """A report of several pages."""
    return lambda kind: write_report(tmp_path, 2, kind).pdf.read_bytes()


def reason_of(content: bytes) -> str:
    with pytest.raises(DeliveryRefused) as caught:
        open_report(content)
    return caught.value.reason_code


def with_pages(content: bytes, change: Callable[[pdfium.PdfDocument], None]) -> bytes:
    document = pdfium.PdfDocument(content)
    change(document)
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


def page_of(draw: Callable[[Canvas], None]) -> bytes:
    content = io.BytesIO()
    canvas = Canvas(content)
    draw(canvas)
    canvas.showPage()
    canvas.save()
    return content.getvalue()


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_report_is_read(kind: str, report: Callable[[str], bytes]) -> None:
    assert open_report(report(kind)) > 20


@pytest.mark.parametrize("kind", KINDS)
def test_a_report_without_one_of_its_pages(kind: str, report: Callable[[str], bytes]) -> None:
    content = report(kind)
    for number in range(len(pdfium.PdfDocument(content))):
        shorter = with_pages(content, lambda document, number=number: document.del_page(number))
        assert reason_of(shorter) == RefusalReason.PARSE_LOW_CONFIDENCE


@pytest.mark.parametrize("kind", KINDS)
def test_a_report_with_its_pages_in_another_order(
    kind: str, report: Callable[[str], bytes]
) -> None:
    content = report(kind)

    def move_last_to_front(document: pdfium.PdfDocument) -> None:
        last = len(document) - 1
        document.import_pages(pdfium.PdfDocument(content), [last], index=1)
        document.del_page(last + 1)

    count = len(pdfium.PdfDocument(content))
    if count > 2:
        shuffled = with_pages(content, move_last_to_front)
        assert reason_of(shuffled) == RefusalReason.PARSE_LOW_CONFIDENCE


@pytest.mark.parametrize("place", [0, 1])
def test_a_scanned_page(place: int, report: Callable[[str], bytes]) -> None:
    grey = ImageReader(Image.new("L", (100, 140), 200))
    scan = page_of(lambda canvas: canvas.drawImage(grey, 0, 0, 595, 842))

    def replace_page(document: pdfium.PdfDocument) -> None:
        document.import_pages(pdfium.PdfDocument(scan), index=place)
        document.del_page(place + 1)

    content = with_pages(report("brief2"), replace_page)
    assert reason_of(content) == RefusalReason.PARSE_LOW_CONFIDENCE


def test_a_scan_of_the_whole() -> None:
    grey = ImageReader(Image.new("L", (100, 140), 200))
    scan = page_of(lambda canvas: canvas.drawImage(grey, 0, 0, 595, 842))
    assert reason_of(scan) == RefusalReason.PARSE_LOW_CONFIDENCE


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_file_that_is_cut_off(share: float, report: Callable[[str], bytes]) -> None:
    content = report("brief2")
    reason = reason_of(content[: int(len(content) * share)])
    assert reason in {RefusalReason.TRUNCATED, RefusalReason.PARSE_LOW_CONFIDENCE}


@pytest.mark.parametrize(
    "text", ["Credit report of a person in another country", "Statement of account, page 1 of 1"]
)
def test_another_document(text: str) -> None:
    other = page_of(lambda canvas: canvas.drawString(60, 760, text))
    assert reason_of(other) == RefusalReason.UNKNOWN_FORMAT


def test_a_bank_statement(shared: Callable[[str], Path]) -> None:
    """The text of a bank's page at its places, as a PDF."""
    items = json.loads(shared("samples/pdf_text_items_bank/deb-sig__boc-debit_p1.json").read_text())

    def draw(canvas: Canvas) -> None:
        canvas.setFont(FONT, 8)
        for item in items:
            canvas.drawString(item["transform"][4], item["transform"][5], item["str"])

    assert reason_of(page_of(draw)) == RefusalReason.UNKNOWN_FORMAT


def test_a_locked_report_opens_with_its_password(tmp_path: Path) -> None:
    style = replace(draw_style(2, "brief2"), password="19900101")
    content = write_report(tmp_path, 2, "brief2", style=style).pdf.read_bytes()
    assert open_report(content, ["wrong", "19900101"]) > 20
    assert reason_of(content) == RefusalReason.PASSWORD_NEEDED


def test_messages_name_no_content(report: Callable[[str], bytes], tmp_path: Path) -> None:
    content = report("detailed2")
    person = write_report(tmp_path, 2, "detailed2").items[1]
    shorter = with_pages(content, lambda document: document.del_page(1))
    with pytest.raises(DeliveryRefused) as caught:
        open_report(shorter)
    assert "page" in caught.value.found
    assert person["full_name"] not in str(caught.value)
