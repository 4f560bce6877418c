"""Partner statements of a closed month, as finance signs them: XLSX to print, CSV to import.

    out/statements/2026-10/
        TW-202610-P0001.xlsx
        TW-202610-P0001.csv
        manifest.json        the release they come from, and every file's sha256

A closed month never changes, and neither do the bytes of its statements.
"""

from __future__ import annotations

from pathlib import Path

from publish.files import sha256_of, to_json, write_whole
from publish.release import connect, require_release
from publish.statement_csv import to_statement_csv
from publish.statement_data import read_statements
from publish.statement_xlsx import to_xlsx
from tallywatch.settings import Settings

MANIFEST = "manifest.json"


def write_statements(settings: Settings, month: str) -> list[Path]:
    """Write the statements of `month` ('YYYY-MM') for every partner, from the current release.

    Returns the XLSX and the CSV of each partner, in the order of partner ids.

    Raises:
        TerminalError: no release yet, no posting in the month, or a statement does not foot.
    """
    release = require_release(settings)
    with connect(settings, release) as con:
        statements = read_statements(con, month)
    folder = settings.out / "statements" / month
    paths = []
    for statement in statements:
        paths.append(write_whole(folder / f"{statement.number}.xlsx", to_xlsx(statement)))
        paths.append(write_whole(folder / f"{statement.number}.csv", to_statement_csv(statement)))
    manifest = {
        "month": month,
        "release_id": release.release_id,
        "as_of": release.manifest["as_of"],
        "code": release.manifest["code"],
        "files": {path.name: {"sha256": sha256_of(path)} for path in paths},
    }
    write_whole(folder / MANIFEST, to_json(manifest))
    return paths
