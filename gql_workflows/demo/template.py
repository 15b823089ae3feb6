"""The reference's purchase-request template: Finance in three stages, then Management for what is not small."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth.models import Group

from django_workflow_engine.choices import ComparisonOperator
from django_workflow_engine.definitions.conditions.expressions import Comparison
from django_workflow_engine.definitions.specs import PipelineSpec, StageSpec, WorkflowSpec
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.services import create_workflow
from gql_workflows.demo.models import Department
from gql_workflows.demo.people import BUDGET_MANAGERS, CFO, COMPANY, EXECUTIVES, REVIEWERS

NAME: Final = "Purchase Request Approval"
DEPARTMENTS: Final = ("Finance", "Management")
NOT_SMALL: Final = Comparison(field="amount", operator=ComparisonOperator.GREATER_OR_EQUAL, value=1000)


def ensure_template(users: dict[str, Any]) -> WorkFlow:
    """The template, made where it is missing; departments of demos that knew no companies become the company's."""
    for name in DEPARTMENTS:
        _department(name, users[COMPANY])
    found = WorkFlow.objects.templates().filter(name_en=NAME, company=users[COMPANY]).order_by("pk").first()
    return found or create_workflow(spec=_spec(users), actor=users[COMPANY])


def _spec(users: dict[str, Any]) -> WorkflowSpec:
    finance, management = (_department(name, users[COMPANY]) for name in DEPARTMENTS)
    return WorkflowSpec(
        name_en=NAME,
        name_ar="موافقة طلب الشراء",
        description="Finance reviews, then management decides what is not small.",
        company_id=users[COMPANY].pk,
        pipelines=[
            PipelineSpec(
                name_en="Finance",
                name_ar="المالية",
                order=1,
                department_id=str(finance.pk),
                stages=[
                    _stage(1, "Initial Review", "المراجعة الأولية", "#3498db", _role(REVIEWERS, "round_robin")),
                    _stage(2, "Budget Approval", "موافقة الميزانية", "#f39c12", _role(BUDGET_MANAGERS, "anyone")),
                    _stage(3, "Final Sign-off", "الموافقة المالية النهائية", "#27ae60", _user(users[CFO])),
                ],
            ),
            PipelineSpec(
                name_en="Management",
                name_ar="الإدارة",
                order=2,
                department_id=str(management.pk),
                condition=NOT_SMALL,
                stages=[_stage(1, "Executive Approval", "موافقة تنفيذية", "#8e44ad", _role(EXECUTIVES, "consensus"))],
            ),
        ],
    )


def _department(name: str, company: Any) -> Department:
    """The company's department of this name, made where it is missing."""
    found = Department.objects.filter(name=name, company=company).first()
    if found is None:
        found, _created = Department.objects.update_or_create(name=name, company=None, defaults={"company": company})
    return found


def _stage(order: int, name_en: str, name_ar: str, color: str, approval: dict[str, Any]) -> StageSpec:
    return StageSpec(name_en=name_en, name_ar=name_ar, order=order, color=color, approvals=[approval])


def _role(name: str, strategy: str) -> dict[str, Any]:
    role = Group.objects.get(name=name)
    return {"approval_type": "role", "user_role": role.pk, "role_selection_strategy": strategy}


def _user(user: Any) -> dict[str, Any]:
    return {"approval_type": "user", "approval_user": user.pk}
