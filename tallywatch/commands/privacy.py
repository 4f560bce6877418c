"""Commands for whoever answers for personal data: reveal, erase, retain, and the vault's keys."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from tallywatch.commands.common import app, local_settings, output, progress, signed_in_user

if TYPE_CHECKING:
    from tallywatch.erasing import Erased

vault = typer.Typer(no_args_is_help=True, help="The vault's keys and its log of look-ups.")
app.add_typer(vault, name="vault")


@app.command()
def reveal(
    token: Annotated[str, typer.Argument(help="The token, such as ph_….")],
    purpose: Annotated[str, typer.Option(help="Why, in words; it is kept in the log.")],
) -> None:
    """Turn a token back into the identifier, if your role may see it; the look-up is logged.

    You are who the system says that you are. Roles are given by TALLYWATCH_REVEALERS.
    """
    from ingest.vault import look_up, open_vault

    settings = local_settings()
    found = look_up(
        settings, open_vault(settings), user=signed_in_user(), token=token, purpose=purpose
    )
    output.print(found.value, markup=False, highlight=False, soft_wrap=True)


@app.command()
def erase(
    subject_key: Annotated[str | None, typer.Argument(help="Whom, such as S0000001.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be removed.")
    ] = False,
    reason: Annotated[
        str, typer.Option(help="Why, in words without identifiers; it stands in the proof.")
    ] = "the person asked to be erased",
    verify: Annotated[
        Path | None, typer.Option(help="A proof to verify; nobody is erased.")
    ] = None,
) -> None:
    """Erase a person from every place, and write a signed proof of it.

    Killed half-way, the same command goes on where it stopped.
    """
    from ingest.erasure.proof import read_proof
    from tallywatch.erasing import erase as erase_person
    from tallywatch.erasing import preview

    settings = local_settings()
    if verify is not None:
        proof = read_proof(settings, verify)
        output.print(f"the signature holds: {proof['extent']}, finished {proof['finished_at']}")
        return
    if subject_key is None:
        raise typer.BadParameter("name a subject key, or a proof with --verify")
    with progress() as shown:
        shown.add_task("counting" if dry_run else "erasing")
        done = (
            preview(settings, subject_key)
            if dry_run
            else erase_person(settings, subject_key, reason=reason, requested_by=signed_in_user())
        )
    output.print(_erased_table(done))
    if done.proof:
        output.print(f"proof: {done.proof}; next: tallywatch build", soft_wrap=True)


@app.command()
def honour() -> None:
    """Erase whoever asked for it, and what was read under authorisations withdrawn since."""
    from tallywatch.erasing import honour as honour_all

    with progress() as shown:
        shown.add_task("erasing")
        done = honour_all(local_settings(), requested_by=signed_in_user())
    output.print(f"{len(done)} erasures; proofs are in erasures/")


@app.command()
def retain(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be removed.")
    ] = False,
) -> None:
    """Remove what is kept no longer: rows, delivered bytes, quarantine, logs, old releases."""
    from tallywatch.retaining import retain as run_retention
    from tallywatch.retaining import retention_table

    with progress() as shown:
        shown.add_task("counting" if dry_run else "removing")
        report = run_retention(local_settings(), dry_run=dry_run)
    output.print(retention_table(report))
    if report.path:
        output.print(f"report: {report.path}; next: tallywatch build", soft_wrap=True)


@vault.command()
def rotate() -> None:
    """Wrap the keys of persons and of landed deliveries under the present keys.

    Before: set the new keys as TALLYWATCH_VAULT_KEY and TALLYWATCH_ARCHIVE_KEY, and those before
    them as TALLYWATCH_VAULT_KEY_PREVIOUS and TALLYWATCH_ARCHIVE_KEY_PREVIOUS. Tokens stay as they
    are, and nothing stands still meanwhile. Killed half-way, run it again.
    """
    from ingest.archive_rotation import rotate_archive
    from ingest.vault import open_vault, rotate_vault

    settings = local_settings()
    with progress() as shown:
        shown.add_task("wrapping keys anew")
        people, deliveries = rotate_vault(open_vault(settings)), rotate_archive(settings)
    output.print(f"{people} keys of persons and {deliveries} of deliveries wrapped anew")


@vault.command()
def log() -> None:
    """Show who looked up what, after proving that no line was changed or removed."""
    from ingest.vault import open_vault
    from ingest.vault.access import verified_log

    settings = local_settings()
    table = Table("when", "who", "kind", "outcome", "why", box=None)
    lines = verified_log(settings, open_vault(settings))
    for line in lines:
        outcome = f"{line.outcome_code} {line.reason_code or ''}".strip()
        table.add_row(line.looked_up_at, line.user_name, line.kind or "", outcome, line.purpose)
    output.print(table)
    output.print(f"{len(lines)} look-ups, the log is whole")


def _erased_table(done: Erased) -> Table:
    table = Table("place", "what", "count", box=None)
    for place, parts in done.found.items():
        for part, count in parts.items():
            table.add_row(place, part, str(count))
    return table
