"""Where the local Airflow lives and every setting it runs with."""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from tallywatch.local.private_files import write_private
from tallywatch.local.users import User, read_users
from tallywatch.settings import REPOSITORY

LOCALHOST = "127.0.0.1"
PARALLELISM = 4
READER = "approval-reader"


@dataclass(frozen=True)
class AirflowHome:
    """One local Airflow: its folder below the data home, its port, its users, its secrets."""

    home: Path
    port: int
    keys: dict[str, str] = field(repr=False)
    by_hand: bool = False
    """Nothing runs by the clock, and DAG files are read once: a story that is told in steps."""

    @property
    def folder(self) -> Path:
        """Airflow's own files; nothing of the pipeline's."""
        return self.home / "airflow"

    @property
    def database(self) -> Path:
        """Airflow's metadata."""
        return self.folder / "airflow.db"

    @property
    def logs(self) -> Path:
        """Logs of tasks, and of the components under `components/`."""
        return self.folder / "logs"

    @property
    def url(self) -> str:
        """Address of the pages and of the REST API."""
        return f"http://{LOCALHOST}:{self.port}"

    @property
    def passwords_file(self) -> Path:
        """Names and passwords in clear, for its owner only."""
        return self.folder / "passwords.json"

    def users(self) -> dict[str, User]:
        """The demo's users by name."""
        return read_users(self.passwords_file)

    def environment(self) -> dict[str, str]:
        """The environment of every Airflow process: the caller's own, without what would divert
        Airflow, and all that the local Airflow differs in from the defaults."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AIRFLOW_", "AIRFLOW__", "_AIRFLOW"))
            and name != "PYTHONDONTWRITEBYTECODE"
        }
        return inherited | self._paths() | self._airflow() | self._secrets() | self._connections()

    def _paths(self) -> dict[str, str]:
        return {
            "AIRFLOW_HOME": str(self.folder),
            "TALLYWATCH_HOME": str(self.home),
            "TALLYWATCH_CLOCK": "off" if self.by_hand else "on",
            "PYTHONPATH": str(REPOSITORY),
            "PYTHONUNBUFFERED": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "NO_PROXY": LOCALHOST,
            "no_proxy": LOCALHOST,
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "GX_ANALYTICS_ENABLED": "false",
        }

    def _airflow(self) -> dict[str, str]:
        options = {
            "CORE__DAGS_FOLDER": REPOSITORY / "dags",
            "CORE__LOAD_EXAMPLES": False,
            "CORE__EXECUTOR": "LocalExecutor",
            "CORE__PARALLELISM": PARALLELISM,
            "CORE__DAGS_ARE_PAUSED_AT_CREATION": True,
            "CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(
                f"{user.name}:{user.role}" for user in self.users().values()
            ),
            "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": self.passwords_file,
            "CORE__EXECUTION_API_SERVER_URL": f"{self.url}/execution/",
            "DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{self.database}",
            "API__HOST": LOCALHOST,
            "API__PORT": self.port,
            "API__BASE_URL": self.url,
            "API__WORKERS": 1,
            "API__ENABLE_SWAGGER_UI": False,
            "LOGGING__BASE_LOG_FOLDER": self.logs,
            "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": 0.1,
            "SCHEDULER__MP_START_METHOD": "fork",
            "DAG_PROCESSOR__REFRESH_INTERVAL": 30,
            "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": 3600 if self.by_hand else 30,
        }
        return {f"AIRFLOW__{name}": str(value) for name, value in options.items()}

    def _secrets(self) -> dict[str, str]:
        path = self.folder / "secrets.json"
        if not path.exists():
            made = {
                "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_urlsafe(64),
                "AIRFLOW__API__SECRET_KEY": secrets.token_urlsafe(32),
                "AIRFLOW__CORE__FERNET_KEY": base64.urlsafe_b64encode(
                    secrets.token_bytes(32)
                ).decode(),
            }
            write_private(path, json.dumps(made))
        return dict(json.loads(path.read_text()))

    def _connections(self) -> dict[str, str]:
        reader = self.users()[READER]
        api = {
            "conn_type": "http",
            "host": LOCALHOST,
            "port": self.port,
            "schema": "http",
            "login": reader.name,
            "password": reader.password,
        }
        return {"AIRFLOW_CONN_TALLYWATCH_AIRFLOW_API": json.dumps(api)} | self.keys
