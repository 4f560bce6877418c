"""Temporaries that a killed process left behind."""

from __future__ import annotations

import os
import time
from pathlib import Path

from ingest.files import remove_abandoned

DAY = 24 * 3600


def test_old_temporaries_go_and_new_ones_stay(tmp_path: Path) -> None:
    old, new, folder = (tmp_path / f".{name}.tmp" for name in ("old", "new", "folder"))
    for path in (old, new):
        path.write_text("half")
    folder.mkdir()
    (folder / "part").write_text("half")
    for path in (old, folder):
        os.utime(path, (time.time() - 2 * DAY,) * 2)
    remove_abandoned(tmp_path)
    assert list(tmp_path.iterdir()) == [new]


def test_one_that_goes_while_we_look_is_no_error(tmp_path: Path) -> None:
    # A link to nothing is listed and cannot be looked at, like a file that was renamed in between.
    (tmp_path / ".gone.tmp").symlink_to(tmp_path / "nothing")
    remove_abandoned(tmp_path)
