"""A condition whose field is gone from the model: what has it is asked, and somebody is told."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from django_workflow_engine.actions.incidents import retry_action_run
from django_workflow_engine.choices import ActionRunStatus
from django_workflow_engine.models import ActionRun, WorkflowEvent
from django_workflow_engine.registry import is_registered, registered_actions
from django_workflow_engine.services import attach_workflow_to_object, create_workflow
from tests.engine.conditions.routes import compare, route
from tests.factories import STRATEGIES, UserFactory, by_user
from tests.runs import approve, asked
from tests.testapp.models import Claim

pytestmark = pytest.mark.django_db
S1, S2, S3 = STRATEGIES
CHECK = "django_workflow_engine.actions.conditions.check_condition"


@pytest.fixture
def template(boss: User) -> Any:
    by_team = compare("team.name", "equal", "IT")
    return create_workflow(
        spec=route(S1, [(None, [by_user(boss)]), (by_team, [by_user(boss)]), (None, [by_user(boss)])])
    )


def forget_teams(settings: Any) -> None:
    """As if the model had lost the field: the setting does not name it any more."""
    settings.DJANGO_WORKFLOW_ENGINE = {**settings.DJANGO_WORKFLOW_ENGINE, "CONDITION_FIELDS": {}}


def test_it_is_asked_and_an_incident_waits_for_somebody(
    template: Any, boss: User, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    claim = Claim.objects.create()
    attach_workflow_to_object(claim, template)
    forget_teams(settings)
    with django_capture_on_commit_callbacks(execute=True):
        approve(claim, boss)
    assert asked(claim) == [boss]
    problem = "testapp.Claim has no field “team.name” that can be compared so."
    assert WorkflowEvent.objects.get(kind="stage_moved").details == {"problems": {"team.name": problem}}
    run = ActionRun.objects.get()
    assert (run.status, run.function_path, run.action_type) == (ActionRunStatus.INCIDENT, CHECK, "after_approve")
    assert run.last_error == ("ConditionBroken: testapp.Claim: “team.name” is no field that a condition may look at.")


def test_the_incident_ends_when_the_field_is_back(
    template: Any, boss: User, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    before = settings.DJANGO_WORKFLOW_ENGINE
    claim = Claim.objects.create()
    attach_workflow_to_object(claim, template)
    forget_teams(settings)
    with django_capture_on_commit_callbacks(execute=True):
        approve(claim, boss)
    run = ActionRun.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        retry_action_run(id=run.pk, actor=UserFactory(is_superuser=True, is_staff=True))
    run.refresh_from_db()
    assert run.status == ActionRunStatus.INCIDENT
    settings.DJANGO_WORKFLOW_ENGINE = before
    with django_capture_on_commit_callbacks(execute=True):
        retry_action_run(id=run.pk, actor=UserFactory(is_superuser=True, is_staff=True))
    run.refresh_from_db()
    assert run.status == ActionRunStatus.SUCCEEDED


def test_no_template_may_name_the_engine_s_own_action() -> None:
    assert not is_registered(CHECK)
    assert CHECK not in [action.path for action in registered_actions()]
