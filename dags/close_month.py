"""The month close: draft, a person's approval, posting, statements."""

from __future__ import annotations

from datetime import timedelta

from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import DAG, Param, get_current_context, task

from wiring.approvers import assigned_users
from wiring.assets import RELEASE
from wiring.business_date import month_before, run_date
from wiring.policy import WAREHOUSE_POOL, Tag, default_args
from wiring.task_settings import task_settings

APPROVAL_TASK = "finance_approval"

DOC = """### Close a month

Trigger it with the month (`YYYY-MM`; empty means the month before this one in Shanghai) and, if
the facts are to be cut off at a certain instant, `cut_off_at` (UTC). One of finance, who is not
the one who triggered it, answers under *Browse → Required Actions*.

`draft` → `finance_approval` → `post` → `build` → `gate_release` → `publish`.

Before posting, `post` reads the approval's record again over the REST API and computes the draft
anew: the answer must be *Approve*, from an approver other than the requester, for exactly the
numbers that would be posted. Marking the approval successful by hand therefore posts nothing.

Unanswered for three days, the run fails and makes room for the next. Posting is append-only and
idempotent: clearing a later task posts nothing twice.
"""

with DAG(
    dag_id="close_month",
    dag_display_name="close month",
    description="Draft the commission of a month, have it approved, post it, issue statements.",
    doc_md=DOC,
    schedule=None,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(days=4),
    default_args=default_args("finance"),
    params={
        "month": Param(
            None,
            type=["null", "string"],
            pattern="^[0-9]{4}-(0[1-9]|1[0-2])$",
            description="Month to close, YYYY-MM; empty: the month before this one in Shanghai.",
        ),
        "cut_off_at": Param(
            None,
            type=["null", "string"],
            format="date-time",
            description="Only facts received before this instant (UTC) count; "
            "empty: the start of the eighth of the month after.",
        ),
    },
    tags={str(Tag.FINANCE)},
):

    @task(pool=WAREHOUSE_POOL, doc_md="What would be posted, with its content hash.")
    def draft() -> dict[str, str]:
        from publish.close import draft as draft_close
        from wiring.approval_text import approval_body, approval_subject

        context = get_current_context()
        params = context["params"]
        month = params["month"] or month_before(run_date(context))
        drafted = draft_close(task_settings(), month, params["cut_off_at"])
        return {
            "month": drafted.month,
            "content_hash": drafted.content_hash,
            "subject": approval_subject(drafted.month),
            "body": approval_body(drafted),
        }

    drafted = draft()

    finance_approval = ApprovalOperator(
        task_id=APPROVAL_TASK,
        subject=drafted["subject"],
        body=drafted["body"],
        assigned_users=assigned_users(),
        response_timeout=timedelta(days=3),
        execution_timeout=None,
        fail_on_reject=True,
        doc_md="Somebody of finance approves or rejects; no worker is held meanwhile.",
    )

    @task(pool=WAREHOUSE_POOL, doc_md="Prove the approval, compute anew, append the postings.")
    def post(month: str, content_hash: str) -> str:
        from publish.close import post as post_close
        from publish.close import read_draft
        from wiring.approval import approval_of
        from wiring.approval_record import read_record
        from wiring.approval_text import approval_body

        settings = task_settings()
        run = get_current_context()["dag_run"]
        approval = approval_of(
            read_record(run.dag_id, run.run_id, APPROVAL_TASK),
            approvers=settings.approvers,
            body=approval_body(read_draft(settings, month, content_hash)),
            content_hash=content_hash,
        )
        post_close(settings, month, content_hash, approval)
        return month

    @task(pool=WAREHOUSE_POOL, doc_md="The marts that stand on postings, and all after them.")
    def build() -> dict[str, int]:
        from tallywatch.build import build as build_models
        from wiring.outcome import require_built

        return require_built(build_models(task_settings(), select="fct_commission_postings+"))

    @task(pool=WAREHOUSE_POOL, doc_md="Great Expectations at the door out.")
    def gate_release() -> None:
        from expectations.gates import check_release
        from wiring.outcome import pass_gate

        pass_gate(task_settings(), check_release)

    @task(pool=WAREHOUSE_POOL, outlets=[RELEASE], doc_md="Release, then statements from it.")
    def publish(month: str) -> list[str]:
        from publish.statement import write_statements
        from wiring.release import release_checked

        settings = task_settings()
        release = release_checked(settings)
        get_current_context()["outlet_events"][RELEASE].extra = {
            "release_id": release.release_id,
            "closed_month": month,
        }
        return [str(path.relative_to(settings.out)) for path in write_statements(settings, month)]

    posted = post(drafted["month"], drafted["content_hash"])
    finance_approval >> posted >> build() >> gate_release() >> publish(posted)
