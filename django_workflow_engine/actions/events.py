"""What a verb tells the outbox, and how it is kept as JSON until an action runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.db.models import Model

from django_workflow_engine.choices import ActionType, AttachmentStatus, EventKind
from django_workflow_engine.definitions.tree import ActionNode
from django_workflow_engine.models import Pipeline, Stage, WorkflowEvent
from django_workflow_engine.models.keys import to_primary_key
from django_workflow_engine.strategies import Position

USER_KEYS: Final = frozenset({"user", "delegated_to", "asked"})
# The line of the audit trail that each event is about; somebody is asked by lines of several kinds.
CAUSES: Final[Mapping[ActionType, EventKind]] = {
    ActionType.ON_WORKFLOW_START: EventKind.STARTED,
    ActionType.AFTER_APPROVE: EventKind.APPROVED,
    ActionType.AFTER_REJECT: EventKind.REJECTED,
    ActionType.AFTER_RESUBMISSION: EventKind.RESUBMISSION_REQUESTED,
    ActionType.AFTER_DELEGATE: EventKind.DELEGATED,
    ActionType.AFTER_MOVE_STAGE: EventKind.STAGE_MOVED,
    ActionType.AFTER_MOVE_PIPELINE: EventKind.PIPELINE_MOVED,
    ActionType.ON_WORKFLOW_COMPLETE: EventKind.COMPLETED,
    ActionType.ON_WORKFLOW_CANCEL: EventKind.CANCELLED,
    ActionType.AFTER_CHANGES_REQUESTED: EventKind.CHANGES_REQUESTED,
    ActionType.AFTER_RESUBMIT: EventKind.RESUBMITTED,
    ActionType.ON_REMINDER: EventKind.REMINDED,
    ActionType.ON_TIMEOUT: EventKind.TIMED_OUT,
}
_STATUS_AT: Final[Mapping[ActionType, AttachmentStatus]] = {
    ActionType.AFTER_REJECT: AttachmentStatus.REJECTED,
    ActionType.AFTER_CHANGES_REQUESTED: AttachmentStatus.CHANGES_REQUESTED,
    ActionType.ON_WORKFLOW_COMPLETE: AttachmentStatus.COMPLETED,
    ActionType.ON_WORKFLOW_CANCEL: AttachmentStatus.CANCELLED,
}


@dataclass(frozen=True, kw_only=True)
class Fired:
    """One event that actions may answer.

    `position` is where its actions are looked up and where the attachment stands for them: AFTER_APPROVE the
    position that was approved, AFTER_MOVE_* the new one, ON_WORKFLOW_COMPLETE the last; None is wherever the
    attachment stands. `context` holds, by key: `user`, `delegated_to` and `asked` a user or its primary key, `…stage`
    and `…pipeline` a row, a node of the tree or an id, anything else a JSON value; each of them may be None. `event`
    is the line of the audit trail that it is about, written before the outbox is. `answers` are the actions where they
    are known; None looks them up.
    """

    action_type: ActionType
    position: Position | None
    context: Mapping[str, Any] = field(default_factory=dict)
    event: WorkflowEvent | None = None
    answers: Sequence[ActionNode] | None = None

    @property
    def attachment_status(self) -> AttachmentStatus:
        """The attachment's state at the moment of the event, whatever the verb did after it."""
        return _STATUS_AT.get(self.action_type, AttachmentStatus.IN_PROGRESS)


def to_json(context: Mapping[str, Any]) -> dict[str, Any]:
    """The context as it is stored: users, stages and pipelines become their primary keys."""
    return {name: value if _model_of(name) is None else _key(value) for name, value in context.items()}


def from_json(stored: Mapping[str, Any]) -> dict[str, Any]:
    """The context as an action gets it: users, stages and pipelines are rows again, None where they are gone."""
    rows = {model: _rows(model, stored) for model in {_model_of(name) for name in stored} if model is not None}
    context = {}
    for name, value in stored.items():
        model = _model_of(name)
        context[name] = value if model is None else rows[model].get(to_primary_key(model, value))
    return context


def _model_of(name: str) -> type[Model] | None:
    """The model that a key of the context refers to, or None for a plain value."""
    if name in USER_KEYS:
        return get_user_model()
    if name.endswith("stage"):
        return Stage
    return Pipeline if name.endswith("pipeline") else None


def _key(value: Any) -> int | str | None:
    """The primary key of a row, of a node of the tree, or the value itself, as JSON keeps it."""
    key = value
    if isinstance(value, Model):
        key = value.pk
    elif hasattr(value, "id"):
        key = value.id
    return key if key is None or isinstance(key, int) else str(key)


def _rows(model: type[Model], stored: Mapping[str, Any]) -> dict[Any, Model]:
    """The rows of this model that the stored context names, by primary key; one statement, or none."""
    keys = {to_primary_key(model, value) for name, value in stored.items() if _model_of(name) is model} - {None}
    return model._default_manager.in_bulk(keys) if keys else {}
