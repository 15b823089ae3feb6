"""Deadlines of approvals over the API: how they are written, shown, and refused at their fields."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission

from gql_workflows.ids import global_id
from gql_workflows.permissions import AccessPolicy
from gql_workflows.types.paths import camel_case
from tests.api.conftest import Office
from tests.api.inputs import by_user, template_input
from tests.client import Api
from tests.engine.deadlines.deadlines import WRONG
from tests.engine.working_time.counting import working
from tests.factories import STRATEGIES, group_of
from tests.snapshot import unchanged

CREATE = """
mutation Create($input: CreateWorkflowInput!) {
  createWorkflow(input: $input) {
    workflow {
      approvals { ...Asked }
      pipelines { approvals { ...Asked } stages { approvals { ...Asked } } }
    }
    errors { code path }
  }
}
fragment Asked on ApprovalConfiguration {
  fallbackUser { username } fallbackRole { name }
  deadline { after workingTime remindBefore onTimeout fallbackUser { username } fallbackRole { name } }
}
"""
IN_A_TEMPLATE = {1: ["pipelines", "0", "stages", "0"], 2: ["pipelines", "0"], 3: []}


class Reserved(AccessPolicy):
    """Who may name oneself, and no role."""

    def people_to_name(self, user: Any) -> Any:
        return super().people_to_name(user).filter(pk=user.pk)

    def roles_to_name(self, user: Any) -> Any:
        found = super().roles_to_name(user)
        return found and found.none()


@pytest.fixture
def editor(office: Office) -> Api:
    office.owner.user_permissions.add(*Permission.objects.filter(codename="add_workflow"))
    return Api(office.owner)


def created(api: Api, strategy: Any, approval: dict[str, Any]) -> Any:
    """The answer to a new template with this approval at its only position."""
    return api.run(CREATE, input=template_input(strategy, [[approval]]))["createWorkflow"]


def shown(answer: Any, strategy: int) -> Any:
    """What a new template shows of the deadline of its only approval."""
    return shown_approval(answer, strategy)["deadline"]


def shown_approval(answer: Any, strategy: int) -> Any:
    assert answer["errors"] == []
    holder = answer["workflow"]
    if strategy != 3:
        (holder,) = holder["pipelines"]
    if strategy == 1:
        (holder,) = holder["stages"]
    (approval,) = holder["approvals"]
    return approval


def in_words_of_the_schema(said: dict[str, Any]) -> dict[str, Any]:
    written = {camel_case(name): value for name, value in said.items()}
    return written | ({"onTimeout": written["onTimeout"].upper()} if "onTimeout" in written else {})


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_deadline_is_shown_as_it_was_written(office: Office, editor: Api, strategy: Any) -> None:
    written = {
        "after": "P2W",
        "workingTime": True,
        "remindBefore": ["P1D", "PT2H"],
        "onTimeout": "FALLBACK",
        "fallbackUser": global_id("User", office.owner.pk),
    }
    answer = created(editor, strategy, by_user(office.owner) | {"deadline": written})
    assert shown(answer, strategy) == written | {
        "after": "P14D",
        "fallbackUser": {"username": "olga"},
        "fallbackRole": None,
    }


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_deadline_says_what_is_usual_where_little_is_written(office: Office, editor: Api, strategy: Any) -> None:
    answer = created(editor, strategy, by_user(office.owner) | {"deadline": {"after": "PT8H"}})
    assert shown(answer, strategy) == {
        "after": "PT8H",
        "workingTime": False,
        "remindBefore": [],
        "onTimeout": "NOTIFY",
        "fallbackUser": None,
        "fallbackRole": None,
    }
    assert shown(created(editor, strategy, by_user(office.owner)), strategy) is None
    assert shown(created(editor, strategy, by_user(office.owner) | {"deadline": None}), strategy) is None


def test_a_role_is_asked_in_the_end(office: Office, editor: Api) -> None:
    role = global_id("Role", group_of(office.owner, name="Board").pk)
    written = {"after": "PT8H", "onTimeout": "FALLBACK", "fallbackRole": role}
    found = shown(created(editor, STRATEGIES[2], by_user(office.owner) | {"deadline": written}), 3)
    assert (found["fallbackUser"], found["fallbackRole"]) == (None, {"name": "Board"})


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_what_cannot_work_is_refused_at_its_field(office: Office, editor: Api, strategy: Any) -> None:
    for wrong in WRONG:
        with unchanged():
            answer = created(editor, strategy, by_user(office.owner) | {"deadline": in_words_of_the_schema(wrong.said)})
        place = [*IN_A_TEMPLATE[strategy], "approvals", "0", "deadline", *map(camel_case, wrong.place)]
        assert answer == {"workflow": None, "errors": [{"code": wrong.code, "path": place}]}, wrong


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("named", ["fallbackUser", "fallbackRole"])
def test_whom_one_may_not_name_does_not_exist(
    office: Office, editor: Api, settings: Any, strategy: Any, named: str
) -> None:
    settings.GQL_WORKFLOWS = {"ACCESS_POLICY": f"{__name__}.{Reserved.__name__}"}
    keys = {
        "fallbackUser": [global_id("User", office.stranger.pk), global_id("User", 10**9), "nobody"],
        "fallbackRole": [global_id("Role", office.role.pk), global_id("Role", 10**9), global_id("User", 1), "?"],
    }
    place = [*IN_A_TEMPLATE[strategy], "approvals", "0", "deadline", named]
    for key in keys[named]:
        written = {"after": "PT8H", "onTimeout": "FALLBACK", named: key}
        with unchanged():
            answer = created(editor, strategy, by_user(office.owner) | {"deadline": written})
        assert answer == {"workflow": None, "errors": [{"code": "NOT_FOUND", "path": place}]}


def test_working_time_needs_a_calendar_that_can_tell(office: Office, editor: Api) -> None:
    written = {"after": "PT8H", "workingTime": True}
    with working("never"), unchanged():
        answer = created(editor, STRATEGIES[2], by_user(office.owner) | {"deadline": written})
    assert answer["errors"] == [{"code": "INVALID", "path": ["approvals", "0", "deadline", "workingTime"]}]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_an_approval_names_its_fallback(office: Office, editor: Api, strategy: Any) -> None:
    owner, role = global_id("User", office.owner.pk), global_id("Role", group_of(office.owner, name="Board").pk)
    of_a_person = shown_approval(created(editor, strategy, by_user(office.owner) | {"fallbackUser": owner}), strategy)
    assert (of_a_person["fallbackUser"], of_a_person["fallbackRole"]) == ({"username": "olga"}, None)
    of_a_role = shown_approval(created(editor, strategy, by_user(office.owner) | {"fallbackRole": role}), strategy)
    assert (of_a_role["fallbackUser"], of_a_role["fallbackRole"]) == (None, {"name": "Board"})


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_whom_one_may_not_name_is_no_fallback(office: Office, editor: Api, settings: Any, strategy: Any) -> None:
    settings.GQL_WORKFLOWS = {"ACCESS_POLICY": f"{__name__}.{Reserved.__name__}"}
    for named, key in {
        "fallbackUser": global_id("User", office.stranger.pk),
        "fallbackRole": global_id("Role", office.role.pk),
    }.items():
        with unchanged():
            answer = created(editor, strategy, by_user(office.owner) | {named: key})
        place = [*IN_A_TEMPLATE[strategy], "approvals", "0", named]
        assert answer == {"workflow": None, "errors": [{"code": "NOT_FOUND", "path": place}]}
