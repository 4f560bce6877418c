"""The vault gives values back to those who hold the key, until a person's key is destroyed."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.vault import Vault
from tallywatch.errors import TerminalError

PHONE = "13800001234"


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "vault.sqlite", b"v" * 32)


def test_a_value_is_sealed_once_and_comes_back(vault: Vault) -> None:
    assert vault.seal("phone", [("S1", "ph_1", PHONE)]) == 1
    assert vault.seal("phone", [("S1", "ph_1", PHONE), ("S2", "ph_1", PHONE)]) == 1
    assert vault.reveal("S1", "ph_1") == PHONE
    assert vault.reveal("S1", "ph_2") is None


def test_destroying_a_key_shreds_one_person_only(vault: Vault) -> None:
    vault.seal("phone", [("S1", "ph_1", PHONE), ("S2", "ph_1", PHONE)])
    assert vault.destroy_key("S1")
    assert vault.reveal("S1", "ph_1") is None
    assert vault.reveal("S2", "ph_1") == PHONE
    assert not vault.destroy_key("S1")


def test_nothing_is_in_the_file_in_clear(vault: Vault, tmp_path: Path) -> None:
    vault.seal("phone", [("S1", "ph_1", PHONE)])
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert PHONE.encode() not in stored


def test_another_key_opens_nothing(vault: Vault, tmp_path: Path) -> None:
    vault.seal("phone", [("S1", "ph_1", PHONE)])
    with pytest.raises(TerminalError, match="does not open"):
        Vault(tmp_path / "vault.sqlite", b"w" * 32).reveal("S1", "ph_1")


def test_a_failed_transaction_keeps_nothing(vault: Vault) -> None:
    def values() -> object:
        yield ("S1", "ph_1", PHONE)
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        vault.seal("phone", values())  # type: ignore[arg-type]
    assert vault.reveal("S1", "ph_1") is None
