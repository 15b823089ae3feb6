"""Whom one may look up: each way of meeting somebody by itself, and nobody besides."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User

from django_workflow_engine.services import attach_workflow_to_object, cancel_workflow
from gql_workflows.demo.models import Department, DynamicForm
from gql_workflows.ids import global_id
from gql_workflows.permissions import AccessPolicy
from tests.api.documents import NODE
from tests.client import Api
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_user, group_of, template_for
from tests.runs import asked, seat
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db

DELEGATE = """
mutation Pass($input: DelegateStepInput!) { delegateStep(input: $input) { outcome errors { code path } } }
"""
PICK = """
query Pick {
  users(first: 100) { edges { node { username } } }
  roles { edges { node { name } } }
  departments { edges { node { name } } }
  forms { edges { node { name } } }
}
"""


def allowed(*codenames: str, **fields: Any) -> User:
    user: User = UserFactory(username="viewer", **fields)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


def met(viewer: User) -> set[str]:
    """Who is in the list of people; every one of them is a node, and nobody else is."""
    api = Api(viewer)
    listed = {edge["node"]["username"] for edge in api.run(PICK)["users"]["edges"]}
    nodes = {name for name, key in User.objects.values_list("username", "pk") if _is_node(api, "User", key)}
    assert listed == nodes
    return listed


def _is_node(api: Api, type_name: str, key: Any) -> bool:
    return api.run(NODE, id=global_id(type_name, key))["node"] is not None


@pytest.fixture
def viewer() -> User:
    UserFactory(username="stranger")
    return allowed()


def person(name: str) -> User:
    made: User = UserFactory(username=name)
    return made


def test_everybody_meets_oneself(viewer: User) -> None:
    group_of(User.objects.get(username="stranger"))
    assert met(viewer) == {"viewer"}


def test_who_holds_the_same_role_is_met(viewer: User) -> None:
    group_of(viewer, person("colleague"))
    group_of(person("other"))
    assert met(viewer) == {"viewer", "colleague"}


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_who_made_a_template_that_is_seen_is_met(strategy: int, viewer: User) -> None:
    for author, company in ((person("author"), None), (person("hidden"), person("acme").pk)):
        template = template_for(strategy, [[by_user(viewer)]], company_id=company)
        type(template).objects.filter(pk=template.pk).update(created_by=author)
    assert met(viewer) == {"viewer", "author"}


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_company_of_a_run_that_is_seen_and_whose_own_it_is_are_met(strategy: int, viewer: User) -> None:
    template = template_for(strategy, [[by_user(viewer)]], company_id=person("acme").pk)
    attach_workflow_to_object(DocumentFactory(created_by=person("creator")), template, person("starter"))
    hidden = template_for(strategy, [[by_user(person("rivals"))]], company_id=person("rival").pk)
    attach_workflow_to_object(DocumentFactory(), hidden, person("rival-starter"))
    assert met(viewer) == {"viewer", "acme", "starter", "creator"}


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_who_is_asked_in_a_run_that_is_seen_and_who_called_it_off_are_met(strategy: int, viewer: User) -> None:
    template = template_for(strategy, [[by_user(person("approver"))]], company_id=viewer.pk)
    attachment = attach_workflow_to_object(DocumentFactory(), template, viewer)
    assert met(viewer) == {"viewer", "approver"}
    chief = UserFactory(username="chief", is_staff=True, is_superuser=True)
    cancel_workflow(attachment_id=attachment.pk, actor=chief, reason="Over")
    assert met(viewer) == {"viewer", "approver", "chief"}


@pytest.mark.parametrize(
    ("codenames", "is_staff", "sees_all"),
    [
        (["view_user"], True, True),
        (["view_user"], False, False),
        (["view_group", "view_workflow"], True, False),
        (["add_workflow"], False, True),
        (["change_workflow"], True, False),
    ],
)
def test_administrators_and_authors_meet_everybody(codenames: list[str], is_staff: bool, sees_all: bool) -> None:
    viewer = allowed(*codenames, is_staff=is_staff)
    person("stranger")
    assert met(viewer) == ({"viewer", "stranger"} if sees_all else {"viewer"})


@pytest.mark.parametrize(
    ("codenames", "is_staff", "roles", "others"),
    [
        ([], True, {"Own"}, set()),
        (["view_group"], True, {"Own", "Another"}, set()),
        (["view_group"], False, {"Own"}, set()),
        (["add_workflow"], False, {"Own", "Another"}, {"Finance", "Budget"}),
        (["change_workflow", "view_department", "view_dynamicform"], True, {"Own"}, set()),
    ],
)
def test_roles_departments_and_forms_that_may_be_named(
    codenames: list[str], is_staff: bool, roles: set[str], others: set[str], settings: Any
) -> None:
    settings.APPROVAL_DYNAMIC_FORM_MODEL = "demo.DynamicForm"
    viewer = allowed(*codenames, is_staff=is_staff)
    own, another = group_of(viewer, name="Own"), group_of(name="Another")
    department, form = Department.objects.create(name="Finance"), DynamicForm.objects.create(name="Budget")
    api = Api(viewer)
    found = {name: {edge["node"]["name"] for edge in page["edges"]} for name, page in _named(api).items()}
    assert found == {"roles": roles, "departments": others & {"Finance"}, "forms": others & {"Budget"}}
    nodes = [("Role", own), ("Role", another), ("Department", department), ("Form", form)]
    shown = {row.name for type_name, row in nodes if _is_node(api, type_name, row.pk)}
    assert shown == roles | others


def _named(api: Api) -> dict[str, Any]:
    return {name: page for name, page in api.run(PICK).items() if name != "users"}


@pytest.mark.parametrize("codenames", [[], ["add_workflow"]])
def test_a_project_without_roles_departments_and_forms_has_none_to_name(codenames: list[str], settings: Any) -> None:
    settings.APPROVAL_ROLE_MODEL = settings.APPROVAL_DYNAMIC_FORM_MODEL = None
    settings.DJANGO_WORKFLOW_ENGINE = {**settings.DJANGO_WORKFLOW_ENGINE, "DEPARTMENT_MODEL": None}
    viewer = allowed(*codenames)
    group = group_of(viewer)
    api = Api(viewer)
    assert [page["edges"] for page in _named(api).values()] == [[], [], []]
    assert not _is_node(api, "Role", group.pk)


class NamesNobody(AccessPolicy):
    """A project in which nobody is named by people in templates."""

    def people_to_name(self, user: Any) -> Any:
        return super().people_to_name(user).none()


class SeesNobody(AccessPolicy):
    """A project in which nobody is looked up, and colleagues are named."""

    def users(self, user: Any) -> Any:
        return super().users(user).none()

    def people_to_name(self, user: Any) -> Any:
        return self.colleagues(user)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("policy", [NamesNobody, SeesNobody])
def test_a_seat_is_passed_to_whom_one_may_look_up_or_name(
    strategy: int, viewer: User, settings: Any, policy: type[AccessPolicy]
) -> None:
    settings.GQL_WORKFLOWS = {"ACCESS_POLICY": f"{__name__}.{policy.__name__}"}
    colleague, document = person("colleague"), DocumentFactory()
    group_of(viewer, colleague)
    attach_workflow_to_object(document, template_for(strategy, [[by_user(viewer)]]), UserFactory())
    step = global_id("ApprovalStep", seat(document, viewer).pk)
    stranger = User.objects.get(username="stranger")
    with unchanged():
        given = {"stepId": step, "userId": global_id("User", stranger.pk)}
        answer = Api(viewer).run(DELEGATE, input=given)["delegateStep"]
    assert answer == {"outcome": None, "errors": [{"code": "NOT_FOUND", "path": ["userId"]}]}
    given = {"stepId": step, "userId": global_id("User", colleague.pk)}
    answer = Api(viewer).run(DELEGATE, input=given)["delegateStep"]
    assert (answer, asked(document)) == ({"outcome": "DELEGATED", "errors": []}, [colleague])
