"""What the local Airflow keeps on disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tallywatch.errors import TerminalError, TransientError
from tallywatch.local.airflow_home import AirflowHome
from tallywatch.local.demo_home import fresh_demo_home
from tallywatch.local.lock import only_user_of
from tallywatch.local.private_files import write_private
from tallywatch.local.runs import log_tail


def test_the_demo_deletes_only_what_a_demo_made(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (fresh_demo_home(home) / "old").touch()
    assert not (fresh_demo_home(home) / "old").exists()

    foreign = tmp_path / "thesis"
    foreign.mkdir()
    (foreign / "chapter-1").touch()
    with pytest.raises(TerminalError, match="not a demo's"):
        fresh_demo_home(foreign)
    assert (foreign / "chapter-1").exists()


def test_a_home_has_one_user_at_a_time(tmp_path: Path) -> None:
    with only_user_of(tmp_path / "home"):
        with pytest.raises(TransientError), only_user_of(tmp_path / "home"):
            pass
        with only_user_of(tmp_path / "other"):
            pass
    with only_user_of(tmp_path / "home"):
        pass


def test_a_private_file_is_private_also_when_it_was_not(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "secret"
    path.parent.mkdir()
    path.write_text("old")
    path.chmod(0o644)
    write_private(path, "new")
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("new", 0o600)


def test_passwords_and_secrets_stay_the_same_and_are_long(tmp_path: Path) -> None:
    home = AirflowHome(tmp_path / "home", 8080, {})
    first, again = home.environment(), AirflowHome(tmp_path / "home", 8081, {}).environment()
    for name in ("AIRFLOW__API_AUTH__JWT_SECRET", "AIRFLOW__CORE__FERNET_KEY"):
        assert first[name] == again[name]
    assert len(first["AIRFLOW__API_AUTH__JWT_SECRET"]) >= 64
    passwords = json.loads(home.passwords_file.read_text())
    assert len(set(passwords.values())) == len(passwords) == 5
    assert passwords == {user.name: user.password for user in home.users().values()}


def test_the_shell_that_starts_it_cannot_divert_airflow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "postgresql://elsewhere")
    monkeypatch.setenv("AIRFLOW_CONN_OTHER", "http://elsewhere")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    env = AirflowHome(tmp_path / "home", 8080, {}).environment()
    assert env["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"].startswith(f"sqlite:///{tmp_path}")
    assert "AIRFLOW_CONN_OTHER" not in env
    assert "PYTHONDONTWRITEBYTECODE" not in env


def test_a_tail_shows_events_and_errors_as_text(tmp_path: Path) -> None:
    log = tmp_path / "attempt=1.log"
    error = {"exc_type": "TerminalError", "exc_value": "found: a; expected: b; remedy: c"}
    entries = [{"event": f"step {number}", "level": "info"} for number in range(20)] + [
        {"event": "Task failed", "level": "error", "error_detail": [error]}
    ]
    log.write_text("\n".join([*map(json.dumps, entries), "not json"]))
    lines = log_tail(log, count=3).splitlines()
    assert lines == [
        "  INFO     step 19",
        "  ERROR    Task failed TerminalError: found: a; expected: b; remedy: c",
        "  not json",
    ]
    assert "no log" in log_tail(tmp_path / "missing.log")
