"""The demo data: the same however often it is filled."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from django_workflow_engine.models import WorkFlow
from django_workflow_engine.services import attach_workflow_to_object
from gql_workflows.demo.models import PurchaseRequest
from gql_workflows.ids import key_in

pytestmark = pytest.mark.django_db


def seeded(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command("seed_demo", "--json", *arguments, stdout=out)
    return json.loads(out.getvalue())


def test_the_json_names_users_template_and_free_requests() -> None:
    data = seeded()
    assert set(data) == {"users", "template", "purchase_requests"}
    for user in data["users"]:
        assert set(user) == {"username", "password", "groups", "is_superuser"}
        assert authenticate(username=user["username"], password=user["password"]) is not None
    template = WorkFlow.objects.get(pk=key_in(data["template"], "Workflow"))
    assert template.validate_completeness() == (True, "The workflow is complete")
    assert [stage.name_en for pipeline in template.pipelines.all() for stage in pipeline.stages.all()] == [
        "Initial Review",
        "Budget Approval",
        "Final Sign-off",
        "Executive Approval",
    ]
    assert data["purchase_requests"] == [str(row.pk) for row in PurchaseRequest.objects.order_by("pk")]


def test_filling_again_changes_nothing() -> None:
    assert seeded() == seeded()
    assert WorkFlow.objects.count() == 1


def test_requests_are_topped_up_to_the_number_without_a_workflow() -> None:
    data = seeded()
    template = WorkFlow.objects.get(pk=key_in(data["template"], "Workflow"))
    used = PurchaseRequest.objects.get(pk=data["purchase_requests"][0])
    attach_workflow_to_object(used, template, used.requester)
    free = seeded("--requests", "5")["purchase_requests"]
    assert len(free) == 5
    assert str(used.pk) not in free


@pytest.mark.parametrize("bad", ["-1", "x", "1000001"])
def test_an_absurd_number_of_requests_is_refused(bad: str) -> None:
    with pytest.raises(CommandError):
        seeded("--requests", bad)
    assert PurchaseRequest.objects.count() == 0
