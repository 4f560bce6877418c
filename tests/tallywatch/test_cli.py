"""The command line: it teaches, it runs every step, its errors say what to do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tallywatch.cli import app
from tallywatch.keys import read_keys, write_new_keys
from tests.ingest.deliveries import deal, deals_csv

COMMANDS = [
    *("ingest", "build", "check", "release", "extract", "statement", "simulate", "status"),
    *("close", "rebuild", "keys", "derive", "new-feed", "new-rule", "new-deal-type"),
    *("extracts", "evidence", "verify"),
    *("fetch", "conformance", "replay", "score"),
]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    keys = read_keys(write_new_keys(tmp_path / "keys.env"))
    return {**os.environ, **keys, "TALLYWATCH_HOME": str(tmp_path / "home"), "COLUMNS": "160"}


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from tallywatch.cli import main; main()", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    done = CliRunner().invoke(app, [command, "--help"])
    assert done.exit_code == 0
    assert "Usage" in done.output


def test_keys_are_private_and_never_overwritten(tmp_path: Path) -> None:
    path = write_new_keys(tmp_path / "keys.env")
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        write_new_keys(path)


def test_a_file_is_taken_in_and_left_in_place(environment: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "deals.csv"
    file.write_bytes(deals_csv(deal(1), deal(2, amount="1e5")))
    done = run(environment, "ingest", "partner_deals", "--file", str(file))
    assert done.returncode == 0, done.stderr
    assert "1 rows accepted, 1 quarantined" in done.stdout
    assert "bad_amount (amount_fen)" in done.stdout
    assert "13800000001" not in done.stdout + done.stderr
    assert file.exists()


def test_an_unknown_feed_is_told_which_there_are(environment: dict[str, str]) -> None:
    done = run(environment, "ingest", "partner_deels")
    assert done.returncode == 1
    for part in ("found:", "expected:", "what to do:", "partner_deals"):
        assert part in done.stderr


def test_a_busy_warehouse_is_no_defect(environment: dict[str, str], tmp_path: Path) -> None:
    run(environment, "ingest", "people")
    warehouse = Path(environment["TALLYWATCH_HOME"]) / "warehouse.duckdb"
    holder = (
        f"import duckdb, sys; c = duckdb.connect({str(warehouse)!r}); "
        "print(1, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        done = run({**environment, "TALLYWATCH_WAIT_SECONDS": "1"}, "build")
        process.kill()
    assert done.returncode == os.EX_TEMPFAIL, done.stderr
    assert "another process" in done.stderr


def test_a_missing_key_is_named_and_no_value_shown(environment: dict[str, str]) -> None:
    environment["TALLYWATCH_VAULT_KEY"] = "c2hvcnQ="
    done = run(environment, "ingest")
    assert done.returncode == 1
    assert "TALLYWATCH_VAULT_KEY has 5 bytes" in done.stderr
    assert "c2hvcnQ=" not in done.stderr


def test_a_replay_and_the_state_of_the_feeds(environment: dict[str, str], tmp_path: Path) -> None:
    file, page = tmp_path / "deals.csv", tmp_path / "feeds.html"
    file.write_bytes(deals_csv(deal(1), deal(2, amount="1e5")))
    run(environment, "ingest", "partner_deals", "--file", str(file))
    done = run(environment, "status", "--html", str(page))
    assert done.returncode == 0, done.stderr
    assert "1 bad_amount (amount_fen)" in done.stdout
    assert "partner_deals" in page.read_text("utf-8")
    done = run(environment, "replay", "--feed", "partner_deals", "--reason", "bad_amount")
    assert done.returncode == 0, done.stderr
    assert "attempt 2" in done.stdout
    assert "replayed 1 times" in run(environment, "status").stdout
    nothing = run(environment, "replay", "--feed", "partner_deals", "--reason", "in_future")
    assert nothing.returncode == 1
    assert run(environment, "replay").returncode == 2


def test_fetching_without_a_source_says_so(environment: dict[str, str]) -> None:
    done = run(environment, "fetch", "partner_deals")
    assert done.returncode == 0, done.stderr
    assert "docs/sources.md" in done.stdout
