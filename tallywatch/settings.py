"""Settings, read once from the environment, frozen, and passed in to whoever needs them."""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from tallywatch.errors import SettingsError

REPOSITORY = Path(__file__).resolve().parent.parent
KEY_BYTES = 32
KEY_VARIABLES = {
    "token": "TALLYWATCH_TOKEN_KEY",
    "archive": "TALLYWATCH_ARCHIVE_KEY",
    "vault": "TALLYWATCH_VAULT_KEY",
}
OPTIONAL_KEY_VARIABLES = {
    "database": "TALLYWATCH_DATABASE_KEY",
    "previous_database": "TALLYWATCH_DATABASE_KEY_PREVIOUS",
    "previous_archive": "TALLYWATCH_ARCHIVE_KEY_PREVIOUS",
    "previous_vault": "TALLYWATCH_VAULT_KEY_PREVIOUS",
}


@dataclass(frozen=True)
class Keys:
    """Secrets, 32 bytes each: `token` makes HMACs, `archive` seals delivered bytes, `vault` wraps
    the data keys of persons, `database` (optional) seals the DuckDB files and
    `previous_database` sealed them before. `previous_archive` and `previous_vault` wrapped before
    and still open what was not re-wrapped yet. They never show in a repr."""

    token: bytes = field(repr=False)
    archive: bytes = field(repr=False)
    vault: bytes = field(repr=False)
    database: bytes | None = field(default=None, repr=False)
    previous_database: bytes | None = field(default=None, repr=False)
    previous_archive: bytes | None = field(default=None, repr=False)
    previous_vault: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Settings:
    """Where things lie and how much of the machine may be used."""

    home: Path
    keys: Keys
    approvers: tuple[str, ...] = ("finn",)
    memory_limit: str = "2GB"
    threads: int = 2
    wait_seconds: int = 60
    vault_url: str | None = field(default=None, repr=False)
    revealers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """User to roles; who is not in it can turn no token back."""
    feed_passwords: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    """Feed to the passwords that its senders lock files with, tried after those of a delivery."""

    def under(self, database_key: bytes | None) -> Settings:
        """The same settings with another database key."""
        return replace(self, keys=replace(self.keys, database=database_key))

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
        """Sealed identifiers, where no `vault_url` says that PostgreSQL has them."""
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
    def erasures(self) -> Path:
        """Signed proofs of what was erased, and erasures that are under way."""
        return self.home / "erasures"

    @property
    def retention(self) -> Path:
        """Reports of what was removed because its time was over."""
        return self.home / "retention"

    @property
    def exports(self) -> Path:
        """Records of what was handed out, to whom and why, in a hash chain."""
        return self.out / "exports"

    @property
    def evidence(self) -> Path:
        """Evidence packs, and the hash chain that seals them."""
        return self.out / "evidence"

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
        vault_url=env.get("TALLYWATCH_VAULT_URL") or None,
        revealers=_revealers(env.get("TALLYWATCH_REVEALERS", "")),
        feed_passwords=load_feed_passwords(env),
    )


def load_feed_passwords(
    environment: Mapping[str, str] | None = None,
) -> dict[str, tuple[str, ...]]:
    """Read TALLYWATCH_FEED_PASSWORDS, such as `{"bank_statements": ["123456"]}`.

    Raises:
        SettingsError: it is something else; the error repeats none of it.
    """
    env = os.environ if environment is None else environment
    try:
        given = json.loads(env.get("TALLYWATCH_FEED_PASSWORDS") or "{}")
        is_sound = isinstance(given, dict) and all(
            isinstance(passwords, list) and all(isinstance(p, str) and p for p in passwords)
            for passwords in given.values()
        )
    except ValueError:
        is_sound = False
    if not is_sound:
        raise SettingsError(
            "TALLYWATCH_FEED_PASSWORDS is something else",
            'a JSON object of lists, such as {"bank_statements": ["…"]}',
            "correct the variable",
        ) from None
    return {feed: tuple(passwords) for feed, passwords in given.items()}


def _revealers(text: str) -> dict[str, frozenset[str]]:
    """Read `ada=privacy_officer;cleo=case_handler,fraud_analyst`."""
    roles: dict[str, frozenset[str]] = {}
    for entry in filter(None, (part.strip() for part in text.split(";"))):
        user, equals, names = entry.partition("=")
        held = frozenset(name.strip() for name in names.split(",") if name.strip())
        if not (user.strip() and equals and held):
            raise SettingsError(
                f"TALLYWATCH_REVEALERS has the entry {entry!r}",
                "user=role[,role] entries with semicolons between",
                "correct the variable",
            )
        roles[user.strip()] = held
    return roles


def _whole_number(env: Mapping[str, str], variable: str, default: int, *, least: int) -> int:
    text = env.get(variable, str(default))
    if not text.isdigit() or int(text) < least:
        raise SettingsError(
            f"{variable}={text!r}", f"a whole number of at least {least}", "correct the variable"
        )
    return int(text)


def _keys(env: Mapping[str, str]) -> Keys:
    keys = {name: _key(env, variable) for name, variable in KEY_VARIABLES.items()}
    for name, variable in OPTIONAL_KEY_VARIABLES.items():
        if env.get(variable):
            keys[name] = _key(env, variable)
    return Keys(**keys)


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
