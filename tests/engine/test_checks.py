"""System checks: settings that cannot work are told at start-up."""

from __future__ import annotations

import pytest
from django.conf import settings as project
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.test import override_settings

APP = "django_workflow_engine"


@pytest.fixture(autouse=True)
def no_urls(settings):
    """The engine has no URLs; the ones of the API are another subject."""
    settings.ROOT_URLCONF = None


def told() -> list[tuple[str, bool]]:
    """The ids of the engine's messages, each with whether it is an error."""
    return [(found.id, found.is_serious()) for found in run_checks() if found.id.startswith(APP)]


def test_the_settings_of_the_reference_are_fine_and_the_engine_installs_its_discovery():
    assert told() == []
    assert f"{APP}.handlers.get_handler_for_instance" == project.APPROVAL_HANDLER_DISCOVERY_FUNCTION


@override_settings(APPROVAL_HANDLER_DISCOVERY_FUNCTION="shop.handlers.find")
def test_a_discovery_function_of_the_project_is_a_warning_with_a_hint():
    (found,) = [found for found in run_checks() if found.id.startswith(APP)]
    assert (found.id, found.is_serious()) == (f"{APP}.W001", False)
    assert f"{APP}.handlers.get_handler_for_instance" in found.hint


@pytest.mark.parametrize("label", ["shop.Order", "Document", "testapp.document.x", ""])
def test_an_enabled_model_that_does_not_exist_is_an_error(label):
    with override_settings(DJANGO_WORKFLOW_ENGINE={"ENABLED_MODELS": ["testapp.Document", label]}):
        assert told() == [(f"{APP}.E001", True)]


@pytest.mark.parametrize("label", ["shop.Department", "Department", "a.b.c"])
def test_a_department_model_that_does_not_exist_is_an_error(label):
    with override_settings(DJANGO_WORKFLOW_ENGINE={"DEPARTMENT_MODEL": label}):
        assert told() == [(f"{APP}.E002", True)]


@pytest.mark.parametrize("label", ["shop.Role", "Role", "a.b.c"])
def test_a_role_model_that_does_not_exist_is_an_error(label):
    with override_settings(APPROVAL_ROLE_MODEL=label):
        assert told() == [(f"{APP}.E003", True)]


@override_settings(APPROVAL_ROLE_MODEL="testapp.Desk")
def test_a_role_model_that_is_not_connected_with_users_is_an_error():
    assert told() == [(f"{APP}.E004", True)]


@override_settings(APPROVAL_ROLE_MODEL="testapp.Desk", APPROVAL_ROLE_FIELD="profile__desk")
def test_the_setting_that_names_the_way_to_the_role_makes_it_good():
    assert told() == []


@override_settings(APPROVAL_ROLE_MODEL="testapp.Team", APPROVAL_ROLE_FIELD="no_such_field")
def test_a_way_to_the_role_that_does_not_exist_is_an_error():
    assert [found for found, _serious in told()] == [f"{APP}.E004"]


@override_settings(APPROVAL_ROLE_MODEL=None)
def test_a_project_without_roles_is_fine():
    assert told() == []


@override_settings(APPROVAL_ROLE_MODEL="shop.Role")
def test_the_command_fails_on_an_error():
    with pytest.raises(SystemCheckError, match="APPROVAL_ROLE_MODEL names no model"):
        call_command("check")
