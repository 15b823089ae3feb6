"""FORBID_SELF_APPROVAL: who started a run decides nothing in it, whoever made the object."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from approval_workflow.services import advance_flow
from django.contrib.auth.models import User

from django_workflow_engine.choices import StepOutcome
from django_workflow_engine.errors import Forbidden, NoApprover
from django_workflow_engine.models import Pipeline, Stage, WorkflowAttachment
from django_workflow_engine.services import (
    approve_step,
    attach_workflow_to_object,
    delegate_step,
    escalate_step,
    preview_approvers,
    reject_step,
    request_resubmission,
    start_workflow,
)
from gql_workflows.ids import global_id
from tests.client import Api
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, by_self, by_user, group_of, template_for
from tests.runs import approve, asked, seat
from tests.snapshot import unchanged
from tests.testapp.models import Document, Profile

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("strategy", STRATEGIES)]


@pytest.fixture(autouse=True)
def forbidden(settings: Any) -> None:
    settings.DJANGO_WORKFLOW_ENGINE = {"FORBID_SELF_APPROVAL": True, "ENABLED_MODELS": ["testapp.Document"]}
    settings.APPROVAL_HEAD_MANAGER_FIELD = "profile.manager"


@pytest.fixture
def starter() -> User:
    return UserFactory(username="starter")


@pytest.fixture
def document() -> Document:
    """Somebody else's."""
    made: Document = DocumentFactory(created_by=UserFactory(username="creator"))
    return made


@pytest.fixture
def boss(starter: User) -> User:
    """An approver whose manager is the starter."""
    user: User = UserFactory(username="boss")
    Profile.objects.create(user=user, manager=starter)
    return user


def test_nobody_is_asked_where_only_the_starter_could_be(strategy: int, starter: User, document: Document) -> None:
    for approval in (by_user(starter), by_role(group_of(starter)), by_role(group_of(starter), "consensus")):
        template = template_for(strategy, [[approval]])
        with unchanged(), pytest.raises(NoApprover):
            attach_workflow_to_object(document, template, starter)
        assert [plan.problem is None for plan in preview_approvers(document, template, actor=starter)] == [False]


@pytest.mark.parametrize("sharing", ["anyone", "consensus", "majority", "round_robin"])
def test_the_starter_is_left_out_of_a_role(strategy: int, starter: User, document: Document, sharing: str) -> None:
    other = UserFactory()
    attach_workflow_to_object(document, template_for(strategy, [[by_role(group_of(starter, other), sharing)]]), starter)
    assert asked(document) == [other]
    assert approve(document, other).outcome == StepOutcome.WORKFLOW_COMPLETED


def test_the_starter_is_left_out_of_what_is_asked_later_too(strategy: int, starter: User, document: Document) -> None:
    first, other = UserFactory.create_batch(2)
    later = by_role(group_of(starter, other), "consensus")
    positions = [[by_user(first), later]] if strategy == 3 else [[by_user(first)], [later]]
    attach_workflow_to_object(document, template_for(strategy, positions), starter)
    approve(document, first)
    assert asked(document) == [other]


def test_who_starts_counts_and_not_who_attached(strategy: int, starter: User, document: Document) -> None:
    clerk = UserFactory()
    template = template_for(strategy, [[by_role(group_of(starter, clerk), "consensus")]])
    attachment = attach_workflow_to_object(document, template, clerk, auto_start=False)
    start_workflow(attachment_id=attachment.pk, actor=starter)
    assert asked(document) == [clerk]


def test_a_seat_is_not_passed_to_the_starter(strategy: int, starter: User, boss: User, document: Document) -> None:
    attach_workflow_to_object(document, template_for(strategy, [[by_user(boss)]]), starter)
    step = seat(document, boss)
    with unchanged(), pytest.raises(Forbidden) as refused:
        delegate_step(step_id=step.pk, actor=boss, user_id=starter.pk)
    assert refused.value.path == ("user_id",)
    with unchanged(), pytest.raises(Forbidden) as refused:
        escalate_step(step_id=step.pk, actor=boss)
    assert refused.value.path == ("step_id",)


