"""A4 pages as the centre's printer makes them: text set line by line, wrapped anywhere.

Places are in points from the top left corner. The pages are kept until all of them are known,
because every footer names their number.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

FONT = "STSong-Light"
WIDTH, HEIGHT = A4
LEFT, RIGHT = 42.0, 553.0
TOP, BOTTOM = 50.0, 768.0
FOOTER_BASELINE = 785.0
BAR_GREY, INTRO_GREY = 0.8, 0.92
LEADING = 1.55
CELL_PITCH = 1.3

pdfmetrics.registerFont(UnicodeCIDFont(FONT))
Step = Callable[[Canvas], None]


class Paper:
    """Pages in the making; `y` is where the next thing goes."""

    def __init__(self, footer: str, has_watermark: bool, password: str | None) -> None:
        self._pages: list[list[Step]] = [[]]
        self._footer = footer
        self._has_watermark = has_watermark
        self._password = password
        self.y = TOP

    @property
    def page(self) -> int:
        """Number of the page that is written on, from 1."""
        return len(self._pages)

    def turn(self) -> None:
        """Begin a page."""
        self._pages.append([])
        self.y = TOP

    def need(self, height: float) -> None:
        """Begin a page unless that much is left on this one."""
        if self.y + height > BOTTOM:
            self.turn()

    def put(self, x: float, baseline: float, text: str, size: float) -> None:
        """Text at a place of this page."""
        self._pages[-1].append(lambda canvas: _text(canvas, x, baseline, text, size))

    def centred(self, text: str, size: float, middle: float = WIDTH / 2) -> None:
        """A line of text around `middle`."""
        self.need(size * LEADING)
        self.y += size * LEADING
        self.put(middle - width_of(text, size) / 2, self.y - size * 0.4, text, size)

    def bar(self, text: str, intro: str = "") -> None:
        """A section's grey bar, with a lighter one under it that introduces the section."""
        self.need(70)
        self.y += 8
        self._rectangle(LEFT, self.y, RIGHT, self.y + 26, BAR_GREY)
        self.put(WIDTH / 2 - width_of(text, 15) / 2, self.y + 18, text, 15)
        self.y += 26
        if intro:
            self._rectangle(LEFT, self.y, RIGHT, self.y + 17.5, INTRO_GREY)
            self.put(LEFT + 8, self.y + 12, intro, 9)
            self.y += 17.5

    def flow(
        self, text: str, size: float, x: float = LEFT, right: float = RIGHT, number: str = ""
    ) -> int:
        """A paragraph that wraps between any two characters; `number` hangs before it.

        Returns: the page of its first line.
        """
        first = None
        for line in wrapped(text, size, right - x):
            self.need(size * LEADING)
            self.y += size * LEADING
            if first is None:
                first = self.page
                if number:
                    self.put(x - 6 - width_of(number, size), self.y - size * 0.4, number, size)
            self.put(x, self.y - size * 0.4, line, size)
        return first or self.page

    def row(
        self,
        edges: Sequence[float],
        cells: Sequence[str],
        size: float,
        *,
        height: float = 0.0,
        is_ruled: bool = True,
        align: str = "centre",
    ) -> int:
        """One row of a table; cells wrap, each in the middle of its height. Never split.

        Args:
            edges: left edge of each cell, and the right edge of the last.
            cells: texts, one fewer than the edges.
            size: of the letters.
            height: at least.
            is_ruled: whether cells have borders.
            align: centre, or left.

        Returns: the page it stands on.
        """
        spans = list(pairwise(edges))
        lines = [
            wrapped(cell, size, right - left - 8)
            for cell, (left, right) in zip(cells, spans, strict=True)
        ]
        pitch = size * CELL_PITCH
        height = max(height, max(map(len, lines)) * pitch + 6)
        self.need(height)
        for texts, (left, right) in zip(lines, spans, strict=True):
            if is_ruled:
                self._frame(left, self.y, right, self.y + height)
            first = self.y + (height - len(texts) * pitch) / 2 + size
            for place, text in enumerate(texts):
                indent = 4.0 if align == "left" else (right - left - width_of(text, size)) / 2
                self.put(left + indent, first + place * pitch, text, size)
        self.y += height
        return self.page

    def stacked(
        self, edges: Sequence[float], name: str, lines: Sequence[Sequence[str]], size: float
    ) -> int:
        """Rows under one name, which stands in the first column in the middle of them all.

        Returns: the page they stand on.
        """
        pitch = size * CELL_PITCH + 6
        height = len(lines) * pitch
        self.need(height)
        top = self.y
        self._frame(edges[0], top, edges[1], top + height)
        middle = (edges[0] + edges[1] - width_of(name, size)) / 2
        self.put(middle, top + (height - size * CELL_PITCH) / 2 + size, name, size)
        for cells in lines:
            self.row(edges[1:], cells, size, height=pitch)
        return self.page

    def rule(self, left: float, right: float) -> None:
        """A thin line."""
        y = self.y
        self._pages[-1].append(lambda canvas: canvas.line(left, HEIGHT - y, right, HEIGHT - y))

    def write(self, path: Path) -> int:
        """Write the PDF; returns its pages."""
        canvas = Canvas(str(path), pagesize=A4, invariant=1, encrypt=self._password)
        canvas.setLineWidth(0.4)
        watermark = ImageReader(_watermark()) if self._has_watermark else None
        for number, steps in enumerate(self._pages, start=1):
            if watermark:
                canvas.drawImage(watermark, 52, HEIGHT - 772, 466, 638)
            for step in steps:
                step(canvas)
            footer = self._footer.format(page=number, pages=len(self._pages))
            place = WIDTH / 2 - width_of(footer, 8) / 2
            _text(canvas, place, FOOTER_BASELINE, footer, 8)
            canvas.showPage()
        canvas.save()
        return len(self._pages)

    def _rectangle(self, left: float, top: float, right: float, bottom: float, grey: float) -> None:
        def draw(canvas: Canvas) -> None:
            canvas.setFillGray(grey)
            canvas.rect(left, HEIGHT - bottom, right - left, bottom - top, stroke=0, fill=1)
            canvas.setFillGray(0)

        self._pages[-1].append(draw)

    def _frame(self, left: float, top: float, right: float, bottom: float) -> None:
        self._pages[-1].append(
            lambda canvas: canvas.rect(left, HEIGHT - bottom, right - left, bottom - top)
        )


