"""Refusals tell nobody what exists: an outsider hears of a hidden row what is said of one that was never there."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from gql_workflows.ids import global_id, split
from tests.api.inputs import target_of
from tests.api.security.scenario import Scenario
from tests.api.security.test_root_fields import ROOTS, document_of
from tests.snapshot import unchanged

NOWHERE = "987654"
OUTSIDERS = ("stranger", "rival")
NAMES_NO_ROW = ("cleanupWorkflows", "configureModel")
ASKED = [
    (root, name)
    for root, calls in ROOTS.items()
    for name, call in calls.items()
    if ("$id" in call.ask or "$input" in call.ask or "$target" in call.ask) and name not in NAMES_NO_ROW
]


def elsewhere(value: Any) -> Any:
    """The same variables with ids of rows that were never there."""
    if isinstance(value, Mapping):
        pairs = {key: elsewhere(inner) for key, inner in value.items()}
        return pairs | {"id": NOWHERE} if {"model", "id"} == set(value) else pairs
    if isinstance(value, list):
        return [elsewhere(inner) for inner in value]
    parts = split(value) if isinstance(value, str) else None
    return value if parts is None else global_id(parts[0], NOWHERE)


@pytest.mark.django_db
@pytest.mark.parametrize("caller", OUTSIDERS)
@pytest.mark.parametrize(("root", "field"), ASKED)
def test_a_hidden_row_is_answered_like_one_that_never_was(root: str, field: str, caller: str) -> None:
    call, scenario = ROOTS[root][field], Scenario()
    given = call.given(scenario)
    absent = elsewhere(given)
    assert absent != given
    document, api = document_of(root, call.ask.replace("code }", "code message path }"), given), scenario.api(caller)
    with unchanged():
        answers = [api.raw(document, **variables) for variables in (given, absent)]
    assert [answer.status_code for answer in answers] == [answers[0].status_code] * 2
    assert answers[0].content == answers[1].content


def template_naming(key: str, type_name: str, **approval: Any) -> Callable[[Scenario], dict[str, Any]]:
    """A template of the rival's own, which names a row of somebody else's."""

    def variables(scenario: Scenario) -> dict[str, Any]:
        named = {"approvalType": "ROLE" if key == "userRole" else "USER", key: scenario.id_of(type_name)} | approval
        return {
            "input": {
                "nameEn": "Probe",
                "strategy": "WORKFLOW_ONLY",
                "companyId": global_id("User", scenario.rival.pk),
                "approvals": [named],
            }
        }

    return variables


def probe(**changed: Callable[[Scenario], Any]) -> Callable[[Scenario], dict[str, Any]]:
    """Variables that are made from the scenario."""
    return lambda scenario: {name: make(scenario) for name, make in changed.items()}


def in_company(scenario: Scenario) -> dict[str, Any]:
    pipeline = {"nameEn": "One", "departmentId": str(scenario.department.pk)}
    return {"nameEn": "Probe", "companyId": global_id("User", scenario.rival.pk), "pipelines": [pipeline]}


CREATE = "mutation Ask($input: CreateWorkflowInput!) { createWorkflow(input: $input) { errors { code message path } } }"
ATTACH = "mutation Ask($input: AttachWorkflowInput!) { attachWorkflow(input: $input) { errors { code message path } } }"
PROBES: Mapping[str, tuple[str, Callable[[Scenario], dict[str, Any]]]] = {
    "an approver": (CREATE, template_naming("approvalUser", "User")),
    "a role": (CREATE, template_naming("userRole", "Role", roleSelectionStrategy="ANYONE")),
    "a department": (CREATE, probe(input=in_company)),
    "a company": (
        CREATE,
        probe(input=lambda scenario: {"nameEn": "Probe", "companyId": global_id("User", scenario.company.pk)}),
    ),
    "the company of a template of one's own": (
        "mutation Ask($input: UpdateWorkflowInput!) { updateWorkflow(input: $input) { errors { code message path } } }",
        probe(
            input=lambda scenario: {
                "id": global_id("Workflow", scenario.rivals.pk),
                "companyId": global_id("User", scenario.company.pk),
            }
        ),
    ),
    "an object for a template of one's own": (
        ATTACH,
        probe(
            input=lambda scenario: {
                "workflowId": global_id("Workflow", scenario.rivals.pk),
                "target": target_of(scenario.document),
            }
        ),
    ),
    "an object to preview": (
        "query Ask($id: ID!, $target: TargetInput!) { previewApprovers(workflowId: $id, target: $target) { stage } }",
        probe(
            id=lambda scenario: global_id("Workflow", scenario.rivals.pk),
            target=lambda scenario: target_of(scenario.document),
        ),
    ),
    "a company's statistics": (
        "query Ask($id: ID!) { workflowStatistics(companyId: $id) { overview { totalWorkflows } } }",
        probe(id=lambda scenario: global_id("User", scenario.company.pk)),
    ),
    "a company's workflows": (
        "query Ask($id: ID!) { workflows(filters: {companyId: $id}) { totalCount } }",
        probe(id=lambda scenario: global_id("User", scenario.company.pk)),
    ),
    "somebody's runs": (
        "query Ask($id: ID!) { attachments(filters: {startedById: $id}) { totalCount } }",
        probe(id=lambda scenario: global_id("User", scenario.starter.pk)),
    ),
    "a workflow's runs": (
        "query Ask($id: ID!) { attachments(filters: {workflowId: $id}) { totalCount } }",
        probe(id=lambda scenario: global_id("Workflow", scenario.template.pk)),
    ),
    "a workflow's steps": (
        "query Ask($id: ID!) { myApprovals(filters: {workflowId: $id, status: [CURRENT]}) { totalCount } }",
        probe(id=lambda scenario: global_id("Workflow", scenario.template.pk)),
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", PROBES)
def test_what_is_named_in_an_input_of_ones_own_tells_nothing_either(name: str) -> None:
    document, variables = PROBES[name]
    scenario = Scenario()
    given, own = variables(scenario), (global_id("Workflow", scenario.rivals.pk), global_id("User", scenario.rival.pk))
    absent = restored(elsewhere(given), given, own)
    if name == "a department":
        absent["input"]["pipelines"][0]["departmentId"] = NOWHERE
    assert absent != given
    api = scenario.api("rival")
    with unchanged():
        answers = [api.raw(document, **values).content for values in (given, absent)]
    assert answers[0] == answers[1]


def restored(absent: Any, given: Any, own: tuple[str, ...]) -> Any:
    """The variables again with what is the caller's own."""
    if isinstance(given, Mapping):
        return {key: restored(absent[key], inner, own) for key, inner in given.items()}
    return given if given in own else absent


@pytest.mark.django_db
def test_models_that_take_no_workflows_are_answered_like_models_that_never_were() -> None:
    api = Scenario().api("stranger")
    for document in (
        "query Ask($model: String!) { availableWorkflows(model: $model) { id } }",
        "query Ask($model: String!) { conditionFields(model: $model) { field } }",
        "query Ask($model: String!) { attachmentForTarget(target: {model: $model, id: 1}) { id } }",
        "query Ask($model: String!) { attachments(filters: {model: $model}) { totalCount } }",
    ):
        answers = [api.raw(document, model=label).json() for label in ("auth.User", "auth.Nobody")]
        assert json.dumps(answers[0]).replace("auth.User", "auth.Nobody") == json.dumps(answers[1])