DECISIONS: dict[str, Callable[..., Any]] = {
    "approve": approve_step,
    "reject": lambda **given: reject_step(**given, reason="No"),
    "send back": lambda **given: request_resubmission(**given, reason="Again"),
    "delegate": lambda **given: delegate_step(**given, user_id=User.objects.get(username="creator").pk),
    "escalate": escalate_step,
}


@pytest.mark.parametrize("decide", DECISIONS.values(), ids=DECISIONS)
def test_a_seat_that_the_starter_has_is_not_decided_by_the_starter(
    strategy: int, document: Document, boss: User, decide: Callable[..., Any]
) -> None:
    """It was the starter's before the run was: a project's own code may say who started it."""
    attach_workflow_to_object(document, template_for(strategy, [[by_user(boss)]]), UserFactory())
    step = seat(document, boss)
    WorkflowAttachment.objects.update(started_by=boss)
    with unchanged(), pytest.raises(Forbidden) as refused:
        decide(step_id=step.pk, actor=boss)
    assert refused.value.path == ("step_id",)
    WorkflowAttachment.objects.update(started_by=UserFactory())
    assert approve(document, boss).outcome == StepOutcome.WORKFLOW_COMPLETED


def test_the_package_s_own_door_is_shut_too(strategy: int, starter: User, boss: User, document: Document) -> None:
    attach_workflow_to_object(document, template_for(strategy, [[by_user(boss)]]), starter)
    advance_flow(document, "delegated", boss, delegate_to=starter)
    for action in ("approved", "rejected"):
        with unchanged(), pytest.raises(Forbidden):
            advance_flow(document, action, starter)
    assert asked(document) == [starter]


def test_a_self_approval_without_a_creator_is_the_starter_s_to_decide(strategy: int, starter: User) -> None:
    own = DocumentFactory(created_by=None)
    attach_workflow_to_object(own, template_for(strategy, [[by_self()]]), starter)
    assert asked(own) == [starter]
    assert approve(own, starter).outcome == StepOutcome.WORKFLOW_COMPLETED


ASK = """
query Ask($id: ID!) { node(id: $id) { ... on ApprovalStep { viewerCanAct viewerCannotActReason } } }
"""


def test_the_api_tells_it_beforehand(strategy: int, document: Document, boss: User) -> None:
    attach_workflow_to_object(document, template_for(strategy, [[by_user(boss)]]), UserFactory())
    given = global_id("ApprovalStep", seat(document, boss).pk)
    assert Api(boss).run(ASK, id=given)["node"] == {"viewerCanAct": True, "viewerCannotActReason": None}
    WorkflowAttachment.objects.update(started_by=boss)
    told = {"viewerCanAct": False, "viewerCannotActReason": "SELF_APPROVAL_FORBIDDEN"}
    assert Api(boss).run(ASK, id=given)["node"] == told


def test_on_a_template_that_lost_the_approval_the_starter_is_refused_all_the_same(
    strategy: int, document: Document, boss: User
) -> None:
    """A run on the template itself, whose list of approvals is shorter than what was asked."""
    first, template = UserFactory(), template_for(strategy, [[by_user(UserFactory()), by_self()]])
    holder = {1: Stage.objects.last, 2: Pipeline.objects.last, 3: lambda: template}[strategy]()
    name = {1: "stage_info", 2: "pipeline_info", 3: "workflow_info"}[strategy]
    setattr(holder, name, {"approvals": [by_user(first), by_user(boss)]})
    holder.save()
    attach_workflow_to_object(document, template, UserFactory(), disable_clone=True)
    approve(document, first)
    setattr(holder, name, {"approvals": [by_user(first)]})
    holder.save()
    WorkflowAttachment.objects.update(started_by=boss)
    with unchanged(), pytest.raises(Forbidden):
        approve(document, boss)
