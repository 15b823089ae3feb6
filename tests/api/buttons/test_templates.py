"""The buttons of a workflow: edit and delete, by what it is used for and by who looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import pytest
from django.contrib.auth.models import Permission, User

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.services import attach_workflow_to_object, cancel_workflow
from gql_workflows.access.changing import TemplateObstacle
from gql_workflows.ids import global_id
from gql_workflows.permissions import AccessPolicy
from tests.api.buttons.pressing import Button, button, check
from tests.api.conftest import Office
from tests.client import count_statements
from tests.factories import STRATEGIES, DocumentFactory, UserFactory

Reasons = list[str | None] | None
NO: Final = ["NOT_ALLOWED", "NOT_ALLOWED"]


class Company(AccessPolicy):
    """A project with a tenancy of its own: whoever is called acme owns the others' templates, and nobody deletes."""

    def companies(self, user: Any) -> Any:
        everybody = User.objects.values_list("pk", flat=True)
        return list(everybody) if user.username == "acme" else []

    def may_delete_template(self, user: Any, company_id: Any) -> bool:
        return False

    def runs_on(self, user: Any, template: WorkFlow) -> bool:
        return template.name_en.startswith("Held") or super().runs_on(user, template)


def use(office: Office, template: WorkFlow) -> WorkFlow:
    attach_workflow_to_object(office.document, template, user=office.owner)
    return template


def version(office: Office, template: WorkFlow) -> WorkFlow:
    return attach_workflow_to_object(office.document, template, user=office.owner).workflow


def run_on_itself(office: Office, template: WorkFlow) -> WorkFlow:
    acme = User.objects.get(username="acme")
    attach_workflow_to_object(DocumentFactory(created_by=acme), template, user=office.owner, disable_clone=True)
    return template


def ended(office: Office, template: WorkFlow) -> WorkFlow:
    attached = attach_workflow_to_object(office.document, template, user=office.owner, disable_clone=True)
    cancel_workflow(attachment_id=attached.pk, actor=office.owner, reason="Over")
    return template


def everybody_s(office: Office, template: WorkFlow) -> WorkFlow:
    WorkFlow.objects.filter(pk=template.pk).update(company=None)
    return template


# Which workflow is looked at, and the reasons against editing and against deleting it, by who looks.
USES: Final[Mapping[str, tuple[Callable[[Office, WorkFlow], WorkFlow], Mapping[str, Reasons]]]] = {
    "free": (
        lambda office, template: template,
        {"acme": [None, None], "root": [None, None], "clerk": [None, "NOT_ALLOWED"], "stan": None},
    ),
    "everybody's": (everybody_s, {"acme": NO, "stan": NO, "clerk": [None, "NOT_ALLOWED"], "root": [None, None]}),
    "used": (use, {"acme": [None, "IN_USE"], "root": [None, "IN_USE"], "clerk": [None, "NOT_ALLOWED"]}),
    "a version": (
        version,
        {"acme": ["FROZEN", "FROZEN"], "root": ["FROZEN", "FROZEN"], "clerk": ["FROZEN", "NOT_ALLOWED"], "mona": NO},
    ),
    "run on itself": (
        run_on_itself,
        {"acme": ["OWN_OBJECT_RUNS", "IN_USE"], "root": [None, "IN_USE"], "mona": NO},
    ),
    "run on itself before": (ended, {"acme": [None, "IN_USE"], "root": [None, "IN_USE"]}),
}


@pytest.fixture
def template_of(office: Office) -> Callable[..., WorkFlow]:
    """Makes the company's template; there are an administrator, too, and a clerk who may see and change templates."""
    acme, clerk = UserFactory(username="acme"), UserFactory(username="clerk", is_staff=True)
    UserFactory(username="root", is_staff=True, is_superuser=True)
    clerk.user_permissions.set(Permission.objects.filter(codename__in=["view_workflow", "change_workflow"]))
    return lambda strategy, **fields: office.template(strategy, company_id=acme.pk, **fields)


def buttons_of(workflow: WorkFlow) -> tuple[list[Button], str]:
    node_id = global_id("Workflow", workflow.pk)
    document = "mutation M($id: ID!) { deleteWorkflow(id: $id) { errors { code } } }"
    edit = button("Edit", "updateWorkflow", {"id": node_id, "nameEn": "Another"})
    return [edit, Button(does="Delete", document=document, variables={"id": node_id})], node_id


def reasons(workflow: WorkFlow, name: str) -> Reasons:
    buttons, node_id = buttons_of(workflow)
    return check(User.objects.get(username=name), "Workflow", buttons, node_id)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("name", USES)
def test_the_buttons_say_what_the_mutations_answer(
    office: Office, template_of: Callable[..., WorkFlow], name: str, strategy: WorkflowStrategy
) -> None:
    find, told = USES[name]
    workflow = find(office, template_of(strategy))
    assert {who: reasons(workflow, who) for who in told} == told


def test_a_project_s_own_policy_is_asked(office: Office, template_of: Callable[..., WorkFlow], settings: Any) -> None:
    settings.GQL_WORKFLOWS = {"ACCESS_POLICY": f"{__name__}.{Company.__name__}"}
    assert reasons(template_of(1), "acme") == [None, "NOT_ALLOWED"]
    assert reasons(template_of(1, name_en="Held"), "acme") == ["OWN_OBJECT_RUNS", "NOT_ALLOWED"]


def test_every_reason_is_told_somewhere() -> None:
    told = {reason for _find, rows in USES.values() for row in rows.values() for reason in row or ()}
    assert told - {None} == set(TemplateObstacle.__members__)


def test_a_page_costs_the_same_whatever_runs_on_its_templates(
    office: Office, template_of: Callable[..., WorkFlow]
) -> None:
    """Templates that objects run on themselves, some of them the viewer's own, cost no more for many than for two."""
    document = "{ workflows(first: %d) { edges { node { viewerCannotEditReason viewerCannotDeleteReason } } } }"
    acme = User.objects.get(username="acme")
    for number in range(6):
        target = DocumentFactory(created_by=acme if number % 2 else office.owner)
        attach_workflow_to_object(target, template_of(1), user=office.owner, disable_clone=True)
    few, many = (count_statements(document % rows, acme) for rows in (2, 6))
    told = [tuple(edge["node"].values()) for edge in many[1]["workflows"]["edges"]]
    assert sorted(told, key=str) == [("OWN_OBJECT_RUNS", "IN_USE")] * 3 + [(None, "IN_USE")] * 3
    assert few[0] == many[0]
