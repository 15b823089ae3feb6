"""What is true of all rows at every moment, whoever raced for them: each query finds the rows that break a rule."""

from __future__ import annotations

from typing import Any, Final

from django.db import connection
from django.db.models import Model

from django_workflow_engine.models import WorkflowAttachment
from tests.runs import attachment_of

# The views that the queries read: the tables in short names, and the steps with the run and the place they stand for.
VIEWS: Final = """
WITH attachment AS (
    SELECT *, status IN ('completed', 'rejected', 'cancelled') AS ended FROM django_workflow_engine_workflowattachment
), event AS (  -- a rejection is turned where the run goes on after it: back, or to its requester
    SELECT *, kind = 'rejected' AND (to_stage <> '' OR EXISTS (
        SELECT FROM django_workflow_engine_workflowevent asked WHERE asked.kind = 'changes_requested'
        AND asked.step_id = rejection.step_id)) AS turned
    FROM django_workflow_engine_workflowevent rejection
), action_run AS (
    SELECT * FROM django_workflow_engine_actionrun
), step AS (
    SELECT s.*, a.id AS attachment_id, s.status IN ('current', 'pending') AS open,
        (s.extra_fields ->> 'run')::int AS run_number,
        coalesce((s.extra_fields ->> 'first')::int, s.step_number) AS first_number,
        s.extra_fields ? 'first' AS together, coalesce(s.extra_fields, '{}') ? 'requester' AS of_requester,
        (s.extra_fields ->> 'pipeline')::bigint AS pipeline_id, (s.extra_fields ->> 'stage')::bigint AS stage_id,
        nullif(s.delegation_chain, 'null') -> -1 AS passed
    FROM approval_workflow_approvalinstance s JOIN attachment a ON a.approval_flow_id = s.flow_id
), asked AS (  -- what one step number asked of one or more seats, and whether the run went on after it by approval
    SELECT attachment_id, run_number, step_number,
        max(step_number) OVER (PARTITION BY attachment_id, run_number) = step_number AS last,
        bool_or(status IN ('resubmission', 'rejected')) AS sent_back,
        bool_or(together) AS together, bool_or(status = 'approved') AS approved,
        EXISTS (SELECT FROM event e WHERE e.attachment_id = step.attachment_id AND e.run_number = step.run_number
                AND e.kind = 'completed') AS completed
    FROM step WHERE NOT of_requester GROUP BY attachment_id, run_number, step_number
), approval AS (  -- approvals that are complete, each with the line of the audit trail that completed it
    SELECT max(e.id) AS event_id FROM asked
    JOIN step USING (attachment_id, run_number, step_number)
    LEFT JOIN event e ON e.step_id = step.id AND e.kind = 'approved'
    WHERE NOT asked.sent_back
      AND CASE WHEN asked.together THEN asked.approved ELSE asked.completed OR NOT asked.last END
    GROUP BY asked.attachment_id, asked.run_number, asked.step_number
), due AS (  -- every event that actions answer, but for the seats that ask
    SELECT event_id, 'after_approve' AS action_type FROM approval
    UNION ALL
    SELECT event.id, answered.action_type FROM event JOIN (VALUES
        ('started', 'on_workflow_start'), ('rejected', 'after_reject'), ('delegated', 'after_delegate'),
        ('resubmission_requested', 'after_resubmission'), ('stage_moved', 'after_move_stage'),
        ('pipeline_moved', 'after_move_pipeline'), ('completed', 'on_workflow_complete'),
        ('cancelled', 'on_workflow_cancel'), ('changes_requested', 'after_changes_requested'),
        ('resubmitted', 'after_resubmit')
    ) AS answered (kind, action_type) USING (kind) WHERE NOT event.turned
    UNION ALL
    SELECT id, 'after_resubmission' FROM event WHERE turned AND to_stage <> ''
)
"""

# Seats that were passed on begin with a line of their own; every seat that is no longer open ends with one.
STEP_LINES: Final = """
    SELECT id, passed ->> 'kind' FROM step WHERE passed IS NOT NULL
    UNION ALL
    SELECT id, line.kind FROM step JOIN (VALUES
        ('approved', 'approved'), ('rejected', 'rejected'), ('cancelled', 'seat_closed')
    ) AS line (status, kind) USING (status) WHERE status <> 'approved' OR NOT of_requester
    UNION ALL
    SELECT id, 'resubmitted' FROM step WHERE status = 'approved' AND of_requester
    UNION ALL  -- the audit trail says to whom it was sent back
    SELECT s.id, coalesce(e.kind, 'resubmission_requested') FROM step s LEFT JOIN event e
        ON e.step_id = s.id AND e.kind = 'changes_requested' WHERE s.status = 'resubmission'
    UNION ALL
    SELECT step_id, 'changes_requested' FROM event JOIN step ON step.id = step_id AND step.status = 'rejected'
        WHERE kind = 'changes_requested'
"""

PASSED_AS: Final = "replace(passed ->> 'kind', 'reassigned', 'delegated')"  # the package has no status for it

ACTIONS_DUE: Final = """
    SELECT due.event_id, due.action_type, action.function_path FROM due
    LEFT JOIN event ON event.id = due.event_id
    LEFT JOIN attachment ON attachment.id = event.attachment_id
    JOIN django_workflow_engine_workflowaction action
        ON action.workflow_id = attachment.workflow_id AND action.action_type = due.action_type
"""

# Whom each seat asks, where an action wants to know, and what actions were told.
ASKING: Final = """
    SELECT s.id, s.assigned_to_id::text, action.function_path FROM step s JOIN attachment a ON a.id = s.attachment_id
    JOIN django_workflow_engine_workflowaction action
        ON action.workflow_id = a.workflow_id AND action.action_type = 'on_approval_requested'
"""
TOLD: Final = """
    SELECT (context ->> 'step_id')::bigint, context ->> 'asked', function_path FROM action_run
    WHERE action_type = 'on_approval_requested' AND event_id IS NOT NULL
"""

