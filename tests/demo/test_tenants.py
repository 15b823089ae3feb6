"""The sample policy keeps companies apart: people copy it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from gql_workflows.demo.access import DemoAccessPolicy
from gql_workflows.demo.models import Department, DynamicForm
from gql_workflows.demo.seed import seed_demo
from gql_workflows.ids import global_id
from tests.client import Api
from tests.factories import UserFactory

PICK = """
query Pick {
  users(first: 100) { edges { node { username } } }
  roles { edges { node { name } } }
  departments { edges { node { name } } }
  forms { edges { node { name } } }
}
"""
CREATE = "mutation Create($input: CreateWorkflowInput!) { createWorkflow(input: $input) { errors { code path } } }"
ACME = {"acme", "erin", "sami", "fatima", "frank", "bilal", "bea", "carla", "elias", "eva"}
ACMES_ROLES = {"acme", "Finance reviewers", "Budget managers", "Executives"}


@pytest.fixture
def globex(db: None, settings: Any) -> dict[str, User]:
    """The demo with a second company, which has a member, a department and a form of its own."""
    settings.GQL_WORKFLOWS = {"ACCESS_POLICY": "gql_workflows.demo.access.DemoAccessPolicy"}
    settings.APPROVAL_DYNAMIC_FORM_MODEL = "demo.DynamicForm"
    seed_demo()
    company, member = UserFactory(username="globex"), UserFactory(username="gina")
    Group.objects.create(name="globex").user_set.add(company, member)
    Department.objects.create(name="Finance", company=company)
    DynamicForm.objects.create(name="Globex budget", company=company)
    DynamicForm.objects.create(name="Acme budget", company=User.objects.get(username="acme"))
    DynamicForm.objects.create(name="Everybody's")
    return {"company": company, "member": member}


def picked(user: User) -> dict[str, set[str]]:
    """The names that somebody may pick from, by list."""
    found = Api(user).run(PICK)
    return {name: {next(iter(edge["node"].values())) for edge in page["edges"]} for name, page in found.items()}


def person(name: str) -> User:
    return User.objects.get(username=name)


@pytest.mark.parametrize("name", ["erin", "acme", "carla"])
def test_a_member_sees_the_own_companys_people_roles_departments_and_forms(globex: Any, name: str) -> None:
    assert picked(person(name)) == {
        "users": ACME,
        "roles": ACMES_ROLES,
        "departments": {"Finance", "Management"},
        "forms": {"Acme budget", "Everybody's"},
    }


@pytest.mark.parametrize("name", ["gina", "globex"])
def test_another_company_sees_nothing_of_it(globex: Any, name: str) -> None:
    assert picked(person(name)) == {
        "users": {"globex", "gina"},
        "roles": {"globex"},
        "departments": {"Finance"},
        "forms": {"Globex budget", "Everybody's"},
    }


def test_somebody_of_no_company_sees_nothing(globex: Any) -> None:
    assert picked(person("stan")) == {"users": {"stan"}, "roles": set(), "departments": set(), "forms": set()}


def test_a_role_that_spans_companies_makes_no_colleagues(globex: Any) -> None:
    Group.objects.get(name="Executives").user_set.add(globex["member"])
    assert picked(globex["member"])["users"] == {"globex", "gina"}
    assert not DemoAccessPolicy().delegates(globex["member"]).filter(username="elias").exists()


def test_who_runs_the_project_sees_all_of_it(globex: Any) -> None:
    found = picked(person("admin"))
    assert found["users"] == ACME | {"admin", "stan", "globex", "gina"}
    assert found["forms"] == {"Acme budget", "Globex budget", "Everybody's"}


@pytest.mark.parametrize("kind", ["department", "form", "user", "role"])
def test_a_template_of_ones_own_names_nothing_of_another_company(globex: Any, kind: str) -> None:
    acmes = {
        "department": Department.objects.get(name="Management").pk,
        "form": global_id("Form", DynamicForm.objects.get(name="Acme budget").pk),
        "user": global_id("User", person("carla").pk),
        "role": global_id("Role", Group.objects.get(name="Executives").pk),
    }
    approval: dict[str, Any] = {"approvalType": "USER", "approvalUser": global_id("User", globex["member"].pk)}
    if kind == "role":
        approval = {"approvalType": "ROLE", "userRole": acmes["role"], "roleSelectionStrategy": "ANYONE"}
    if kind == "user":
        approval["approvalUser"] = acmes["user"]
    if kind == "form":
        approval |= {"stepApprovalType": "SUBMIT", "requiredForm": acmes["form"]}
    pipeline: dict[str, Any] = {"nameEn": "One", "stages": [{"nameEn": "One", "approvals": [approval]}]}
    if kind == "department":
        pipeline["departmentId"] = str(acmes["department"])
    given = {"nameEn": "Spy", "companyId": global_id("User", globex["company"].pk), "pipelines": [pipeline]}
    answer = Api(globex["member"]).run(CREATE, input=given)["createWorkflow"]
    assert [error["code"] for error in answer["errors"]] == ["NOT_FOUND"]


def test_two_companies_have_departments_of_the_same_name_and_one_has_it_once(globex: Any) -> None:
    assert Department.objects.filter(name="Finance").count() == 2
    of_every_company = [None] if connection.features.supports_partial_indexes else []  # MySQL has no such constraint
    for company in (globex["company"], *of_every_company):
        with pytest.raises(IntegrityError), transaction.atomic():
            Department.objects.bulk_create([Department(name="Finance", company=company)] * (1 if company else 2))


@pytest.mark.django_db
def test_a_demo_that_knew_no_companies_goes_on() -> None:
    seed_demo()
    before = list(Department.objects.order_by("pk").values_list("pk", "name"))
    Department.objects.update(company=None)
    data = seed_demo()
    assert list(Department.objects.order_by("pk").values_list("pk", "name")) == before
    assert set(Department.objects.values_list("company__username", flat=True)) == {"acme"}
    assert seed_demo() == data


@pytest.mark.django_db(transaction=True)
def test_the_migration_goes_forth_and_back_with_its_rows() -> None:
    """A department of an older demo is kept, as every company's, until the demo is filled again."""
    executor = MigrationExecutor(connection)
    old = executor.migrate([("demo", "0003_names_for_people")]).apps.get_model("demo", "Department")
    try:
        old.objects.create(name="Finance")
    finally:
        call_command("migrate", "demo", verbosity=0)
    assert list(Department.objects.values_list("name", "company")) == [("Finance", None)]
