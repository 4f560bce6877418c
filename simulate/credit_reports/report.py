"""One report written: the PDF and, beside it, what it says."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from simulate.credit_reports.brief_items import brief_report
from simulate.credit_reports.brief_page import print_brief
from simulate.credit_reports.detailed_items import Entry, detailed_report
from simulate.credit_reports.detailed_page import DetailedPrinter
from simulate.credit_reports.draw import Draw, add_months
from simulate.credit_reports.items import Item, numbered
from simulate.credit_reports.life import draw_life
from simulate.credit_reports.paper import Paper
from simulate.credit_reports.style import DETAILED_SECOND, Style, draw_style

SNAPSHOT_MONTHS = 5


@dataclass(frozen=True)
class Written:
    """A report on disk; `items` is the truth that `truth` holds."""

    pdf: Path
    truth: Path
    items: list[Item]
    pages: int


def write_report(
    folder: Path,
    seed: int,
    kind: str,
    *,
    snapshot: int = 1,
    style: Style | None = None,
    password: str | None = None,
) -> Written:
    """Write the report of person `seed`, `<kind>-<seed>-<snapshot>.pdf` and `.json`.

    Args:
        folder: must exist.
        seed: of the person; the same person has the same life in every kind and snapshot.
        kind: one of KINDS.
        snapshot: 1, 2, …; each some months after the one before.
        style: how it is printed; by default drawn from the seed.
        password: the PDF opens with it only.
    """
    style = style or draw_style(seed, kind, password)
    at = moment(seed, kind, snapshot)
    asked = at - timedelta(hours=8, seconds=seed % 3600)
    number = f"{at:%Y%m%d}{Draw(seed, 2 + snapshot).digits(14)}"
    life = draw_life(seed)
    entries: list[Entry]
    paper = Paper(style.footer, style.has_watermark, style.password)
    if kind == DETAILED_SECOND:
        detailed = detailed_report(life, at, style)
        DetailedPrinter(detailed, style, paper).print(number, at)
        items, entries = detailed.items(), detailed.entries
    else:
        brief = brief_report(life, at, style)
        print_brief(brief, number, asked, at, style, paper)
        items, entries = brief.items(), []
    common = {
        "report_number": number,
        "report_at": f"{at:%Y-%m-%d %H:%M:%S}",
        "version_code": "detailed" if kind == DETAILED_SECOND else "brief",
        "generation_code": "first" if style.is_first_generation else "second",
    }
    for item in items:
        item.setdefault("page_number", "1")
    items = numbered(items, common)
    for entry in entries:
        for child in entry.items()[1:]:
            child["parent_number"] = entry.item["item_number"]
    if style.is_first_generation:
        items[0]["queried_at"] = f"{asked:%Y-%m-%d %H:%M:%S}"
    pdf = folder / f"{kind}-{seed}-{snapshot}.pdf"
    pages = paper.write(pdf)
    truth = pdf.with_suffix(".json")
    content = {"pages": pages, "kind": kind, "items": items}
    truth.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return Written(pdf, truth, items, pages)


def moment(seed: int, kind: str, snapshot: int) -> datetime:
    """When the report was made; first-generation ones before 2020."""
    draw = Draw(seed, 2)
    year = draw.whole(2017, 2018) if kind == "brief1" else draw.whole(2021, 2025)
    first = datetime(
        year,
        draw.whole(1, 12),
        draw.whole(1, 28),
        draw.whole(9, 20),
        draw.whole(0, 59),
        draw.whole(0, 59),
    )
    later = add_months(first.date(), SNAPSHOT_MONTHS * (snapshot - 1))
    return datetime.combine(later, first.time())
