"""Every door by every duty rule: a mutation that has no row here fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pytest
from approval_workflow.services import advance_flow
from django.contrib.auth.models import User
from graphql import GraphQLObjectType, get_named_type

from django_workflow_engine.choices import DutyRule
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.services import attach_workflow_to_object, create_substitution, request_changes
from gql_workflows.ids import global_id
from gql_workflows.schema import schema
from tests.api.inputs import attach_input, target_of
from tests.client import Api
from tests.factories import DocumentFactory, UserFactory, by_role, by_user, group_of, template_for
from tests.runs import approve, asked, attachment_of, seat
from tests.snapshot import unchanged
from tests.testapp.models import Document, Profile

pytestmark = pytest.mark.django_db
REQUESTER, DISTINCT = DutyRule.REQUESTER_NEVER_DECIDES, DutyRule.DISTINCT_APPROVERS


class Case:
    """A run on its second position, where `free` has a seat and `barred` must not decide: by this rule, if it holds."""

    def __init__(self, rule: DutyRule, *, holds: bool = True, in_place: bool = False) -> None:
        self.in_place = in_place  # the barred has no seat, and stands in for whoever has it
        self.rules = [rule] if holds else []
        self.barred, self.free, third = (UserFactory(username=name) for name in ("bar", "free", "third"))
        self.administrator = UserFactory(username="root", is_staff=True, is_superuser=True)
        Profile.objects.create(user=self.free, manager=self.barred)
        first, owner = (third, self.barred) if rule == REQUESTER else (self.barred, third)
        self.role = group_of(self.free)
        self.document: Document = DocumentFactory(created_by=owner)
        template = template_for(1, [[by_user(first)], [by_role(self.role)]], duty_rules=self.rules)
        attach_workflow_to_object(self.document, template, user=self.administrator)
        approve(self.document, first)
        assert asked(self.document) == [self.free]

    def let_the_barred_try(self) -> str:
        """The step that the barred would decide."""
        return self.stand_in() if self.in_place else self.seat_the_barred()

    def stand_in(self) -> str:
        """Let the barred stand in for whoever has the seat; the step's id."""
        create_substitution(actor=self.free, substitute_id=self.barred.pk)
        return self.step_of(self.free)

    def seat_the_barred(self) -> str:
        """Give the seat to whom no verb would give it, as the approval package does; the step's id."""
        advance_flow(self.document, "delegated", self.free, delegate_to=self.barred)
        return self.step_of(self.barred)

    def step_of(self, user: User) -> str:
        return global_id("ApprovalStep", seat(self.document, user).pk)

    def fresh(self) -> Document:
        """An object of the barred that has no run."""
        return DocumentFactory(created_by=self.barred)

    def asking_the_barred(self) -> WorkFlow:
        """A template that asks nobody else."""
        return template_for(3, [[by_user(self.barred)]], duty_rules=self.rules)

    def run_id(self, document: Document) -> str:
        return global_id("WorkflowAttachment", attachment_of(document).pk)


@dataclass(frozen=True)
class Door:
    """Who knocks, with what input, and how the rules that have something to say there refuse."""

    knock: Callable[[Case], tuple[User, dict[str, Any]]]
    code: str = "DUTY_RULE"
    rules: tuple[DutyRule, ...] = (REQUESTER, DISTINCT)


def deciding(**given: Any) -> Door:
    """The barred would decide on a seat that is theirs, or that of somebody for whom they stand in."""
    return Door(lambda case: (case.barred, {"stepId": case.let_the_barred_try(), **given}))


def deciding_several(**given: Any) -> Door:
    return Door(lambda case: (case.barred, {"stepIds": [case.let_the_barred_try()], **given}))


def passing_on(given: Callable[[Case], dict[str, Any]]) -> Door:
    """Whoever has the seat would pass it to the barred."""
    return Door(lambda case: (case.free, {"stepId": case.step_of(case.free), **given(case)}))


def passing_on_several() -> Door:
    """Whoever has the seats would pass them to the barred."""

    def knock(case: Case) -> tuple[User, dict[str, Any]]:
        return case.free, {"stepIds": [case.step_of(case.free)], "userId": global_id("User", case.barred.pk)}

    return Door(knock)


def reassigning() -> Door:
    """An administrator would give the seat to the barred."""

    def knock(case: Case) -> tuple[User, dict[str, Any]]:
        given = {"userId": global_id("User", case.barred.pk), "reason": "Away"}
        return UserFactory(is_staff=True, is_superuser=True), {"stepId": case.step_of(case.free), **given}

    return Door(knock)


def beginning(given: Callable[[Case], dict[str, Any]]) -> Door:
    """A run would begin that asks nobody but the barred; nobody has decided in it yet."""
    return Door(lambda case: (case.administrator, given(case)), "NO_APPROVER", (REQUESTER,))


