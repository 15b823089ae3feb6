"""What is stored of an approval: what was said, in the engine's own words, and nothing besides."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from django_workflow_engine.choices import ErrorCode
from django_workflow_engine.definitions.approvals import parse_approvals, with_json_keys
from django_workflow_engine.errors import Fault
from django_workflow_engine.models import Pipeline, Stage, WorkFlow
from django_workflow_engine.services import create_workflow
from gql_workflows.demo.models import DynamicForm
from tests.factories import STRATEGIES, UserFactory, by_role, by_self, by_user, group_of, spec_for

INVALID, REQUIRED = ErrorCode.INVALID, ErrorCode.REQUIRED
HOLDERS: dict[int, tuple[Any, str]] = {
    1: (Stage, "stage_info"),
    2: (Pipeline, "pipeline_info"),
    3: (WorkFlow, "workflow_info"),
}


def stored(strategy: int, *approvals: Any) -> list[Any]:
    """The approvals of a new template's one position, as its row has them."""
    create_workflow(spec=spec_for(strategy, [list(approvals)]))  # type: ignore[arg-type]
    model, name = HOLDERS[strategy]
    found: list[Any] = model.objects.values_list(name, flat=True).get()["approvals"]
    return found


@pytest.fixture
def form(settings: Any) -> int:
    settings.APPROVAL_DYNAMIC_FORM_MODEL = "demo.DynamicForm"
    key: int = DynamicForm.objects.create(name="Reasons", form_schema={}).pk
    return key


@pytest.mark.django_db
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_kind_is_stored_as_it_was_said(strategy: int, form: int) -> None:
    role = group_of(UserFactory())
    said = [
        by_self(),
        by_user(UserFactory()) | {"step_approval_type": "submit", "required_form": form},
        {"approval_type": "team_head", "step_approval_type": "move"},
        by_self() | {"required_form": form},
        by_role(role, "anyone") | {"step_approval_type": "check_in_verify", "required_form": form},
        by_role(role, "round_robin"),
        by_role(role, "majority"),
        by_role(role, "quorum") | {"quorum_count": 2},
        by_role(role, "percentage") | {"percentage_required": 62.5},
        by_role(role, "hierarchy_up") | {"hierarchy_levels": 2},
        by_role(role, "hierarchy_chain") | {"hierarchy_levels": 3},
    ]
    said += [{"approval_type": "department_head"}] if strategy != 3 else []
    assert stored(strategy, *said) == said


@pytest.mark.django_db
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_what_says_nothing_is_left_out_and_what_is_understood_is_said(strategy: int) -> None:
    user, role = UserFactory(), group_of(UserFactory())
    described = {"approval_type_display": "A named user", "strategy_display": "Anyone"}
    nulls = dict.fromkeys(("user_role", "quorum_count", "required_form", "hierarchy_levels"))
    assert stored(
        strategy,
        by_user(user) | described | nulls | {"step_approval_type": "approve"},
        by_user(user) | {"approval_type": "USER", "step_approval_type": "Move"},
        by_self() | {"approval_user": user.pk},
        by_self() | {"approval_type": "Self"},
        {"approval_type": "role", "user_role": role.pk},
        {"approval_type": "Role", "user_role": role.pk, "role_selection_strategy": "CONSENSUS"},
        {"approval_type": "role", "user_role": role.pk, "role_selection_strategy": "hierarchy_up"},
    ) == [
        by_user(user),
        by_user(user) | {"step_approval_type": "move"},
        by_self(),
        by_self(),
        by_role(role, "anyone"),
        by_role(role, "consensus"),
        by_role(role, "hierarchy_up") | {"hierarchy_levels": 1},
    ]


def faults(info: Any) -> list[tuple[ErrorCode, tuple[str, ...]]]:
    found: list[Fault] = []
    parse_approvals(info, path=("at",), faults=found)
    return [(fault.code, fault.path) for fault in found]


@pytest.mark.parametrize("info", [None, "", {}, {"color": "#123456"}, {"approvals": None}, {"approvals": []}])
def test_an_info_object_without_approvals_has_none(info: Any) -> None:
    found: list[Fault] = []
    assert (parse_approvals(info, path=(), faults=found), found) == ((), [])


@pytest.mark.parametrize(
    ("info", "told"),
    [
        ([], [(INVALID, ("at",))]),
        ("approvals", [(INVALID, ("at",))]),
        ({"approvals": {}}, [(INVALID, ("at", "approvals"))]),
        ({"approvals": "none"}, [(INVALID, ("at", "approvals"))]),
        ({"approvals": [by_self(), 5]}, [(INVALID, ("at", "approvals", "1"))]),
        ({"approvals": [{**by_self(), "b": 1, "a": 1}]}, [(INVALID, ("at", "approvals", "0", "a"))]),
        ({"approvals": [{"approval_user": 1}]}, [(REQUIRED, ("at", "approvals", "0", "approval_type"))]),
        (
            {"approvals": [{}, by_self(), {"approval_type": "user", "approval_user": 1.5}]},
            [
                (REQUIRED, ("at", "approvals", "0", "approval_type")),
                (INVALID, ("at", "approvals", "2", "approval_user")),
            ],
        ),
        (
            {"approvals": [by_self() | {"step_approval_type": "sign"}, by_self() | {"required_form": True}]},
            [
                (INVALID, ("at", "approvals", "0", "step_approval_type")),
                (INVALID, ("at", "approvals", "1", "required_form")),
            ],
        ),
    ],
)
def test_what_cannot_be_read_is_told_at_its_place(info: Any, told: Any) -> None:
    assert faults(info) == told


def test_what_can_be_read_beside_it_keeps_its_place_in_the_list() -> None:
    found: list[Fault] = []
    read = parse_approvals({"approvals": [by_self(), {}, by_self()]}, path=(), faults=found)
    assert [approval.index for approval in read] == [0, 2]
    assert read[0] == read[1]  # the place is no part of what it says


def test_keys_of_other_classes_are_written_as_text_and_everything_else_stays() -> None:
    key = uuid.uuid4()
    named = {"approval_user": key, "user_role": key, "required_form": key, "quorum_count": key}
    text = dict.fromkeys(("approval_user", "user_role", "required_form"), str(key))
    assert with_json_keys([named, {"user_role": None}, {"user_role": 7}, "x"]) == [
        {**named, **text},
        {"user_role": None},
        {"user_role": 7},
        "x",
    ]
    assert with_json_keys("approvals") == "approvals"


@pytest.mark.parametrize(
    ("approval", "text"),
    [
        ({"approval_type": "committee"}, "“committee” is none of: self-approved, role, user, team_head"),
        (by_self() | {"days": 3}, "An approval has no key “days”."),
        ({"approval_type": "role"}, "An approval by a role must name the role."),
        ({"approval_type": "user"}, "An approval by a user must name the user."),
        (by_self() | {"step_approval_type": "submit"}, "A step that submits a form must name the form."),
        (by_self() | {"quorum_count": 1}, "An approval of this kind takes no “quorum_count”."),
    ],
)
def test_people_are_told_in_words(approval: Any, text: str) -> None:
    found: list[Fault] = []
    parse_approvals({"approvals": [approval]}, path=(), faults=found)
    (fault,) = found
    assert fault.message.startswith(text)
