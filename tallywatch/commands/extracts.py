"""Commands of operations: extracts, evidence packs, and proving that neither was changed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tallywatch.commands.common import app, local_settings, output, progress, signed_in_user
from tallywatch.errors import SettingsError

Values = list[str] | None


@app.command()
def extract(
    name: Annotated[
        str, typer.Argument(help="Which extract; `tallywatch extracts` lists them.", metavar="NAME")
    ],
    consumer: Annotated[
        str, typer.Option(help="Who receives it. Each consumer has a cursor of its own.")
    ] = "ops",
    format_: Annotated[
        Values,
        typer.Option(
            "--format", help="csv, xlsx, jsonl or parquet; may be given several times. [csv]"
        ),
    ] = None,
    severity: Annotated[Values, typer.Option(help="critical, high, medium or low.")] = None,
    rule: Annotated[Values, typer.Option(help="Rule id, e.g. IM-CR-001.")] = None,
    region: Annotated[
        Values, typer.Option(help="Where people live: two digits, e.g. 31. It is not in the rows.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(help="From this instant on (Beijing time), or since the pull of this number."),
    ] = None,
    person: Annotated[Values, typer.Option(help="Subject key, e.g. S0000001.")] = None,
    incident: Annotated[
        Values, typer.Option(help="Incident id, or its first eight characters or more.")
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="All rows, not only those since the last pull.")
    ] = False,
    purpose: Annotated[
        str | None, typer.Option(help="Why, in words without identifiers; kept on record.")
    ] = None,
    requested_by: Annotated[
        str | None, typer.Option(help="Who asked for it, by default the consumer.")
    ] = None,
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Names and numbers in clear; needs --role, --purpose.")
    ] = False,
    role: Annotated[
        str | None, typer.Option(help="Which of your roles (TALLYWATCH_REVEALERS) you act in.")
    ] = None,
) -> None:
    """Write an extract of the current release: by default what is new since the last pull.

    Rows carry `change_code` (new, changed, or with --full unchanged); what was delivered before and
    is gone stands in the manifest under `withdrawn`. Options that take values may be repeated:
    `--severity critical --severity high`. No rows is a success.

    People are **masked**: a common surname and the last two digits of the phone. `--reveal` needs a
    role that serves the extract's purpose and a purpose in words; each identifier looked up is a
    line of the vault's log. Every extract is on record in out/exports/ for three years.

    * `tallywatch extract alerts_open --format xlsx --severity critical`
    * `tallywatch extract person_timeline --person S0000001 --purpose "ticket 7: data request"`
    * `tallywatch extract police_report_pack --incident 4f1c09aa --reveal --role case_handler
      --purpose "incident 4f1c09aa: report to the police"`
    """
    from publish.extracts import Filters, Request, write_extract

    if reveal and not (role and purpose):
        raise typer.BadParameter("--reveal needs --role and --purpose")
    if role and not reveal:
        raise typer.BadParameter("--role goes with --reveal")
    filters = Filters(
        severity=tuple(severity or ()),
        rule=tuple(rule or ()),
        region=tuple(region or ()),
        person=tuple(person or ()),
        incident=tuple(incident or ()),
        since=since,
    )
    request = Request(
        consumer=consumer,
        formats=tuple(format_ or ("csv",)),
        filters=filters,
        is_full=full,
        purpose=purpose,
        requested_by=requested_by,
        role=role if reveal else None,
        user=signed_in_user(),
    )
    made = write_extract(local_settings(), name, request)
    gone = len(made.manifest["withdrawn"])
    output.print(
        f"{made.row_count} rows of {name} ({made.new_count} new, {made.changed_count} changed, "
        f"{gone} withdrawn), people {'in clear' if reveal else 'masked'}, in {made.path}",
        soft_wrap=True,
        markup=False,
    )


@app.command()
def extracts() -> None:
    """List the extracts: what each is for, and what it can be narrowed to."""
    from publish.extracts import catalogue
    from publish.extracts.filters import usable
    from publish.extracts.masks import policy
    from publish.release import connect, current_release

    settings = local_settings()
    columns: dict[str, list[str]] = {}
    if release := current_release(settings):
        with connect(settings, release) as con:
            for table, column in con.execute(
                "select table_name, column_name from information_schema.columns"
            ).fetchall():
                columns.setdefault(table, []).append(column)
    for wanted in catalogue().values():
        there = columns.get(wanted.table)
        filters = "not in the current release"
        if there is not None:
            filters = " ".join(f"--{name}" for name in usable(wanted, there))
        roles = [role for role, serves in policy().roles.items() if wanted.serves in serves]
        revealed = ", ".join(roles) if wanted.person else "names nobody"
        output.print(f"[bold]{wanted.name}[/]  {wanted.zh}. {wanted.about}", highlight=False)
        for label, text in (("filters", filters), ("revealed by", revealed)):
            line = Text(f"{label}: {text}", overflow="fold")
            output.print(Padding(line, (0, 0, 0, 2)), highlight=False)
    output.print("\ntallywatch extract NAME --help shows the options; docs/extracts.md the columns")


@app.command()
def evidence(
    wanted: Annotated[
        str,
        typer.Argument(
            help="Id of an incident or alert, or its first eight characters or more.",
            metavar="INCIDENT|ALERT",
        ),
    ],
    purpose: Annotated[
        str | None, typer.Option(help="Why, in words without identifiers; it stands in the pack.")
    ] = None,
    requested_by: Annotated[str | None, typer.Option(help="Who asked for it.")] = None,
    zipped: Annotated[bool, typer.Option("--zip", help="Write it as one file as well.")] = False,
) -> None:
    """Preserve the evidence behind an incident or alert, sealed by a hash chain.

    The pack holds the source rows as they were taken in, the deliveries with their digests and
    times, the rules' versions and the chain of custody; identifiers stand there as tokens. Quote
    the digest in the case's step `evidence_sealed`. **verify** proves that nothing was changed.
    """
    from publish.evidence import make_pack
    from publish.evidence.pack import PURPOSE

    settings = local_settings()
    with progress() as shown:
        shown.add_task("collecting the evidence")
        pack = make_pack(
            settings,
            wanted,
            purpose=purpose or PURPOSE,
            requested_by=requested_by,
            is_zipped=zipped,
        )
    output.print(f"{pack.row_count} source rows in {pack.archive or pack.path}", soft_wrap=True)
    if pack.missing:
        output.print(f"{len(pack.missing)} rows are kept no longer; the manifest lists them")
    output.print(f"evidence_sha256 {pack.manifest_sha256}", soft_wrap=True, highlight=False)


@app.command()
def verify(
    path: Annotated[
        Path | None,
        typer.Argument(help="An evidence pack (folder or zip), an extract's folder, or a chain."),
    ] = None,
) -> None:
    """Prove that packs, extracts and chains are what was written, or say what differs.

    Without a path: the chains of postings, of export records and of evidence packs, the log of
    look-ups, every extract and every pack of this data home. A pack that was handed over is checked
    without keys as well. Exit code 1 when anything differs.
    """
    from publish.verify import verify as verify_all
    from publish.verify import verify_pack

    table = Table("what", "rows", "result", box=None, pad_edge=False)
    faulty = 0
    try:
        found = verify_all(local_settings(), path)
    except SettingsError:
        # Whom a pack was handed over to has none of the keys, nor the chain.
        if path is None:
            raise
        found = iter([verify_pack(path)])
    for checked in found:
        faulty += bool(checked.faults)
        result = f"whole {checked.note}".strip()
        if checked.faults:
            result = "[red]differs[/]: " + "; ".join(checked.faults)
        table.add_row(checked.what, f"{checked.count:,}", result)
    output.print(table)
    if faulty:
        raise typer.Exit(1)
