"""The vault gives values back to those who may have them, until a person's key is destroyed.

Every test runs on both stores: SQLite, and a real PostgreSQL server.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from ingest.keyring import KeyRing
from ingest.vault import Destroyed, Vault, open_vault, rotate_vault
from ingest.vault.postgres import PostgresStore
from tallywatch.errors import SettingsError, TerminalError, TransientError
from tallywatch.settings import REPOSITORY, Settings
from tests.ingest.postgres_server import postgres_server

PHONE = "13800001234"
OLD, NEW = b"v" * 32, b"w" * 32
WRITER = """
import sys
from pathlib import Path
from ingest.vault import open_vault
from tallywatch.settings import Keys, Settings
key = b"v" * 32
url = sys.argv[2] or None
settings = Settings(Path(sys.argv[1]), Keys(key, key, key), vault_url=url)
start = int(sys.argv[3])
numbers = list(range(600))
for kind in ("phone", "account"):
    for first in range(0, 600, 150):
        some = [(start + n) % 600 for n in numbers[first:first + 150]]
        open_vault(settings).seal(
            kind, [(f"S{n % 40}", f"{kind}_{n}", f"value {n}") for n in some]
        )
"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres_server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def vaulted(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    """Settings of a vault of each kind, empty."""
    if request.param == "sqlite":
        return settings
    url = request.getfixturevalue("server")
    with psycopg.connect(url, autocommit=True) as database:
        database.execute("drop schema public cascade; create schema public")
    return replace(settings, vault_url=url)


@pytest.fixture
def vault(vaulted: Settings) -> Vault:
    return open_vault(vaulted)


def with_keys(settings: Settings, **keys: bytes) -> Settings:
    return replace(settings, keys=replace(settings.keys, **keys))


def test_a_value_is_sealed_once_and_comes_back(vault: Vault) -> None:
    assert vault.seal("phone", [("S1", "ph_1", PHONE)]) == 1
    assert vault.seal("phone", [("S1", "ph_1", PHONE), ("S2", "ph_1", PHONE)]) == 1
    assert vault.reveal("S1", "ph_1") == PHONE
    assert vault.reveal("S1", "ph_2") is None


def test_destroying_a_key_shreds_one_person_only(vault: Vault) -> None:
    vault.seal("phone", [("S1", "ph_1", PHONE), ("S1", "ph_2", PHONE), ("S2", "ph_1", PHONE)])
    assert vault.count("S1") == Destroyed(keys=1, values=2)
    assert vault.count("S1", ["ph_2", "ph_3"]) == Destroyed(keys=1, values=1)
    assert vault.destroy("S1") == Destroyed(keys=1, values=2)
    assert vault.reveal("S1", "ph_1") is None
    assert vault.reveal("S2", "ph_1") == PHONE
    assert vault.destroy("S1") == Destroyed(keys=0, values=0)


def test_some_values_of_a_person_can_be_forgotten(vault: Vault) -> None:
    vault.seal("phone", [("S1", "ph_1", PHONE), ("S1", "ph_2", PHONE)])
    assert vault.forget("S1", ["ph_2", "ph_9"]) == 1
    assert vault.values_of("S1") == {"ph_1": ("phone", PHONE)}


def test_another_key_opens_nothing(vault: Vault, vaulted: Settings) -> None:
    vault.seal("phone", [("S1", "ph_1", PHONE)])
    with pytest.raises(TerminalError, match="is wrapped by key"):
        open_vault(with_keys(vaulted, vault=NEW)).reveal("S1", "ph_1")


def test_a_failed_transaction_keeps_nothing(vault: Vault) -> None:
    def killed() -> None:
        with vault.transaction() as transaction:
            transaction.add_values([("S1", "ph_1", "phone", b"x")])
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        killed()
    assert vault.count("S1") == Destroyed(0, 0)


def test_writers_at_the_same_time_keep_every_value_once(vaulted: Settings) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(vaulted.home), vaulted.vault_url or "", str(start)],
            cwd=REPOSITORY,
            stderr=subprocess.PIPE,
            text=True,
        )
        for start in (0, 137, 411)
    ]
    for writer in writers:
        _, problems = writer.communicate(timeout=120)
        assert writer.returncode == 0, problems
    vault = open_vault(vaulted)
    assert sum(vault.count(f"S{n}").values for n in range(40)) == 1200
    assert vault.values_of("S3")["account_43"] == ("account", "value 43")


def test_rotation_wraps_anew_and_keeps_tokens(vault: Vault, vaulted: Settings) -> None:
    vault.seal("phone", [(f"S{n}", f"ph_{n}", f"{PHONE}{n}") for n in range(1203)])
    rotating = open_vault(with_keys(vaulted, vault=NEW, previous_vault=OLD))
    assert rotating.reveal("S7", "ph_7") == f"{PHONE}7", "readable while keys change"
    rotating.seal("phone", [("S7", "ph_new", PHONE)])
    assert rotate_vault(rotating) == 1203
    assert rotate_vault(rotating) == 0
    after = open_vault(with_keys(vaulted, vault=NEW))
    assert after.reveal("S1202", "ph_1202") == f"{PHONE}1202"
    assert after.reveal("S7", "ph_new") == PHONE
    with pytest.raises(TerminalError, match="is wrapped by key"):
        vault.reveal("S7", "ph_7")


def test_a_rotation_stopped_half_way_is_finished_by_the_next(
    vault: Vault, vaulted: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.seal("phone", [(f"S{n}", f"ph_{n}", PHONE) for n in range(1100)])
    rotating = open_vault(with_keys(vaulted, vault=NEW, previous_vault=OLD))
    wrap, calls = KeyRing.wrap, []

    def stops(ring: KeyRing, data_key: bytes, name: str) -> bytes:
        calls.append(name)
        if len(calls) == 700:
            raise KeyboardInterrupt
        return wrap(ring, data_key, name)

    monkeypatch.setattr(KeyRing, "wrap", stops)
    with pytest.raises(KeyboardInterrupt):
        rotate_vault(rotating)
    monkeypatch.undo()
    assert all(rotating.reveal(f"S{n}", f"ph_{n}") == PHONE for n in range(0, 1100, 97))
    assert rotate_vault(rotating) == 600


def test_rotation_without_the_key_before_changes_nothing(vault: Vault, vaulted: Settings) -> None:
    vault.seal("phone", [("S1", "ph_1", PHONE)])
    with pytest.raises(TerminalError, match="is wrapped by key"):
        rotate_vault(open_vault(with_keys(vaulted, vault=NEW)))
    assert vault.reveal("S1", "ph_1") == PHONE


def all_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_the_sqlite_file_holds_no_value_and_after_erasure_no_token(settings: Settings) -> None:
    vault = open_vault(settings)
    vault.seal("phone", [(f"S{n:07d}", f"ph_{n:032x}", PHONE) for n in range(2000)])
    assert PHONE.encode() not in all_bytes(settings.home)
    assert b"S0000123" in all_bytes(settings.home)
    for n in (123, 124, 1500):
        vault.destroy(f"S{n:07d}")
    vault.compact()
    content = all_bytes(settings.home)
    for n in (123, 124, 1500):
        assert f"S{n:07d}".encode() not in content
        assert f"ph_{n:032x}".encode() not in content


def test_a_vault_made_before_key_ids_opens_and_rotates(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlite3

    vault = open_vault(settings)
    vault.seal("phone", [("S1", "ph_1", PHONE)])
    with sqlite3.connect(settings.vault) as database:
        database.execute("alter table data_keys drop column key_id")
    rotating = open_vault(with_keys(settings, vault=NEW, previous_vault=OLD))
    assert rotating.reveal("S1", "ph_1") == PHONE
    assert rotate_vault(rotating) == 1
    assert open_vault(with_keys(settings, vault=NEW)).reveal("S1", "ph_1") == PHONE


def test_a_url_of_another_database_is_refused(settings: Settings) -> None:
    with pytest.raises(SettingsError, match="mysql"):
        open_vault(replace(settings, vault_url="mysql://somewhere/vault"))


def test_a_server_that_is_away_may_come_back(tmp_path: Path) -> None:
    store = PostgresStore(f"postgresql://nobody@/none?host={tmp_path}")
    with pytest.raises(TransientError, match="OperationalError"), store.transaction():
        raise AssertionError("never reached")
