"""Substitutes in every world: whatever users and keys are, and whichever times the project has."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from django_workflow_engine.errors import Conflict
from django_workflow_engine.models import WorkflowEvent
from django_workflow_engine.services import attach_workflow_to_object, create_substitution, end_substitution
from tests.worlds.journey.conftest import Office
from tests.worlds.journey.rows import request_of
from tests.worlds.journey.test_api import Session
from tests.worlds.journey.test_running import by, template

LIST = "{ substitutions { edges { node { isActive model endsAt substitute { id } } } } }"
APPROVE = "mutation ($id: ID!) { approveStep(input: { stepId: $id }) { outcome errors { code } } }"


def test_a_substitute_decides_in_the_persons_place(office: Office) -> None:
    request = request_of(office.requester)
    attach_workflow_to_object(request, template(3, by(office.boss)), office.requester)
    boss, deputy = Session(office.boss), Session(office.deputy)
    assert deputy.waiting() == []
    end = timezone.now() + timedelta(days=1)
    create_substitution(actor=office.boss, substitute_id=office.deputy.pk, ends_at=end, model=type(request))
    (edge,) = boss.ask(LIST)["edges"]
    assert (edge["node"]["isActive"], edge["node"]["model"]) == (True, type(request)._meta.label)
    assert edge == deputy.ask(LIST)["edges"][0]
    (step_id,) = deputy.waiting()
    assert deputy.ask(APPROVE, id=step_id)["outcome"] == "WORKFLOW_COMPLETED"
    (line,) = WorkflowEvent.objects.filter(kind="approved")
    assert (line.actor_id, line.on_behalf_of_id) == (str(office.deputy.pk), str(office.boss.pk))


def test_circles_are_refused_and_what_ended_closes_none(office: Office) -> None:
    away = create_substitution(actor=office.boss, substitute_id=office.deputy.pk)
    with pytest.raises(Conflict):
        create_substitution(actor=office.deputy, substitute_id=office.boss.pk)
    end_substitution(id=away.pk, actor=office.boss)
    create_substitution(actor=office.deputy, substitute_id=office.boss.pk)
