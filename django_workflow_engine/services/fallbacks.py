"""Who is asked instead, where nobody has decided in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from django_workflow_engine.approvals import gateway
from django_workflow_engine.approvals.assignees import Assignment
from django_workflow_engine.approvals.gateway import Together
from django_workflow_engine.approvals.permitted import askable_among, askable_members
from django_workflow_engine.approvals.roles import find_roles
from django_workflow_engine.approvals.steps import COUNT, FIRST
from django_workflow_engine.choices import RoleSelectionStrategy
from django_workflow_engine.definitions.approvals import ApprovalConfiguration
from django_workflow_engine.definitions.deadlines import Deadline
from django_workflow_engine.errors import NoApprover
from django_workflow_engine.models.steps import Step
from django_workflow_engine.services.runs import WorkflowRun


def asked_instead(run: WorkflowRun, approval: ApprovalConfiguration, late: Step) -> list[Step]:
    """The seats of whom the approval's deadline names, in the place of this one: unsaved rows, without a deadline.

    Of a role anyone may decide. Raises NoApprover where nobody is active and may decide.
    """
    role_id, user_ids = _named(approval.deadline)
    barred = run.duties.barred_at(run.position)
    free = [key for key in user_ids if key not in barred]
    if not free:
        facts = {"position": run.position.holder.shown_name}
        message = _("Nobody who is named for when the time is up can decide “%(position)s”.") % facts
        raise NoApprover(message, path=run.path, position=run.position.name, approval=approval)
    assignment = Assignment(
        configuration=replace(approval, deadline=None),
        user_ids=free,
        sharing=None if role_id is None else RoleSelectionStrategy.ANYONE,
        role_id=role_id,
    )
    return gateway.seats_of(run.attachment, assignment, number=late.step_number, together=_together(late))


def _named(deadline: Deadline | None) -> tuple[str | None, Sequence[Any]]:
    """The key of the role, where it is one, and the active users who may be asked."""
    if deadline is None:
        return None, ()
    if deadline.fallback_user is not None:
        return None, [*askable_among([deadline.fallback_user])]
    role = find_roles([deadline.fallback_role]).get(deadline.fallback_role)
    return (None, ()) if role is None else (str(role.pk), askable_members([role.pk]).get(role.pk, ()))


def _together(late: Step) -> Together | None:
    """With how many approvals the late one was asked; None where it was asked alone."""
    place = late.extra_fields or {}
    return Together(first=place[FIRST], count=place[COUNT]) if COUNT in place else None
