"""The examples fit the schema, and the demo's can be run as they are."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from graphql import parse, validate
from pytest_django import Settings

from django_workflow_engine.models import WorkFlow, WorkflowAttachment
from gql_workflows.demo.examples import demo_examples
from gql_workflows.demo.seed import seed_demo
from gql_workflows.graphiql.examples import Example, usual_examples
from gql_workflows.schema import schema
from tests.client import Api

TITLES = ["Sign in", "Templates", "Create a template", "Attach", "My approvals", "Approve", "Watch a run"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings: Settings) -> dict[str, Example]:
    settings.GQL_WORKFLOWS = {"ACCESS_POLICY": "gql_workflows.demo.access.DemoAccessPolicy"}
    seed_demo()
    return {example.title: example for example in demo_examples()}


def signed_in(username: str) -> Api:
    return Api(get_user_model()._default_manager.get(username=username))


def run(api: Api, example: Example) -> dict[str, Any]:
    (payload,) = api.run(example.query, **(example.variables or {})).values()
    return payload


def test_every_example_fits_the_schema() -> None:
    faults = {
        example.title: [error.message for error in validate(schema._schema, parse(example.query))]
        for example in usual_examples()
    }
    assert [title for title, found in faults.items() if found] == []
    assert list(faults) == TITLES


def test_without_the_demos_rows_the_usual_examples_stand() -> None:
    assert demo_examples() == usual_examples()


def test_the_demos_login_is_accepted(demo: dict[str, Example]) -> None:
    assert run(Api(), demo["Sign in"])["errors"] == []


def test_the_demos_template_is_created_whole(demo: dict[str, Example]) -> None:
    answer = run(signed_in("acme"), demo["Create a template"])
    assert answer["errors"] == []
    assert answer["workflow"]["completionStatus"]["isComplete"] is True
    assert WorkFlow.objects.templates().filter(name_en="Small purchases").count() == 1


def test_the_demos_request_is_attached_and_the_next_visit_names_another(demo: dict[str, Example]) -> None:
    answer = run(signed_in("erin"), demo["Attach"])
    assert answer["errors"] == []
    (attachment,) = WorkflowAttachment.objects.all()
    target = demo["Attach"].variables["input"]["target"]
    assert target == {"model": "demo.PurchaseRequest", "id": attachment.object_id}
    (then,) = (example.variables for example in demo_examples() if example.title == "Attach")
    assert then["input"]["target"]["id"] not in ("", attachment.object_id)
