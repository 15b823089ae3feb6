"""Who and what approvals name: searched and shown with the permissions of their own admins, whatever the models are."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.contrib import admin as django_admin
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from django_workflow_engine.models import Stage, WorkFlow
from django_workflow_engine.services import attach_workflow_to_object
from gql_workflows.demo.models import DynamicForm
from tests.engine.admin.approval_pages import editor, holder, info, row_errors, rows, send, sent
from tests.engine.admin.controls import controls
from tests.engine.admin.pages import Admin
from tests.engine.admin.test_costs import statements
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, by_self, by_user, group_of, template_for
from tests.snapshot import unchanged
from tests.testapp.models import Desk, Team, UuidDocument

pytestmark = pytest.mark.django_db
SEARCH = "admin:django_workflow_engine_stage_approvals_search"
TURN = "admin:django_workflow_engine_stage_approvals_turn"


def clerk(*codenames: str) -> Admin:
    """The admin of somebody with these permissions alone."""
    user = User.objects.create_user("clerk", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client()
    client.force_login(user)
    return Admin(client)


def search(pages: Admin, **parameters: str) -> Any:
    return pages.client.get(reverse(SEARCH), parameters)


def found(pages: Admin, **parameters: str) -> list[dict[str, str]]:
    return search(pages, **parameters).json()["results"]


def turn(pages: Admin, to: str, fields: dict[str, str]) -> Any:
    return pages.client.post(reverse(TURN), {"name": "stage_info", "to": to, **fields})


def turned(page: Any) -> dict[str, str]:
    """What a browser would send of the editor that came back."""
    assert page.status_code == 200
    return controls(page.content.decode())


def test_people_and_roles_are_searched_as_their_own_admins_do(admin):
    fatima, group = UserFactory(username="fatima", last_name="Haddad"), group_of(name="Finance")
    assert found(admin, field_name="approval_user", term="hadd") == [{"id": str(fatima.pk), "text": "fatima"}]
    assert found(admin, field_name="user_role", term="fin") == [{"id": str(group.pk), "text": "Finance"}]
    assert found(admin, field_name="user_role", term="\x00none") == []
    assert found(admin, field_name="user_role", term="none " * 5_000) == []


def test_a_search_has_pages(admin):
    Group.objects.bulk_create(Group(name=f"Group {number:02}") for number in range(30))
    first, second = (search(admin, field_name="user_role", term="group", page=str(page)).json() for page in (1, 2))
    assert (len(first["results"]), first["pagination"]) == (20, {"more": True})
    assert (len(second["results"]), second["pagination"]) == (10, {"more": False})


def test_forms_are_searched_where_the_project_has_them(admin, settings):
    assert search(admin, field_name="required_form", term="").status_code == 404
    settings.APPROVAL_DYNAMIC_FORM_MODEL = "demo.DynamicForm"
    form = DynamicForm.objects.create(name="Reasons")
    assert found(admin, field_name="required_form", term="reas") == [{"id": str(form.pk), "text": "Reasons"}]


@pytest.mark.parametrize("name", ["", "approval_type", "company", "password"])
def test_nothing_else_is_searched(name, admin):
    assert search(admin, field_name=name, term="a").status_code == 404


def test_who_may_not_see_people_neither_searches_nor_reads_their_names():
    person = UserFactory(username="fatima")
    stage, pages = holder(1, by_user(person)), clerk("view_stage", "change_stage")
    page = pages.open(stage).content.decode()
    assert search(pages, field_name="approval_user", term="fat").status_code == 404
    assert "fatima" not in page
    assert f'name="stage_info-0-approval_user" value="{person.pk}"' in page
    data = sent(pages, stage) | {"stage_info-0-step_approval_type": "check_in_verify"}
    assert send(pages, stage, data).status_code == 302
    assert info(stage)["approvals"] == [by_user(person) | {"step_approval_type": "check_in_verify"}]


def test_a_visitor_searches_nothing(db):
    assert Client().get(reverse(SEARCH), {"field_name": "approval_user"}).status_code == 302
    assert Client().post(reverse(TURN), {"name": "stage_info"}).status_code == 302


def test_a_role_without_an_admin_is_written_as_its_key_with_its_name_beside(admin, settings):
    settings.APPROVAL_ROLE_MODEL = "testapp.Team"
    team, other = Team.objects.create(name="Board"), Team.objects.create(name="Crew")
    stage = holder(1, by_role(team))
    page = admin.open(stage).content.decode()
    assert "<strong>Board</strong>" in page
    assert send(admin, stage, sent(admin, stage) | {"stage_info-0-user_role": f" {other.pk} "}).status_code == 302
    assert info(stage)["approvals"] == [by_role(other)]


def test_a_role_whose_admin_has_no_search_is_looked_up_in_its_list(admin, settings, monkeypatch):
    monkeypatch.setattr(django_admin.site._registry[Group], "search_fields", ())
    group = group_of(name="Finance")
    page = admin.open(holder(1, by_role(group))).content.decode()
    assert 'href="/admin/auth/group/?_to_field=id" class="related-lookup" id="lookup_id_stage_info-0-user_role"' in page
    assert "<strong>Finance</strong>" in page


def test_a_role_whose_key_is_text(admin, settings):
    settings.APPROVAL_ROLE_MODEL = "testapp.Desk"
    Desk.objects.create(code="007")
    stage = holder(1, by_self())
    row = {"approval_type": "role", "user_role": "007"}
    assert send(admin, stage, sent(admin, stage) | rows("stage_info", row)).status_code == 302
    (approval,) = info(stage)["approvals"]
    assert approval["user_role"] == "007"


def test_a_form_whose_key_is_a_uuid(admin, settings):
    settings.APPROVAL_DYNAMIC_FORM_MODEL = "testapp.UuidDocument"
    form = UuidDocument.objects.create(title="Reasons")
    stage = holder(1, by_self())
    row = {"approval_type": "self-approved", "step_approval_type": "submit", "required_form": str(form.pk)}
    shouted = row | {"required_form": str(form.pk).upper()}
    assert send(admin, stage, sent(admin, stage) | rows("stage_info", shouted)).status_code == 302
    assert info(stage)["approvals"] == [row]
    with unchanged():
        page = send(admin, stage, sent(admin, stage) | rows("stage_info", row | {"required_form": str(uuid.uuid4())}))
    assert row_errors(page, "stage_info") == [{"required_form": ["There is no such row."]}]


def test_a_project_without_roles_still_has_the_page(admin, settings):
    settings.APPROVAL_ROLE_MODEL = None
    stage = holder(1, by_self())
    with unchanged():
        page = send(admin, stage, sent(admin, stage) | rows("stage_info", {"approval_type": "role", "user_role": "1"}))
    assert row_errors(page, "stage_info") == [{"user_role": ["There is no such row."]}]


def test_rows_become_json_and_json_becomes_rows_with_nothing_lost(admin):
    person = UserFactory(username="fatima")
    given = [{"approval_type": "user", "approval_user": str(person.pk)}, {"approval_type": "role", "rest": '{"x": 1}'}]
    page = turn(admin, "json", rows("stage_info", *given, rest='{"color": "#a1b2c3"}'))
    approvals = [by_user(person), {"approval_type": "role", "x": 1}]
    wanted = {"color": "#a1b2c3", "approvals": approvals}
    shown = turned(page)
    assert (shown["stage_info-mode"], json.loads(shown["stage_info"])) == ("json", wanted)
    back = turn(admin, "form", shown)
    assert "fatima" in back.content.decode()
    again = turned(turn(admin, "json", turned(back)))
    assert json.loads(again["stage_info"]) == wanted


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "Enter a valid JSON."),
        ('{"approvals": 5}', "This cannot be shown as rows."),
        ("[]", "This cannot be shown as rows."),
    ],
)
def test_json_that_no_rows_can_show_stays_json_and_says_why(text, message, admin):
    page = turn(admin, "form", {"stage_info-mode": "json", "stage_info": text})
    assert message in page.content.decode()
    shown = turned(page)
    assert (shown["stage_info-mode"], "".join(shown["stage_info"].split())) == ("json", "".join(text.split()))


def test_rows_that_cannot_be_read_stay_rows_and_say_why(admin):
    row = {"approval_type": "role", "quorum_count": "many"}
    page = turn(admin, "json", rows("stage_info", row))
    assert turned(page)["stage_info-0-quorum_count"] == "many"
    assert "Enter a whole number." in page.content.decode()


def test_only_who_edits_templates_turns_rows_into_json():
    pages = clerk("view_stage")
    assert turn(pages, "json", rows("stage_info", by_self())).status_code == 403
    assert pages.client.get(reverse(TURN)).status_code == 405


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_frozen_version_shows_its_approvals_with_names_and_no_fields(strategy, admin):
    person, group = UserFactory(username="fatima"), group_of(UserFactory(), name="Finance")
    named = {"approval_type": "custom", "custom_type": "by_names", "parameters": {"names": "fatima"}}
    approvals = [by_user(person), by_role(group, "quorum") | {"quorum_count": 1}, named]
    attach_workflow_to_object(DocumentFactory(), template_for(strategy, [approvals]))
    row = {1: Stage, 2: WorkFlow, 3: WorkFlow}[strategy].objects.get(is_hidden=True)
    page = admin.open(row).content.decode()
    for text in (
        "fatima",
        "Finance",
        "A named user",
        "A number of users with the role must approve: 1",
        "<td>Approve</td>",
        "<td>Users by their names</td>",
    ):
        assert text in page, text
    assert "approvals-modes" not in page
    assert "<textarea" not in page


def test_who_may_only_look_reads_keys_where_names_are_not_for_them():
    person = UserFactory(username="fatima")
    stage = holder(1, by_user(person))
    page = clerk("view_stage").open(stage).content.decode()
    assert f"<td>{person.pk}</td>" in page
    assert "fatima" not in page


@pytest.mark.parametrize("frozen", [False, True])
def test_a_page_costs_the_same_for_one_pipeline_and_for_twenty(frozen, admin):
    def workflow(pipelines: int) -> WorkFlow:
        approvals = [[by_user(UserFactory()), by_role(group_of(UserFactory()))] for _ in range(pipelines)]
        template = template_for(2, approvals)
        if not frozen:
            return template
        attach_workflow_to_object(DocumentFactory(), template)
        return WorkFlow.objects.get(cloned_from=template)

    one, twenty = workflow(1), workflow(20)
    few = statements(lambda: admin.open(one))
    assert statements(lambda: admin.open(twenty)) == few
    if not frozen:
        assert len(editor(admin.open(twenty), "pipelines-19-pipeline_info").forms) == 3
