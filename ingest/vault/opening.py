"""The vault that the settings name."""

from __future__ import annotations

from ingest.keyring import vault_ring
from ingest.vault.sqlite import SqliteStore
from ingest.vault.store import Store
from ingest.vault.vault import Vault
from tallywatch.errors import SettingsError
from tallywatch.settings import Settings

POSTGRES_SCHEMES = ("postgresql://", "postgres://")


def open_vault(settings: Settings) -> Vault:
    """The vault in PostgreSQL when there is a URL, else in SQLite under the data home.

    Raises:
        SettingsError: the URL is of no database that the vault knows.
    """
    return Vault(_store(settings), vault_ring(settings.keys))


def _store(settings: Settings) -> Store:
    if settings.vault_url is None:
        return SqliteStore(settings.vault)
    if not settings.vault_url.startswith(POSTGRES_SCHEMES):
        raise SettingsError(
            f"a vault URL beginning {settings.vault_url.partition(':')[0]}:",
            f"one beginning {POSTGRES_SCHEMES[0]}",
            "correct TALLYWATCH_VAULT_URL, or unset it for SQLite",
        )
    from ingest.vault.postgres import PostgresStore

    return PostgresStore(settings.vault_url)
