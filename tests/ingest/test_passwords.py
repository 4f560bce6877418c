"""Locked deliveries: the password comes beside the file, is sealed with it, and opens it."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.contracts import read_contracts
from ingest.keyring import archive_ring
from ingest.landing import read_landed, sweep
from ingest.passwords import sidecar_of
from ingest.pipeline import land_and_screen_feed
from ingest.reasons import RefusalReason
from tallywatch.errors import SettingsError
from tallywatch.settings import Settings, load_settings
from tests.ingest.deliveries import deal, deals_csv, put
from tests.ingest.formats.test_archives import aes

FEED = "partner_deals"
SECRET = "密码-8341"
LOCKED = aes(deals_csv(deal(1), deal(2)), SECRET.encode())


def deliver(settings: Settings, *passwords: str, name: str = "deals.zip") -> Path:
    path = put(settings, FEED, LOCKED, name)
    if passwords:
        sidecar_of(path).write_text("\n".join(passwords) + "\n", encoding="utf-8")
    return path


def test_the_password_beside_a_file_opens_it_and_is_kept_sealed(settings: Settings) -> None:
    path = deliver(settings, "wrong one", SECRET)
    assert [found.path for found in sweep(settings, read_contracts()[FEED])] == [path]
    (report,) = land_and_screen_feed(settings, FEED).reports
    assert (report.is_refused, report.accepted_records) == (False, 2)
    assert list((settings.inbox / FEED).iterdir()) == []
    kept = b"".join(p.read_bytes() for p in settings.home.rglob("*") if p.is_file())
    assert SECRET.encode() not in kept
    landed = read_landed(settings.landing / FEED / report.delivery_id)
    assert landed.passwords(archive_ring(settings.keys)) == ("wrong one", SECRET)


def test_a_locked_file_comes_again_with_the_password_that_it_lacked(settings: Settings) -> None:
    reasons = []
    for passwords in ((), ("guess",), (SECRET,)):
        deliver(settings, *passwords)
        (report,) = land_and_screen_feed(settings, FEED).reports
        reasons.append(report.reason_code)
        assert "guess" not in json.dumps([report.found, report.expected, report.remedy])
    assert reasons == [RefusalReason.PASSWORD_NEEDED, RefusalReason.WRONG_PASSWORD, None]
    deliver(settings, SECRET, name="again.zip")
    assert land_and_screen_feed(settings, FEED).repeated_files == 1


def test_passwords_of_a_feed_come_from_the_settings(settings: Settings) -> None:
    deliver(settings)
    knowing = replace(settings, feed_passwords={FEED: (SECRET,), "other": ("x",)})
    (report,) = land_and_screen_feed(knowing, FEED).reports
    assert report.accepted_records == 2
    assert SECRET not in repr(knowing)


def test_passwords_without_their_file_are_removed_after_a_day(settings: Settings) -> None:
    path = deliver(settings, SECRET)
    path.unlink()
    land_and_screen_feed(settings, FEED)
    assert sidecar_of(path).exists()
    os.utime(sidecar_of(path), (0, 0))
    land_and_screen_feed(settings, FEED)
    assert not sidecar_of(path).exists()


@pytest.fixture
def environment() -> dict[str, str]:
    return dict.fromkeys(KEY_NAMES, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")


KEY_NAMES = ("TALLYWATCH_TOKEN_KEY", "TALLYWATCH_ARCHIVE_KEY", "TALLYWATCH_VAULT_KEY")


def test_passwords_are_read_from_the_environment(environment: dict[str, str]) -> None:
    given = environment | {"TALLYWATCH_FEED_PASSWORDS": '{"a": ["1", "2"]}'}
    assert load_settings(given).feed_passwords == {"a": ("1", "2")}
    assert load_settings(environment).feed_passwords == {}


@pytest.mark.parametrize("text", ['{"a": "s3cret"}', '["s3cret"]', '{"a": ["s3cret"', '{"a": [7]}'])
def test_an_error_in_the_environment_tells_no_password(
    environment: dict[str, str], text: str
) -> None:
    with pytest.raises(SettingsError) as error:
        load_settings(environment | {"TALLYWATCH_FEED_PASSWORDS": text})
    assert "s3cret" not in str(error.value)
