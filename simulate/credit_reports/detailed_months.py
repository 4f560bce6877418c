"""The grid of an account's months: a column per month, for each year a line of states and one of
overdue amounts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from simulate.credit_reports.items import Item
from simulate.credit_reports.paper import Paper, edges_of

CELL = 8.0
MONTHS = [str(number) for number in range(1, 13)]


def print_months(months: Sequence[Item], paper: Paper, *, is_paid_after: bool) -> None:
    """Months come newest year first; bills that are paid afterwards have no amounts."""
    names = sorted(item["reported_month"] for item in months)
    first, last = names[0], names[-1]
    what = "缴费" if is_paid_after else "还款"
    span = f"{first[:4]}年{first[5:]}月-{last[:4]}年{last[5:]}月"
    paper.need(70)
    paper.centred(f"{span}的{what}记录", 9)
    edges = edges_of([7, *[8] * 12])
    paper.row(edges, ["", *MONTHS], CELL)
    for year, group in groupby(months, lambda item: item["reported_month"][:4]):
        found = list(group)
        cells = {int(item["reported_month"][5:]): item for item in found}
        states = [cells[n]["repayment_code"] if n in cells else "" for n in range(1, 13)]
        lines = [states]
        if not is_paid_after:
            owed = {n: f"{int(item['overdue_yuan']):,}" for n, item in cells.items()}
            lines.append([owed.get(n, "") for n in range(1, 13)])
        page = paper.stacked(edges, year, lines, CELL)
        for item in found:
            item["page_number"] = str(page)
