"""Approvals edited as rows: nothing is lost on the way, and what is wrong stands at its row and field."""

from __future__ import annotations

import html
import json
from unittest.mock import Mock

import pytest

from django_workflow_engine.admin.approvals.rowset import ApprovalRow
from django_workflow_engine.definitions.approvals import KEYS, REFERENCES
from django_workflow_engine.models import Pipeline, Stage, WorkFlow
from gql_workflows.demo.models import DynamicForm
from tests.engine.admin.approval_pages import INFO, editor, holder, info, row_errors, rows, send, sent
from tests.engine.admin.controls import controls
from tests.engine.admin.pages import errors
from tests.factories import STRATEGIES, UserFactory, by_role, by_self, by_user, group_of, template_for
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db
DEEP = "[" * 100_000
MARKED = ["Correct the approvals that are marked below."]


@pytest.fixture(autouse=True)
def forms(settings) -> None:
    settings.APPROVAL_DYNAMIC_FORM_MODEL = "demo.DynamicForm"


def every_kind() -> list[dict]:
    """One approval of every kind, with every key somewhere among them."""
    role, form = group_of(UserFactory()), DynamicForm.objects.create(name="Reasons", form_schema={"type": "object"})
    return [
        by_self(),
        by_user(UserFactory()) | {"step_approval_type": "submit", "required_form": form.pk},
        {"approval_type": "team_head", "step_approval_type": "move"},
        by_role(role),
        by_role(role, "quorum") | {"quorum_count": 2},
        by_self() | {"deadline": {"after": "P2D", "working_time": True, "remind_before": ["P1D"]}},
        by_role(role, "percentage") | {"percentage_required": 62.5},
        by_role(role, "hierarchy_chain") | {"hierarchy_levels": 3, "step_approval_type": "check_in_verify"},
        {"approval_type": "custom", "custom_type": "by_names", "parameters": {"names": "ann"}},
    ]


def as_sent(approval: dict) -> dict:
    said = {key: json.dumps(value) if isinstance(value, dict) else value for key, value in approval.items()}
    return {"approval_type": approval["approval_type"], "step_approval_type": "approve"} | said


def saved(response) -> None:
    assert response.status_code == 302, (errors(response), response.context["adminform"].form.errors)


def test_every_key_of_an_approval_has_a_field():
    references = dict.fromkeys(REFERENCES, Mock(search_address=""))
    assert {*ApprovalRow(references=references).fields} == {*KEYS, "rest"}


def test_parameters_say_which_keys_each_type_takes_and_are_empty_where_there_are_none(admin):
    row = holder(1, by_self())
    parameters = editor(admin.open(row), "stage_info")[0]["parameters"]
    assert sent(admin, row)["stage_info-0-parameters"] == ""
    assert '<div>Users by their names: "names" (name) "on_floor" (order)</div>' in html.unescape(parameters.help_text)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_page_that_nobody_touched_stores_what_was_there(strategy, admin):
    row = holder(strategy, *every_kind())
    before = info(row)
    data = sent(admin, row)
    assert data[f"{INFO[type(row)]}-mode"] == "form"
    saved(send(admin, row, data))
    assert info(row) == before


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_approvals_of_every_kind_are_made_as_rows(strategy, admin):
    row, wanted = holder(strategy, by_self()), every_kind()
    name = INFO[type(row)]
    saved(send(admin, row, sent(admin, row) | rows(name, *map(as_sent, wanted))))
    assert info(row) == {"approvals": wanted}


def test_a_new_template_is_made_as_rows(admin):
    person = UserFactory()
    fields = controls(admin.open(WorkFlow).content.decode())
    fields |= {"name_en": "Leave", "strategy": "3"} | rows("workflow_info", as_sent(by_user(person)))
    saved(admin.client.post(admin.address(WorkFlow, "add"), fields))
    assert WorkFlow.objects.get().workflow_info == {"approvals": [by_user(person)]}


def test_rows_are_moved_and_removed_without_a_script(admin):
    first, second, third = people = [UserFactory() for _ in range(3)]
    stage = holder(1, *map(by_user, people))
    data = sent(admin, stage)
    data |= {"stage_info-0-ORDER": "9", "stage_info-1-DELETE": "on"}
    saved(send(admin, stage, data))
    assert info(stage) == {"approvals": [by_user(third), by_user(first)]}
    assert second.pk not in [approval["approval_user"] for approval in info(stage)["approvals"]]


def test_a_row_is_added_without_a_script(admin):
    stage, person = holder(1, by_self()), UserFactory()
    data = sent(admin, stage) | {"stage_info-1-approval_type": "user", "stage_info-1-approval_user": str(person.pk)}
    saved(send(admin, stage, data))
    assert info(stage) == {"approvals": [by_self(), by_user(person)]}


