"""How a feed's sources are reached: by Airflow connections, named as servers of the contract."""

from __future__ import annotations

from ingest.sources.endpoints import Endpoint, endpoint_from_environment


def endpoint_of(name: str) -> Endpoint | None:
    """The connection of this id, else what the environment says; its secrets are masked in logs.

    Any connection type will do: `sftp`, `aws` and `fs` have the same fields.
    """
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException, AirflowRuntimeError
    from airflow.sdk.log import mask_secret

    try:
        connection = Connection.get(name)
    except (AirflowNotFoundException, AirflowRuntimeError):
        return endpoint_from_environment(name)
    extra = connection.extra_dejson
    mask_secret(connection.password)
    mask_secret(extra)
    return Endpoint(
        host=connection.host,
        port=connection.port,
        login=connection.login,
        password=connection.password,
        extra=extra,
    )
