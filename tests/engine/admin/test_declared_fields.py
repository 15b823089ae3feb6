"""The fields of the admin's pages that follow from what a template's parts declare."""

from __future__ import annotations

import pytest

from django_workflow_engine.models import Pipeline, Stage
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
