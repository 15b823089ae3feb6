"""Who would be asked, before anything is attached."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from django_workflow_engine.approvals.assignees import Origin
from django_workflow_engine.approvals.preview import PlannedApproval, preview
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.models.content import route_of
from django_workflow_engine.services.progression import person_of


def preview_approvers(target: Model, workflow: WorkFlow, *, actor: Any = None) -> list[PlannedApproval]:
    """Every approval that a run of this workflow on the object would ask for now, if the actor started it.

    What nobody could decide is named in `problem`; nothing is written.
    """
    origin = Origin(person=lambda: person_of(target, started_by=actor), started_by_id=actor and actor.pk)
    return preview(route_of(workflow), origin=origin)
