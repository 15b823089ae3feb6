"""SQL that makes many runs of a few: every column is the pattern's, but for keys, people, places and times.

Whatever column a table gets is copied as it is; what differs from run to run is told here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db.models import Model

from django_workflow_engine.models import RunParticipation, WorkFlow, WorkflowAttachment, WorkflowEvent
from django_workflow_engine.models.steps import Flow, Step
from gql_workflows.demo.models import PurchaseRequest

COUNTED: Final[tuple[type[Model], ...]] = (PurchaseRequest, Flow, WorkflowAttachment, Step, WorkflowEvent)
TABLES: Final = (*COUNTED, RunParticipation)
MINUTES_APART: Final = 1  # from one run to the next
STEP_KEYS: Final = 8  # that are kept for each run, and as many events as the next number says
EVENT_KEYS: Final = 16
_STRETCH: Final = 100_000  # a hundredth of a second in the pattern is a quarter of an hour in its copies

# The runs from `first` to `last`: each has a course, a template and a moment of its own, the same whenever it is made.
RUNS: Final = f"""
WITH run AS (
    SELECT n, origin.start + n * interval '{MINUTES_APART} minutes' AS at, origin.*,
        course.attachment_id AS pattern, course.created_at AS began, template.number, template.version_id
    FROM generate_series(%(first)s::bigint, %(last)s::bigint) n
    CROSS JOIN growth.origin
    JOIN growth.course ON course.bucket = mod(abs(hashint8(n)::bigint), 1000)
    JOIN growth.template ON template.number = mod(abs(hashint8(n * 7919)::bigint), origin.templates)
)
"""


def _moved(column: str) -> str:
    return f"run.at + (m.{column} - run.began) * {_STRETCH}"


def _person(alias: str, column: str) -> str:
    return f"LEFT JOIN growth.person {alias} ON {alias}.number = run.number AND {alias}.was = {column}"


def _place(columns: str) -> str:
    return f"LEFT JOIN growth.place ON place.number = run.number AND place.was_stage = {columns}"


_PURCHASES: Final = {
    "id": "run.purchases + run.n",
    "title": "'Purchase ' || run.n",
    "amount": "100 + run.n %% 5000",
    "requester_id": "requester.now",
    "created_at": "run.at",
}
_FLOWS: Final = {
    "id": "run.flows + run.n",
    "object_id": "(run.purchases + run.n)::text",
    "created_at": _moved("created_at"),
}
_ATTACHMENTS: Final = {
    "id": "run.attachments + run.n",
    "object_id": "(run.purchases + run.n)::text",
    "workflow_id": "run.version_id",
    "approval_flow_id": "CASE WHEN m.approval_flow_id IS NOT NULL THEN run.flows + run.n END",
    "current_pipeline_id": "place.now_pipeline",
    "current_stage_id": "place.now_stage",
    "started_by_id": "starter.now",
    **{column: _moved(column) for column in ("created_at", "started_at", "completed_at")},
}
_STEPS: Final = {
    "id": f"run.steps + run.n * {STEP_KEYS} + copied.place",
    "flow_id": "run.flows + run.n",
    "assigned_to_id": "holder.now",
    "action_user_id": "actor.now",
    "assigned_role_object_id": "role.now",
    "extra_fields": "m.extra_fields || jsonb_build_object('pipeline', place.now_pipeline, 'stage', place.now_stage)",
    "delegation_chain": f"""CASE WHEN giver.now IS NOT NULL THEN jsonb_build_array(m.delegation_chain -> 0 ||
        jsonb_build_object('from_user', giver.now::text, 'from_name', giver.name, 'to_user', holder.now::text,
        'at', {_moved("started_at")})) END""",
    **{column: _moved(column) for column in ("started_at", "updated_at")},
}
_EVENTS: Final = {
    "id": f"run.events + run.n * {EVENT_KEYS} + copied.place",
    "attachment_id": "run.attachments + run.n",
    "step_id": f"run.steps + run.n * {STEP_KEYS} + step.place",
    "actor_id": "coalesce(actor.now::text, '')",
    "actor_name": "coalesce(actor.name, '')",
    "on_behalf_of_id": "coalesce(holder.now::text, '')",
    "on_behalf_of_name": "coalesce(holder.name, '')",
    "at": _moved("at"),
}


_PARTICIPATIONS: Final = {
    "attachment_id": "run.attachments + run.n",
    "principal": "coalesce(substring(m.principal from '^[a-z]+:') || taker.now, 'company:' || owner.company_id)",
    "created_at": "run.at",
}


def statements() -> Mapping[type[Model], str]:
    """What writes each table's rows of the runs from `first` to `last`, in this order."""
    attachment, purchase, flow, step, event = (
        model._meta.db_table for model in (WorkflowAttachment, PurchaseRequest, Flow, Step, WorkflowEvent)
    )
    of_pattern = f"FROM run JOIN {attachment} a ON a.id = run.pattern"
    requester = _person("requester", "m.requester_id")
    starter = f"{_person('starter', 'm.started_by_id')} {_place('m.current_stage_id')}"
    people = f"{_person('holder', 'm.assigned_to_id')} {_person('actor', 'm.action_user_id')}"
    giver = _person("giver", "(m.delegation_chain -> 0 ->> 'from_user')::int")
    role = "LEFT JOIN growth.role ON role.number = run.number AND role.was = m.assigned_role_object_id"
    stage = _place("(m.extra_fields ->> 'stage')::bigint")
    acting = f"{_person('actor', _KEY.format('actor_id'))} {_person('holder', _KEY.format('on_behalf_of_id'))}"
    taker = _person("taker", "nullif(substring(m.principal from '^(?:user|requester):(.*)$'), '')::int")
    owner = f"JOIN {WorkFlow._meta.db_table} owner ON owner.id = run.version_id"
    copied = "FROM run JOIN growth.{0} copied ON copied.attachment_id = run.pattern JOIN {1} m ON m.id = copied.id"
    return {
        PurchaseRequest: _insert(PurchaseRequest, _PURCHASES, f"""{of_pattern}
            JOIN {purchase} m ON m.id = a.object_id::bigint {requester}"""),
        Flow: _insert(Flow, _FLOWS, f"{of_pattern} JOIN {flow} m ON m.id = a.approval_flow_id"),
        WorkflowAttachment: _insert(
            WorkflowAttachment, _ATTACHMENTS, f"FROM run JOIN {attachment} m ON m.id = run.pattern {starter}"
        ),
        Step: _insert(Step, _STEPS, f"{copied.format('step', step)} {people} {giver} {role} {stage}"),
        WorkflowEvent: _insert(WorkflowEvent, _EVENTS, f"""{copied.format('event', event)} {acting}
            LEFT JOIN growth.step ON step.id = m.step_id"""),
        RunParticipation: _insert(RunParticipation, _PARTICIPATIONS, f"""FROM run
            JOIN {RunParticipation._meta.db_table} m ON m.attachment_id = run.pattern {taker} {owner}"""),
    }  # fmt: skip


_KEY: Final = "nullif(m.{}, '')::int"


def _insert(model: type[Model], told: Mapping[str, str], source: str) -> str:
    columns = [field.column for field in model._meta.concrete_fields if not field.generated]
    if not set(told) <= set(columns):
        raise LookupError(f"{model._meta.label} has no column {sorted(set(told) - set(columns))}")
    values = ", ".join(told.get(column, f'm."{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    return f"{RUNS} INSERT INTO {model._meta.db_table} ({names}) SELECT {values} {source}"
