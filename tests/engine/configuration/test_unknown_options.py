"""Options that nothing reads, and attributes that lead to nobody, are told at start-up."""

from __future__ import annotations

import pytest
from django.core.checks import CheckMessage
from django.test import override_settings

from django_workflow_engine import conf
from django_workflow_engine.checks import check_settings

APP = "django_workflow_engine"


def told(given, **others) -> list[CheckMessage]:
    with override_settings(DJANGO_WORKFLOW_ENGINE=given, **others):
        return check_settings(None)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("ENABLE_MODELS", "ENABLED_MODELS"),
        ("AUTO_START_WORKFLOW", "AUTO_START_WORKFLOWS"),
        ("DEPARTMENTS_MODEL", "DEPARTMENT_MODEL"),
        ("FORBID_SELF_APROVAL", "FORBID_SELF_APPROVAL"),
        ("PERMISSION", "PERMISSIONS"),
    ],
)
def test_an_option_that_nothing_reads_is_a_warning_that_names_the_nearest_one(name, near):
    (found,) = told({name: []})
    assert (found.id, found.is_serious()) == (f"{APP}.W002", False)
    assert found.msg == f"DJANGO_WORKFLOW_ENGINE['{name}'] is no option; nothing reads it."
    assert found.hint == f"Did you mean {near}?"


@pytest.mark.parametrize("name", ["COLOUR", 7])
def test_an_option_that_is_near_to_none_is_told_with_all_of_them(name):
    (found,) = told({name: 1})
    assert found.id == f"{APP}.W002"
    assert all(option in found.hint for option in conf.OPTIONS)


def test_an_unknown_option_is_told_beside_one_of_the_wrong_form():
    found = told({"ENABLE_MODELS": [], "PERMISSIONS": True})
    assert [message.id for message in found] == [f"{APP}.W002", f"{APP}.E005"]


def test_every_option_with_its_default_is_fine():
    assert told(dict(conf.OPTIONS)) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEPARTMENT_MODEL", 7),
        ("DEPARTMENT_HEAD_FIELD", ""),
        ("DEPARTMENT_HEAD_FIELD", "the head"),
        ("DEPARTMENT_HEAD_FIELD", None),
        ("OWNER_FIELDS", "created_by"),
        ("OWNER_FIELDS", [7]),
        ("FORBID_SELF_APPROVAL", "yes"),
    ],
)
def test_an_option_of_the_wrong_form_is_an_error(name, value):
    (found,) = told({name: value})
    assert (found.id, found.is_serious(), bool(found.hint)) == (f"{APP}.E005", True, True)


def test_a_department_model_without_the_default_attribute_is_a_warning():
    (found,) = told({"DEPARTMENT_MODEL": "auth.Group"})
    assert (found.id, found.is_serious()) == (f"{APP}.W003", False)
    assert found.msg.startswith("auth.Group has no attribute “head”")
    assert "DEPARTMENT_HEAD_FIELD" in found.hint


@pytest.mark.parametrize("path", ["boss", "head.manager", "head.profile.chief"])
def test_an_attribute_that_the_project_names_and_does_not_have_is_an_error(path):
    (found,) = told({"DEPARTMENT_MODEL": "demo.Department", "DEPARTMENT_HEAD_FIELD": path})
    assert (found.id, found.is_serious()) == (f"{APP}.E010", True)
    assert f"“{path}”" in found.msg


@pytest.mark.parametrize("path", ["head", "head.profile.manager", "head.profile"])
def test_an_attribute_that_leads_to_a_person_is_fine(path):
    assert told({"DEPARTMENT_MODEL": "demo.Department", "DEPARTMENT_HEAD_FIELD": path}) == []


def test_without_departments_nobody_misses_their_heads():
    assert told({}) == []


def test_a_way_to_the_manager_that_leads_nowhere_is_a_warning():
    (found,) = told({}, APPROVAL_HEAD_MANAGER_FIELD="profile.boss")
    assert (found.id, found.is_serious()) == (f"{APP}.W004", False)
    assert told({}, APPROVAL_HEAD_MANAGER_FIELD="profile.manager") == []


@pytest.mark.parametrize("given", [[], None])
def test_what_is_no_dictionary_has_no_options(given):
    assert [message.id for message in told(given)] == [f"{APP}.E005"]
