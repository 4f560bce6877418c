"""Bar charts as SVG that stands in a page by itself: no script, the reader's own fonts.

Every bar has its name and its number written above it, so that a chart is legible at any width
and needs no room for an axis whose labels cannot be measured here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

WIDTH = 440
ROW_HEIGHT = 40
BAR_HEIGHT = 12
COLOURS = {
    "good": "#2f8f83",
    "bad": "#d9822b",
    "alert": "#c0504d",
    "muted": "#94a3b3",
    "owed": "#3b76b8",
    "due": "#8a63b5",
}
_SIZE = re.compile(r'<svg([^>]*?) width="[\d.]+" height="[\d.]+"')


@dataclass(frozen=True)
class Bar:
    """One row of a chart: a name, the number as people read it, and its parts by colour."""

    name: str
    number: str
    parts: tuple[tuple[str, float], ...]


def bar_chart(bars: Sequence[Bar], description: str) -> str:
    """Stacked horizontal bars, in the order given, as one `<svg>` element.

    `description` is read out to those who do not see the chart. Parts must not be negative.
    """
    import vl_convert

    svg = vl_convert.vegalite_to_svg(json.dumps(_specification(bars)))
    label = description.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return _SIZE.sub(rf'<svg\1 role="img" aria-label="{label}"', svg, count=1)


def _specification(bars: Sequence[Bar]) -> dict[str, Any]:
    order = [str(position) for position in range(len(bars))]
    rows = [
        {"row": str(position), "name": bar.name, "number": bar.number}
        for position, bar in enumerate(bars)
    ]
    parts = [
        {"row": str(position), "colour": COLOURS[colour], "value": value, "place": place}
        for position, bar in enumerate(bars)
        for place, (colour, value) in enumerate(bar.parts)
    ]
    y = {"field": "row", "type": "ordinal", "sort": order, "axis": None}
    longest = max((sum(value for _, value in bar.parts) for bar in bars), default=0)
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": WIDTH,
        "height": {"step": ROW_HEIGHT},
        "background": None,
        "padding": 0,
        "config": {
            "aria": False,
            "view": {"stroke": None},
            "text": {"fontSize": 12, "font": "sans-serif"},
        },
        "layer": [
            {
                "data": {"values": parts},
                "mark": {"type": "bar", "height": BAR_HEIGHT, "yOffset": 7},
                "encoding": {
                    "y": y,
                    "x": {
                        "field": "value",
                        "type": "quantitative",
                        "axis": None,
                        "scale": {"domain": [0, longest or 1], "nice": False},
                    },
                    "color": {"field": "colour", "type": "nominal", "scale": None},
                    "order": {"field": "place", "type": "quantitative"},
                },
            },
            _text(rows, y, "name", "left", 0),
            _text(rows, y, "number", "right", WIDTH),
        ],
    }


def _text(
    rows: list[dict[str, str]], y: dict[str, Any], field: str, align: str, x: int
) -> dict[str, Any]:
    return {
        "data": {"values": rows},
        "mark": {"type": "text", "align": align, "yOffset": -9, "baseline": "middle"},
        "encoding": {
            "y": y,
            "x": {"value": x},
            "text": {"field": field, "type": "nominal"},
        },
    }
