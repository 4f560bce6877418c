"""The table of figures, for a terminal and for a page."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from tallywatch.scoring.judge import Figures

HEADS = (
    *("detector", "flags", "alerts", "precision", "first-alert", "recall", "episodes"),
    *("median h", "p90 h", "AP"),
)


def cells(figures: Figures) -> tuple[str, ...]:
    """A row of the table: shares in per cent, delays in hours."""
    return (
        figures.detector,
        f"{figures.flags:,}",
        f"{figures.alerts:,}",
        share(figures.precision),
        share(figures.first_alert_precision),
        share(figures.recall),
        share(figures.episode_recall),
        hours(figures.median_delay_hours),
        hours(figures.p90_delay_hours),
        "-" if figures.average_precision is None else f"{figures.average_precision:.3f}",
    )


def share(value: float | None) -> str:
    """As per cent."""
    return "-" if value is None else f"{100 * value:.1f} %"


def hours(value: float | None) -> str:
    """With one decimal."""
    return "-" if value is None else f"{value:.1f}"


def terminal_table(rows: Sequence[Figures], title: str) -> Table:
    """For a terminal."""
    table = Table(title=title, title_justify="left")
    for number, head in enumerate(HEADS):
        table.add_column(head, justify="left" if number == 0 else "right", no_wrap=number > 0)
    for figures in rows:
        table.add_row(*cells(figures))
    return table


def type_table(rows: Sequence[Figures]) -> Table | None:
    """Recall by type of misuse, of transactions and of episodes; none when there is one type."""
    types = sorted({name for figures in rows for name in figures.recall_by_type})
    if len(types) < 2:
        return None
    table = Table(title="recall by type: transactions / episodes", title_justify="left")
    table.add_column("detector")
    for name in types:
        table.add_column(name, justify="right")
    for figures in rows:
        table.add_row(
            figures.detector,
            *(
                f"{share(figures.recall_by_type.get(name))} / "
                f"{share(figures.episode_recall_by_type.get(name))}"
                for name in types
            ),
        )
    return table


def markdown_table(rows: Sequence[Figures]) -> str:
    """For a page."""
    lines = [
        "| " + " | ".join(HEADS) + " |",
        "|---|" + "---:|" * (len(HEADS) - 1),
        *("| " + " | ".join(cells(figures)) + " |" for figures in rows),
    ]
    return "\n".join(lines) + "\n"
