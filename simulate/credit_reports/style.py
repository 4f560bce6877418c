"""How a report is printed: generation, punctuation, dates, and what makes it hard to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from simulate.credit_reports.draw import Draw

BRIEF_FIRST, BRIEF_SECOND, DETAILED_SECOND = "brief1", "brief2", "detailed2"
KINDS = (BRIEF_FIRST, BRIEF_SECOND, DETAILED_SECOND)
HALF_WIDTH: Mapping[str, str] = {"，": ",", "：": ":", "（": "(", "）": ")"}


@dataclass(frozen=True)
class Style:
    """Choices of one printing; none of them changes what the report says.

    `punctuation`: full, half or mixed. `right_edge`: where body text wraps, in points.
    `is_number_apart`: list numbers stand left of a hanging indent, as a text of their own.
    """

    kind: str
    punctuation: str = "full"
    is_zero_padded: bool = False
    is_id_masked: bool = True
    has_watermark: bool = True
    has_subtitle: bool = False
    has_unit_after_amount: bool = False
    is_number_apart: bool = True
    right_edge: float = 553.0
    footer: str = "第{page}页 共{pages}页"
    password: str | None = None

    @property
    def is_first_generation(self) -> bool:
        """Printed before 2020."""
        return self.kind == BRIEF_FIRST

    def day(self, day: date) -> str:
        """A day in a sentence."""
        if self.is_zero_padded:
            return f"{day.year}年{day.month:02}月{day.day:02}日"
        return f"{day.year}年{day.month}月{day.day}日"

    def month(self, day: date) -> str:
        """A month in a sentence."""
        return (
            f"{day.year}年{day.month:02}月" if self.is_zero_padded else f"{day:%Y}年{day.month}月"
        )

    def printed(self, text: str) -> str:
        """The text in this style's punctuation; it is composed with full-width marks."""
        if self.punctuation == "full":
            return text
        return "".join(
            HALF_WIDTH.get(mark, mark) if self.punctuation == "half" or place % 2 else mark
            for place, mark in enumerate(text)
        )


def draw_style(seed: int, kind: str, password: str | None = None) -> Style:
    """The style of report number `seed`."""
    draw = Draw(seed, 1)
    first = kind == BRIEF_FIRST
    return Style(
        kind,
        punctuation=draw.one(("full", "half", "mixed")),
        is_zero_padded=not first and draw.chance(0.7),
        is_id_masked=first or draw.chance(0.6),
        has_watermark=draw.chance(0.7),
        has_subtitle=not first and draw.chance(0.5),
        has_unit_after_amount=draw.chance(0.3),
        is_number_apart=draw.chance(0.6),
        right_edge=553.0 - draw.whole(0, 40),
        footer="第{page}页 共{pages}页" if first else "第 {page} 页，共 {pages} 页",
        password=password,
    )
