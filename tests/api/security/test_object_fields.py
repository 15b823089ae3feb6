"""Who sees which field of an object: every field of every type has a rule here, and keeps it for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from graphql import GraphQLObjectType, get_named_type, is_leaf_type, is_object_type

from gql_workflows.schema import schema
from tests.api.security.scenario import CALLERS, Scenario
from tests.api.security.test_root_fields import ROOTS

# The rules. With its object: whoever is given the object is given the field.
WITH_ITS_OBJECT, TO_EDITORS, IF_VISIBLE = "with its object", "to who may change the template", "if visible by itself"

FIELDS: Mapping[str, Mapping[str, str]] = {
    "ActionRun": {
        WITH_ITS_OBJECT: "id runNumber functionPath attempts lastError handledByName createdAt nextAttemptAt "
        "finishedAt durationMs actionType status parameters returned attachment"
    },
    "ApprovalConfiguration": {
        WITH_ITS_OBJECT: "approvalType approvalTypeDisplay approvalUser userRole roleSelectionStrategy "
        "strategyDisplay stepApprovalType requiredForm quorumCount percentageRequired hierarchyLevels customType "
        "parameters condition deadline fallbackUser fallbackRole"
    },
    "ApprovalStep": {
        WITH_ITS_OBJECT: "id stepNumber comment updatedAt status stepType assignedTo assignedRole "
        "roleSelectionStrategy form formData checkInState actionUser createdAt attachment viewerCanAct "
        "viewerCannotActReason viewerCanDelegate viewerCannotDelegateReason viewerCanEscalate "
        "viewerCannotEscalateReason viewerCanClaim viewerCannotClaimReason viewerCanRelease viewerCannotReleaseReason "
        "viewerCanReassign viewerCannotReassignReason claimedBy claimedUntil dueAt isOverdue"
    },
    "ApprovalSummary": {WITH_ITS_OBJECT: "totalApprovals byType byStrategy byPipeline"},
    "ApprovalsSummary": {WITH_ITS_OBJECT: "waiting overdue byWorkflow byModel"},
    "ApproverParameter": {WITH_ITS_OBJECT: "name label description kind isRequired choices"},
    "ApproverParameterChoice": {WITH_ITS_OBJECT: "value label"},
    "ApproverTypeCount": {WITH_ITS_OBJECT: "approvalType count"},
    "AttachmentStatistics": {
        WITH_ITS_OBJECT: "total notStarted inProgress changesRequested completed rejected cancelled "
        "avgCompletionSeconds"
    },
    "CleanupStatistics": {
        WITH_ITS_OBJECT: "totalAttachments completedAttachments rejectedAttachments inProgressAttachments "
        "olderThan30Days olderThan90Days olderThan365Days"
    },
    "CompanyStatistics": {WITH_ITS_OBJECT: "workflows pipelines stages approvals company"},
    "CompletionStatus": {WITH_ITS_OBJECT: "isComplete message isActive canBeActivated", TO_EDITORS: "problems"},
    "Condition": {WITH_ITS_OBJECT: "expression text"},
    "ConditionChoice": {WITH_ITS_OBJECT: "value label"},
    "ConditionField": {WITH_ITS_OBJECT: "field label type operators choices"},
    "CustomApprover": {WITH_ITS_OBJECT: "name label sharing parameters"},
    "Deadline": {WITH_ITS_OBJECT: "after workingTime remindBefore onTimeout fallbackUser fallbackRole"},
    "DecisionStatistics": {WITH_ITS_OBJECT: "since until overall byPeriod byStage byPerson"},
    "DecisionTimes": {WITH_ITS_OBJECT: "count medianSeconds p90Seconds"},
    "Department": {WITH_ITS_OBJECT: "id key name"},
    "DiagramEdge": {WITH_ITS_OBJECT: "from to"},
    "DiagramNode": {WITH_ITS_OBJECT: "id label color approvals pipeline isCurrent conditions isSkipped"},
    "Form": {WITH_ITS_OBJECT: "id name schema"},
    "ModelApprovalsCount": {WITH_ITS_OBJECT: "model waiting overdue"},
    "ModelConfiguration": {
        WITH_ITS_OBJECT: "isEnabled autoStartWorkflow statusField stageField completionStatusValue "
        "rejectionStatusValue changesRequestedStatusValue resubmissionStatusValue model",
        IF_VISIBLE: "defaultWorkflow",
    },
    "PageInfo": {WITH_ITS_OBJECT: "hasNextPage hasPreviousPage startCursor endCursor"},
    "Pipeline": {
        WITH_ITS_OBJECT: "id nameEn nameAr name order departmentId departmentName workflow approvals stages "
        "stagesCount condition approvalMode requiredApprovals onReject",
        TO_EDITORS: "actions",
    },
    "PeriodDecisions": {WITH_ITS_OBJECT: "startsAt endsAt times"},
    "PersonDecisions": {WITH_ITS_OBJECT: "username times user"},
    "PipelineApprovalCount": {WITH_ITS_OBJECT: "pipeline count"},
    "PlannedStep": {WITH_ITS_OBJECT: "pipeline stage stepType problem askedInstead approvers isSkipped because"},
    "RegisteredAction": {WITH_ITS_OBJECT: "functionPath label description"},
    "Role": {WITH_ITS_OBJECT: "id name"},
    "RoleStrategyCount": {WITH_ITS_OBJECT: "roleSelectionStrategy count"},
    "Stage": {
        WITH_ITS_OBJECT: "id nameEn nameAr name order color isActive formInfo pipeline approvals approvalsCount "
        "hasApprovals condition approvalMode requiredApprovals onReject",
        TO_EDITORS: "actions",
    },
    "StartRule": {WITH_ITS_OBJECT: "id model workflow condition weight isActive autoStart"},
    "StageDecisions": {WITH_ITS_OBJECT: "pipelineName name times", IF_VISIBLE: "workflow"},
    "StatisticsOverview": {
        WITH_ITS_OBJECT: "totalWorkflows activeWorkflows totalPipelines totalStages totalApprovals "
        "avgPipelinesPerWorkflow avgStagesPerWorkflow avgApprovalsPerStage"
    },
    "Substitution": {
        WITH_ITS_OBJECT: "id user substitute startsAt endsAt model reason createdBy isActive",
        IF_VISIBLE: "workflow",
    },
    "StuckAttachment": {WITH_ITS_OBJECT: "attachment problem message since"},
    "Target": {WITH_ITS_OBJECT: "model id key display"},
    "TemplateProblem": {WITH_ITS_OBJECT: "code severity message path"},
    "User": {WITH_ITS_OBJECT: "id username displayName"},
    "UserError": {WITH_ITS_OBJECT: "code message path"},
    "Viewer": {WITH_ITS_OBJECT: "user permissions"},
    "Workflow": {
        WITH_ITS_OBJECT: "id nameEn nameAr description isHidden createdAt modifiedAt name status strategy isActive "
        "company createdBy approvals pipelines pipelinesCount totalStagesCount totalApprovalsCount "
        "completionStatus approvalSummary diagram completesUnasked approvalMode requiredApprovals onReject "
        "afterChanges dutyRules viewerCanEdit viewerCannotEditReason viewerCanDelete viewerCannotDeleteReason",
        IF_VISIBLE: "clonedFrom",
        TO_EDITORS: "actions",
    },
    "WorkflowAction": {WITH_ITS_OBJECT: "id actionType functionPath parameters order isActive"},
    "WorkflowApprovalsCount": {WITH_ITS_OBJECT: "workflow waiting overdue"},
    "WorkflowAttachment": {
        WITH_ITS_OBJECT: "id createdAt startedAt completedAt runNumber workflow target status currentPipeline "
        "currentStage startedBy metadata progress currentSteps steps stepsPage events eventsPage viewerCanAct "
        "viewerCannotActReason viewerCanCancel viewerCannotCancelReason viewerCanResubmit viewerCannotResubmitReason "
        "requester diagram"
    },
    "WorkflowDiagram": {WITH_ITS_OBJECT: "nodes edges mermaid"},
    "WorkflowEvent": {
        WITH_ITS_OBJECT: "id at comment runNumber actorName kind user onBehalfOf step fromPipeline toPipeline "
        "fromStage toStage details"
    },
    "WorkflowMatch": {WITH_ITS_OBJECT: "because", IF_VISIBLE: "workflow rule"},
    "WorkflowProgress": {
        WITH_ITS_OBJECT: "status percentage position total currentStage currentPipeline nextStage startedAt completedAt"
    },
    "WorkflowStatistics": {WITH_ITS_OBJECT: "overview byStatus byStrategy byCompany attachments"},
    "WorkflowStatusCount": {WITH_ITS_OBJECT: "status count"},
    "WorkflowStrategyCount": {WITH_ITS_OBJECT: "strategy count"},
}
# What only wraps other types: pages, and the answers of mutations.
WRAPPERS = ("Connection", "Edge", "Payload")

# Which rows each caller is given: the frozen version, the run and what hangs on it for those who take part.
TAKES_PART = {"approver", "starter", "company", "administrator"}
SEEN_BY: Mapping[str, set[str]] = {
    "Workflow": {"company", "administrator"},
    "Pipeline": {"company", "administrator"},
    "Stage": {"company", "administrator"},
    "WorkflowAction": {"company", "administrator"},
    "WorkflowAttachment": TAKES_PART,
    "ApprovalStep": TAKES_PART,
    "WorkflowEvent": TAKES_PART,
    "ActionRun": {"administrator"},
    "StartRule": {"administrator"},
    "Substitution": {"starter", "company", "administrator"},
    "User": TAKES_PART,
    "Role": {"approver", "administrator"},
    "Department": {"administrator"},
}


def object_types() -> dict[str, GraphQLObjectType]:
    """The object types of the schema that hold data of their own."""
    return {
        name: kind
        for name, kind in schema._schema.type_map.items()
        if is_object_type(kind)
        and not name.startswith("__")
        and name not in (*ROOTS, "Subscription")
        and not (name.endswith(WRAPPERS) and name != "DiagramEdge")
    }


def test_every_type_is_in_the_table() -> None:
    assert set(FIELDS) == set(object_types())


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_has_one_rule(name: str) -> None:
    ruled = [field for fields in FIELDS[name].values() for field in fields.split()]
    assert sorted(ruled) == sorted(object_types()[name].fields)


def selection(kind: Any, depth: int = 2) -> str:
    """Every field of a type that needs no argument, two objects deep."""
    parts = []
    for name, field in kind.fields.items():
        inner = get_named_type(field.type)
        if is_leaf_type(inner):
            parts.append(name)
        elif depth and is_object_type(inner):
            parts.append(f"{name} {{ {selection(inner, depth - 1)} }}")
    return " ".join([*parts, "__typename"])


@pytest.mark.django_db
@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("name", SEEN_BY)
def test_whoever_sees_a_row_sees_its_fields_and_nobody_else_any(name: str, caller: str, settings: Any) -> None:
    settings.GQL_WORKFLOWS = {**settings.GQL_WORKFLOWS, "LIMITS": {"FIELDS": 1_000}}  # every field, two objects deep
    scenario = Scenario()
    document = f"query Ask($id: ID!) {{ node(id: $id) {{ ... on {name} {{ {selection(object_types()[name])} }} }} }}"
    answer = scenario.api(caller).raw(document, id=scenario.id_of(name)).json()
    if caller == "anonymous":
        assert answer["data"] == {"node": None}
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAUTHENTICATED"]
    elif caller in SEEN_BY[name]:
        assert "errors" not in answer
        assert answer["data"]["node"]["__typename"] == name
    else:
        assert answer == {"data": {"node": None}}


@pytest.mark.django_db
@pytest.mark.parametrize("caller", sorted(TAKES_PART))
def test_what_has_a_rule_of_its_own_on_the_version_that_runs(caller: str) -> None:
    scenario = Scenario()
    document = """
    query Ask($id: ID!) { attachment(id: $id) {
      workflow { isHidden clonedFrom { id } actions { functionPath } pipelines { actions { id } } }
    } }
    """
    answer = scenario.api(caller).run(document, id=scenario.id_of("WorkflowAttachment"))
    workflow = answer["attachment"]["workflow"]
    edits = caller in ("company", "administrator")
    assert workflow["isHidden"] is True
    assert workflow["clonedFrom"] == ({"id": scenario.id_of("Workflow")} if edits else None)
    assert len(workflow["actions"]) == (1 if edits else 0)
