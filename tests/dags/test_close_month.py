"""The month close on a real Airflow: who can get a month posted, and who cannot."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ingest.pipeline import feeds_in_order, ingest_feed
from ingest.tokens import Tokeniser
from publish.close import rebuild
from publish.posting_chain import verified_chain
from publish.release import current_release
from simulate.world import simulate
from tallywatch.airflow_api import AirflowApi
from tallywatch.build import build
from tallywatch.errors import TerminalError
from tallywatch.local.airflow_home import AirflowHome
from tallywatch.local.approvals import approve, await_question
from tallywatch.local.database import prepare_database
from tallywatch.local.ports import free_port
from tallywatch.local.processes import running
from tallywatch.local.readiness import wait_until_healthy, wait_until_parsed
from tallywatch.local.runs import Run, Watch
from tallywatch.settings import KEY_VARIABLES, Keys, Settings

pytestmark = pytest.mark.airflow

APPROVAL = "finance_approval"
SEPTEMBER = {"month": "2026-09", "cut_off_at": "2026-10-08T00:00:00Z"}


@dataclass
class Office:
    """A running Airflow over a data home with two months of deals, and its users."""

    settings: Settings
    people: dict[str, AirflowApi]
    watch: Watch

    def ask(self, name: str) -> Run:
        """Have `name` ask for September; returns when the approval waits."""
        run = Run("close_month", self.people[name].trigger("close_month", SEPTEMBER))
        self.people["ada"].unpause("close_month")
        await_question(self.watch, run, APPROVAL, lambda _: None)
        return run

    def refused(self, run: Run) -> str:
        """What the failed run says; nothing may have been posted."""
        with pytest.raises(TerminalError) as failure:
            self.watch.tasks(run, lambda _: None)
        assert verified_chain(self.settings.postings) == []
        assert "task post" in failure.value.found
        return failure.value.found


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    home = tmp_path_factory.mktemp("office") / "home"
    keys = Keys(token=b"t" * 32, archive=b"a" * 32, vault=b"v" * 32)
    settings = Settings(home=home, keys=keys, memory_limit="1GB")
    simulate(settings.inbox, people=50, token_of=Tokeniser(keys.token).token)
    for feed in feeds_in_order():
        ingest_feed(settings, feed)
    rebuild(settings)
    assert build(settings).succeeded
    variables = {
        variable: base64.b64encode(getattr(keys, name)).decode()
        for name, variable in KEY_VARIABLES.items()
    }
    airflow = AirflowHome(home, free_port(), variables, by_hand=True)
    prepare_database(airflow)
    with running(airflow, ("api-server", "scheduler", "dag-processor")) as components:
        people = {
            user.name: AirflowApi(airflow.url, user.name, user.password)
            for user in airflow.users().values()
        }
        wait_until_healthy(people["ada"], components)
        wait_until_parsed(people["ada"], components, {"close_month"})
        yield Office(settings, people, Watch(people["ada"], components, airflow.logs))


def mark_success(api: AirflowApi, run: Run, task_id: str) -> dict[str, Any]:
    path = f"/dags/{run.dag_id}/dagRuns/{run.run_id}/taskInstances/{task_id}"
    return api.patch(path, {"new_state": "success"})


def test_an_approval_marked_successful_by_hand_posts_nothing(office: Office) -> None:
    run = office.ask("olga")
    mark_success(office.people["finn"], run, APPROVAL)
    assert "an approval that nobody gave" in office.refused(run)


def test_who_asked_cannot_approve(office: Office) -> None:
    run = office.ask("finn")
    office.people["finn"].answer(*run, APPROVAL, "Approve")
    assert "requested and approved by 'finn'" in office.refused(run)


def test_finance_alone_may_answer_and_its_approval_posts_the_month(office: Office) -> None:
    with pytest.raises(TerminalError, match="403"):
        office.people["vera"].trigger("close_month", SEPTEMBER)
    run = office.ask("olga")
    for name in ("ada", "olga", "vera", "approval-reader"):
        with pytest.raises(TerminalError, match="403"):
            office.people[name].answer(*run, APPROVAL, "Approve")

    approve(office.watch, office.people["finn"], run, APPROVAL, lambda _: None)

    (posting,) = verified_chain(office.settings.postings)
    assert (posting.month, posting.requested_by, posting.approved_by) == (
        "2026-09",
        "olga",
        "finn",
    )
    release = current_release(office.settings)
    assert release is not None
    statements = list((office.settings.out / "statements" / "2026-09").glob("*.xlsx"))
    assert len(statements) == 4


def test_keys_and_passwords_are_in_no_log(office: Office) -> None:
    logs = office.watch.task_logs
    text = "".join(path.read_text(errors="replace") for path in logs.rglob("*.log"))
    assert "requested and approved by" in text
    secrets = [api._password for api in office.people.values()]
    secrets += [base64.b64encode(key * 32).decode() for key in (b"t", b"a", b"v")]
    assert not [secret for secret in secrets if secret in text]


def test_only_their_owner_reads_what_is_secret(office: Office) -> None:
    folder: Path = office.settings.home / "airflow"
    for name in ("passwords.json", "secrets.json"):
        assert (folder / name).stat().st_mode & 0o777 == 0o600
