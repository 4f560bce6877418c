"""How a source is reached: address and credentials, from a connection or the environment."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tallywatch.errors import SettingsError

VARIABLE = "TALLYWATCH_SOURCE_{}"
FIELDS = {"host", "port", "login", "password", "extra"}


@dataclass(frozen=True)
class Endpoint:
    """Fields of an Airflow connection; credentials never show in a repr.

    `extra` of SFTP: `known_hosts` (lines of an OpenSSH known_hosts file), `private_key` and
    `private_key_passphrase`; of S3: `endpoint_url`, `region_name`; of a folder: `path`, its base.
    Of any: `settle_seconds`, how long a file must lie unchanged before it counts as finished.
    """

    host: str | None = None
    port: int | None = None
    login: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    extra: Mapping[str, Any] = field(default_factory=dict, repr=False)


def endpoint_from_environment(
    name: str, environment: Mapping[str, str] | None = None
) -> Endpoint | None:
    """The endpoint in `TALLYWATCH_SOURCE_<NAME>`, a JSON object with the fields of `Endpoint`.

    None when the variable is not set.

    Raises:
        SettingsError: the variable is no such object; its text is not shown.
    """
    variable = VARIABLE.format(name.upper())
    text = (os.environ if environment is None else environment).get(variable)
    if not text:
        return None
    try:
        content = json.loads(text)
    except ValueError:
        content = None
    if not isinstance(content, dict) or set(content) - FIELDS:
        raise SettingsError(
            f"{variable} is no JSON object of {', '.join(sorted(FIELDS))}",
            '{"host": …, "port": …, "login": …, "password": …, "extra": {…}}',
            "correct the variable (docs/sources.md)",
        )
    return Endpoint(**content)
