"""System checks of the settings that say which models take which workflows."""

from __future__ import annotations

import pytest
from django.test import override_settings

from django_workflow_engine.checks import check_settings

APP = "django_workflow_engine"
REFERENCE = {
    "DEPARTMENT_MODEL": "demo.Department",
    "ENABLED_MODELS": ["testapp.Deal", "demo.PurchaseRequest"],
    "DEFAULT_STATUS_FIELD": "workflow_status",
    "MODEL_WORKFLOW_MAPPINGS": {
        "demo.PurchaseRequest": ["purchase_approval", "emergency_approval"],
        "testapp.Deal": ["sales_process"],
    },
    "AUTO_START_WORKFLOWS": {
        "demo.PurchaseRequest": {"workflow_slug": "purchase_approval", "conditions": {"amount__gte": 1000}}
    },
    "PERMISSIONS": {"REQUIRE_PERMISSION_TO_START": True, "REQUIRE_PERMISSION_TO_APPROVE": True},
}


def told(given) -> list[str]:
    """The ids of the engine's messages for these options; each is an error with a hint."""
    with override_settings(DJANGO_WORKFLOW_ENGINE=given):
        found = check_settings(None)
    assert all(message.is_serious() and message.hint for message in found)
    return [message.id.removeprefix(f"{APP}.") for message in found]


def test_the_settings_of_the_reference_are_fine():
    assert told(REFERENCE) == []


@pytest.mark.parametrize("given", [[], "testapp.Deal", None, 1])
def test_the_setting_itself_must_be_a_dictionary(given):
    assert told(given) == ["E005"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENABLED_MODELS", "testapp.Deal"),
        ("ENABLED_MODELS", {"testapp.Deal": True}),
        ("ENABLED_MODELS", [1]),
        ("ENABLED_MODELS", None),
        ("MODEL_WORKFLOW_MAPPINGS", ["testapp.Deal"]),
        ("MODEL_WORKFLOW_MAPPINGS", {"testapp.Deal": "sales_process"}),
        ("MODEL_WORKFLOW_MAPPINGS", {"testapp.Deal": [7]}),
        ("MODEL_WORKFLOW_MAPPINGS", {7: ["sales_process"]}),
        ("AUTO_START_WORKFLOWS", ["testapp.Deal"]),
        ("AUTO_START_WORKFLOWS", {"testapp.Deal": "sales_process"}),
        ("AUTO_START_WORKFLOWS", {"testapp.Deal": {}}),
        ("AUTO_START_WORKFLOWS", {"testapp.Deal": {"workflow_slug": ""}}),
        ("AUTO_START_WORKFLOWS", {"testapp.Deal": {"workflow_slug": 7}}),
        ("AUTO_START_WORKFLOWS", {"testapp.Deal": {"workflow_slug": "sales_process", "condition": {}}}),
        ("AUTO_START_WORKFLOWS", {"testapp.Deal": {"workflow_slug": "sales_process", "conditions": ["amount"]}}),
        ("PERMISSIONS", ["REQUIRE_PERMISSION_TO_START"]),
        ("PERMISSIONS", {"REQUIRE_PERMISSION_TO_STRAT": True}),
        ("PERMISSIONS", {"REQUIRE_PERMISSION_TO_START": "yes"}),
        ("DEFAULT_STATUS_FIELD", ["status"]),
        ("DEFAULT_STATUS_FIELD", "the status"),
        ("DEFAULT_STATUS_FIELD", None),
    ],
)
def test_an_option_of_the_wrong_form_is_an_error(name, value):
    assert told({name: value}) == ["E005"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENABLED_MODELS", ()),
        ("ENABLED_MODELS", {"testapp.Deal"}),
        ("MODEL_WORKFLOW_MAPPINGS", {"testapp.Deal": ("sales_process",), "testapp.Document": []}),
        ("AUTO_START_WORKFLOWS", {"TESTAPP.deal": {"workflow_slug": "sales_process", "conditions": None}}),
        ("PERMISSIONS", {}),
        ("DEFAULT_STATUS_FIELD", ""),
    ],
)
def test_the_same_in_another_form_is_fine(name, value):
    assert told({name: value}) == []


@pytest.mark.parametrize("label", ["shop.Order", "Deal", "testapp.deal.x"])
def test_a_label_that_is_no_model_is_an_error(label):
    assert told({"MODEL_WORKFLOW_MAPPINGS": {label: ["sales_process"]}}) == ["E006"]
    assert told({"AUTO_START_WORKFLOWS": {label: {"workflow_slug": "sales_process"}}}) == ["E007"]


@pytest.mark.parametrize(
    "conditions",
    [{"no_such_field": 1}, {"amount__no_such_lookup": 1}, {"amount__gte": "many"}, {"created_by__nobody": 1}],
)
def test_conditions_that_cannot_be_asked_are_an_error(conditions):
    rule = {"workflow_slug": "sales_process", "conditions": conditions}
    assert told({"AUTO_START_WORKFLOWS": {"testapp.Deal": rule}}) == ["E008"]


@pytest.mark.parametrize(
    "others",
    [{"ENABLED_MODELS": ["testapp.Document"]}, {"MODEL_WORKFLOW_MAPPINGS": {"testapp.Deal": ["purchase_approval"]}}],
)
def test_a_workflow_that_the_other_settings_always_refuse_is_an_error(others):
    assert told({"AUTO_START_WORKFLOWS": {"testapp.Deal": {"workflow_slug": "sales_process"}}, **others}) == ["E009"]


@pytest.mark.parametrize("listed", ["sales_process", "sales-process", "Sales process"])
def test_a_workflow_may_be_listed_by_its_slug_or_its_name(listed):
    mapped = {"MODEL_WORKFLOW_MAPPINGS": {"testapp.Deal": [listed]}}
    assert told({"AUTO_START_WORKFLOWS": {"testapp.Deal": {"workflow_slug": "sales_process"}}, **mapped}) == []


def test_what_conditions_may_look_at_must_be_there():
    assert told({"CONDITION_FIELDS": {"testapp.Claim": ["team", "team.name", "created_by.username"]}}) == []
    assert told({"CONDITION_FIELDS": {"testapp.Nothing": ["team"]}}) == ["E035"]


@pytest.mark.parametrize(
    "path",
    ["salary", "team.size", "team.users", "created_by.password", "password", "team.name.length", "pk", "__class__"],
)
def test_a_path_for_conditions_must_end_at_something_to_look_at(path):
    assert told({"CONDITION_FIELDS": {"testapp.Claim": ["team", path]}}) == ["E035"]


@pytest.mark.parametrize("paths", ["team", [3], [""], ["team__name;"], None])
def test_the_paths_for_conditions_must_be_paths(paths):
    assert told({"CONDITION_FIELDS": {"testapp.Claim": paths}}) == ["E005"]
