"""A project's schema in which types have the names of ours."""

from __future__ import annotations

from typing import Any

import pytest
import strawberry
import strawberry_django
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from graphql import build_schema

from django_workflow_engine.models import WorkFlow
from gql_workflows.ids import global_id, key_in, split
from gql_workflows.queries import Query as WorkflowQuery
from gql_workflows.rules import Rule, Ruled
from gql_workflows.schema import make_schema, schema
from gql_workflows.type_names import prefixed
from tests.api.documents import CREATE


@strawberry.type
class User:
    """The project's own."""

    name: str


@strawberry.type
class WfUser:
    """One that has the name of ours with a prefix."""

    name: str


@strawberry_django.order_type(WorkFlow)
class ShopOrder:
    """How the project orders, in the library's way."""

    created_at: strawberry.auto


def _nothing(order: ShopOrder | None = None) -> Any:
    return None


def roots(of: Any) -> type:
    """A project's root with one more field of this type."""

    @strawberry.type
    class Query(WorkflowQuery):
        shop = strawberry.field(resolver=_nothing, graphql_type=of, extensions=[Ruled(Rule.PUBLIC)])

    return Query


def test_two_types_of_one_name_are_told_with_the_setting() -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        make_schema(query=roots(User))
    message = str(refused.value)
    assert message.startswith("Type User is defined multiple times in the schema: ")
    assert "gql_workflows.types.people.User" in message
    assert "tests.api.test_type_names.User" in message
    assert "GQL_WORKFLOWS['TYPE_PREFIX'], such as 'Wf'" in message


def test_a_prefix_that_leads_to_a_name_of_the_project_is_told_too(settings: Any) -> None:
    settings.GQL_WORKFLOWS = {"TYPE_PREFIX": "Wf"}
    with pytest.raises(ImproperlyConfigured, match=r"Type WfUser .* such as 'Flow'"):
        make_schema(query=roots(WfUser))


def test_the_library_s_ordering_is_ours() -> None:
    merged = build_schema(make_schema(query=roots(str)).as_str())
    fields = {name: str(merged.type_map[name].fields["createdAt"].type) for name in ("ShopOrder", "WorkflowOrder")}
    assert fields == {"ShopOrder": "Ordering", "WorkflowOrder": "Ordering"}


def test_global_ids_have_the_prefix_and_no_other_is_ours(settings: Any) -> None:
    plain = global_id("Workflow", 1)
    settings.GQL_WORKFLOWS = {"TYPE_PREFIX": "Wf"}
    own = global_id("Workflow", 1)
    assert (own, key_in(own, "Workflow")) == (strawberry.relay.to_base64("WfWorkflow", "1"), "1")
    assert (split(plain), key_in(plain, "Workflow")) == (None, None)


def test_operations_are_in_the_project_s_names(settings: Any) -> None:
    assert prefixed(CREATE) == CREATE
    settings.GQL_WORKFLOWS = {"TYPE_PREFIX": "Wf"}
    named = prefixed("query ($id: ID!, $input: [CreateWorkflowInput!]) { node(id: $id) { ... on Stage { id } } }")
    assert named == "query ($id: ID!, $input: [WfCreateWorkflowInput!]) { node(id: $id) { ... on WfStage { id } } }"


@pytest.mark.parametrize("value", ["1st", "__Wf", "Wf_", "W f", "Ü", "W" * 31, 1, None, ["Wf"]])
def test_a_prefix_that_cannot_begin_a_name_is_refused_and_done_without(settings: Any, value: Any) -> None:
    settings.GQL_WORKFLOWS = {"TYPE_PREFIX": value}
    (found,) = [message for message in run_checks() if message.id == "gql_workflows.E002"]
    assert "TYPE_PREFIX" in found.msg
    assert global_id("Workflow", 1) == strawberry.relay.to_base64("Workflow", "1")
    assert make_schema().as_str() == schema.as_str()
