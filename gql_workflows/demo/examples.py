"""What GraphiQL opens with on the sample project: the usual operations, with the ids of the demo's own rows.

The page is shown before anybody signs in, so it names nothing but what the seed command makes; where that was never
run, the usual examples stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast

from django_workflow_engine.models import WorkFlow, WorkflowAttachment
from gql_workflows.demo.models import PurchaseRequest
from gql_workflows.demo.people import BUDGET_MANAGERS, COMPANY, PEOPLE, REQUESTER, REVIEWERS
from gql_workflows.demo.template import NAME
from gql_workflows.graphiql.examples import Example, usual_examples
from gql_workflows.ids import global_id

_PASSWORDS: Final = {person.username: person.password for person in PEOPLE}
_NOTES: Final = {
    "Sign in": f"""
# The demo's people: {REQUESTER} asks for purchases, {COMPANY} keeps
# the templates, fatima and frank review, bilal and bea
# hold the budget, carla signs, elias and eva decide, and
# admin may do everything. A password is the name with
# "-demo-1" after it.
#
""",
    "Create a template": f"# Sign in as {COMPANY} first.\n",
    "Attach": f"# Sign in as {REQUESTER} first.\n",
}


def demo_examples() -> Sequence[Example]:
    """The usual examples, filled in."""
    template = WorkFlow.objects.templates().filter(name_en=NAME, company__username=COMPANY).first()
    if template is None:
        return usual_examples()
    values = _values(template)
    return [
        replace(
            example,
            query=_NOTES.get(example.title, "").lstrip() + example.query,
            variables=values.get(example.title, example.variables),
        )
        for example in usual_examples()
    ]


def _values(template: WorkFlow) -> dict[str, dict[str, Any]]:
    """The variables of the examples that can be filled in."""
    target = {"model": "demo.PurchaseRequest", "id": _free_request()}
    return {
        "Sign in": {"username": REQUESTER, "password": _PASSWORDS[REQUESTER]},
        "Create a template": {"input": _small_template()},
        "Attach": {"input": {"workflowId": global_id("Workflow", template.pk), "target": target}},
    }


def _small_template() -> dict[str, Any]:
    company = get_user_model()._default_manager.get(username=COMPANY)
    stages = [
        {"nameEn": "Review", "approvals": [_by_role(REVIEWERS)]},
        {"nameEn": "Budget", "approvals": [_by_role(BUDGET_MANAGERS)]},
    ]
    return {
        "nameEn": "Small purchases",
        "nameAr": "المشتريات الصغيرة",
        "companyId": global_id("User", company.pk),
        "pipelines": [{"nameEn": "Finance", "nameAr": "المالية", "stages": stages}],
    }


def _by_role(name: str) -> dict[str, Any]:
    role = Group.objects.get(name=name)
    return {"approvalType": "ROLE", "userRole": global_id("Role", role.pk), "roleSelectionStrategy": "ANYONE"}


def _free_request() -> str:
    """The first of the requester's purchase requests that never had a workflow; empty where there is none."""
    attached = WorkflowAttachment.objects.filter(
        content_type=ContentType.objects.get_for_model(PurchaseRequest), object_id=OuterRef("key")
    )
    free = PurchaseRequest.objects.annotate(key=Cast("pk", CharField())).exclude(Exists(attached))
    found = free.filter(requester__username=REQUESTER).order_by("pk").first()
    return "" if found is None else str(found.pk)
