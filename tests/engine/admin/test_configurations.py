"""The settings of a model in the admin: edited, and compared with the model."""

from __future__ import annotations

import pytest
from django.contrib.contenttypes.models import ContentType

from django_workflow_engine.models import WorkFlow, WorkflowConfiguration
from django_workflow_engine.models.followed_fields import VALUES
from django_workflow_engine.services import attach_workflow_to_object
from django_workflow_engine.services.configuration.registration import register_model_for_workflow
from tests.engine.admin.pages import errors
from tests.engine.configuration import hooks
from tests.factories import DocumentFactory, UserFactory, by_user, template_for
from tests.snapshot import unchanged
from tests.testapp.models import Deal

pytestmark = pytest.mark.django_db


@pytest.fixture
def template():
    return template_for(3, [[by_user(UserFactory())]], name_en="Sales process")


@pytest.fixture
def configuration():
    return register_model_for_workflow(Deal, status_field="status")


def test_the_reference_s_path_sets_the_status_values_of_a_registered_model(admin):
    configuration = register_model_for_workflow(Deal, auto_start=True, status_field="status")
    assert admin.save(configuration, completion_status_value="won", rejection_status_value="lost").status_code == 302
    configuration.refresh_from_db()
    assert (configuration.completion_status_value, configuration.rejection_status_value) == ("won", "lost")


def test_a_configuration_is_made_with_everything(admin, template):
    fields = {
        "content_type": str(ContentType.objects.get_for_model(Deal).pk),
        "is_enabled": "on",
        "auto_start_workflow": "on",
        "default_workflow": str(template.pk),
        "status_field": "status",
        "completion_status_value": "won",
        "stage_field": "stage",
        "pre_start_hook": f"{hooks.HERE}.note",
    }
    assert admin.save(WorkflowConfiguration, **fields).status_code == 302
    deal = Deal.objects.create(title="Printer")
    assert deal.stage == Deal.objects.get(pk=deal.pk).stage
    assert WorkflowConfiguration.objects.get().default_workflow == template


@pytest.mark.parametrize("name", ["status_field", "stage_field"])
@pytest.mark.parametrize("field", ["state", "id", "save"])
def test_a_field_that_the_model_does_not_have_is_refused_at_its_place(name, field, admin, configuration):
    with unchanged():
        page = admin.save(configuration, **{name: field})
    assert errors(page) == {name: [f"testapp.Deal has no field “{field}” to write."]}


def test_a_stage_field_that_holds_no_text_is_refused(admin, configuration):
    with unchanged():
        page = admin.save(configuration, stage_field="amount")
    assert errors(page) == {"stage_field": ["“amount” of testapp.Deal holds no text."]}


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("status", "sold", "Value 'sold' is not a valid choice."),
        ("rank", "first", "“first” value must be an integer."),
        ("title", "x" * 101, "Ensure this value has at most 100 characters (it has 101)."),
    ],
)
def test_a_value_that_the_field_does_not_take_is_refused_at_its_place(
    name, field, value, message, admin, configuration
):
    with unchanged():
        page = admin.save(configuration, status_field=field, **{name: value})
    assert errors(page) == {name: [message]}


@pytest.mark.parametrize("name", ["pre_start_hook", "post_complete_hook"])
def test_a_hook_that_nobody_registered_is_refused_at_its_place(name, admin, configuration):
    with unchanged():
        page = admin.save(configuration, **{name: "os.system"})
    assert errors(page) == {name: ["“os.system” is not registered as an action."]}


def test_a_hook_that_was_registered_once_does_not_stand_in_the_way(admin, configuration):
    WorkflowConfiguration.objects.update(pre_start_hook="shop.workflow_actions.gone")
    assert admin.save(configuration, stage_field="stage").status_code == 302
    configuration.refresh_from_db()
    assert (configuration.pre_start_hook, configuration.stage_field) == ("shop.workflow_actions.gone", "stage")


def test_a_workflow_that_the_model_does_not_take_is_refused_at_its_place(admin, configuration, template, settings):
    settings.DJANGO_WORKFLOW_ENGINE = {"MODEL_WORKFLOW_MAPPINGS": {"testapp.Deal": ["another"]}}
    with unchanged():
        page = admin.save(configuration, default_workflow=str(template.pk))
    message = "testapp.Deal does not take the workflow “Sales process”."
    assert errors(page) == {"default_workflow": [message]}


def test_a_frozen_version_is_refused_at_its_place(admin, configuration, template):
    attach_workflow_to_object(DocumentFactory(), template)
    version = WorkFlow.objects.get(is_hidden=True)
    with unchanged():
        page = admin.save(configuration, default_workflow=str(version.pk))
    assert list(errors(page)) == ["default_workflow"]


def test_a_model_has_one_configuration(admin, configuration):
    page = admin.save(WorkflowConfiguration, content_type=str(configuration.content_type_id))
    assert list(errors(page)) == ["content_type"]
    assert WorkflowConfiguration.objects.count() == 1


def test_a_configuration_of_a_model_that_is_gone_is_still_edited(admin):
    gone = ContentType.objects.create(app_label="shop", model="order")
    configuration = WorkflowConfiguration.objects.create(content_type=gone, status_field="state")
    assert admin.list(WorkflowConfiguration).status_code == 200
    assert admin.save(configuration, status_field="").status_code == 302
