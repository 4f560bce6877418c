"""Settings inside a task: from the environment, keys also from an Airflow connection."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from tallywatch.settings import KEY_VARIABLES, OPTIONAL_KEY_VARIABLES, load_settings

if TYPE_CHECKING:
    from tallywatch.settings import Settings

KEYS_CONNECTION = "tallywatch_keys"
"""Its extra is `{"token": …, "archive": …, "vault": …}` and, where DuckDB files are sealed,
`"database": …`; each 32 bytes in base64."""

VAULT_CONNECTION = "tallywatch_vault"
"""Of type postgres: host, port, schema, login and password of the vault's database."""
VAULT_VARIABLE = "TALLYWATCH_VAULT_URL"

ALL_KEY_VARIABLES = KEY_VARIABLES | OPTIONAL_KEY_VARIABLES


def task_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings a task works with; the keys are masked in its log from here on.

    A key missing from the environment is taken from the connection `tallywatch_keys`.

    Raises:
        SettingsError: a key is in neither place, or is not 32 bytes in base64.
    """
    from airflow.sdk.log import mask_secret

    env = dict(os.environ if environment is None else environment)
    if any(not env.get(variable) for variable in ALL_KEY_VARIABLES.values()):
        env = _keys_of_connection() | {name: value for name, value in env.items() if value}
    if not env.get(VAULT_VARIABLE) and (url := _vault_of_connection()):
        env[VAULT_VARIABLE] = url
    for variable in (*ALL_KEY_VARIABLES.values(), VAULT_VARIABLE):
        if env.get(variable):
            mask_secret(env[variable])
    return load_settings(env)


def _vault_of_connection() -> str | None:
    """The vault's database, where Airflow has a connection for it; None: SQLite."""
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException, AirflowRuntimeError

    try:
        url = Connection.get(VAULT_CONNECTION).get_uri()
    except (AirflowNotFoundException, AirflowRuntimeError):
        return None
    return f"postgresql://{url.partition('://')[2]}"


def _keys_of_connection() -> dict[str, str]:
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException, AirflowRuntimeError

    try:
        extra = Connection.get(KEYS_CONNECTION).extra_dejson
    except (AirflowNotFoundException, AirflowRuntimeError):
        return {}
    return {variable: extra[name] for name, variable in ALL_KEY_VARIABLES.items() if name in extra}
