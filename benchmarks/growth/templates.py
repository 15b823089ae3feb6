"""Templates with their frozen versions, made by the engine's own services, and who plays which part in their runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction

from benchmarks.growth.people import Company
from benchmarks.growth.progress import Progress
from benchmarks.growth.shape import MEMBERS, PIPELINES, STAGES, Shape
from django_workflow_engine.definitions.specs import PipelineSpec, StageSpec, WorkflowSpec
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.services import create_workflow
from django_workflow_engine.services.versions import frozen_version

_TOGETHER: Final = 50  # templates in one transaction
_NAMES: Final = ("Finance", "Legal", "Management")


@dataclass(frozen=True, kw_only=True)
class Cast:
    """A frozen version, and who takes part in its runs; the parts are the same ones, in this order, for every cast."""

    version: WorkFlow
    role: Any
    people: Sequence[Any]  # requester, first, two of the role, third, delegate, and who stands for the company


def make_casts(shape: Shape, companies: Sequence[Company]) -> list[Cast]:
    """All templates, each frozen once; the first ones of all companies come before their second ones."""
    progress = Progress("templates", shape.templates)
    casts: list[Cast] = []
    for first in range(0, shape.templates, _TOGETHER):
        numbers = range(first, min(first + _TOGETHER, shape.templates))
        with transaction.atomic():
            casts += [_cast(number, companies[number % len(companies)], len(companies)) for number in numbers]
        progress.advance(len(numbers))
    return casts


def _cast(number: int, company: Company, companies: int) -> Cast:
    turn = number // companies
    role_number = turn % len(company.roles)
    members = company.people[role_number * MEMBERS : (role_number + 1) * MEMBERS]
    others = [person for person in company.people if person not in members]
    requester, first, third, delegate = (others[(turn + step * 4) % len(others)] for step in range(4))
    role = company.roles[role_number]
    template = create_workflow(spec=_spec(number, company, first, role, third), actor=company.user)
    people = [requester, first, *members, third, delegate, company.user]
    return Cast(version=frozen_version(template), role=role, people=people)


def _spec(number: int, company: Company, first: Any, role: Any, third: Any) -> WorkflowSpec:
    asked = (
        {"approval_type": "user", "approval_user": first.pk},
        {"approval_type": "role", "user_role": role.pk, "role_selection_strategy": "anyone"},
        {"approval_type": "user", "approval_user": third.pk},
    )
    return WorkflowSpec(
        name_en=f"Purchases {number:04}",
        description="Finance, Legal and Management, one stage of each.",
        company_id=company.user.pk,
        pipelines=[PipelineSpec(name_en=_NAMES[at], stages=list(_stages(asked[at]))) for at in range(PIPELINES)],
    )


def _stages(approval: dict[str, Any]) -> Iterator[StageSpec]:
    for number in range(STAGES):
        yield StageSpec(name_en=f"Review {number + 1}", approvals=[approval], is_active=number == 0)
