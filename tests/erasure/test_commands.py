"""The commands for personal data, as somebody types them."""

from __future__ import annotations

import base64
import getpass

import pytest
from typer.testing import CliRunner

from ingest.pipeline import ingest_feed
from ingest.tokens import Tokeniser
from tallywatch.cli import app
from tallywatch.errors import TerminalError
from tallywatch.settings import KEY_VARIABLES, Settings
from tests.erasure.world import CANARY, PHONE, lines
from tests.ingest.deliveries import RECEIVED

PERSON = {
    "subject_key": CANARY,
    "full_name": "金丝雀",
    "phone": PHONE,
    "id_number": "11010519491231002X",
    "region_code": "31",
    "registered_at": "2026-01-01 00:00:00",
    "recorded_at": "2026-01-01 00:00:00",
}


@pytest.fixture
def desk(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    assert RECEIVED
    for name, variable in KEY_VARIABLES.items():
        key = base64.b64encode(getattr(settings.keys, name)).decode()
        monkeypatch.setenv(variable, key)
    monkeypatch.setenv("TALLYWATCH_HOME", str(settings.home))
    lines(settings, "people", "people", PERSON)
    ingest_feed(settings, "people")
    return settings


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_token_is_revealed_by_role(desk: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    token = str(Tokeniser(desk.keys.token).token("phone", PHONE))
    ask = ("reveal", token, "--purpose", "alert 42, calling back")
    with pytest.raises(TerminalError, match="has none of the roles"):
        run(*ask)
    monkeypatch.setenv("TALLYWATCH_REVEALERS", f"{getpass.getuser()}=case_handler")
    assert run(*ask).strip() == PHONE
    shown = run("vault", "log")
    assert "2 look-ups, the log is whole" in shown
    assert PHONE not in shown


def test_erase_counts_then_erases_then_verifies(desk: Settings) -> None:
    counted = run("erase", CANARY, "--dry-run")
    assert "sealed values" in counted
    assert not list(desk.erasures.glob("*.json"))
    run("erase", CANARY)
    (proof,) = desk.erasures.glob("*.json")
    assert "the signature holds" in run("erase", "--verify", str(proof))
    assert CANARY not in proof.read_text("utf-8")


def test_keys_are_changed_by_command(desk: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, variable in KEY_VARIABLES.items():
        if name != "token":
            old = base64.b64encode(getattr(desk.keys, name)).decode()
            monkeypatch.setenv(f"{variable}_PREVIOUS", old)
            monkeypatch.setenv(variable, base64.b64encode(b"n" * 32).decode())
    assert "1 keys of persons and 1 of deliveries" in run("vault", "rotate")
    assert "0 keys of persons and 0 of deliveries" in run("vault", "rotate")


def test_retain_says_what_would_go(desk: Settings) -> None:
    assert "people" not in run("retain", "--dry-run")
    assert "report:" in run("retain")
