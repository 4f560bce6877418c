"""Settings, read once from the environment, frozen, and passed in to whoever needs them."""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tallywatch.errors import SettingsError

REPOSITORY = Path(__file__).resolve().parent.parent
KEY_BYTES = 32
KEY_VARIABLES = {
    "token": "TALLYWATCH_TOKEN_KEY",
    "archive": "TALLYWATCH_ARCHIVE_KEY",
    "vault": "TALLYWATCH_VAULT_KEY",
}


@dataclass(frozen=True)
class Keys:
    """Secrets, 32 bytes each: `token` makes HMACs, `archive` seals delivered bytes, `vault` wraps
    the data keys of persons. They never show in a repr."""

    token: bytes = field(repr=False)
    archive: bytes = field(repr=False)
    vault: bytes = field(repr=False)


@dataclass(frozen=True)
class Settings:
    """Where things lie and how much of the machine may be used."""

    home: Path
    keys: Keys
    approvers: tuple[str, ...] = ("finn",)
    memory_limit: str = "2GB"
    threads: int = 2
    wait_seconds: int = 60

    @property
    def inbox(self) -> Path:
        """`inbox/<feed>/[attribute=value/]file`: what was delivered and not yet taken in."""
        return self.home / "inbox"

    @property
    def landing(self) -> Path:
        """Delivered bytes, written once and encrypted, with a manifest each."""
        return self.home / "landing"

    @property
    def lake(self) -> Path:
        """Typed Parquet of accepted rows, one file per delivery."""
        return self.home / "lake"

    @property
    def warehouse(self) -> Path:
        """The one DuckDB file; one process at a time opens it."""
        return self.home / "warehouse.duckdb"

    @property
    def marts_built(self) -> Path:
        """Its modification time is when marts were last built."""
        return self.home / "marts_built"

    @property
    def vault(self) -> Path:
        """Sealed identifiers."""
        return self.home / "vault.sqlite"

    @property
    def postings(self) -> Path:
        """Write-once Parquet of commission postings with a hash chain."""
        return self.home / "postings"

    @property
    def quality(self) -> Path:
        """Results of the gates and the data-quality page."""
        return self.home / "quality"

    @property
    def releases(self) -> Path:
        """Versioned releases; `current` points at the one that people read."""
        return self.home / "releases"

    @property
    def out(self) -> Path:
        """Files made for people: statements, extracts, the page of a run."""
        return self.home / "out"


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read settings from `environment` (default: the process's).

    Raises:
        SettingsError: a key is missing or is not 32 bytes in base64, or a number is not one.
    """
    env = os.environ if environment is None else environment
    home = Path(env.get("TALLYWATCH_HOME", REPOSITORY / "var" / "demo")).expanduser().resolve()
    approvers = tuple(
        a.strip() for a in env.get("TALLYWATCH_APPROVERS", "finn").split(",") if a.strip()
    )
    return Settings(
        home=home,
        keys=_keys(env),
        approvers=approvers,
        memory_limit=env.get("TALLYWATCH_MEMORY_LIMIT", "2GB"),
        threads=_whole_number(env, "TALLYWATCH_THREADS", 2, least=1),
        wait_seconds=_whole_number(env, "TALLYWATCH_WAIT_SECONDS", 60, least=0),
    )


def _whole_number(env: Mapping[str, str], variable: str, default: int, *, least: int) -> int:
    text = env.get(variable, str(default))
    if not text.isdigit() or int(text) < least:
        raise SettingsError(
            f"{variable}={text!r}", f"a whole number of at least {least}", "correct the variable"
        )
    return int(text)


def _keys(env: Mapping[str, str]) -> Keys:
    return Keys(**{name: _key(env, variable) for name, variable in KEY_VARIABLES.items()})


def _key(env: Mapping[str, str], variable: str) -> bytes:
    expected = f"{KEY_BYTES} bytes in base64"
    remedy = (
        "set it from your secret store; for a local trial `tallywatch keys` writes a git-ignored "
        "file of new ones"
    )
    text = env.get(variable)
    if not text:
        raise SettingsError(f"{variable} is not set", expected, remedy)
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise SettingsError(f"{variable} is not base64", expected, remedy) from None
    if len(key) != KEY_BYTES:
        raise SettingsError(f"{variable} has {len(key)} bytes", expected, remedy)
    return key
