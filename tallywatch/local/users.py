"""The people of the local demo, and the passwords they were given."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from tallywatch.local.private_files import write_private

DEMO_USERS = Path(__file__).with_name("demo_users.json")


@dataclass(frozen=True)
class User:
    """A user of Airflow's simple auth manager: `role` is viewer, user, op or admin."""

    name: str
    role: str
    purpose: str
    password: str


def read_users(passwords_file: Path, config: Path = DEMO_USERS) -> dict[str, User]:
    """Users of `config` by name; who has no password in `passwords_file` gets one, kept there."""
    entries = json.loads(config.read_text(encoding="utf-8"))
    known = json.loads(passwords_file.read_text()) if passwords_file.exists() else {}
    passwords = {e["name"]: known.get(e["name"]) or secrets.token_urlsafe(9) for e in entries}
    if passwords != known:
        write_private(passwords_file, json.dumps(passwords) + "\n")
    return {e["name"]: User(**e, password=passwords[e["name"]]) for e in entries}