def test_the_last_row_is_removed(admin):
    stage = holder(1, by_self())
    saved(send(admin, stage, sent(admin, stage) | {"stage_info-0-DELETE": "on"}))
    assert info(stage) == {"approvals": []}


def test_what_is_stored_beside_the_approvals_stays(admin):
    stage = holder(1, by_self())
    kept = {"color": "#a1b2c3", "approvals": [by_self()], "notes": {"of": ["the", "client"], "n": 1.5, "no": None}}
    Stage.objects.filter(pk=stage.pk).update(stage_info=kept)
    person = UserFactory()
    data = sent(admin, stage) | {"stage_info-1-approval_type": "user", "stage_info-1-approval_user": str(person.pk)}
    saved(send(admin, stage, data))
    assert info(stage) == {**kept, "approvals": [by_self(), by_user(person)]}


def test_a_key_of_an_approval_that_nobody_knows_is_told_at_its_row_and_not_lost(admin):
    stage = holder(1, by_self())
    Stage.objects.filter(pk=stage.pk).update(stage_info={"approvals": [by_self(), {**by_self(), "days": 3}]})
    data = sent(admin, stage) | {"name_en": "Renamed"}
    with unchanged():
        page = send(admin, stage, data)
    assert errors(page) == {"stage_info": MARKED}
    assert row_errors(page, "stage_info")[:2] == [{}, {"__all__": ["An approval has no key “days”."]}]
    assert json.loads(controls(page.content.decode())["stage_info-1-rest"]) == {"days": 3}


@pytest.mark.parametrize(
    ("row", "field", "message"),
    [
        ({"approval_type": "user"}, "approval_user", "An approval by a user must name the user."),
        ({"approval_type": "role"}, "user_role", "An approval by a role must name the role."),
        ({"approval_type": "role", "user_role": "x"}, "user_role", "There is no such row."),
        ({"approval_type": "user", "approval_user": "999999"}, "approval_user", "There is no such row."),
        ({"approval_type": "user", "approval_user": "\x00"}, "approval_user", "Null characters are not allowed."),
        ({"approval_user": "1"}, "approval_type", "An approval must say who decides it."),
        ({"approval_type": "nobody"}, "approval_type", "Select a valid choice. nobody is not one of"),
        ({"approval_type": "self-approved", "quorum_count": "1"}, "quorum_count", "An approval of this kind takes no"),
        ({"approval_type": "team_head", "step_approval_type": "submit"}, "required_form", "A step that submits a form"),
        ({"approval_type": "self-approved", "quorum_count": "many"}, "quorum_count", "Enter a whole number."),
        ({"approval_type": "self-approved", "percentage_required": "nan"}, "percentage_required", "Enter a number."),
    ],
)
def test_a_fault_stands_at_its_row_and_field(row, field, message, admin):
    stage = holder(1, by_self())
    filled = [as_sent(by_self()), {"step_approval_type": "approve"} | row]
    with unchanged():
        page = send(admin, stage, sent(admin, stage) | rows("stage_info", *filled))
    assert errors(page) == {"stage_info": MARKED}
    first, second = row_errors(page, "stage_info")
    assert first == {}
    ((name, (text,)),) = second.items()
    assert (name, text[: len(message)]) == (field, message)


def test_a_fault_stands_at_the_row_that_was_moved(admin):
    stage = holder(1, by_self())
    filled = [{"approval_type": "user", "ORDER": 2}, {**by_self(), "ORDER": 1}]
    page = send(admin, stage, sent(admin, stage) | rows("stage_info", *filled))
    assert row_errors(page, "stage_info") == [{"approval_user": ["An approval by a user must name the user."]}, {}]


def test_what_the_strategy_refuses_stands_at_its_row(admin):
    workflow = holder(3, by_self())
    with unchanged():
        page = send(
            admin,
            workflow,
            sent(admin, workflow) | rows("workflow_info", {"approval_type": "department_head"}),
        )
    (found,) = row_errors(page, "workflow_info")
    assert list(found) == ["approval_type"]


def test_a_person_who_is_gone_keeps_nobody_from_renaming_the_stage(admin):
    person = UserFactory()
    key, stage = person.pk, holder(1, by_user(person), by_self())
    person.delete()
    assert f"{key} (there is no such row)" in admin.open(stage).content.decode()
    data = sent(admin, stage)
    saved(send(admin, stage, data | {"name_en": "Renamed"}))
    with unchanged():
        page = send(admin, stage, data | {"stage_info-1-DELETE": "on"})
    assert row_errors(page, "stage_info")[0] == {"approval_user": ["There is no such row."]}


@pytest.mark.parametrize("total", ["", "many", "-1", "99999999"])
def test_a_number_of_rows_that_cannot_be_is_refused(total, admin):
    stage = holder(1, by_self())
    with unchanged():
        page = send(admin, stage, sent(admin, stage) | rows("stage_info", as_sent(by_self()), TOTAL_FORMS=total))
    assert list(errors(page)) == ["stage_info"]


