"""A run in the hands of a verb: what the verb changes is gathered, and written at its end, for one run or for many."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from django.utils.translation import gettext as _

from django_workflow_engine.access import recording
from django_workflow_engine.access.owners import people_of, person_of
from django_workflow_engine.actions import outbox
from django_workflow_engine.actions.events import CAUSES, Fired
from django_workflow_engine.approvals import gateway, steps
from django_workflow_engine.approvals.duties import Deed, Duties
from django_workflow_engine.approvals.known_people import Origin
from django_workflow_engine.approvals.turns import Turns
from django_workflow_engine.choices import ActionType, AttachmentStatus, EventKind
from django_workflow_engine.cleanup import automatic
from django_workflow_engine.conditions.judging import Facts
from django_workflow_engine.errors import Path, WorkflowIncomplete
from django_workflow_engine.models import ApprovalTimer, WorkflowAttachment, WorkflowConfiguration
from django_workflow_engine.models.content import route_of
from django_workflow_engine.models.inserting import insert_known
from django_workflow_engine.models.steps import Step
from django_workflow_engine.services import object_fields
from django_workflow_engine.services.announcements import announce_all
from django_workflow_engine.services.journal import Journal, write_journals
from django_workflow_engine.services.requests import approval_requests
from django_workflow_engine.services.timers import write_timers
from django_workflow_engine.signals import Change
from django_workflow_engine.strategies import Position, Route

# What a verb may change.
_FIELDS: Final = {
    "workflow": "workflow_id",
    "approval_flow": "approval_flow_id",
    "status": "status",
    "current_pipeline": "current_pipeline_id",
    "current_stage": "current_stage_id",
    "run_number": "run_number",
    "first_step_number": "first_step_number",
    "started_by": "started_by_id",
    "started_at": "started_at",
    "completed_at": "completed_at",
    "metadata": "metadata",
    "skipped_positions": "skipped_positions",
}


@dataclass(kw_only=True)
class WorkflowRun:
    """One verb at work on one locked attachment."""

    attachment: WorkflowAttachment
    actor: Any
    target: Any  # the object, locked; None where it is gone
    path: Path = ("step_id",)  # the value in the verb's input that a refusal of the run is about
    journal: Journal = field(init=False)
    fired: list[Fired] = field(default_factory=list)
    opening: list[Step] = field(default_factory=list)  # the seats that the verb opens
    timers: list[ApprovalTimer] = field(default_factory=list)  # of these seats
    turns: Turns | None = None  # what it took of roles that take turns
    entered: Position | None = None  # where the verb put the run
    asked: set[Any] = field(default_factory=set)  # the users for whom the verb opened a seat
    requested: list[Step] = field(default_factory=list)  # the seats that the verb opened, of which actions are told
    joined: set[Any] = field(default_factory=set)  # who takes part from now on without a seat
    requesters: set[Any] = field(default_factory=set)  # whose own the run is from now on
    pending: list[Deed] = field(default_factory=list)  # what the verb decides, stored or not
    written: dict[str, Any] = field(default_factory=dict)  # what the verb wrote into the object, by attribute
    stored: dict[str, Any] = field(init=False)  # the attachment as it is in the database

    def __post_init__(self) -> None:
        self.journal = Journal(self.attachment, self.actor)
        self.note_stored()

    @cached_property
    def route(self) -> Route:
        """The positions of the version that the run uses."""
        return route_of(self.attachment.workflow)

    @cached_property
    def configuration(self) -> WorkflowConfiguration:
        """How the object's model takes workflows; read once for each verb."""
        return object_fields.configuration_for(self.attachment)

    @property
    def current_position(self) -> Position | None:
        """Where the run stands; None before the start, and where an unfrozen template lost its place."""
        attachment = self.attachment
        if attachment.status == AttachmentStatus.NOT_STARTED:
            return None
        return self.route.at(pipeline_id=attachment.current_pipeline_id, stage_id=attachment.current_stage_id)

    @property
    def position(self) -> Position:
        """Where the run stands; raises WorkflowIncomplete where an unfrozen template lost its place."""
        position = self.current_position
        if position is None:  # only a run on an unfrozen template can lose its place
            message = _("The place where the run stands is not part of its workflow any more.")
            raise WorkflowIncomplete(message, path=self.path)
        return position

    @property
    def origin(self) -> Origin:
        """Whose run it is, as far as that says who is asked."""
        return Origin(
            target=self.target,
            person=lambda: person_of(self.target, started_by=self.attachment.started_by),
            duties=self.duties,
        )

    @cached_property
    def duties(self) -> Duties:
        """What says who must not decide in the run."""
        return Duties(own=self.own_people, deeds=self._deeds)

    def _deeds(self) -> list[Deed]:
        return [*self._stored_deeds, *self.pending]

    @cached_property
    def _stored_deeds(self) -> list[Deed]:
        """What had been decided in the run when a rule asked first; nothing where the verb begins it."""
        begins = self.journal.has(EventKind.STARTED)
        return [] if begins else steps.deeds_of([self.attachment])[self.attachment.pk]

    @cached_property
    def facts(self) -> Facts:
        """What conditions look at: the object as it is locked, the metadata, and what was filled in in this run."""
        return Facts(target=self.target, metadata=self.attachment.metadata, form=lambda: self._filled_in)

    @cached_property
    def _filled_in(self) -> Mapping[str, Any]:
        return steps.form_data_of(self.attachment)

    def own_people(self) -> frozenset[Any]:
        """The primary keys of everybody whose object it is, and of whoever started the run."""
        return people_of(self.target) | {self.attachment.started_by_id} - {None}

    def fire(
        self, action_type: ActionType, position: Position | None, cause: EventKind | None = None, /, **context: Any
    ) -> None:
        """Note an event for the actions that answer it; they see the attachment at this position.

        `cause` is the kind of line of the audit trail that it is about, where it is not the usual one.
        """
        event = self.journal.latest(cause or CAUSES[action_type])
        context = {"user": self.actor, **context}
        self.fired.append(Fired(action_type=action_type, position=position, context=context, event=event))

    def ask(self, seats: Sequence[Step]) -> None:
        """Note for whom the verb opened these seats."""
        self.asked.update(seat.assigned_to_id for seat in seats)
        self.requested += seats

    def note_stored(self) -> None:
        """Take the attachment for what is in the database."""
        self.stored = {name: getattr(self.attachment, column) for name, column in _FIELDS.items()}

    def changes(self) -> dict[str, Any]:
        """What the verb changed of the attachment, by field."""
        now = {name: getattr(self.attachment, column) for name, column in _FIELDS.items()}
        return {name: value for name, value in now.items() if value != self.stored[name]}

    def told(self) -> Change:
        """What is announced of it."""
        return Change(attachment_id=self.attachment.pk, user_ids=frozenset(self.asked | self.journal.people) - {None})

    def save(self) -> None:
        """Write what the verb changed, and tell it."""
        save_together([self])


