"""Who may call what: every root field, called by everybody; a field without an entry here fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from gql_workflows.ids import global_id
from gql_workflows.schema import schema
from tests.api.inputs import target_of
from tests.api.security.scenario import CALLERS, Scenario
from tests.snapshot import unchanged

DATA, NULL, EMPTY = "data", "null", "empty"
NOBODY = "UNAUTHENTICATED"
Arguments = Callable[[Scenario], dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Call:
    """How a field is asked, and what each caller gets: data, null, an empty list, or the code of the refusal."""

    ask: str
    given: Arguments = lambda scenario: {}
    anonymous: str = NOBODY
    stranger: str
    rival: str
    approver: str
    starter: str
    company: str
    administrator: str = DATA


def by_id(name: str, key: str = "id") -> Arguments:
    return lambda scenario: {key: scenario.id_of(name)}


def everybody(ask: str, given: Arguments = lambda scenario: {}, outcome: str = DATA, **others: str) -> Call:
    """A field that answers everybody who is signed in alike."""
    same = dict.fromkeys(("stranger", "rival", "approver", "starter", "company"), outcome)
    return Call(ask=ask, given=given, **(same | others))


def administrators(ask: str, given: Arguments = lambda scenario: {}) -> Call:
    """A field for administrators alone."""
    return everybody(ask, given, "FORBIDDEN")


def of_the_run(ask: str, given: Arguments) -> Call:
    """A field that knows the run, for everybody who takes part in it."""
    return everybody(ask, given, stranger=NULL, rival=NULL)


def delete_the_role(scenario: Scenario) -> dict[str, Any]:
    """The run is stuck then."""
    scenario.role.delete()
    return {}


QUERIES: Mapping[str, Call] = {
    "node": of_the_run("node(id: $id) { id }", by_id("WorkflowAttachment")),
    "nodes": of_the_run("nodes(ids: [$id]) { id }", by_id("WorkflowAttachment")),
    "viewer": everybody("viewer { user { id } }", anonymous=NULL),
    "workflow": everybody("workflow(id: $id) { nameEn }", by_id("Workflow"), NULL, company=DATA),
    "workflows": everybody(
        'workflows(filters: {search: "secret"}) { edges { node { id } } }', outcome=EMPTY, company=DATA
    ),
    "attachment": of_the_run("attachment(id: $id) { id }", by_id("WorkflowAttachment")),
    "attachmentForTarget": of_the_run(
        "attachmentForTarget(target: $target) { id }", lambda scenario: {"target": scenario.target()}
    ),
    "attachments": everybody("attachments { edges { node { id } } }", stranger=EMPTY, rival=EMPTY),
    "myRequests": everybody("myRequests { edges { node { id } } }", outcome=EMPTY, starter=DATA, administrator=EMPTY),
    "myApprovals": everybody(
        "myApprovals { edges { node { id } } }", outcome=EMPTY, approver=DATA, administrator=EMPTY
    ),
    "myApprovalsSummary": everybody(
        "myApprovalsSummary { byWorkflow { waiting } }", outcome=EMPTY, approver=DATA, administrator=EMPTY
    ),
    "substitutions": everybody(
        "substitutions { edges { node { id } } }", outcome=EMPTY, starter=DATA, company=DATA, administrator=EMPTY
    ),
    "stuckAttachments": everybody(
        "stuckAttachments { edges { node { problem } } }", delete_the_role, outcome=EMPTY, company=DATA
    ),
    "enabledModels": everybody("enabledModels"),
    "approverTypes": everybody("approverTypes { name }"),
    "conditionFields": everybody('conditionFields(model: "testapp.Document") { field }'),
    "availableWorkflows": everybody(
        'availableWorkflows(model: "testapp.Document") { id }', outcome=EMPTY, rival=DATA, company=DATA
    ),
    "previewApprovers": everybody(
        "previewApprovers(workflowId: $id, target: $target) { stage }",
        lambda scenario: {"id": scenario.id_of("Workflow"), "target": scenario.target()},
        "NOT_FOUND",
        company=DATA,
    ),
    "users": everybody('users(filters: {search: "starter"}) { edges { node { id } } }', stranger=EMPTY, rival=EMPTY),
    "roles": everybody("roles { edges { node { id } } }", outcome=EMPTY, approver=DATA),
    "departments": everybody("departments { edges { node { id } } }", outcome=EMPTY),
    "forms": everybody("forms { edges { node { id } } }", outcome=EMPTY, administrator=EMPTY),
    "workflowStatistics": everybody("workflowStatistics { overview { totalWorkflows } }"),
    "decisionStatistics": everybody("decisionStatistics { overall { count } }"),
    "cleanupStatistics": administrators("cleanupStatistics { totalAttachments }"),
    "registeredActions": administrators("registeredActions { functionPath }"),
    "modelConfigurations": administrators("modelConfigurations { model }"),
    "startRules": administrators("startRules { edges { node { id } } }"),
    "matchingWorkflow": everybody(
        "matchingWorkflow(target: $target) { because }",
        lambda scenario: {"target": scenario.target()},
        stranger="NOT_FOUND",
        rival="NOT_FOUND",
    ),
    "actionRuns": administrators("actionRuns { edges { node { id } } }"),
}


def of_the_company(ask: str, given: Arguments, **others: str) -> Call:
    """A change of the company's template: for everybody else it does not exist."""
    return everybody(ask, given, "NOT_FOUND", **{"company": DATA, **others})


