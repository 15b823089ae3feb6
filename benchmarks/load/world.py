"""Runs that wait, and people who are signed in: what the clients work on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User

from benchmarks.growth.filling import fill, make_world
from benchmarks.growth.shape import ALL_WAIT, Shape
from benchmarks.serving.sessions import cookies_of
from django_workflow_engine.models.steps import Step
from tests.testapp.models import Profile

COMPANIES = 10
TEMPLATES = 50


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A run at its first position: its attachment, its open step, and who is asked."""

    attachment: int
    step: int
    holder: int


@dataclass(frozen=True, kw_only=True)
class World:
    """The cookies of everybody by user, the companies' users by member, and the runs."""

    cookies: Mapping[int, Mapping[str, str]]
    company: Mapping[int, int]
    colleagues: Mapping[int, list[int]]
    runs: list[Waiting]


def make_load(runs: int) -> World:
    """So many runs that wait for their first decision; each company's user is the manager of its people."""
    make_world(Shape(templates=TEMPLATES, companies=COMPANIES, courses=ALL_WAIT), most=runs)
    fill(runs)
    company, colleagues = _members()
    Profile.objects.bulk_create([Profile(user_id=user, manager_id=manager) for user, manager in company.items()])
    return World(cookies=cookies_of(User.objects.all()), company=company, colleagues=colleagues, runs=_waiting())


def _members() -> tuple[dict[int, int], dict[int, list[int]]]:
    company: dict[int, int] = {}
    colleagues: dict[int, list[int]] = {}
    for manager in User.objects.filter(username__regex=r"^company-\d+$"):
        people = list(
            User.objects.filter(groups__name=manager.username).exclude(pk=manager.pk).values_list("pk", flat=True)
        )
        company |= dict.fromkeys(people, manager.pk)
        colleagues |= {person: [other for other in people if other != person] for person in people}
    return company, colleagues


def _waiting() -> list[Waiting]:
    found: Any = Step.objects.filter(status="current", step_number=1, flow__workflow_attachment__status="in_progress")
    rows = found.order_by("pk").values_list("flow__workflow_attachment", "pk", "assigned_to")
    return [Waiting(attachment=attachment, step=step, holder=holder) for attachment, step, holder in rows]
