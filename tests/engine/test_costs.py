"""What the verbs cost in SQL statements: the same for every size of a template."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from django_workflow_engine.definitions.specs import PipelineSpec, StageSpec, WorkflowSpec
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.services import approve_step, attach_workflow_to_object, create_workflow
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, group_of, template_for
from tests.runs import open_steps
from tests.testapp.models import Document

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("permissions_needed"),
]

ATTACH, ATTACH_AFTER_A_CHANGE, APPROVE = 20, 30, 20  # the limits, with two statements for permissions
SIZES = [(1, 1), (2, 3), (5, 10)]


@pytest.fixture
def permissions_needed():
    needed = {"REQUIRE_PERMISSION_TO_START": True, "REQUIRE_PERMISSION_TO_APPROVE": True}
    with override_settings(DJANGO_WORKFLOW_ENGINE={"PERMISSIONS": needed}):
        yield


@pytest.fixture
def members():
    users = UserFactory.create_batch(6)
    codenames = ["start_workflow", "approve_workflow", "reject_workflow"]
    for user in users:
        user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return users


@pytest.fixture
def role(members):
    return group_of(*members)


def staged(role, pipelines: int, stages: int) -> WorkFlow:
    below = [StageSpec(name_en=f"Stage {n}", approvals=[by_role(role)]) for n in range(stages)]
    spec = WorkflowSpec(
        name_en="Purchase", pipelines=[PipelineSpec(name_en=f"Pipeline {n}", stages=below) for n in range(pipelines)]
    )
    return create_workflow(spec=spec)


def statements(call) -> int:
    ContentType.objects.get_for_models(Document, Group)  # warm, as in a running server
    with CaptureQueriesContext(connection) as captured:
        call()
    return len(captured)


def attach_cost(workflow, user) -> int:
    document, actor = DocumentFactory(), User.objects.get(pk=user.pk)
    return statements(lambda: attach_workflow_to_object(document, workflow, user=actor))


def approve_cost(document) -> int:
    step = open_steps(document)[0]
    actor = User.objects.get(pk=step.assigned_to_id)
    return statements(lambda: approve_step(step_id=step.pk, actor=actor))


def test_attaching_costs_the_same_for_every_size_within_the_limits(role, members):
    first, later = set(), set()
    for pipelines, stages in SIZES:
        workflow = staged(role, pipelines, stages)
        first.add(attach_cost(workflow, members[0]))
        later |= {attach_cost(workflow, members[0]), attach_cost(workflow, members[0])}
    assert len(first) == len(later) == 1
    assert first.pop() <= ATTACH_AFTER_A_CHANGE
    assert later.pop() <= ATTACH


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_attaching_stays_within_the_limits_in_every_strategy(strategy, role, members):
    workflow = template_for(strategy, [[by_role(role)]])
    attach_cost(workflow, members[0])
    assert attach_cost(workflow, members[0]) <= ATTACH
    WorkFlow.objects.filter(pk=workflow.pk).update(description="Changed")
    assert attach_cost(workflow, members[0]) <= ATTACH_AFTER_A_CHANGE


def test_attaching_costs_the_same_for_two_members_and_for_twenty_five(role, members):
    two, many = group_of(*members[:2]), group_of(*members, *UserFactory.create_batch(19))
    costs = set()
    for group in (role, two, many):
        workflow = staged(group, 1, 1)
        attach_cost(workflow, members[0])
        costs.add(attach_cost(workflow, members[0]))
    assert len(costs) == 1


@pytest.mark.parametrize(("pipelines", "stages"), SIZES[1:])
def test_approving_with_a_move_and_to_the_end_stays_within_the_limit(pipelines, stages, role, members):
    workflow, document = staged(role, pipelines, stages), DocumentFactory()
    attach_workflow_to_object(document, workflow, user=User.objects.get(pk=members[0].pk))
    costs = [approve_cost(document) for _ in range(pipelines * stages)]
    assert max(costs) <= APPROVE
    assert len(set(costs[1:-1])) == 1


def test_a_decision_that_moves_nothing_writes_the_attachment_all_the_same(members):
    """By that a transaction with an older snapshot is told: it would not see that it is the last one of a consensus."""
    document = DocumentFactory()
    attach_workflow_to_object(document, template_for(3, [[by_role(group_of(*members), "consensus")]]))
    step = open_steps(document)[0]
    with CaptureQueriesContext(connection) as captured:
        assert approve_step(step_id=step.pk, actor=step.assigned_to).outcome == "step_approved"
    table = connection.ops.quote_name("django_workflow_engine_workflowattachment")
    assert [query["sql"].startswith(f"UPDATE {table}") for query in captured].count(True) == 1


def test_every_further_run_on_an_object_costs_the_same(role, members):
    workflow, document = staged(role, 1, 2), DocumentFactory()
    attaches, approvals = [], []
    for _ in range(4):
        actor = User.objects.get(pk=members[0].pk)
        attaches.append(statements(lambda actor=actor: attach_workflow_to_object(document, workflow, user=actor)))
        approvals.append((approve_cost(document), approve_cost(document)))
    assert len(set(attaches[1:])) == 1
    assert attaches[1] <= ATTACH
    assert len(set(approvals)) == 1
