"""Events of one verb, written together at its end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet

from django_workflow_engine import people
from django_workflow_engine.approvals.delegations import Person
from django_workflow_engine.choices import EventKind
from django_workflow_engine.models import WorkflowAttachment, WorkflowEvent
from django_workflow_engine.models.inserting import insert_below
from django_workflow_engine.models.steps import Step
from django_workflow_engine.strategies import Position

_NAME_LENGTH = 255


class Journal:
    """Collects what one verb did to one attachment."""

    def __init__(self, attachment: WorkflowAttachment, actor: Any) -> None:
        self._attachment, self._actor = attachment, actor
        self._lines: list[WorkflowEvent] = []
        self.people: set[Any] = set() if actor is None else {actor.pk}  # who acted, and whose seats the lines are about

    def add(
        self,
        kind: EventKind,
        *,
        step: Step | None = None,
        on_behalf_of: Person | None = None,
        left: Position | None = None,
        entered: Position | None = None,
        comment: str = "",
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Note one event; `left` and `entered` give the names of the places, `on_behalf_of` whose seat it was."""
        if step is not None:
            self.people.add(step.assigned_to_id)
        self._lines.append(
            WorkflowEvent(
                attachment=self._attachment,
                run_number=self._attachment.run_number,
                kind=kind,
                actor_id="" if self._actor is None else str(self._actor.pk),
                actor_name="" if self._actor is None else people.username(self._actor)[:_NAME_LENGTH],
                on_behalf_of_id=on_behalf_of.key if on_behalf_of else "",
                on_behalf_of_name=on_behalf_of.name[:_NAME_LENGTH] if on_behalf_of else "",
                step_id=step.pk if step else None,
                from_pipeline=(left and left.pipeline_name) or "",
                from_stage=left.name if left else "",
                to_pipeline=(entered and entered.pipeline_name) or "",
                to_stage=entered.name if entered else "",
                from_pipeline_ar=left.pipeline_name_ar if left else "",
                from_stage_ar=left.name_ar if left else "",
                to_pipeline_ar=entered.pipeline_name_ar if entered else "",
                to_stage_ar=entered.name_ar if entered else "",
                comment=comment,
                details=details or {},
            )
        )

    def has(self, kind: EventKind) -> bool:
        """Whether the verb has noted an event of this kind."""
        return any(line.kind == kind for line in self._lines)

    def latest(self, kind: EventKind) -> WorkflowEvent | None:
        """The last event of this kind in the run: one of this verb's, else the one that an earlier call stored."""
        noted = next((line for line in reversed(self._lines) if line.kind == kind), None)
        return noted or self._stored(kind)

    def newest(self) -> WorkflowEvent | None:
        """What happened last in the run, closed seats left out: in this verb, else as an earlier call stored it."""
        noted = next((line for line in reversed(self._lines) if line.kind != EventKind.SEAT_CLOSED), None)
        return noted or self._events().exclude(kind=EventKind.SEAT_CLOSED).last()

    def _stored(self, kind: EventKind) -> WorkflowEvent | None:
        return self._events().filter(kind=kind).last()

    def _events(self) -> QuerySet[WorkflowEvent]:
        run = {"attachment": self._attachment, "run_number": self._attachment.run_number}
        return WorkflowEvent.objects.filter(**run).order_by("pk")

    def take(self) -> list[WorkflowEvent]:
        """The events that were noted, to be written; none is left."""
        lines, self._lines = self._lines, []
        return lines


def write_journals(journals: Iterable[Journal]) -> None:
    """Append the events to the audit trail, in one statement."""
    insert_below([line for journal in journals for line in journal.take()], "attachment_id")