def going_on() -> Door:
    """A run would be sent again to a position that asks nobody but the barred by now."""

    def knock(case: Case) -> tuple[User, dict[str, Any]]:
        request_changes(step_id=seat(case.document, case.free).pk, actor=case.free, reason="Change it")
        case.role.user_set.set([case.barred])
        return case.administrator, {"attachmentId": case.run_id(case.document)}

    return Door(knock, "NO_APPROVER")


def waiting(case: Case) -> dict[str, Any]:
    obj = case.fresh()
    attach_workflow_to_object(obj, case.asking_the_barred(), user=case.free, auto_start=False)
    return {"attachmentId": case.run_id(obj)}


def several(case: Case) -> dict[str, Any]:
    return {
        "workflowId": global_id("Workflow", case.asking_the_barred().pk),
        "targets": [target_of(case.fresh())],
    }


DOORS: Final[Mapping[str, Door]] = {
    "approveStep": deciding(),
    "approveSteps": deciding_several(),
    "rejectStep": deciding(reason="No"),
    "rejectSteps": deciding_several(reason="No"),
    "requestChanges": deciding(reason="No"),
    "requestResubmission": deciding(reason="No"),
    "claimStep": deciding(),
    "delegateStep": passing_on(lambda case: {"userId": global_id("User", case.barred.pk)}),
    "delegateSteps": passing_on_several(),
    "escalateStep": passing_on(lambda case: {}),
    "reassignStep": reassigning(),
    "attachWorkflow": beginning(lambda case: attach_input(case.asking_the_barred(), case.fresh())),
    "attachWorkflows": beginning(several),
    "startWorkflow": beginning(waiting),
    "resubmit": going_on(),
}
DECIDING_NOTHING: Final = """
cancelWorkflow cleanupWorkflows login logout releaseStep retryActionRun skipActionRun configureModel cloneWorkflow
createAction createPipeline createStage createStartRule createSubstitution createWorkflow endSubstitution
updateAction updatePipeline updateStage updateStartRule updateWorkflow reorderPipelines reorderStages
deleteAction deletePipeline deleteStage deleteStartRule deleteWorkflow
"""
DECIDING: Final = (
    *("approveStep", "approveSteps", "rejectStep", "rejectSteps"),
    *("requestChanges", "requestResubmission", "claimStep"),
)
WAYS: Final = [(name, False) for name in DOORS] + [(name, True) for name in DECIDING]
MATRIX: Final = [(name, in_place, rule) for name, in_place in WAYS for rule in DOORS[name].rules]


def refusals(name: str, user: User, given: dict[str, Any]) -> list[str]:
    """The codes with which a mutation refuses this user, as a whole and for each item."""
    field = _mutations().fields[name]
    payload = get_named_type(field.type)
    assert isinstance(payload, GraphQLObjectType)
    items = "results { errors { code } }" if "results" in payload.fields else ""
    ask = f"mutation M($input: {field.args['input'].type}) {{ {name}(input: $input) {{ {items} errors {{ code }} }} }}"
    answer = Api(user).run(ask, input=given)[name]
    return [error["code"] for one in (answer, *answer.get("results", ())) for error in one["errors"]]


def _mutations() -> GraphQLObjectType:
    mutations = schema._schema.mutation_type
    assert mutations is not None
    return mutations


@pytest.fixture(autouse=True)
def managers(settings: Any) -> None:
    settings.APPROVAL_HEAD_MANAGER_FIELD = "profile.manager"


def test_every_mutation_has_a_row() -> None:
    assert sorted(_mutations().fields) == sorted([*DOORS, *DECIDING_NOTHING.split()])


@pytest.mark.parametrize(("name", "in_place", "rule"), MATRIX)
def test_a_door_is_shut_for_whom_the_rule_bars(name: str, in_place: bool, rule: DutyRule) -> None:
    user, given = DOORS[name].knock(Case(rule, in_place=in_place))
    with unchanged():
        assert refusals(name, user, given) == [DOORS[name].code]


@pytest.mark.parametrize(("name", "in_place", "rule"), MATRIX)
def test_the_same_door_is_open_where_there_is_no_rule(name: str, in_place: bool, rule: DutyRule) -> None:
    user, given = DOORS[name].knock(Case(rule, holds=False, in_place=in_place))
    assert refusals(name, user, given) == []


@pytest.mark.parametrize("way", [Case.seat_the_barred, Case.stand_in])
@pytest.mark.parametrize("rule", DutyRule)
def test_the_viewer_is_told_beforehand(rule: DutyRule, way: Callable[[Case], str]) -> None:
    case = Case(rule)
    way(case)
    told = {"viewerCanAct": False, "viewerCannotActReason": "DUTY_RULE"}
    for page in ("myApprovals", "attachments"):
        ask = f"{{ {page} {{ edges {{ node {{ viewerCanAct viewerCannotActReason }} }} }} }}"
        assert Api(case.barred).run(ask)[page] == {"edges": [{"node": told}]}
