"""Locked workbooks: opened with the delivery's passwords, refused without."""

from __future__ import annotations

import io
from typing import Any

import pytest

from ingest.formats import open_delivery
from ingest.formats.locked_workbooks import EXCEL_OPENS_WITH
from ingest.reasons import DeliveryRefused, RefusalReason
from ingest.recognise import recognise
from tests.ingest.formats.deliveries import contract
from tests.ingest.formats.locked import locked_xls, locked_xlsx
from tests.ingest.formats.test_archives import zipped
from tests.ingest.formats.test_xlsx import sheet

TABLES = contract("a", "b", formats=("xls", "xlsx"))
ROWS: list[list[Any]] = [["a", "b"], *([f"张伟 {n}", n] for n in range(300))]
SECRET = "密123"


def locked(kind: str, password: str) -> bytes:
    return locked_xls(password, *ROWS) if kind == "xls" else locked_xlsx(sheet(*ROWS), password)


def refusal(delivery: bytes, *passwords: str) -> DeliveryRefused:
    with pytest.raises(DeliveryRefused) as refused:
        open_delivery(io.BytesIO(delivery), TABLES, passwords=passwords)
    return refused.value


@pytest.mark.parametrize("kind", ["xls", "xlsx"])
def test_passwords_are_tried_in_turn(kind: str) -> None:
    delivery = locked(kind, SECRET)
    reading = open_delivery(io.BytesIO(delivery), TABLES, passwords=["wrong", SECRET])
    (batch,) = reading.batches()
    assert batch.num_rows == reading.tally.physical_records == 300
    assert [batch.column(2)[299].as_py(), batch.column(3)[299].as_py()] == ["张伟 299", "299"]
    assert refusal(delivery).reason_code == RefusalReason.PASSWORD_NEEDED
    wrong = refusal(delivery, "guess", "other")
    assert wrong.reason_code == RefusalReason.WRONG_PASSWORD
    assert "guess" not in str(wrong)


@pytest.mark.parametrize("kind", ["xls", "xlsx"])
def test_what_excel_opens_without_asking_needs_no_password(kind: str) -> None:
    reading = open_delivery(io.BytesIO(locked(kind, EXCEL_OPENS_WITH)), TABLES)
    assert sum(batch.num_rows for batch in reading.batches()) == 300


def test_a_locked_workbook_in_an_archive_is_opened_too() -> None:
    delivery = zipped(("1.xlsx", locked("xlsx", SECRET)), ("2.xls", locked("xls", SECRET)))
    reading = open_delivery(io.BytesIO(delivery), TABLES, passwords=[SECRET])
    assert sum(batch.num_rows for batch in reading.batches()) == 600


def test_a_locked_workbook_is_told_by_its_content() -> None:
    delivery = io.BytesIO(locked("xlsx", SECRET))
    assert [name for name, _, _ in recognise(delivery, [TABLES], [SECRET])] == ["things"]
    assert recognise(delivery, [TABLES]) == []


@pytest.mark.parametrize("kind", ["xls", "xlsx"])
def test_a_locked_workbook_that_is_damaged_is_refused(kind: str) -> None:
    whole = bytearray(locked(kind, SECRET))
    for at in range(600, len(whole), 211):
        whole[at] ^= 0x5A
    with pytest.raises(DeliveryRefused):
        list(open_delivery(io.BytesIO(whole), TABLES, passwords=[SECRET]).batches())
