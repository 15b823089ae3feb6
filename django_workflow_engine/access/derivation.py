"""What the rows must be, worked out from the runs themselves: for the rebuilding, never for a read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.auth import get_user_model

from django_workflow_engine.access import principals
from django_workflow_engine.access.owners import people_of_runs
from django_workflow_engine.choices import EventKind
from django_workflow_engine.models import WorkflowAttachment, WorkflowEvent
from django_workflow_engine.models.keys import to_primary_key
from django_workflow_engine.models.steps import Step

_STARTS: Final = (EventKind.ATTACHED, EventKind.STARTED)
_ON_A_SEAT: Final = (EventKind.CHECKED_IN, EventKind.CLAIMED, EventKind.RELEASED)  # that no column of the step tells


_People = Mapping[Any, Collection[Any]]


@dataclass(frozen=True, kw_only=True)
class Expected:
    """The rows of some attachments: by attachment and by workflow the principals, each with its user's key or None.

    Of the attachments in `objects_gone` nobody can say any more whose object it was.
    """

    participations: Mapping[Any, Mapping[str, Any]]
    readerships: Mapping[Any, Mapping[str, Any]]
    objects_gone: Collection[Any]


def expected(attachments: Sequence[WorkflowAttachment]) -> Expected:
    """What follows from these runs, read with their workflows.

    Three statements, one for each model whose objects they are about, and what RUN_PRINCIPALS asks.
    """
    asked, own = _asked(attachments), people_of_runs(attachments)
    starters, sat = _actors(attachments)
    names = _Names()
    participations: dict[Any, dict[str, Any]] = {}
    readerships: dict[Any, dict[str, Any]] = defaultdict(dict)
    for attachment in attachments:
        requesters = {attachment.started_by_id, *starters[attachment.pk], *own.get(attachment.pk, ())} - {None}
        people = requesters.union(asked[attachment.approval_flow_id], sat[attachment.pk]) - {None}
        found: dict[str, Any] = dict.fromkeys(principals.of_run(attachment))
        found |= {names[key]: key for key in people}
        participations[attachment.pk] = found | {principals.of_requester(key): key for key in requesters}
        readerships[attachment.workflow_id] |= found
    gone = {attachment.pk for attachment in attachments} - own.keys()
    return Expected(participations=participations, readerships=readerships, objects_gone=gone)


class _Names(dict[Any, str]):
    """The principals of users by key, each written once: the same people take part in many runs."""

    def __missing__(self, key: Any) -> str:
        return self.setdefault(key, principals.of_user(key))


def _asked(attachments: Sequence[WorkflowAttachment]) -> Mapping[Any, Collection[Any]]:
    """Who was asked, or decided, by flow."""
    flows = {attachment.approval_flow_id for attachment in attachments} - {None}
    found: dict[Any, set[Any]] = defaultdict(set)
    steps = Step.objects.filter(flow__in=flows).order_by()
    for flow, *people in steps.values_list("flow_id", "assigned_to_id", "action_user_id"):
        found[flow].update(people)
    return found


def _actors(attachments: Sequence[WorkflowAttachment]) -> tuple[_People, _People]:
    """Who attached or started, in earlier runs too, and who sat on a seat, in whosever place; by attachment.

    The audit trail knows, of users that may be gone.
    """
    kinds = (*_STARTS, *_ON_A_SEAT)
    events = WorkflowEvent.objects.filter(attachment__in=attachments, kind__in=kinds).exclude(actor_id="").order_by()
    acted = list(events.values_list("attachment_id", "actor_id", "kind").distinct())
    model = get_user_model()
    keys = {text: to_primary_key(model, text) for _attachment, text, _kind in acted}
    there = set(model._base_manager.filter(pk__in=set(keys.values()) - {None}).values_list("pk", flat=True))
    starters: dict[Any, set[Any]] = defaultdict(set)
    sat: dict[Any, set[Any]] = defaultdict(set)
    for attachment, text, kind in acted:
        (starters if kind in _STARTS else sat)[attachment] |= {keys[text]} & there
    return starters, sat
