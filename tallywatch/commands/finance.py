"""Commands of the month close."""

from __future__ import annotations

from typing import Annotated

import typer

from tallywatch.commands.common import app, local_settings, output, progress

MonthArgument = Annotated[str, typer.Argument(help="Month as YYYY-MM.", metavar="MONTH")]


@app.command()
def close(
    month: MonthArgument,
    requested_by: Annotated[str, typer.Option(help="Who asks for the close.")],
    approve: Annotated[
        str | None, typer.Option(help="Content hash of the draft that is approved.", metavar="HASH")
    ] = None,
    approved_by: Annotated[str | None, typer.Option(help="Who approves; never who asked.")] = None,
    cut_off: Annotated[
        str | None, typer.Option(help="Facts received until then count (UTC, ISO 8601).")
    ] = None,
) -> None:
    """Close a month of commission in two steps: see the draft, then approve it by its hash."""
    from tallywatch.closing import approve_draft, show_draft

    settings = local_settings()
    with progress() as shown:
        shown.add_task(f"drafting {month}")
        if approve is None:
            table, content_hash = show_draft(settings, month, cut_off)
            output.print(table)
            output.print(f"nothing is posted yet; approve {month} with")
            output.print(f"--approve {content_hash}", soft_wrap=True)
            return
        if not approved_by:
            raise typer.BadParameter("--approve needs --approved-by")
        output.print(approve_draft(settings, month, cut_off, approve, requested_by, approved_by))


@app.command()
def statement(month: MonthArgument) -> None:
    """Write the statements of a closed month from the current release: XLSX and CSV per partner."""
    from publish.statement import write_statements

    for path in write_statements(local_settings(), month):
        output.print(str(path), highlight=False, soft_wrap=True)
