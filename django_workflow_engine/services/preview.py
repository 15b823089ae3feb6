"""Who would be asked, before anything is attached."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from django_workflow_engine.access.owners import people_of, person_of
from django_workflow_engine.approvals.duties import Duties
from django_workflow_engine.approvals.known_people import Origin
from django_workflow_engine.approvals.preview import PlannedApproval, preview
from django_workflow_engine.conditions.judging import Facts
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.models.arguments import check_row, check_workflow
from django_workflow_engine.models.content import route_of
from django_workflow_engine.services.actors import check_actor


def preview_approvers(target: Model, workflow: WorkFlow, *, actor: Any = None) -> list[PlannedApproval]:
    """Every approval that a run of this workflow on the object would ask for now, if the actor started it.

    What nobody could decide is named in `problem`. Conditions are judged on the row as it is stored, without metadata
    and forms, which a run may be given; nothing is written. Raises InvalidInput and Forbidden.
    """
    check_row(target, "target")
    check_workflow(workflow, "workflow")
    if actor is not None:
        check_actor(actor)
    starter = None if actor is None else actor.pk
    origin = Origin(
        target=target,
        person=lambda: person_of(target, started_by=actor),
        duties=Duties(own=lambda: people_of(target) | {starter} - {None}, deeds=list),
    )
    facts = Facts(target=_as_stored(target), metadata={}, form=dict)
    return preview(route_of(workflow), origin=origin, facts=facts)


def _as_stored(target: Model) -> Model:
    """The row as it is in the database, as a run judges it: the caller's may hold what was not saved."""
    return type(target)._base_manager.filter(pk=target.pk).first() or target
