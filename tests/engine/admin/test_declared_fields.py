"""The fields of the admin's pages that follow from what a template's parts declare."""

from __future__ import annotations

import json

import pytest

from django_workflow_engine.models import Pipeline, Stage, WorkFlow
from gql_workflows.demo.models import Department
from tests.engine.admin.approval_pages import send, sent
from tests.engine.admin.pages import errors
from tests.factories import UserFactory, by_user, template_for
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db


@pytest.fixture
def approvals():
    return [by_user(UserFactory())]


def saved(response) -> None:
    assert response.status_code == 302, errors(response)


def stage() -> Stage:
    return Stage.objects.get()


@pytest.fixture
def colored(admin, approvals) -> Stage:
    template_for(1, [approvals])
    row = stage()
    row.stage_info = {**row.stage_info, "color": "#112233"}
    row.save()
    return row


def test_what_is_kept_in_json_has_a_field_of_its_own(admin, colored):
    page = sent(admin, colored)
    assert page["color"] == "#112233"
    saved(send(admin, colored, page | {"color": "#445566"}))
    assert stage().stage_info == {**colored.stage_info, "color": "#445566"}
    saved(send(admin, stage(), sent(admin, stage()) | {"color": ""}))
    assert stage().stage_info == {"approvals": colored.stage_info["approvals"]}


def test_a_wrong_value_is_told_at_its_field(admin, colored):
    with unchanged():
        response = send(admin, colored, sent(admin, colored) | {"color": "red"})
        assert errors(response) == {"color": ["A colour is written as #rrggbb."]}


def test_a_page_without_the_field_keeps_what_is_stored(admin, colored):
    page = sent(admin, colored.pipeline)
    saved(send(admin, colored.pipeline, page | {"stages-0-name_en": "Renamed"}))
    assert (stage().name_en, stage().stage_info) == ("Renamed", colored.stage_info)


def test_the_page_of_a_workflow_keeps_the_departments_of_its_pipelines(admin, approvals):
    workflow = template_for(2, [approvals])
    department = Department.objects.create(name="Finance")
    pipeline = Pipeline.objects.get()
    pipeline.department = department
    pipeline.save()
    saved(send(admin, workflow, sent(admin, workflow) | {"pipelines-0-name_en": "Renamed"}))
    assert (Pipeline.objects.get().name_en, Pipeline.objects.get().department) == ("Renamed", department)


URGENT = {"compare": {"field": "title", "operator": "starts_with", "value": "Urgent"}}


@pytest.mark.parametrize(("strategy", "model"), [(1, Stage), (2, Pipeline)])
def test_a_condition_is_written_as_json_and_taken_away(admin, approvals, strategy, model):
    template_for(strategy, [approvals])
    info = f"{model._meta.model_name}_info"
    page = sent(admin, model.objects.get())
    assert page["condition"] == ""
    saved(send(admin, model.objects.get(), page | {"condition": json.dumps(URGENT)}))
    assert getattr(model.objects.get(), info)["condition"] == URGENT
    page = sent(admin, model.objects.get())
    assert json.loads(page["condition"]) == URGENT
    saved(send(admin, model.objects.get(), page | {"condition": " "}))
    assert "condition" not in getattr(model.objects.get(), info)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("{", "Enter a valid JSON."),
        ("[]", "A condition must be a JSON object."),
        ('{"all": []}', "This must be a list with at least one condition."),
        (
            '{"compare": {"field": "password", "operator": "equal", "value": "a"}}',
            "“password” is no field that a condition may look at.",
        ),
    ],
    ids=["no JSON", "no object", "empty", "a password"],
)
def test_a_wrong_condition_is_told_at_its_field(admin, colored, written, message):
    with unchanged():
        response = send(admin, colored, sent(admin, colored) | {"condition": written})
        assert errors(response) == {"condition": [message]}


def test_a_workflow_says_whether_it_may_complete_unasked(admin, approvals):
    workflow = template_for(3, [approvals])
    saved(send(admin, workflow, sent(admin, workflow) | {"completes_unasked": "on"}))
    assert WorkFlow.objects.get().workflow_info["completes_unasked"] is True
    page = sent(admin, WorkFlow.objects.get())
    assert page.pop("completes_unasked", None) is not None  # a box that is ticked
    saved(send(admin, workflow, page))
    assert "completes_unasked" not in WorkFlow.objects.get().workflow_info


def test_a_workflow_says_which_duty_rules_hold(admin, approvals):
    workflow = template_for(3, [approvals])
    saved(send(admin, workflow, sent(admin, workflow) | {"duty_rules": ["distinct_approvers"]}))
    assert WorkFlow.objects.get().workflow_info["duty_rules"] == ["distinct_approvers"]
    page = sent(admin, WorkFlow.objects.get())
    assert page.pop("duty_rules") == "distinct_approvers"  # the one box that is ticked
    with unchanged():
        refused = errors(send(admin, workflow, page | {"duty_rules": ["everybody"]}))
    assert list(refused) == ["duty_rules"]
    saved(send(admin, workflow, page))
    assert "duty_rules" not in WorkFlow.objects.get().workflow_info
