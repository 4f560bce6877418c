"""Settings inside a task: from the environment, keys also from an Airflow connection."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from tallywatch.settings import KEY_VARIABLES, load_settings

if TYPE_CHECKING:
    from tallywatch.settings import Settings

KEYS_CONNECTION = "tallywatch_keys"
"""Its extra is `{"token": …, "archive": …, "vault": …}`, each 32 bytes in base64."""


def task_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings a task works with; the keys are masked in its log from here on.

    A key missing from the environment is taken from the connection `tallywatch_keys`.

    Raises:
        SettingsError: a key is in neither place, or is not 32 bytes in base64.
    """
    from airflow.sdk.log import mask_secret

    env = dict(os.environ if environment is None else environment)
    if any(not env.get(variable) for variable in KEY_VARIABLES.values()):
        env = _keys_of_connection() | {name: value for name, value in env.items() if value}
    for variable in KEY_VARIABLES.values():
        if env.get(variable):
            mask_secret(env[variable])
    return load_settings(env)


def _keys_of_connection() -> dict[str, str]:
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException, AirflowRuntimeError

    try:
        extra = Connection.get(KEYS_CONNECTION).extra_dejson
    except (AirflowNotFoundException, AirflowRuntimeError):
        return {}
    return {variable: extra[name] for name, variable in KEY_VARIABLES.items() if name in extra}
