"""Every setting with values that cannot be used: `check` tells each, and no save, verb or request breaks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import override_settings
from django.utils.translation import gettext_lazy

from django_workflow_engine import conf as engine
from django_workflow_engine.conf.beside import BESIDE
from django_workflow_engine.errors import WorkflowError
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.services import approve_step, attach_workflow_to_object
from gql_workflows.conf.options import API
from gql_workflows.ids import global_id
from tests.api.conftest import Office
from tests.client import Api
from tests.factories import DocumentFactory, UserFactory
from tests.runs import open_steps
from tests.testapp.models import Document, Unlisted

ANYTHING: tuple[Any, ...] = (5, gettext_lazy("Yes"), [None])
NOTHING: tuple[Any, ...] = (None,)
TEXTS: tuple[Any, ...] = ("nowhere.at_all", "")
LABELS: tuple[Any, ...] = ("nowhere", "nowhere.Nothing", "a.b.c")
SWITCHES: tuple[Any, ...] = ("False", 0, 1, None)
NUMBERS: tuple[Any, ...] = (-1, "5", True, float("nan"), float("inf"), 10**30, None)
NESTED: tuple[Any, ...] = ({"x": 5}, {5: 5}, {"DEPTH": None})

# The values to try beside those of ANYTHING that are not meant for the option, by its name.
OPTIONS: Mapping[str, tuple[Any, ...]] = {
    "ENABLED_MODELS": (*NOTHING, "testapp.Document", ["nowhere.Nothing"]),
    "MODEL_WORKFLOW_MAPPINGS": (*NOTHING, "x", {"testapp.Document": "x"}, {"testapp.Document": None}, {None: None}),
    "AUTO_START_WORKFLOWS": (*NOTHING, "x", {"testapp.Document": None}, {"testapp.Document": {"conditions": 5}}),
    "CONDITION_FIELDS": (*NOTHING, "x", {"testapp.Document": "x"}, {"testapp.Document": ["nowhere"]}, {None: None}),
    "CLAIM_SECONDS": (*NUMBERS, 0),
    "WORKING_CALENDAR": ("", "a b", "nowhere.at_all", "django.VERSION", "datetime.date"),
    "WORKING_HOURS": (*NOTHING, "x", ["09:00"], ["17:00", "09:00"], ["9", "17"], [9, 17]),
    "WORKING_TIME_ZONE": ("", "Nowhere/City", "../etc"),
    "RUN_PRINCIPALS": (5, "", "a b", "nowhere.at_all", "django.VERSION"),
    "PERMISSIONS": (*NOTHING, "x", {"REQUIRE_PERMISSION_TO_START": "no"}, {"REQUIRE": True}),
    "DEFAULT_STATUS_FIELD": (*NOTHING, "no field"),
    "DEPARTMENT_MODEL": LABELS,
    "DEPARTMENT_HEAD_FIELD": (*NOTHING, "", "a..b"),
    "OWNER_FIELDS": (*NOTHING, "created_by"),
    "FORBID_SELF_APPROVAL": SWITCHES,
    "ACTION_RUNNER": (*NOTHING, "sellery", ""),
    "ACTION_RETRY_RULE": (*NOTHING, "trebling"),
    "ACTION_MAX_ATTEMPTS": (*NUMBERS, 0),
    "ACTION_RETRY_SECONDS": NUMBERS,
    "ACTION_GRACE_SECONDS": NUMBERS,
    "ACTION_LEASE_SECONDS": (*NUMBERS, 0),
    "ACTION_TIMEOUT_SECONDS": (*NUMBERS[:-1], 0),
    "ACTION_PUBLISH_SECONDS": (*NUMBERS, 0),
    **dict.fromkeys([name for name in engine.OPTIONS if name.startswith("MAX_")], (0, 2.5, None)),
}
API_OPTIONS: Mapping[str, tuple[Any, ...]] = {
    "ACCESS_POLICY": (*NOTHING, *TEXTS, "tests.factories.UserFactory", "gql_workflows.permissions.policy"),
    "AUTHENTICATION": (*NOTHING, "gql_workflows.authentication.session_user", ["nowhere.at_all"]),
    "GRAPHIQL": SWITCHES,
    "GRAPHIQL_EXAMPLES": (*NOTHING, *TEXTS),
    "IDEMPOTENCY_KEY_HOURS": (*NUMBERS, 0),
    "INTROSPECTION": SWITCHES,
    "LOGIN": SWITCHES,
    "LIMITS": (*NOTHING, "x", *NESTED, {"DEPTH": 0}),
    "MAX_BODY_BYTES": (*NUMBERS[:3], None, 0),
    "MAX_HEADER_BYTES": (*NUMBERS[:3], None, 0),
    "OAUTH_SCOPES": (*NOTHING, "workflows"),
    "PLANS": SWITCHES,
    "SUBSCRIPTIONS": (*NOTHING, "x", *NESTED, {"PING_SECONDS": 0}),
    "TRUSTED_DOCUMENTS": ("nowhere.json",),
    "TYPE_PREFIX": ("__", "1st", "a b", None, 5),
}
SETTINGS: Mapping[str, tuple[Any, ...]] = {
    "DJANGO_WORKFLOW_ENGINE": (*NOTHING, "x"),
    "GQL_WORKFLOWS": (*NOTHING, "x"),
    "APPROVAL_ROLE_MODEL": (*LABELS, "testapp.Document"),
    "APPROVAL_DYNAMIC_FORM_MODEL": LABELS,
    "APPROVAL_ROLE_FIELD": ("nowhere", "groups__nowhere"),
    "APPROVAL_HEAD_MANAGER_FIELD": ("nowhere.at_all", ""),
    "APPROVAL_FORM_SCHEMA_FIELD": ("nowhere",),
    "APPROVAL_HANDLERS": (*NOTHING, "x"),
    "WORKFLOW_ACTIONS_CONFIG": ("x", [5], [{"action_type": None}], [{"action_type": "on_workflow_start"}]),
    "WORKFLOW_SEND_EMAIL_FUNCTION": TEXTS,
    "WORKFLOW_AUTO_CLEANUP_COMPLETED": SWITCHES,
    "WORKFLOW_DISABLE_EMAILS": SWITCHES,
}
# What is right all the same, or is told by a check of another name.
FITTING: Mapping[str, tuple[type, ...]] = {
    **dict.fromkeys(["ACTION_RETRY_SECONDS", "ACTION_GRACE_SECONDS", "CLAIM_SECONDS"], (int, float)),
    **dict.fromkeys(
        [
            "CLAIM_SECONDS",
            "ACTION_LEASE_SECONDS",
            "ACTION_TIMEOUT_SECONDS",
            "ACTION_PUBLISH_SECONDS",
            "IDEMPOTENCY_KEY_HOURS",
        ],
        (int, float),
    ),
    **dict.fromkeys(["ACTION_MAX_ATTEMPTS", "MAX_BODY_BYTES", "MAX_HEADER_BYTES"], (int,)),
    **dict.fromkeys([name for name in engine.OPTIONS if name.startswith("MAX_")], (int,)),
}


def cases(table: Mapping[str, tuple[Any, ...]]) -> list[tuple[str, Any]]:
    return [
        (name, value)
        for name, values in table.items()
        for value in (*values, *(odd for odd in ANYTHING if not isinstance(odd, FITTING.get(name, ()))))
    ]


CASES = [
    *((f"DJANGO_WORKFLOW_ENGINE[{name}]", value) for name, value in cases(OPTIONS)),
    *((f"GQL_WORKFLOWS[{name}]", value) for name, value in cases(API_OPTIONS)),
    *cases(SETTINGS),
]


def read_by_the_package(name: str, value: Any) -> bool:
    """What the approval package itself splits as a text, at every save of a step: `check` is all there is."""
    return name == "APPROVAL_DYNAMIC_FORM_MODEL" and not hasattr(value, "split")


def written(name: str, value: Any) -> Any:
    """The settings with this value at this place."""
    place, _, option = name.rstrip("]").partition("[")
    given: dict[str, Any] = {place: {option: value} if option else value}
    if place.startswith("APPROVAL_FORM"):
        given["APPROVAL_DYNAMIC_FORM_MODEL"] = "demo.DynamicForm"
    return override_settings(**given)


def test_every_option_is_tried() -> None:
    assert set(OPTIONS) == set(engine.OPTIONS)
    assert set(API_OPTIONS) == set(API.options)
    assert set(BESIDE.options) - {"APPROVAL_HANDLER_DISCOVERY_FUNCTION"} < set(SETTINGS)


@pytest.mark.parametrize(("name", "value"), CASES)
def test_check_tells_a_value_that_cannot_be_used(name: str, value: Any) -> None:
    with written(name, value):
        found = [m for m in run_checks() if str(m.id).startswith(("django_workflow_engine.", "gql_workflows."))]
    assert found != []
    assert [message.id for message in found if not message.hint] == []


@pytest.mark.parametrize(("name", "value"), [case for case in CASES if not read_by_the_package(*case)])
def test_it_breaks_no_save_no_verb_and_no_request(office: Office, name: str, value: Any, caplog: Any) -> None:
    template = office.template(1)
    with written(name, value):
        saved = [DocumentFactory(created_by=office.owner), Unlisted.objects.create(title="Ruler")]
        attach_and_approve(office, template, saved[0])
        for user in (office.members[0], UserFactory(is_staff=True, is_superuser=True)):
            answer = Api(user).raw(READ, id=global_id("User", office.owner.pk)).json()
            told = [error["extensions"]["code"] for error in answer.get("errors", [])]
            assert set(told) <= {"UNAUTHENTICATED", "LIMIT_EXCEEDED"} or "TRUSTED" in name
    assert Document.objects.filter(pk=saved[0].pk).exists()
    assert "Traceback" not in caplog.text or "ACTION_RUNNER" in name or "ACTIONS_CONFIG" in name


def attach_and_approve(office: Office, template: Any, document: Any) -> None:
    """What is refused is refused by the engine's own errors."""
    try:
        attach_workflow_to_object(document, template, user=office.owner)
        for step in open_steps(document)[:1]:
            approve_step(step_id=step.pk, actor=step.assigned_to)
    except WorkflowError:
        return


