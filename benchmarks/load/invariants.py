"""What must be true of all rows afterwards; each query finds what is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from benchmarks.load.answers import LEFT_BEHIND, Answer
from django_workflow_engine.models import WorkflowEvent
from django_workflow_engine.models.steps import Step
from tests.postgres.invariants import BREACHES, VIEWS

# One approval is asked at each position, so the number of a step is its place on the route, the first one having 1.
_POSITIONS: Final = """
    SELECT DISTINCT step.attachment_id, step.step_number FROM step
    JOIN attachment ON attachment.id = step.attachment_id
    JOIN (
        SELECT p.workflow_id, s.id,
            row_number() OVER (PARTITION BY p.workflow_id ORDER BY p."order", s."order") AS place
        FROM django_workflow_engine_stage s JOIN django_workflow_engine_pipeline p ON p.id = s.pipeline_id
        WHERE s.is_active
    ) AS route ON route.id = step.stage_id
    WHERE route.workflow_id <> attachment.workflow_id OR route.place <> step.step_number
"""
_GAPS: Final = """
    SELECT attachment_id FROM step GROUP BY attachment_id
    HAVING min(step_number) <> 1 OR max(step_number) <> count(DISTINCT step_number)
"""
ROUTES: Final = {"every step stands at its position of the route": _POSITIONS, "no position is left out": _GAPS}


@dataclass(frozen=True, kw_only=True)
class Before:
    """What was decided before the clients began."""

    steps: frozenset[int]
    last_event: int


def look() -> Before:
    """What is decided now."""
    decided = Step.objects.filter(status__in=LEFT_BEHIND.values()).values_list("pk", flat=True)
    last = WorkflowEvent.objects.order_by("-pk").values_list("pk", flat=True).first()
    return Before(steps=frozenset(decided), last_event=last or 0)


def breaches(before: Before, answers: Sequence[Answer]) -> Iterator[str]:
    """What is wrong, a line for each rule that is broken."""
    for rule, query in (BREACHES | ROUTES).items():
        found = _rows(VIEWS + query)
        if found:
            yield f"{rule}: {len(found)} rows break it, such as {found[0]}"
    decided = [answer for answer in answers if answer.is_decided]
    unknown = [answer for answer in answers if answer.is_decision and answer.is_unknown]
    yield from _differences("steps", _steps(before), _by_step(decided), _by_step(unknown))
    yield from _differences("events", _events(before), _by_attachment(decided), _by_attachment(unknown))


Counted = Counter[tuple[Any, str]]


def _differences(name: str, stored: Counted, told: Counted, unknown: Counted) -> Iterator[str]:
    """What was answered and is not there; what is there and was neither answered nor perhaps done without an answer."""
    lost, doubled = told - stored, stored - told - unknown
    if lost:
        yield f"{name}: {lost.total()} answered decisions are lost, such as {next(iter(lost))}"
    if doubled:
        yield f"{name}: {doubled.total()} decisions are there that nobody was answered, such as {next(iter(doubled))}"


def _by_step(answers: Sequence[Answer]) -> Counted:
    return Counter((answer.step, LEFT_BEHIND[answer.name]) for answer in answers)


def _by_attachment(answers: Sequence[Answer]) -> Counted:
    return Counter((answer.attachment, LEFT_BEHIND[answer.name]) for answer in answers)


def _steps(before: Before) -> Counted:
    rows = Step.objects.filter(status__in=LEFT_BEHIND.values()).values_list("pk", "status")
    return Counter((key, status) for key, status in rows if key not in before.steps)


def _events(before: Before) -> Counted:
    rows = WorkflowEvent.objects.filter(pk__gt=before.last_event, kind__in=LEFT_BEHIND.values())
    return Counter(rows.order_by().values_list("attachment_id", "kind"))


def _rows(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())
