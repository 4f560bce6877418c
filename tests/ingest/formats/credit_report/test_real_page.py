"""The words of the form as a real page prints them; it is known by its optical reading only, which
mixes up columns, so that words can be compared and places cannot."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.formats.credit_report import months
from ingest.formats.credit_report.cards import CARD
from ingest.formats.credit_report.detailed import AS_OF
from ingest.formats.credit_report.grids import ACCOUNT_GRIDS
from ingest.formats.credit_report.pages import FOOTER
from ingest.formats.pdf_words import fold

PAGE = "samples/credit_report_layout/beeno14__account_card_page4_full_layout.json"
LABELS = sorted({label for grid in ACCOUNT_GRIDS for label in grid.labels}, key=len, reverse=True)
LABEL = re.compile("|".join(map(re.escape, LABELS)))


@pytest.fixture
def texts(shared: Callable[[str], Path]) -> list[str]:
    """What stands on the page, folded and without blanks."""
    tokens = json.loads(shared(PAGE).read_text(encoding="utf-8"))["tokens"]
    return [re.sub(r"\s", "", fold(token["text"])) for token in tokens]


def test_titles_dates_and_footer_are_those_of_the_grammar(texts: list[str]) -> None:
    assert sum(FOOTER.fullmatch(text) is not None for text in texts) == 1
    assert [m[2] for text in texts if (m := CARD.fullmatch(text))] == ["2", "3", "4"]
    assert sum(AS_OF.fullmatch(text) is not None for text in texts) == 3
    assert sum(months.TITLE.fullmatch(text) is not None for text in texts) == 1


def test_the_labels_of_a_closed_loan_are_those_of_the_grammar(texts: list[str]) -> None:
    headers = [text for text in texts if re.fullmatch(f"(?:{LABEL.pattern})+", text)]
    printed = {label for text in headers for label in LABEL.findall(text)}
    loan, _, terms, closed, *_ = ACCOUNT_GRIDS
    assert printed == {*loan.labels, *terms.labels, *closed.labels}
