"""Reading Airflow's own record of an approval, over its REST API, with a read-only user."""

from __future__ import annotations

from tallywatch.airflow_api import AirflowApi
from tallywatch.errors import TerminalError
from wiring.approval import ApprovalRecord

API_CONNECTION = "tallywatch_airflow_api"
"""Host, port and schema of the api-server; login and password of a user that may only read."""


def read_record(dag_id: str, run_id: str, task_id: str) -> ApprovalRecord:
    """The record of one approval task, from the api-server of the connection.

    Raises:
        TerminalError: the connection is missing, or its user may not read.
        TransientError: the api-server is away.
    """
    with _api() as api:
        detail = api.human_answer(dag_id, run_id, task_id)
        requested_by = api.run(dag_id, run_id)["triggering_user_name"]
    return ApprovalRecord.of(requested_by, detail)


def _api() -> AirflowApi:
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException, AirflowRuntimeError

    try:
        connection = Connection.get(API_CONNECTION)
    except (AirflowNotFoundException, AirflowRuntimeError):
        raise TerminalError(
            f"no Airflow connection {API_CONNECTION}",
            "the api-server's address and a read-only user",
            f"set AIRFLOW_CONN_{API_CONNECTION.upper()}",
        ) from None
    port = f":{connection.port}" if connection.port else ""
    base_url = f"{connection.schema or 'http'}://{connection.host}{port}"
    return AirflowApi(base_url, connection.login or "", connection.password or "")
