"""Extracts, evidence and verify, as somebody types them."""

from __future__ import annotations

import base64
import getpass
import json
import shutil
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from ingest.vault import open_vault
from publish.extracts import latest_extract
from publish.release import make_release
from tallywatch.cli import app
from tallywatch.commands import common
from tallywatch.errors import TerminalError
from tallywatch.settings import KEY_VARIABLES, Settings
from tests.publish.warehouse import small_world, write_gates


@pytest.fixture
def desk(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A released world, and the environment of somebody who sits before it."""
    small_world().put(settings)
    write_gates(settings)
    make_release(settings)
    for name, variable in KEY_VARIABLES.items():
        monkeypatch.setenv(variable, base64.b64encode(getattr(settings.keys, name)).decode())
    monkeypatch.setenv("TALLYWATCH_HOME", str(settings.home))
    monkeypatch.delenv("TALLYWATCH_REVEALERS", raising=False)
    open_vault(settings).seal("phone", [("S0000001", "ph_S0000001", "13912340987")])
    return settings


def run(*arguments: str, code: int = 0) -> str:
    done: Result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert done.exit_code == code, done.output
    # Lines are folded at the width of the terminal, which is not what is tested here.
    return " ".join(done.output.split())


def test_the_list_says_what_each_is_for(desk: Settings) -> None:
    shown = run("extracts")
    assert desk
    for expected in ("alerts_open", "待处理告警", "--severity", "case_handler", "names nobody"):
        assert expected in shown
    assert "not in the current release" in shown


def test_help_teaches() -> None:
    shown = run("extract", "--help")
    for expected in ("--consumer", "--since", "--reveal", "masked", "police_report_pack"):
        assert expected in shown


def test_an_extract_in_all_formats(desk: Settings) -> None:
    shown = run(
        *("extract", "alerts_open", "--consumer", "desk", "--severity", "high"),
        *("--format", "xlsx", "--format", "jsonl", "--purpose", "weekly review of high alerts"),
    )
    made = latest_extract(desk, "desk")
    assert made is not None
    assert f"{made.row_count} rows of alerts_open" in shown
    assert "people masked" in shown
    assert {path.suffix for path in made.path.iterdir()} >= {".xlsx", ".jsonl", ".parquet"}
    assert made.manifest["purpose"] == "weekly review of high alerts"
    assert made.manifest["pulled_by"] == getpass.getuser()


def test_the_call_of_before_says_what_to_type_now(desk: Settings) -> None:
    assert desk
    with pytest.raises(TerminalError) as refused:
        run("extract", "ops")
    assert "tallywatch extract alerts_open --consumer ops" in refused.value.remedy


def test_revealing_asks_for_everything(desk: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    run("extract", "alerts_open", "--reveal", code=2)
    run("extract", "alerts_open", "--role", "case_handler", code=2)
    asked = ("extract", "alerts_open", "--reveal", "--role", "case_handler")
    with pytest.raises(TerminalError, match="does not have the role"):
        run(*asked, "--purpose", "alert 42: calling back")
    monkeypatch.setenv("TALLYWATCH_REVEALERS", f"{getpass.getuser()}=case_handler")
    assert "people in clear" in run(*asked, "--purpose", "alert 42: calling back")
    made = latest_extract(desk)
    assert made is not None
    assert "13912340987" in (made.path / "alerts_open.csv").read_text("utf-8-sig")
    assert "alert_work: alert 42: calling back" in run("vault", "log")


def test_evidence_is_made_and_verified_and_a_changed_byte_is_found(
    desk: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    alert = small_world().alerts[0]["alert_id"]
    shown = run("evidence", alert, "--zip", "--purpose", "complaint 7: evidence asked for")
    (archive,) = desk.evidence.glob("*.zip")
    (folder,) = desk.evidence.glob("alert-*Z")
    assert "evidence_sha256" in shown
    run("extract", "incidents")
    for path in ((), (str(archive),), (str(folder),)):
        assert "differs" not in run("verify", *path)
    changed: Path = folder / "alerts.jsonl"
    changed.chmod(0o644)
    changed.write_bytes(changed.read_bytes().replace(b"S5", b"S6", 1))
    assert "alerts.jsonl was changed" in run("verify", str(folder), code=1)
    assert "alerts.jsonl was changed" in run("verify", code=1)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert manifest["purpose"] == "complaint 7: evidence asked for"
    for variable in KEY_VARIABLES.values():
        monkeypatch.delenv(variable)
    monkeypatch.setattr(common, "LOCAL_KEYS", desk.home / "none")
    handed_over = shutil.copy(archive, desk.home.parent)
    assert "no chain at hand" in run("verify", str(handed_over))
