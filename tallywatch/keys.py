"""Keys for a local trial: new random ones in a file that git ignores."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path

from tallywatch.settings import KEY_BYTES, KEY_VARIABLES, REPOSITORY

LOCAL_KEYS = REPOSITORY / "var" / "demo-keys.env"


def write_new_keys(path: Path) -> Path:
    """Write one line `VARIABLE=base64` per key, readable by the owner alone.

    Raises:
        FileExistsError: the file is there; keys that sealed something are never overwritten.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [
        f"{variable}={base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"
        for variable in KEY_VARIABLES.values()
    ]
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as target:
        target.write("\n".join(lines) + "\n")
    return path


def read_keys(path: Path) -> dict[str, str]:
    """The variables of such a file."""
    pairs = (line.partition("=") for line in path.read_text("ascii").splitlines() if line)
    return {name: value for name, _, value in pairs}
