"""What an object costs in either way, and whether both wrote the same."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from django_workflow_engine.models import WorkflowAttachment, WorkflowEvent
from django_workflow_engine.models.access import RunParticipation
from django_workflow_engine.models.steps import Step
from django_workflow_engine.services import attach_workflow_to_object, attach_workflow_to_objects
from gql_workflows.demo.models import Ticket
from tests.factories import UserFactory, by_role, by_user, group_of, template_for

MEMBERS: Final = 5


def measure(objects: int) -> int:
    """Print both ways for one approver and for a role; 1 where they wrote different rows."""
    starter, *members = UserFactory.create_batch(MEMBERS + 1)
    asked = {"one approver": by_user(members[0]), f"a role of {MEMBERS}": by_role(group_of(*members))}
    return max([_compare(name, template_for(1, [[one], [one]]), starter, objects) for name, one in asked.items()])


def _compare(name: str, template: Any, starter: Any, objects: int) -> int:
    attach_workflow_to_object(_tickets(1, starter)[0], template, user=starter)  # the version is made, caches are warm
    single, many = _tickets(objects // 10, starter), _tickets(objects, starter)
    one_by_one = _timed(lambda: [attach_workflow_to_object(ticket, template, user=starter) for ticket in single])
    together = _timed(lambda: attach_workflow_to_objects(many, template, user=starter))
    print(name)
    for way, seconds, count in (("one by one", one_by_one, len(single)), ("together", together, len(many))):
        print(f"  {way:<12} {count:>7,} objects {seconds:>8.2f} s {seconds / count * 1000:>8.2f} ms each")
    print(f"  {(one_by_one / len(single)) / (together / len(many)):.1f} times as fast")
    alike = _written(single) == {kind: count // 10 for kind, count in _written(many).items()}
    print("  Both wrote the same." if alike else f"  {_written(single)} and {_written(many)}")
    return int(not alike)


def _tickets(count: int, by: Any) -> list[Any]:
    return Ticket.objects.bulk_create([Ticket(title=f"Ticket {number}", created_by=by) for number in range(count)])


def _timed(call: Callable[[], Any]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def _written(tickets: list[Any]) -> dict[str, int]:
    """How many rows of each kind these tickets have."""
    runs = WorkflowAttachment.objects.filter(object_id__in=[str(ticket.pk) for ticket in tickets])
    return {
        "attachments": runs.filter(status="in_progress").count(),
        "events": WorkflowEvent.objects.filter(attachment__in=runs).count(),
        "steps": Step.objects.filter(flow__workflow_attachment__in=runs).count(),
        "participations": RunParticipation.objects.filter(attachment__in=runs).count(),
    }
