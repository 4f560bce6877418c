"""An Airflow of its own for the tests of the DAGs.

Airflow reads its settings when it is first imported, so they are made here, before any test is.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest

from tallywatch.settings import REPOSITORY

DAGS = REPOSITORY / "dags"
_HOME = tempfile.TemporaryDirectory(prefix="tallywatch-airflow-")

for name in [name for name in os.environ if name.startswith("AIRFLOW_")]:
    del os.environ[name]
os.environ |= {
    "AIRFLOW_HOME": _HOME.name,
    "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{_HOME.name}/airflow.db",
    "AIRFLOW__API_AUTH__JWT_SECRET": "t" * 64,
    "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
    "TALLYWATCH_APPROVERS": "finn",
}
os.environ["PYTHONPATH"] = str(REPOSITORY)
sys.path[:0] = [str(DAGS)]


@pytest.fixture(scope="session")
def airflow_database() -> Path:
    """A migrated metadata database."""
    from airflow.utils.db import initdb

    initdb()
    return Path(_HOME.name)


@pytest.fixture(scope="session")
def dags(airflow_database: Path) -> dict:
    """Every DAG of the folder by id; fails when a file cannot be imported."""
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(DAGS)
    assert bag.import_errors == {}
    return dict(bag.dags)