BREACHES: Final[dict[str, str]] = {
    "a running attachment has steps open, all of one number, the last, and where it stands": """
        SELECT a.id FROM attachment a LEFT JOIN step s ON s.attachment_id = a.id AND s.open
        WHERE a.status = 'in_progress' GROUP BY a.id, a.run_number, a.current_pipeline_id, a.current_stage_id
        HAVING count(s.id) = 0 OR count(DISTINCT s.first_number) <> 1 OR NOT bool_and(
            s.status = 'current' AND s.run_number = a.run_number AND NOT s.of_requester
            AND s.pipeline_id IS NOT DISTINCT FROM a.current_pipeline_id
            AND s.stage_id IS NOT DISTINCT FROM a.current_stage_id
            AND s.first_number = (SELECT max(first_number) FROM step WHERE attachment_id = a.id))
    """,
    "a run that waits for changes has no seat open but its requester's, the last": """
        SELECT s.id FROM attachment a JOIN step s ON s.attachment_id = a.id AND s.open
        WHERE a.status = 'changes_requested' AND NOT (s.of_requester AND s.run_number = a.run_number
            AND s.step_number = (SELECT max(step_number) FROM step WHERE attachment_id = a.id))
        UNION ALL
        SELECT attachment_id FROM step WHERE open AND of_requester GROUP BY attachment_id HAVING count(*) > 1
    """,
    "no other attachment has a step open": """
        SELECT s.id FROM attachment a JOIN step s ON s.attachment_id = a.id
        WHERE s.open AND a.status NOT IN ('in_progress', 'changes_requested')
    """,
    "an attachment has an end exactly when it has ended": """
        SELECT id FROM attachment WHERE ended <> (completed_at IS NOT NULL)
    """,
    "a run has started, and ended as its attachment says": """
        (SELECT id, run_number, status FROM attachment WHERE ended
         UNION ALL SELECT id, run_number, 'started' FROM attachment WHERE started_at IS NOT NULL)
        EXCEPT ALL SELECT attachment_id, run_number, kind FROM event WHERE NOT turned
    """,
    "no run starts or ends twice": """
        SELECT attachment_id, run_number FROM event
        WHERE kind IN ('started', 'completed', 'rejected', 'cancelled') AND NOT turned
        GROUP BY attachment_id, run_number, kind = 'started' HAVING count(*) > 1
    """,
    "a run that has not ended has no end in the audit trail": """
        SELECT e.id FROM event e JOIN attachment a ON a.id = e.attachment_id AND a.run_number = e.run_number
        WHERE e.kind IN ('completed', 'rejected', 'cancelled') AND NOT e.turned AND NOT a.ended
    """,
    "every decided step has its lines in the audit trail": f"""
        ({STEP_LINES}) EXCEPT ALL SELECT step_id, kind FROM event WHERE step_id IS NOT NULL
    """,
    "every line about a step is a decision that the step keeps": f"""
        SELECT step_id, kind FROM event
        WHERE step_id IS NOT NULL AND kind NOT IN ('claimed', 'released', 'reminded', 'timed_out')
        EXCEPT ALL ({STEP_LINES})
    """,
    "every seat that was passed on has exactly one successor": f"""
        (SELECT flow_id, step_number, assigned_to_id::text, status FROM step WHERE status IN ('delegated', 'escalated')
         EXCEPT ALL SELECT flow_id, step_number, passed ->> 'from_user', {PASSED_AS} FROM step)
        UNION ALL
        (SELECT flow_id, step_number, passed ->> 'from_user', {PASSED_AS} FROM step WHERE passed IS NOT NULL
         EXCEPT ALL SELECT flow_id, step_number, assigned_to_id::text, status FROM step)
    """,
    "every complete approval has the line that completed it": """
        SELECT * FROM approval WHERE event_id IS NULL
    """,
    "every event has a run of each of its actions": f"""
        {ACTIONS_DUE} EXCEPT ALL SELECT event_id, action_type, function_path FROM action_run
    """,
    "every run of an action has its event, and is the only one": f"""
        SELECT event_id, action_type, function_path FROM action_run WHERE action_type <> 'on_approval_requested'
        EXCEPT ALL {ACTIONS_DUE}
    """,
    "every seat has told once whom it asks": f"""
        (({ASKING}) EXCEPT ALL ({TOLD})) UNION ALL (({TOLD}) EXCEPT ALL ({ASKING}))
    """,
    "every action ran once and succeeded": """
        SELECT id, status, attempts FROM action_run WHERE status <> 'succeeded' OR attempts <> 1
    """,
    "every action had its effect once": """
        SELECT r.id FROM action_run r LEFT JOIN testapp_document signed ON signed.title = r.key::text
        WHERE r.function_path LIKE '%.sign' GROUP BY r.id HAVING count(signed.id) <> 1
    """,
}


def assert_consistent_rows() -> None:
    """Every rule holds for the rows of all tables."""
    found = {rule: _rows(VIEWS + query) for rule, query in BREACHES.items()}
    assert {rule: rows for rule, rows in found.items() if rows} == {}


def assert_consistent(obj: Model) -> WorkflowAttachment:
    """The object's attachment, after a look at all rows."""
    assert_consistent_rows()
    return attachment_of(obj)


def deadlocks() -> int:
    """How many deadlocks PostgreSQL has ever met in this database."""
    ((count,),) = _rows("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    return int(count)


def _rows(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()