def edges_of(shares: Sequence[int]) -> list[float]:
    """Edges of columns that share the width of the page so."""
    edges = [LEFT]
    for share in shares:
        edges.append(edges[-1] + (RIGHT - LEFT) * share / sum(shares))
    return edges


def width_of(text: str, size: float) -> float:
    """Width of a line of text."""
    return float(pdfmetrics.stringWidth(text, FONT, size))


def wrapped(text: str, size: float, width: float) -> list[str]:
    """The text in lines that fit, broken between any two characters."""
    lines, line, used = [], "", 0.0
    for character in text:
        wide = width_of(character, size)
        if line and used + wide > width:
            lines.append(line)
            line, used = "", 0.0
        line += character
        used += wide
    return [*lines, line]


def _text(canvas: Canvas, x: float, baseline: float, text: str, size: float) -> None:
    canvas.setFont(FONT, size)
    canvas.drawString(x, HEIGHT - baseline, text)


def _watermark() -> io.BytesIO:
    """A pale pattern of rings in four colours, as large as the text block."""
    picture = Image.new("P", (466, 638), 0)
    picture.putpalette([255, 255, 255, 238, 240, 246, 230, 233, 242, 224, 228, 240])
    pen = ImageDraw.Draw(picture)
    for radius in range(20, 420, 14):
        box = (233 - radius, 319 - radius, 233 + radius, 319 + radius)
        pen.ellipse(box, outline=1 + radius // 14 % 3)
    content = io.BytesIO()
    picture.save(content, "PNG", bits=2)
    content.seek(0)
    return content
