"""DuckDB files at rest: sealed under the configured key, and never plain by accident."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tallywatch import database
from tallywatch.database import STORAGE_VERSION, open_database, rewrite_database
from tallywatch.errors import TerminalError
from tallywatch.settings import Settings, load_settings

CANARY = "canary-of-the-database"


@pytest.fixture
def sealed(settings: Settings) -> Settings:
    settings.home.mkdir()
    return with_key(settings, b"d" * 32)


def with_key(settings: Settings, key: bytes | None) -> Settings:
    return settings.under(key)


def fill(settings: Settings) -> None:
    with open_database(settings, settings.warehouse, alias="warehouse") as connection:
        # DuckDB's compression of texts would hide the canary in a plain file too.
        connection.execute("pragma force_compression = 'uncompressed'")
        connection.execute(
            f"create table t as select '{CANARY}' || i as v from range(5000) as r (i)"
        )


def rows(settings: Settings) -> int:
    with open_database(
        settings, settings.warehouse, alias="warehouse", read_only=True
    ) as connection:
        return connection.execute("select count(*) from t").fetchone()[0]


def storage(settings: Settings) -> str:
    """The storage version of the file, as it is opened for writing."""
    with open_database(settings, settings.warehouse, alias="warehouse") as connection:
        found = "select tags['storage_version'] from duckdb_databases() where database_name = ?"
        return connection.execute(found, ["warehouse"]).fetchone()[0]


def bytes_at_rest(settings: Settings) -> bytes:
    return b"".join(p.read_bytes() for p in settings.home.rglob("*") if p.is_file())


def test_without_a_key_the_file_is_plain(settings: Settings) -> None:
    settings.home.mkdir()
    fill(settings)
    assert CANARY.encode() in bytes_at_rest(settings)


def test_with_a_key_no_byte_of_it_is_plain(sealed: Settings) -> None:
    fill(sealed)
    assert CANARY.encode() not in bytes_at_rest(sealed)
    assert rows(sealed) == 5000


def test_a_plain_file_has_our_storage_version_or_that_it_was_made_with(
    settings: Settings,
) -> None:
    settings.home.mkdir()
    fill(settings)
    assert storage(settings).startswith(STORAGE_VERSION)
    settings.warehouse.unlink()
    duckdb.connect(str(settings.warehouse)).close()
    assert storage(settings).startswith("v1.0.0")


@pytest.mark.parametrize("key", [None, b"e" * 32])
def test_it_opens_with_its_own_key_alone(sealed: Settings, key: bytes | None) -> None:
    fill(sealed)
    with pytest.raises(TerminalError, match="sealed"):
        rows(with_key(sealed, key))
    with pytest.raises(duckdb.Error, match="without a key"):
        duckdb.connect(str(sealed.warehouse))
    assert rows(sealed) == 5000


def test_a_plain_file_is_not_taken_for_a_sealed_one(sealed: Settings) -> None:
    plain = with_key(sealed, None)
    fill(plain)
    with pytest.raises(TerminalError, match=r"is a plain file.*tallywatch seal"):
        rows(sealed)
    assert rows(plain) == 5000


def test_without_the_extension_nothing_is_written(
    sealed: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The trap: a failed attach leaves an empty file, which the next one makes plain."""
    monkeypatch.setattr(database.duckdb, "__version__", "0.0.0")
    with pytest.raises(TerminalError, match="duckdb-extension-httpfs"):
        fill(sealed)
    assert not sealed.warehouse.exists()


@pytest.mark.parametrize("before", [None, b"e" * 32, b"d" * 32])
def test_rewriting_seals_a_plain_file_and_changes_keys(
    sealed: Settings, before: bytes | None
) -> None:
    fill(with_key(sealed, before))
    rewrite_database(sealed, sealed.warehouse, present_key=before)
    assert rows(sealed) == 5000
    assert CANARY.encode() not in bytes_at_rest(sealed)
    assert [path.name for path in sealed.home.iterdir()] == [sealed.warehouse.name]


def test_rewriting_leaves_deleted_rows_behind(settings: Settings) -> None:
    settings.home.mkdir()
    fill(settings)
    with open_database(settings, settings.warehouse, alias="warehouse") as connection:
        connection.execute("delete from t where v <> ?", [f"{CANARY}0"])
        connection.execute("create table u as select 1 as one")
    rewrite_database(settings, settings.warehouse, present_key=None)
    kept = bytes_at_rest(settings)
    assert rows(settings) == 1
    assert f"{CANARY}4999".encode() not in kept


def test_the_key_shows_in_no_repr(sealed: Settings) -> None:
    assert "d" * 8 not in repr(sealed)


def test_the_key_is_read_from_the_environment(tmp_path: Path) -> None:
    environment = {
        f"TALLYWATCH_{name}_KEY": "ZGRkZGRkZGRkZGRkZGRkZGRkZGRkZGRkZGRkZGRkZGQ="
        for name in ("TOKEN", "ARCHIVE", "VAULT", "DATABASE")
    }
    assert load_settings(environment).keys.database == b"d" * 32
    del environment["TALLYWATCH_DATABASE_KEY"]
    assert load_settings(environment).keys.database is None
