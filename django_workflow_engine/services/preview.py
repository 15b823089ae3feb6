"""Who would be asked, before anything is attached."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from django_workflow_engine.approvals.known_people import Origin
from django_workflow_engine.approvals.preview import PlannedApproval, preview
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.models.arguments import check_row, check_workflow
from django_workflow_engine.models.content import route_of
from django_workflow_engine.services.actors import check_actor
from django_workflow_engine.services.owners import people_of, person_of


def preview_approvers(target: Model, workflow: WorkFlow, *, actor: Any = None) -> list[PlannedApproval]:
    """Every approval that a run of this workflow on the object would ask for now, if the actor started it.

    What nobody could decide is named in `problem`; nothing is written. Raises InvalidInput and Forbidden.
    """
    check_row(target, "target")
    check_workflow(workflow, "workflow")
    if actor is not None:
        check_actor(actor)
    starter = None if actor is None else actor.pk
    origin = Origin(
        target=target,
        person=lambda: person_of(target, started_by=actor),
        own=lambda: people_of(target) | {starter} - {None},
    )
    return preview(route_of(workflow), origin=origin)
