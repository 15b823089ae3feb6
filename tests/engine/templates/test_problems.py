"""What is wrong with a template now: everything, at its place, with errors before warnings."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from django_workflow_engine import services
from django_workflow_engine.choices import ProblemCode as Code
from django_workflow_engine.choices import ProblemSeverity as Severity
from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.definitions.changes import StageChanges, WorkflowChanges
from django_workflow_engine.definitions.specs import ActionSpec, PipelineSpec, StageSpec, WorkflowSpec
from django_workflow_engine.errors import InvalidInput
from django_workflow_engine.models import WorkFlow, WorkflowAction
from django_workflow_engine.services import (
    attach_workflow_to_object,
    create_workflow,
    template_problems,
    update_workflow,
)
from gql_workflows.demo.models import Department, DynamicForm
from tests.engine.conditions.routes import compare
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, by_user, group_of, template_for
from tests.testapp.models import Deal

pytestmark = pytest.mark.django_db
S1, S2, S3 = STRATEGIES
HOLDERS = {S1: ("pipelines", "0", "stages", "0"), S2: ("pipelines", "0"), S3: ()}


def told(workflow: WorkFlow) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.code, one.severity, one.path) for one in template_problems(workflow)]


def asking(strategy: WorkflowStrategy, *approvals: dict[str, Any], **fields: Any) -> WorkFlow:
    return template_for(strategy, [list(approvals)], **fields)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_template_that_can_run_has_none(strategy: WorkflowStrategy) -> None:
    assert told(asking(strategy, by_user(UserFactory()), by_role(group_of(UserFactory())))) == []


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_people_who_are_not_there_are_told_at_their_approvals(strategy: WorkflowStrategy) -> None:
    gone, idle, members = UserFactory(), UserFactory(), UserFactory.create_batch(2)
    role, empty, lost = group_of(*members, name="Board"), group_of(name="Nobody"), group_of(UserFactory())
    quorum = {**by_role(role, "quorum"), "quorum_count": 3}
    template = asking(
        strategy,
        by_user(gone),
        by_user(idle),
        by_role(empty),
        quorum,
        by_role(lost),
        by_role(role),
        by_user(members[0]),
    )
    User.objects.filter(pk=gone.pk).delete()
    User.objects.filter(pk=idle.pk).update(is_active=False)
    Group.objects.filter(pk=lost.pk).delete()
    where = (*HOLDERS[strategy], "approvals")
    assert told(template) == [
        (Code.USER_UNAVAILABLE, Severity.ERROR, (*where, "0", "approval_user")),
        (Code.USER_UNAVAILABLE, Severity.ERROR, (*where, "1", "approval_user")),
        (Code.ROLE_EMPTY, Severity.ERROR, (*where, "2", "user_role")),
        (Code.TOO_FEW_MEMBERS, Severity.ERROR, (*where, "3", "user_role")),
        (Code.ROLE_MISSING, Severity.ERROR, (*where, "4", "user_role")),
    ]
    position = {S1: "Stage 1", S2: "Pipeline 1", S3: "Purchase approval"}[strategy]
    assert template_problems(template)[3].message == (
        f"Nobody can decide “{position}”: the role “Board” has 2 active members and needs 3."
    )
    assert template.validate_completeness()[0] is True  # a role is filled when its people come


def test_what_people_do_together_is_counted_by_active_members() -> None:
    members = UserFactory.create_batch(3)
    template = asking(S3, {**by_role(group_of(*members), "quorum"), "quorum_count": 3})
    assert told(template) == []
    User.objects.filter(pk=members[0].pk).update(is_active=False)
    assert [code for code, _severity, _path in told(template)] == [Code.TOO_FEW_MEMBERS]


@override_settings(APPROVAL_DYNAMIC_FORM_MODEL="demo.DynamicForm")
def test_forms_and_departments_that_are_gone() -> None:
    form = DynamicForm.objects.create(name="Offer", form_schema={"type": "object"})
    first, second = (Department.objects.create(name=name) for name in ("Sales", "Buying"))
    submit = {**by_user(UserFactory()), "step_approval_type": "submit", "required_form": form.pk}
    head = {"approval_type": "department_head"}
    spec = WorkflowSpec(
        name_en="Purchase",
        strategy=S2,
        pipelines=[
            PipelineSpec(name_en="One", department_id=str(first.pk), approvals=[submit]),
            PipelineSpec(name_en="Two", department_id=str(second.pk), approvals=[head]),
        ],
    )
    template = create_workflow(spec=spec)
    assert told(template) == []
    DynamicForm.objects.all().delete()
    Department.objects.all().delete()
    assert told(template) == [
        (Code.DEPARTMENT_MISSING, Severity.ERROR, ("pipelines", "1", "department_id")),
        (Code.FORM_UNUSABLE, Severity.ERROR, ("pipelines", "0", "approvals", "0", "required_form")),
        (Code.DEPARTMENT_MISSING, Severity.WARNING, ("pipelines", "0", "department_id")),
    ]


def test_everything_that_is_missing_is_told_and_not_the_first_alone() -> None:
    empty, asked = StageSpec(name_en="Empty"), StageSpec(name_en="Asked", approvals=[by_user(UserFactory())])
    spec = WorkflowSpec(
        name_en="Draft",
        status="draft",
        pipelines=[
            PipelineSpec(name_en="One", stages=[empty, asked, empty]),
            PipelineSpec(name_en="Two", stages=[replace(asked, is_active=False)]),
        ],
    )
    template = create_workflow(spec=spec)
    assert told(template) == [
        (Code.INCOMPLETE, Severity.ERROR, ("pipelines", "0", "stages", "0", "approvals")),
        (Code.INCOMPLETE, Severity.ERROR, ("pipelines", "0", "stages", "2", "approvals")),
        (Code.INCOMPLETE, Severity.ERROR, ("pipelines", "1", "stages")),
    ]
    assert template.validate_completeness() == (False, template_problems(template)[0].message)


@pytest.mark.parametrize(("strategy", "path"), [(S1, ("pipelines",)), (S2, ("pipelines",)), (S3, ("approvals",))])
def test_a_template_without_anything(strategy: WorkflowStrategy, path: tuple[str, ...]) -> None:
    template = create_workflow(spec=WorkflowSpec(name_en="Draft", strategy=strategy, status="draft"))
    assert told(template) == [(Code.INCOMPLETE, Severity.ERROR, path)]


def test_stages_that_are_switched_off_ask_nobody() -> None:
    stages = [
        StageSpec(name_en="On", approvals=[by_user(UserFactory())]),
        StageSpec(name_en="Off", approvals=[by_role(group_of())], is_active=False),
    ]
    pipeline = PipelineSpec(name_en="One", stages=stages)
    template = create_workflow(spec=WorkflowSpec(name_en="Purchase", pipelines=[pipeline]))
    assert told(template) == []
    services.update_stage(id=template.pipelines.get().stages.last().pk, changes=StageChanges(is_active=True))
    assert [path for _code, _severity, path in told(template)] == [
        ("pipelines", "0", "stages", "1", "approvals", "0", "user_role")
    ]


@override_settings(DJANGO_WORKFLOW_ENGINE={"ENABLED_MODELS": ["testapp.Deal"], "CONDITION_FIELDS": {}})
def test_conditions_that_cannot_be_judged_or_never_hold() -> None:
    between = {"all": [compare("rank", "greater", 1), compare("rank", "less", 2)]}
    high, low = compare("rank", "greater", 3), compare("rank", "less", 3)
    boss = by_user(UserFactory())
    stages = [
        StageSpec(name_en="Never", condition=between, approvals=[boss]),
        StageSpec(name_en="Low", condition=low, approvals=[boss, {**boss, "condition": high}]),
        StageSpec(name_en="Sometimes", condition=low, approvals=[{**boss, "condition": compare("rank", "equal", 2)}]),
    ]
    pipelines = [
        PipelineSpec(name_en="One", stages=stages),
        PipelineSpec(name_en="Two", condition=high, stages=[replace(stages[1], approvals=[boss])]),
        PipelineSpec(name_en="Three", stages=[StageSpec(name_en="Always", approvals=[boss])]),
    ]
    template = create_workflow(spec=WorkflowSpec(name_en="Routes", pipelines=pipelines))
    never = (Code.NEVER_ASKED, Severity.WARNING)
    assert told(template) == [
        (*never, ("pipelines", "0", "stages", "0", "condition")),
        (*never, ("pipelines", "0", "stages", "1", "approvals", "1", "condition")),
        (*never, ("pipelines", "1", "stages", "0", "condition")),
    ]
    with override_settings(DJANGO_WORKFLOW_ENGINE={"ENABLED_MODELS": ["testapp.UuidDocument"]}):
        found = told(template)
        assert {(code, severity) for code, severity, _path in found} == {(Code.CONDITION_UNREADABLE, Severity.WARNING)}
        assert ("pipelines", "1", "condition", "compare", "field") in [path for _code, _severity, path in found]


def test_functions_that_nobody_registered() -> None:
    action = ActionSpec(action_type="after_approve", function_path="tests.testapp.workflow_actions.notify")
    template = asking(S3, by_user(UserFactory()), actions=[action])
    assert told(template) == []
    WorkflowAction.objects.update(function_path="shop.gone.notify")
    assert told(template) == [(Code.FUNCTION_NOT_REGISTERED, Severity.WARNING, ("actions", "0", "function_path"))]


def test_a_frozen_version_is_looked_at_too() -> None:
    boss = UserFactory()
    version = attach_workflow_to_object(DocumentFactory(), asking(S3, by_user(boss))).workflow
    User.objects.filter(pk=boss.pk).update(is_active=False)
    assert told(version) == [(Code.USER_UNAVAILABLE, Severity.ERROR, ("approvals", "0", "approval_user"))]


def test_only_a_workflow_has_problems() -> None:
    with pytest.raises(InvalidInput):
        template_problems(Deal())  # type: ignore[arg-type]


def test_a_large_template_costs_as_much_as_a_small_one() -> None:
    def statements(count: int) -> int:
        approvals = [by_role(group_of(UserFactory())) for _ in range(count)]
        template = template_for(S1, [[approval] for approval in approvals])
        with CaptureQueriesContext(connection) as captured:
            assert told(template) == []
        return len(captured)

    assert statements(2) == statements(20)


@pytest.mark.parametrize("strategy", [S1, S2])
def test_somebody_who_has_decided_by_then_is_asked_in_vain(strategy: WorkflowStrategy) -> None:
    ann, ben = UserFactory.create_batch(2)
    dear = {"condition": {"compare": {"field": "title", "operator": "equal", "value": "Dear"}}}
    positions = [[by_user(ann)], [by_user(ben) | dear], [by_user(ben), by_user(ann)], [by_role(group_of(ann))]]
    template = template_for(strategy, positions)
    assert told(template) == []
    template = update_workflow(id=template.pk, changes=WorkflowChanges(duty_rules=["distinct_approvers"]))
    place = {S1: ("pipelines", "1", "stages", "0"), S2: ("pipelines", "2")}[strategy]
    assert told(template) == [(Code.BARRED, Severity.ERROR, (*place, "approvals", "1", "approval_user"))]
    (problem,) = template_problems(template)
    name = {S1: "Stage 3", S2: "Pipeline 3"}[strategy]
    reason = "whoever it asks has decided at another position of this run"
    assert problem.message == f"Nobody can decide “{name}”: {reason}."


def test_one_position_may_ask_somebody_twice() -> None:
    ann = UserFactory()
    assert told(asking(S3, by_user(ann), by_user(ann), duty_rules=["distinct_approvers"])) == []