@pytest.mark.parametrize("rest", ["[]", "nothing", '"x"', DEEP])
def test_other_values_that_cannot_be_read_are_refused(rest, admin):
    stage = holder(1, by_self())
    with unchanged():
        page = send(admin, stage, sent(admin, stage) | rows("stage_info", as_sent(by_self()), rest=rest))
    assert errors(page) == {"stage_info": ["The approvals could not be read."]}


def test_json_is_still_possible(admin):
    stage, person = holder(1, by_self()), UserFactory()
    text = json.dumps({"approvals": [by_user(person)]})
    saved(send(admin, stage, sent(admin, stage) | {"stage_info-mode": "json", "stage_info": text}))
    assert info(stage) == {"approvals": [by_user(person)]}


def test_json_that_is_too_deep_to_be_read_is_refused(admin):
    stage = holder(1, by_self())
    with unchanged():
        page = send(admin, stage, sent(admin, stage) | {"stage_info-mode": "json", "stage_info": DEEP})
        assert errors(page) == {"stage_info": ["Enter a valid JSON."]}
        row = as_sent(by_self()) | {"rest": DEEP}
        page = send(admin, stage, sent(admin, stage) | rows("stage_info", row))
    assert errors(page) == {"stage_info": MARKED}


def test_json_that_was_refused_is_shown_as_json_again(admin):
    stage = holder(1, by_self())
    text = '{"approvals": [{"approval_type": "user"}]}'
    page = send(admin, stage, sent(admin, stage) | {"stage_info-mode": "json", "stage_info": text})
    message = "stage_info.approvals.0.approval_user: An approval by a user must name the user."
    assert errors(page) == {"stage_info": [message]}
    shown = controls(page.content.decode())
    assert (shown["stage_info-mode"], json.loads(shown["stage_info"])) == ("json", json.loads(text))


@pytest.mark.parametrize(
    "stored",
    [
        {"approvals": "none"},
        {"approvals": [5]},
        {"approvals": [{"approval_type": "nobody"}]},
        {"approvals": [{"approval_type": "role", "user_role": {"a": 1}}]},
        {"approvals": [{"approval_type": "role", "quorum_count": "two"}]},
        [1],
    ],
)
def test_what_no_row_can_show_is_shown_as_json(stored, admin):
    stage = holder(1, by_self())
    Stage.objects.filter(pk=stage.pk).update(stage_info=stored)
    shown = sent(admin, stage)
    assert (shown["stage_info-mode"], json.loads(shown["stage_info"])) == ("json", stored)


def test_the_pipelines_of_a_workflow_are_edited_as_rows_on_its_page(admin):
    one, two, person = UserFactory(), UserFactory(), UserFactory()
    workflow = template_for(2, [[by_user(one)], [by_user(two)]])
    data = sent(admin, workflow) | {"pipelines-TOTAL_FORMS": "3", "pipelines-2-name_en": "New"}
    data |= rows("pipelines-1-pipeline_info", as_sent(by_user(person)), as_sent(by_user(two)))
    data |= rows("pipelines-2-pipeline_info", as_sent(by_self()))
    saved(send(admin, workflow, data))
    assert list(Pipeline.objects.values_list("pipeline_info", flat=True)) == [
        {"approvals": [by_user(one)]},
        {"approvals": [by_user(person), by_user(two)]},
        {"approvals": [by_self()]},
    ]


def test_a_fault_of_a_pipeline_on_its_workflow_s_page_stands_at_its_row(admin):
    workflow = template_for(2, [[by_self()], [by_self()]])
    data = sent(admin, workflow) | rows("pipelines-1-pipeline_info", {"approval_type": "user"})
    with unchanged():
        page = send(admin, workflow, data)
    assert errors(page) == {"pipelines-1-pipeline_info": MARKED}
    assert row_errors(page, "pipelines-1-pipeline_info") == [
        {"approval_user": ["An approval by a user must name the user."]}
    ]
    assert len(editor(page, "pipelines-0-pipeline_info").forms) == 2


def test_a_pipeline_whose_stages_carry_the_approvals_has_no_rows(admin):
    pipeline = template_for(1, [[by_self()]]).pipelines.get()
    page = admin.open(pipeline).content.decode()
    assert "pipeline_info-TOTAL_FORMS" not in page
    assert 'name="pipeline_info"' in page


@pytest.mark.parametrize(("strategy", "label", "told"), [(1, "Configuration:", True), (2, "Approvals:", False)])
def test_a_pipeline_says_where_approvals_are_asked_for(admin, strategy, label, told):
    pipeline = template_for(strategy, [[by_self()]]).pipelines.get()
    page = admin.open(pipeline).content.decode()
    assert f"<label>{label}</label>" in page or f'for="id_pipeline_info">{label}</label>' in page
    assert ("Approvals are asked for on the stages of this workflow, not here." in page) is told
