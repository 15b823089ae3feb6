"""Registering a model: what a project's code configures, and what an administrator has configured since."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.test import override_settings

from django_workflow_engine.models import WorkflowConfiguration
from django_workflow_engine.services.configuration import registration
from django_workflow_engine.services.configuration.reading import configuration_of, ensure_enabled
from django_workflow_engine.services.configuration.registration import register_model_for_workflow
from tests.factories import UserFactory, by_user, template_for
from tests.testapp.models import Deal, Document

pytestmark = pytest.mark.django_db

DEFAULTS = {
    "is_enabled": True,
    "auto_start_workflow": False,
    "default_workflow_id": None,
    "pre_start_hook": "",
    "post_complete_hook": "",
    "status_field": "",
    "stage_field": "",
    "completion_status_value": "",
    "rejection_status_value": "",
    "changes_requested_status_value": "",
    "resubmission_status_value": "",
}


def stored(model=Deal) -> dict[str, object]:
    """What the model's configuration says in the database."""
    row = WorkflowConfiguration.objects.get(content_type=ContentType.objects.get_for_model(model))
    return {name: getattr(row, name) for name in DEFAULTS}


def test_a_registration_that_names_nothing_gives_the_defaults():
    configuration = register_model_for_workflow(Deal)
    assert configuration == configuration_of(Deal)
    assert stored() == DEFAULTS


def test_everything_that_is_named_is_stored():
    template = template_for(3, [[by_user(UserFactory())]])
    register_model_for_workflow(
        Deal,
        auto_start=True,
        status_field="status",
        stage_field="stage",
        default_workflow=template,
        completion_status_value="won",
        rejection_status_value="lost",
        changes_requested_status_value="draft",
        resubmission_status_value="draft",
        pre_start_hook="shop.workflow_actions.check",
        post_complete_hook="shop.workflow_actions.celebrate",
        is_enabled=False,
    )
    assert stored() == {
        "is_enabled": False,
        "auto_start_workflow": True,
        "default_workflow_id": template.pk,
        "pre_start_hook": "shop.workflow_actions.check",
        "post_complete_hook": "shop.workflow_actions.celebrate",
        "status_field": "status",
        "stage_field": "stage",
        "completion_status_value": "won",
        "rejection_status_value": "lost",
        "changes_requested_status_value": "draft",
        "resubmission_status_value": "draft",
    }


def test_registering_again_keeps_what_an_administrator_changed_unless_the_call_names_it():
    first = register_model_for_workflow(Deal, auto_start=True, status_field="status", stage_field="stage")
    edited = {"completion_status_value": "won", "stage_field": "", "is_enabled": False, "auto_start_workflow": False}
    WorkflowConfiguration.objects.filter(pk=first.pk).update(**edited)
    again = register_model_for_workflow(Deal, status_field="title")
    assert again.pk == first.pk
    assert stored() == DEFAULTS | edited | {"status_field": "title"}


def test_registering_twice_is_registering_once():
    register_model_for_workflow(Deal, status_field="status")
    before = stored()
    register_model_for_workflow(Deal, status_field="status")
    assert stored() == before
    assert WorkflowConfiguration.objects.count() == 1


@override_settings(DJANGO_WORKFLOW_ENGINE={"DEFAULT_STATUS_FIELD": "status"})
@pytest.mark.parametrize(
    ("given", "kept"), [({}, "status"), ({"status_field": "rank"}, "rank"), ({"status_field": ""}, "")]
)
def test_the_default_status_field_is_for_a_model_that_names_none(given, kept):
    register_model_for_workflow(Deal, **given)
    assert stored()["status_field"] == kept


@override_settings(DJANGO_WORKFLOW_ENGINE={"DEFAULT_STATUS_FIELD": "status"})
def test_the_default_status_field_does_not_come_back_over_an_administrator_s_choice():
    register_model_for_workflow(Deal, status_field="")
    register_model_for_workflow(Deal, auto_start=True)
    assert stored() == DEFAULTS | {"auto_start_workflow": True}


@pytest.fixture
def loading(monkeypatch):
    """As inside `AppConfig.ready()`: the apps are not ready yet, and this process has remembered nothing."""
    monkeypatch.setattr(registration, "_remembered", registration._Remembered())
    monkeypatch.setattr(apps, "ready", False)

    def over() -> None:
        monkeypatch.setattr(apps, "ready", True)

    return over


def test_a_registration_in_ready_touches_no_table_and_is_stored_when_a_configuration_is_needed(
    loading, django_assert_num_queries
):
    with django_assert_num_queries(0):
        configuration = register_model_for_workflow(Deal, status_field="status")
        register_model_for_workflow(Deal, stage_field="stage")
    loading()
    assert (configuration.pk, configuration.status_field) == (None, "status")
    assert WorkflowConfiguration.objects.count() == 0
    ensure_enabled(Document)
    assert stored() == DEFAULTS | {"status_field": "status", "stage_field": "stage"}


def test_a_registration_in_ready_is_stored_after_the_migrations(loading):
    register_model_for_workflow(Deal, status_field="status")
    loading()
    call_command("migrate", verbosity=0)
    assert stored() == DEFAULTS | {"status_field": "status"}


def test_a_registration_in_ready_costs_nothing_once_it_is_stored(
    loading, django_assert_num_queries, django_capture_on_commit_callbacks
):
    register_model_for_workflow(Deal, status_field="status")
    loading()
    with django_capture_on_commit_callbacks(execute=True):
        ensure_enabled(Deal)
    with django_assert_num_queries(1):
        ensure_enabled(Deal)
