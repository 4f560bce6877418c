"""docker-compose.yml, held against the specification's schema and against Airflow itself.

None of this starts a container: it finds what is misspelt, dangling or forgotten.
"""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
import yaml

from tallywatch.settings import KEY_VARIABLES, REPOSITORY

COMPOSE = REPOSITORY / "docker-compose.yml"
DEPLOY = REPOSITORY / "deploy"
AIRFLOW_SERVICES = {"init", "api-server", "scheduler", "dag-processor", "triggerer"}
SECRET = re.compile(r"PASSWORD|SECRET|_KEY|SQL_ALCHEMY_CONN|AIRFLOW_CONN_")


@pytest.fixture(scope="module")
def compose() -> dict:
    return yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def schema() -> dict:
    vendored = resources.files("check_jsonschema") / "builtin_schemas" / "vendor"
    return json.loads((vendored / "compose-spec.json").read_text(encoding="utf-8"))


def example(name: str) -> dict[str, str]:
    lines = (DEPLOY / f"{name}.env.example").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def environment(compose: dict, service: str) -> dict[str, str]:
    """What a service gets, from its env files (their examples) and from the file itself."""
    found: dict[str, str] = {}
    for path in compose["services"][service]["env_file"]:
        found |= example(Path(path).stem)
    return found | compose["services"][service].get("environment", {})


def test_the_file_is_what_the_specification_allows(compose: dict, schema: dict) -> None:
    validator = jsonschema.validators.validator_for(schema)(schema)
    assert [error.message for error in validator.iter_errors(compose)] == []


def test_the_schema_sees_a_misspelt_key(compose: dict, schema: dict) -> None:
    broken = compose | {"services": {"postgres": {"image": "postgres", "healtcheck": {}}}}
    with pytest.raises(jsonschema.ValidationError, match="healtcheck"):
        jsonschema.validate(broken, schema)


def test_all_of_airflow_is_there(compose: dict) -> None:
    assert set(compose["services"]) == AIRFLOW_SERVICES | {"postgres"}


def test_nothing_depends_on_what_is_not_there(compose: dict) -> None:
    services = compose["services"]
    for name, service in services.items():
        for needed, how in service.get("depends_on", {}).items():
            assert needed in services, (name, needed)
            if how["condition"] == "service_healthy":
                assert "healthcheck" in services[needed], (name, needed)


def test_every_volume_is_declared(compose: dict) -> None:
    used = {v.split(":")[0] for s in compose["services"].values() for v in s.get("volumes", [])}
    assert used == set(compose["volumes"])


def test_every_service_that_stays_up_says_how_it_is(compose: dict) -> None:
    for name, service in compose["services"].items():
        if name != "init":
            assert service["healthcheck"]["test"], name
            assert service["restart"] == "unless-stopped", name


def test_airflow_runs_as_nobody_special(compose: dict) -> None:
    for name in AIRFLOW_SERVICES:
        service = compose["services"][name]
        assert service["user"].split(":")[0] not in {"", "0", "root"}, name
        assert service["cap_drop"] == ["ALL"], name
        assert not service.get("privileged"), name


def test_ports_are_open_to_this_machine_only(compose: dict) -> None:
    ports = [p for s in compose["services"].values() for p in s.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_no_secret_stands_in_a_file_that_is_committed(compose: dict) -> None:
    for name, service in compose["services"].items():
        assert not [key for key in service.get("environment", {}) if SECRET.search(key)], name
    for path in DEPLOY.glob("*.env.example"):
        for key, value in example(path.name.removesuffix(".env.example")).items():
            if key.startswith("AIRFLOW_CONN_"):
                assert json.loads(value)["password"] == "", path
            elif key.endswith("SQL_ALCHEMY_CONN"):
                assert ":PASSWORD@" in value, path
            elif SECRET.search(key):
                assert value == "", (path, key)


def test_git_ignores_the_files_with_secrets() -> None:
    ignored = (REPOSITORY / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert "deploy/*.env" in ignored


def test_every_env_file_has_an_example_and_is_used(compose: dict) -> None:
    used = {path for service in compose["services"].values() for path in service["env_file"]}
    assert {f"{path}.example" for path in used} == {
        str(path.relative_to(REPOSITORY)) for path in DEPLOY.glob("*.env.example")
    }


def test_every_airflow_setting_exists(compose: dict, tmp_path: Path) -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "airflow", "config", "list", "--defaults", "--include-env-vars"],
        env={"AIRFLOW_HOME": str(tmp_path), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    known = set(re.findall(r"AIRFLOW__[A-Z_]+__[A-Z0-9_]+", listed))
    assert len(known) > 200
    for name in AIRFLOW_SERVICES:
        given = {key for key in environment(compose, name) if key.startswith("AIRFLOW__")}
        assert given <= known, name


def test_every_airflow_process_gets_what_all_must_share(compose: dict) -> None:
    shared = {
        "AIRFLOW__API_AUTH__JWT_SECRET",
        "AIRFLOW__API__SECRET_KEY",
        "AIRFLOW__CORE__FERNET_KEY",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL",
        "TALLYWATCH_APPROVERS",
    }
    for name in AIRFLOW_SERVICES:
        assert shared <= set(environment(compose, name)), name
    url = environment(compose, "scheduler")["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"]
    assert url.split("//")[1].split(":")[0] in compose["services"]


def test_only_where_tasks_run_are_the_keys_and_the_data(compose: dict) -> None:
    secrets = {*KEY_VARIABLES.values(), "AIRFLOW_CONN_TALLYWATCH_AIRFLOW_API"}
    assert secrets <= set(environment(compose, "scheduler"))
    for name in AIRFLOW_SERVICES - {"scheduler"}:
        assert secrets.isdisjoint(environment(compose, name)), name
        assert not [v for v in compose["services"][name]["volumes"] if "tallywatch-home" in v], name


def test_init_makes_the_pool_that_the_dags_queue_in() -> None:
    script = DEPLOY / "init.sh"
    assert "airflow pools set warehouse 1 " in script.read_text(encoding="utf-8")
    assert script.stat().st_mode & stat.S_IXUSR


def test_the_image_takes_in_every_room_and_nothing_local() -> None:
    allowed = (REPOSITORY / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rooms = {"dags", "dbt_project", "expectations", "ingest", "publish", "simulate", "tallywatch"}
    assert allowed[0] == "*"
    assert {f"!{room}" for room in rooms} <= set(allowed)
    assert not [line for line in allowed if line.startswith(("!var", "!.", "!deploy/*"))]
