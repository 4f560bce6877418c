"""Who may answer an approval, as this Airflow knows its users."""

from __future__ import annotations

import os
from collections.abc import Mapping

from airflow.sdk.execution_time.hitl import HITLUser


def assigned_users(environment: Mapping[str, str] | None = None) -> list[HITLUser]:
    """Users for `ApprovalOperator(assigned_users=…)`, from `TALLYWATCH_APPROVERS` (names).

    Airflow compares ids, and what an id is depends on the auth manager: the simple one uses the
    name, FAB the number of its database row. `TALLYWATCH_APPROVER_IDS` gives them in the order of
    the names; without it ids are names.
    """
    env = os.environ if environment is None else environment
    names = _listed(env.get("TALLYWATCH_APPROVERS", "finn"))
    ids = _listed(env.get("TALLYWATCH_APPROVER_IDS", "")) or names
    return [HITLUser(id=key, name=name) for key, name in zip(ids, names, strict=True)]


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
