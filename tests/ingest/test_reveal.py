"""Looking a token up needs a role and a purpose, and leaves a line that cannot be taken away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest

from ingest.vault import RevealDenied, open_vault
from ingest.vault.access import look_up, verified_log
from tallywatch.errors import SettingsError, TerminalError
from tallywatch.settings import Settings, _revealers
from tests.ingest.postgres_server import postgres_server

TOKEN = "ph_" + "1" * 32
ACCOUNT = "ac_" + "2" * 32
PHONE = "13800001234"
WHY = "alert 42: calling the person back"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres_server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def desk(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    """A vault with a phone and an account in it, and three people with roles."""
    settings = replace(
        settings,
        revealers=_revealers("ada=privacy_officer; cleo=case_handler; finn=fraud_analyst"),
    )
    if request.param == "postgres":
        url = request.getfixturevalue("server")
        with psycopg.connect(url, autocommit=True) as database:
            database.execute("drop schema public cascade; create schema public")
        settings = replace(settings, vault_url=url)
    vault = open_vault(settings)
    vault.seal("phone", [("S0000001", TOKEN, PHONE)])
    vault.seal("account", [("S0000001", ACCOUNT, "6222")])
    return settings


def asked(settings: Settings, user: str, token: str = TOKEN, purpose: str = WHY) -> str:
    return look_up(settings, open_vault(settings), user=user, token=token, purpose=purpose).value


def test_a_role_sees_its_kinds_and_the_log_says_so(desk: Settings) -> None:
    assert asked(desk, "cleo") == PHONE
    assert asked(desk, "ada", ACCOUNT) == "6222"
    lines = verified_log(desk, open_vault(desk))
    assert [(x.user_name, x.kind, x.purpose, x.outcome_code) for x in lines] == [
        ("cleo", "phone", WHY, "granted"),
        ("ada", "account", WHY, "granted"),
    ]
    assert lines[0].token_hash != lines[1].token_hash
    assert TOKEN not in str(lines)


@pytest.mark.parametrize(
    ("user", "token", "purpose", "reason"),
    [
        ("mallory", TOKEN, WHY, "no_role"),
        ("cleo", ACCOUNT, WHY, "kind_not_allowed"),
        ("ada", TOKEN, "why", "bad_purpose"),
        ("ada", TOKEN, f"is it {PHONE}, or another", "bad_purpose"),
        ("ada", TOKEN, f"about {ACCOUNT}", "bad_purpose"),
        ("ada", "ph_" + "9" * 32, WHY, "unknown_token"),
        ("ada", "something", WHY, "unknown_token"),
    ],
)
def test_a_refused_look_up_is_logged(
    desk: Settings, user: str, token: str, purpose: str, reason: str
) -> None:
    with pytest.raises(RevealDenied, match="was logged") as denied:
        asked(desk, user, token, purpose)
    assert token not in str(denied.value)
    (line,) = verified_log(desk, open_vault(desk))
    assert (line.user_name, line.outcome_code, line.reason_code) == (user, "denied", reason)
    assert line.purpose in {"", WHY}


def test_an_unknown_role_is_no_role(desk: Settings) -> None:
    with pytest.raises(RevealDenied, match="has none of the roles"):
        asked(replace(desk, revealers={"ada": frozenset({"director"})}), "ada")


def tampered(desk: Settings, *statements: str) -> None:
    """Change the log as somebody with the rights to the database could."""
    if desk.vault_url:
        with psycopg.connect(desk.vault_url, autocommit=True) as database:
            database.execute("alter table reveal_log disable trigger all")
            for statement in statements:
                database.execute(statement.encode())
        return
    import sqlite3

    with sqlite3.connect(desk.vault) as database:
        database.execute("drop trigger reveal_log_keeps_lines")
        database.execute("drop trigger reveal_log_keeps_words")
        for statement in statements:
            database.execute(statement)


@pytest.mark.parametrize(
    ("statements", "after"),
    [
        (["delete from reveal_log where line_number = 2"], 1),
        (["delete from reveal_log where line_number = 3"], 2),
        (["delete from reveal_log"], 0),
        (["update reveal_log set user_name = 'cleo' where line_number = 1"], 0),
        (
            [
                "delete from reveal_log where line_number = 3",
                "update reveal_log_head set line_count = 2",
            ],
            2,
        ),
    ],
)
def test_a_line_taken_away_or_changed_shows(
    desk: Settings, statements: list[str], after: int
) -> None:
    for user in ("ada", "cleo", "ada"):
        asked(desk, user)
    assert len(verified_log(desk, open_vault(desk))) == 3
    tampered(desk, *statements)
    with pytest.raises(TerminalError, match=f"not whole after line {after}"):
        verified_log(desk, open_vault(desk))


def test_the_database_itself_keeps_lines(desk: Settings) -> None:
    asked(desk, "ada")
    vault = open_vault(desk)
    for statement in ("delete from reveal_log", "update reveal_log set purpose = 'x'"):
        with pytest.raises(Exception, match="append-only"), vault.transaction() as transaction:
            transaction.execute(statement)
    assert len(verified_log(desk, vault)) == 1


def test_an_empty_log_is_whole(desk: Settings) -> None:
    assert verified_log(desk, open_vault(desk)) == []


@pytest.mark.parametrize("text", ["ada", "ada=", "=privacy_officer", "ada=;"])
def test_a_faulty_list_of_revealers_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="REVEALERS"):
        _revealers(text)
