"""No list costs more statements with more rows, whatever is asked below it: made from the schema itself."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import get_named_type, is_list_type, is_object_type

from django_workflow_engine.models import WorkflowAttachment, WorkflowConfiguration
from django_workflow_engine.models.content import forget_versions
from gql_workflows.ids import global_id
from gql_workflows.nodes.lookup import NODE_TYPES
from gql_workflows.permissions import AccessPolicy
from gql_workflows.schema import schema
from tests.api.inputs import target_of
from tests.api.statements.asking import nestings, object_type, selection, twice_by_fragments
from tests.api.statements.world import ROWS, World, keys_of
from tests.client import count_statements
from tests.factories import DocumentFactory

CONNECTIONS = {
    "workflows": "Workflow",
    "attachments": "WorkflowAttachment",
    "myRequests": "WorkflowAttachment",
    "myApprovals": "ApprovalStep",
    "stuckAttachments": "StuckAttachment",
    "actionRuns": "ActionRun",
    "startRules": "StartRule",
    "substitutions": "Substitution",
    "users": "User",
    "roles": "Role",
    "departments": "Department",
    "forms": "Form",
}
# Lists without pages: the fields of the query root, and how they are asked at two sizes below.
PLAIN = {
    *("nodes", "enabledModels", "approverTypes", "conditionFields", "availableWorkflows", "previewApprovers"),
    *("registeredActions", "modelConfigurations"),
}
# No list: one object, or one set of numbers.
SINGLE = {
    *("node", "viewer", "workflow", "attachment", "attachmentForTarget", "matchingWorkflow"),
    *("workflowStatistics", "decisionStatistics", "cleanupStatistics", "myApprovalsSummary"),
}


@pytest.fixture
def world(db: None, settings: Any) -> World:
    settings.APPROVAL_DYNAMIC_FORM_MODEL = "demo.DynamicForm"
    world = World()
    AccessPolicy().attachments(world.viewer)  # content types are warm, as in a server that has run for a while
    return world


def test_every_field_of_the_query_root_is_tried_here_or_no_list() -> None:
    fields = set(schema._schema.query_type.fields)  # type: ignore[union-attr]
    assert fields == set(CONNECTIONS) | PLAIN | SINGLE


def test_a_list_below_another_is_bounded_or_a_page() -> None:
    """Every list of objects that a type has: what it holds is one template's, one step's, or cut."""
    lists = {
        f"{name}.{field_name}"
        for name, kind in schema._schema.type_map.items()
        if is_object_type(kind) and not name.startswith("__") and name not in ("Query", "Mutation", "Subscription")
        for field_name, field in kind.fields.items()
        if is_list_type(getattr(field.type, "of_type", None))
        and is_object_type(get_named_type(field.type))
        and field_name not in ("edges", "errors", "results")
    }
    assert lists == {
        *("Workflow.approvals", "Workflow.pipelines", "Workflow.actions"),
        *("Pipeline.approvals", "Pipeline.stages", "Pipeline.actions", "Stage.approvals", "Stage.actions"),
        *("ApprovalSummary.byType", "ApprovalSummary.byStrategy", "ApprovalSummary.byPipeline"),
        *("WorkflowDiagram.nodes", "CompletionStatus.problems"),
        *("WorkflowAttachment.currentSteps", "WorkflowAttachment.steps", "WorkflowAttachment.events"),
        *("WorkflowStatistics.byStatus", "WorkflowStatistics.byStrategy", "WorkflowStatistics.byCompany"),
        *("DecisionStatistics.byPeriod", "DecisionStatistics.byStage", "DecisionStatistics.byPerson"),
        *("ApprovalsSummary.byWorkflow", "ApprovalsSummary.byModel"),
        *("PlannedStep.approvers", "CustomApprover.parameters", "ApproverParameter.choices"),
        "ConditionField.choices",
    }


@pytest.mark.parametrize("field", CONNECTIONS)
def test_a_page_costs_the_same_at_1_and_20_with_every_nesting(world: World, field: str) -> None:
    prepare(world, field)
    row = object_type(CONNECTIONS[field])
    documents = [
        f"{{ {field}(first: %d) {{ edges {{ node {{ {selection(*found)} }} }} }} }}" for found in nestings(row)
    ]
    assert dearer(world, documents) == []


@pytest.mark.parametrize("field", CONNECTIONS)
def test_fragments_and_aliases_change_nothing(world: World, field: str, settings: Any) -> None:
    settings.GQL_WORKFLOWS = {**settings.GQL_WORKFLOWS, "LIMITS": {"FIELDS": 1_000}}  # every field of a run, twice
    prepare(world, field)
    fields, fragments = twice_by_fragments(object_type(CONNECTIONS[field]))
    nodes = "edges { node { ...Row } } pageInfo { endCursor } totalCount"
    document = f"{{ a: {field}(first: %d) {{ {nodes} }} b: {field}(first: %d) {{ {nodes} }} }}"
    row = f"fragment Row on {CONNECTIONS[field]} {{ {fields} }}"
    assert dearer(world, [f"{document} {row} {fragments}"]) == []


@pytest.mark.parametrize("name", sorted(NODE_TYPES))
def test_nodes_cost_the_same_for_1_and_20_of_a_type(world: World, name: str) -> None:
    ids = [global_id(name, key) for key in keys_of(name)]
    assert len(ids) >= ROWS
    costly = []
    for path, kind in nestings(object_type(name)):
        document = f"query Ask($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on {name} {{ {selection(path, kind)} }} }} }}"
        one, many = (cost(world, document, ids=ids[:number]) for number in (1, ROWS))
        if one != many:
            costly.append((".".join(path), one, many))
    assert costly == []


def test_the_templates_for_a_model_cost_the_same_for_1_and_20(world: World) -> None:
    documents = [
        f'{{ availableWorkflows(model: "testapp.Document") {{ {selection(*found)} }} }}'
        for found in nestings(object_type("Workflow"))
    ]
    many = [cost(world, document) for document in documents]
    for template in world.templates[1:]:
        type(template).objects.filter(pk=template.pk).update(is_active=False, status="inactive")
    one = [cost(world, document) for document in documents]
    assert one == many


def test_a_preview_costs_the_same_for_1_and_20_positions(world: World) -> None:
    document = """
    query Ask($id: ID!, $target: TargetInput!) {
      previewApprovers(workflowId: $id, target: $target) {
        pipeline stage stepType problem askedInstead approvers { username }
      }
    }
    """
    target = target_of(DocumentFactory())
    one, many = (
        cost(world, document, id=global_id("Workflow", world.wide_template(number).pk), target=target)
        for number in (1, ROWS)
    )
    assert one == many


def test_an_inbox_in_numbers_costs_the_same_for_1_and_20_workflows(world: World) -> None:
    documents = [
        f"{{ myApprovalsSummary {{ waiting overdue {selection(*found)} }} }}"
        for found in nestings(object_type("ApprovalsSummary"))
    ]
    many = [cost(world, document) for document in documents]
    WorkflowAttachment.objects.exclude(workflow__cloned_from=world.templates[0]).update(status="cancelled")
    assert [cost(world, document) for document in documents] == many


def test_configurations_cost_the_same_for_1_and_4(world: World) -> None:
    document = "{ modelConfigurations { model isEnabled defaultWorkflow { nameEn pipelines { nameEn } } } }"
    many = cost(world, document)
    WorkflowConfiguration.objects.exclude(content_type__model="document").delete()
    assert cost(world, document) == many


def prepare(world: World, field: str) -> None:
    """Have twenty rows in the list that has none in a world where all goes on."""
    if field == "stuckAttachments":
        world.stand_still()


def dearer(world: World, documents: list[str]) -> list[tuple[str, int, int]]:
    """The documents, with their two counts, that cost more or less for a page of twenty than for one of one."""
    found = []
    for document in documents:
        one, many = (cost(world, document.replace("%d", str(number))) for number in (1, ROWS))
        if one != many:
            found.append((document, one, many))
    return found


def cost(world: World, document: str, **variables: object) -> int:
    """The statements of one document in a process that has just started."""
    forget_versions()
    return count_statements(document, world.viewer, **variables)[0]