def save_together(runs: Sequence[WorkflowRun]) -> None:
    """Write the attachments, the seats, the places in the objects, who takes part, the audit trail and the outbox.

    They are announced before the actions run. The statements are as many for many runs as for one, but where a model
    has a stage field, which each object writes by itself.
    """
    _write_attachments(runs)
    gateway.open_seats([seat for run in runs for seat in run.opening])
    write_timers(runs)
    for turns in {run.turns for run in runs if run.turns is not None}:
        turns.save()
    for run in runs:
        if run.entered is not None:
            name = run.entered.name
            run.written |= object_fields.follow_stage(run.attachment, name, run.configuration)
        position = run.current_position if run.requested else None
        run.fired += approval_requests(run.requested, position, actor=run.actor, journal=run.journal)
    joined = ((run.attachment, run.asked | run.joined, run.requesters) for run in runs)
    recording.record_all([one for one in joined if one[1] or one[2]])
    write_journals([run.journal for run in runs])
    announce_all([run.told() for run in runs])
    outbox.enqueue_all([(run.attachment, run.fired) for run in runs])
    for run in runs:
        run.fired, run.opening, run.timers, run.requested, run.entered = [], [], [], [], None
        run.note_stored()
        automatic.after_end(run.attachment)


def insert_new(runs: Sequence[WorkflowRun]) -> None:
    """Store the attachments that are not stored yet, of objects of one model, in one statement.

    The objects are locked: nobody else attaches to one meanwhile. Where they cannot be, the unique key decides, and the
    verb is tried again.
    """
    new = [run for run in runs if run.attachment.pk is None]
    rows = [run.attachment for run in new]
    if rows:
        insert_known(rows, "object_id", content_type_id=rows[0].content_type_id, tombstone=0)
    for run in new:
        run.note_stored()


def _write_attachments(runs: Sequence[WorkflowRun]) -> None:
    """Write what changed: one statement for all attachments that changed alike, as those do that start together.

    Every verb writes the row, were it only the state as it is: that tells of it whoever locks the row next in a
    transaction with an older snapshot, which shows neither the steps nor the history that the verb wrote.
    """
    known = [run for run in runs if run.attachment.pk is not None]
    insert_new(runs)
    alike: dict[Any, tuple[dict[str, Any], list[WorkflowAttachment]]] = {}
    for run in known:
        changes = run.changes() or {"status": run.attachment.status}
        same = tuple((name, _comparable(value)) for name, value in changes.items())
        alike.setdefault(same, (changes, []))[1].append(run.attachment)
    for changes, attachments in alike.values():
        if len(attachments) == 1:
            attachments[0].save(update_fields=list(changes))
        else:
            WorkflowAttachment.objects.filter(pk__in=[one.pk for one in attachments]).update(**changes)


def _comparable(value: Any) -> Any:
    """The value, or of JSON, which has no hash, what it holds."""
    return json.dumps(value, sort_keys=True, default=str) if isinstance(value, dict | list) else value