def on_the_step(ask: str, **fields: Any) -> Call:
    """A decision: for its holder; whoever sees the run is told so, and nobody else."""
    refused = {"stranger": "NOT_FOUND", "rival": "NOT_FOUND", "administrator": "NOT_YOUR_STEP"}
    own = {"approver": fields.pop("approver", DATA)}
    return everybody(
        ask,
        lambda scenario: {"input": {"stepId": scenario.id_of("ApprovalStep"), **fields}},
        "NOT_YOUR_STEP",
        **refused,
        **own,
    )


def on_the_steps(name: str, more: Arguments = lambda scenario: {}) -> Call:
    """The same for several at once, where each step has its own answer."""
    return everybody(
        f"{name}(input: $input) {{ results {{ errors {{ code }} }} errors {{ code }} }}",
        lambda scenario: {"input": {"stepIds": [scenario.id_of("ApprovalStep")], **more(scenario)}},
        "NOT_YOUR_STEP",
        stranger="NOT_FOUND",
        rival="NOT_FOUND",
        approver=DATA,
        administrator="NOT_YOUR_STEP",
    )


def input_of(*ids: tuple[str, str], **fields: Any) -> Arguments:
    """An input that names rows of the scenario, by field."""
    return lambda scenario: {"input": {**{name: scenario.id_of(kind) for name, kind in ids}, **fields}}