READ = """
query Read($id: ID!) {
  viewer { user { username } }
  node(id: $id) { id }
  workflows { totalCount }
  attachments { totalCount edges { node { status currentSteps { id viewerCanAct } } } }
  myApprovals { totalCount }
  users { totalCount }
  roles { totalCount }
  departments { totalCount }
  forms { totalCount }
  workflowStatistics { overview { totalWorkflows } }
  enabledModels
}
"""


@pytest.mark.django_db
def test_a_policy_that_cannot_be_used_shows_and_allows_nothing(office: Office) -> None:
    attach_workflow_to_object(office.document, office.template(1), user=office.owner)
    administrator = UserFactory(is_staff=True, is_superuser=True)
    for given in ({"ACCESS_POLICY": "nowhere.Policy"}, None):
        with override_settings(GQL_WORKFLOWS=given):
            for user in (office.owner, office.members[0], administrator):
                data = Api(user).run(READ, id=global_id("User", office.stranger.pk))
                assert data["viewer"]["user"]["username"] == user.username
                assert data["node"] is None
                counts = {name: page["totalCount"] for name, page in data.items() if "totalCount" in (page or {})}
                assert counts == dict.fromkeys(counts, 0) | {"users": 1}


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["testapp.Document", None, 5, [None]])
def test_models_that_are_listed_in_no_usable_way_take_no_workflows(office: Office, value: Any) -> None:
    with override_settings(DJANGO_WORKFLOW_ENGINE={"ENABLED_MODELS": value}):
        attach_and_approve(office, office.template(1), office.document)
    assert WorkflowAttachment.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("value", [None, "yes", ["REQUIRE_PERMISSION_TO_START"], {"REQUIRE_PERMISSION_TO_START": "no"}])
def test_permissions_that_cannot_be_read_are_required(office: Office, value: Any) -> None:
    with override_settings(DJANGO_WORKFLOW_ENGINE={"PERMISSIONS": value}):
        attach_and_approve(office, office.template(1), office.document)
    assert WorkflowAttachment.objects.count() == 0
