"""What people do about an action that failed: have it tried once more, or let it be."""

from __future__ import annotations

from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from django_workflow_engine import people
from django_workflow_engine.actions.outbox import dispatch_after_commit
from django_workflow_engine.choices import ActionRunStatus
from django_workflow_engine.errors import Conflict, MissingPermission, NotFound
from django_workflow_engine.models import ActionRun
from django_workflow_engine.models.arguments import is_user
from django_workflow_engine.models.keys import to_primary_key
from django_workflow_engine.transactions import verb

_PERMISSION: Final = "django_workflow_engine.change_actionrun"
_NAME_LENGTH: Final = 255


@verb
def retry_action_run(id: Any, actor: Any) -> ActionRun:
    """Have a failed action run once more after the commit, whatever its attempts; another failure is an incident.

    `actor` is an administrator with the permission to change action runs, or None for the system itself. Raises
    NotFound, MissingPermission, and Conflict when the run has not failed or others are at work on it.
    """
    run = _take(id, actor)
    _settle(run, actor, status=ActionRunStatus.PENDING, next_attempt_at=None)
    dispatch_after_commit([run.pk])
    return run


@verb
def skip_action_run(id: Any, actor: Any) -> ActionRun:
    """Let a failed action be: it is not tried again. Takes and raises what `retry_action_run` does."""
    run = _take(id, actor)
    _settle(run, actor, status=ActionRunStatus.SKIPPED, next_attempt_at=None, finished_at=timezone.now())
    return run


def may_handle_runs(actor: Any) -> bool:
    """Whether this user may retry and skip failed runs of actions."""
    administers = is_user(actor) and people.is_active(actor) and people.is_staff(actor)
    return administers and people.has_permission(actor, _PERMISSION)


def _take(run_id: Any, actor: Any) -> ActionRun:
    """The run, locked; refused unless it failed and the actor, if anybody, may see to it."""
    if actor is not None and not may_handle_runs(actor):
        raise MissingPermission(_("This needs the permission “%s”.") % _PERMISSION, permission=_PERMISSION)
    key = to_primary_key(ActionRun, run_id)
    run = ActionRun.objects.select_for_update().filter(pk=key).first() if key is not None else None
    if run is None:
        raise NotFound(_("There is no such run of an action."), path=("id",))
    if not run.has_failed:
        message = _("This run of an action has not failed: it is “%s”.") % run.get_status_display()
        raise Conflict(message, path=("id",), status=run.status)
    return run


def _settle(run: ActionRun, actor: Any, **changes: Any) -> None:
    """Write these fields, and who decided so."""
    changes |= {
        "handled_by_id": "" if actor is None else str(actor.pk),
        "handled_by_name": "" if actor is None else people.username(actor)[:_NAME_LENGTH],
    }
    for name, value in changes.items():
        setattr(run, name, value)
    run.save(update_fields=list(changes))