STAGE, ACTION = (
    {"nameEn": "New"},
    {"actionType": "AFTER_REJECT", "functionPath": "tests.testapp.workflow_actions.notify"},
)
MUTATIONS: Mapping[str, Call] = {
    "login": Call(
        ask="login(username: $username, password: $password) { errors { code } }",
        given=lambda scenario: {"username": "nobody", "password": "wrong"},
        **dict.fromkeys(CALLERS, "INVALID"),
    ),
    "logout": Call(ask="logout", **dict.fromkeys(CALLERS, DATA)),
    "createWorkflow": everybody(
        "createWorkflow(input: $input) { errors { code } }",
        lambda scenario: {"input": {"nameEn": "New", "companyId": global_id("User", scenario.company.pk)}},
        "FORBIDDEN",
        company=DATA,
    ),
    "updateWorkflow": of_the_company(
        "updateWorkflow(input: $input) { errors { code } }", input_of(("id", "Workflow"), nameEn="New")
    ),
    "cloneWorkflow": of_the_company("cloneWorkflow(id: $id) { errors { code } }", by_id("Workflow")),
    "deleteWorkflow": of_the_company(
        "deleteWorkflow(id: $id) { errors { code } }", by_id("Workflow"), company="IN_USE", administrator="IN_USE"
    ),
    "createPipeline": of_the_company(
        "createPipeline(input: $input) { errors { code } }", input_of(("workflowId", "Workflow"), pipeline=STAGE)
    ),
    "updatePipeline": of_the_company(
        "updatePipeline(input: $input) { errors { code } }", input_of(("id", "Pipeline"), nameEn="New")
    ),
    "deletePipeline": of_the_company("deletePipeline(id: $id) { errors { code } }", by_id("Pipeline")),
    "reorderPipelines": of_the_company(
        "reorderPipelines(input: $input) { errors { code } }",
        lambda scenario: {
            "input": {"workflowId": scenario.id_of("Workflow"), "pipelineIds": [scenario.id_of("Pipeline")]}
        },
    ),
    "createStage": of_the_company(
        "createStage(input: $input) { errors { code } }", input_of(("pipelineId", "Pipeline"), stage=STAGE)
    ),
    "updateStage": of_the_company(
        "updateStage(input: $input) { errors { code } }", input_of(("id", "Stage"), nameEn="New")
    ),
    "deleteStage": of_the_company("deleteStage(id: $id) { errors { code } }", by_id("Stage")),
    "reorderStages": of_the_company(
        "reorderStages(input: $input) { errors { code } }",
        lambda scenario: {
            "input": {
                "pipelineId": scenario.id_of("Pipeline"),
                "stageIds": [global_id("Stage", key) for key in scenario.stage_keys()],
            }
        },
    ),
    "createAction": administrators(
        "createAction(input: $input) { errors { code } }", input_of(("workflowId", "Workflow"), action=ACTION)
    ),
    "updateAction": administrators(
        "updateAction(input: $input) { errors { code } }", input_of(("id", "WorkflowAction"), isActive=False)
    ),
    "deleteAction": administrators("deleteAction(id: $id) { errors { code } }", by_id("WorkflowAction")),
    "attachWorkflow": everybody(
        "attachWorkflow(input: $input) { errors { code } }",
        lambda scenario: {"input": {"workflowId": scenario.id_of("Workflow"), "target": target_of(scenario.fresh)}},
        "NOT_FOUND",
    ),
    "attachWorkflows": everybody(
        "attachWorkflows(input: $input) { results { errors { code } } errors { code } }",
        lambda scenario: {"input": {"workflowId": scenario.id_of("Workflow"), "targets": [target_of(scenario.fresh)]}},
        "NOT_FOUND",
    ),
    "startWorkflow": everybody(
        "startWorkflow(input: $input) { errors { code } }",
        input_of(("attachmentId", "WorkflowAttachment")),
        "NOT_FOUND",
        approver="FORBIDDEN",
        company="FORBIDDEN",
        starter="NOT_IN_PROGRESS",
        administrator="NOT_IN_PROGRESS",
    ),
    "cancelWorkflow": everybody(
        "cancelWorkflow(input: $input) { errors { code } }",
        input_of(("attachmentId", "WorkflowAttachment"), reason="Wrong"),
        "NOT_FOUND",
        approver="FORBIDDEN",
        company="FORBIDDEN",
        starter=DATA,
    ),
    "approveStep": on_the_step("approveStep(input: $input) { errors { code } }"),
    "approveSteps": on_the_steps("approveSteps"),
    "rejectSteps": on_the_steps("rejectSteps", lambda scenario: {"reason": "No"}),
    "delegateSteps": on_the_steps("delegateSteps", lambda scenario: {"userId": scenario.id_of("User")}),
    "rejectStep": on_the_step("rejectStep(input: $input) { errors { code } }", reason="No"),
    "requestResubmission": on_the_step("requestResubmission(input: $input) { errors { code } }", reason="More"),
    "requestChanges": on_the_step("requestChanges(input: $input) { errors { code } }", reason="More"),
    "resubmit": everybody(
        "resubmit(input: $input) { errors { code } }",
        input_of(("attachmentId", "WorkflowAttachment")),
        "NOT_IN_PROGRESS",
        stranger="NOT_FOUND",
        rival="NOT_FOUND",
        administrator="NOT_IN_PROGRESS",
    ),
    "delegateStep": everybody(
        "delegateStep(input: $input) { errors { code } }",
        input_of(("stepId", "ApprovalStep"), ("userId", "User")),
        "NOT_YOUR_STEP",
        stranger="NOT_FOUND",
        rival="NOT_FOUND",
        approver=DATA,
        administrator="NOT_YOUR_STEP",
    ),
    "reassignStep": everybody(
        "reassignStep(input: $input) { errors { code } }",
        input_of(("stepId", "ApprovalStep"), ("userId", "User"), reason="Away"),
        "FORBIDDEN",
        stranger="NOT_FOUND",
        rival="NOT_FOUND",
        company=DATA,
    ),
    "claimStep": on_the_step("claimStep(input: $input) { errors { code } }"),
    "releaseStep": on_the_step("releaseStep(input: $input) { errors { code } }", approver="CONFLICT"),
    "escalateStep": on_the_step("escalateStep(input: $input) { errors { code } }", approver="NO_APPROVER"),
    "createSubstitution": everybody(
        "createSubstitution(input: $input) { errors { code } }",
        input_of(("substituteId", "User")),
        stranger="NOT_FOUND",
        rival="NOT_FOUND",
        starter="INVALID",
        company="CONFLICT",
    ),
    "endSubstitution": everybody(
        "endSubstitution(id: $id) { errors { code } }", by_id("Substitution"), "NOT_FOUND", starter=DATA, company=DATA
    ),
    "configureModel": administrators(
        "configureModel(input: $input) { errors { code } }",
        lambda scenario: {"input": {"model": "testapp.Document", "isEnabled": True}},
    ),
    "createStartRule": administrators(
        "createStartRule(input: $input) { errors { code } }",
        input_of(("workflowId", "Workflow"), model="testapp.Document", weight=2),
    ),
    "updateStartRule": administrators(
        "updateStartRule(input: $input) { errors { code } }", input_of(("id", "StartRule"), isActive=False)
    ),
    "deleteStartRule": administrators("deleteStartRule(id: $id) { errors { code } }", by_id("StartRule")),
    "cleanupWorkflows": administrators(
        "cleanupWorkflows(input: $input) { errors { code } }",
        lambda scenario: {"input": {"olderThanDays": 0, "dryRun": False}},
    ),
    "retryActionRun": administrators("retryActionRun(id: $id) { errors { code } }", by_id("ActionRun")),
    "skipActionRun": administrators("skipActionRun(id: $id) { errors { code } }", by_id("ActionRun")),
}
ROOTS: Mapping[str, Mapping[str, Call]] = {"Query": QUERIES, "Mutation": MUTATIONS}
FIELDS = [(root, field) for root, calls in ROOTS.items() for field in calls]


@pytest.mark.parametrize("root", ROOTS)
def test_every_root_field_is_in_the_table(root: str) -> None:
    assert set(schema._schema.get_type(root).fields) == set(ROOTS[root])  # type: ignore[union-attr]


@pytest.mark.django_db
@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize(("root", "field"), FIELDS)
def test_each_caller_gets_what_the_table_says(root: str, field: str, caller: str) -> None:
    call, scenario = ROOTS[root][field], Scenario()
    expected, given = getattr(call, caller), call.given(scenario)
    document = document_of(root, call.ask, given)
    api = scenario.api(caller)
    if root == "Query" or expected not in (DATA, "INVALID"):
        with unchanged():
            answer = api.raw(document, **given).json()
    else:
        answer = api.raw(document, **given).json()
    assert outcome_of(answer, field) == expected
    if expected != DATA:
        assert "Secret" not in str(answer)


def document_of(root: str, ask: str, given: Mapping[str, Any]) -> str:
    types = {"id": "ID!", "target": "TargetInput!", "username": "String!", "password": "String!"}
    declared = [f"${name}: {types.get(name) or input_type(root, ask)}" for name in given]
    head = f"({', '.join(declared)})" if declared else ""
    return f"{root.lower()} Ask{head} {{ {ask} }}"


def input_type(root: str, ask: str) -> str:
    """The type of the argument `input` of the field that is asked."""
    name = ask.split("(")[0]
    field = schema._schema.get_type(root).fields[name]  # type: ignore[union-attr]
    return str(field.args["input"].type)


def outcome_of(answer: Mapping[str, Any], field: str) -> str:
    """What a caller got: the code of the refusal, null, an empty list, or data."""
    if answer.get("errors"):
        return str(answer["errors"][0]["extensions"]["code"])
    data = answer["data"][field]
    refused = _refusals(data) if isinstance(data, dict) else []
    if refused:
        return str(refused[0]["code"])
    if data is None or data == [None]:
        return NULL
    return EMPTY if data in ([], {"edges": []}, {"byWorkflow": []}) else DATA


def _refusals(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [*data.get("errors", []), *(error for result in data.get("results", []) for error in result["errors"])]
