"""Approver types of a project, for tests: each finds the users whose names the approval gives."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db import connection
from django.utils.translation import gettext_lazy as _

from django_workflow_engine.approvals import (
    ApproverType,
    Asked,
    Kind,
    Nobody,
    Parameter,
    approver_type,
    read_text,
    whole_number_up_to,
)
from django_workflow_engine.choices import RoleSelectionStrategy

NAMES = Parameter(kind=Kind.TEXT, read=read_text, label=_("name"), description="Names, with blanks", required=True)
FLOOR = Parameter(kind=Kind.NUMBER, read=whole_number_up_to(9), label=_("order"), description="A floor")


@approver_type
class Named(ApproverType):
    """Any of these users; rows and keys are both right."""

    name = "by_names"
    label = "Users by their names"
    parameters = {"names": NAMES, "on_floor": FLOOR}

    def find(self, asked: Asked) -> list[Any]:
        named = User.objects.filter(username__in=asked.parameters["names"].split()).order_by("pk")
        return [user.pk if place else user for place, user in enumerate(named)]


@approver_type
class AllNamed(Named):
    """All of these users."""

    name = "all_by_names"
    label = "All users by their names"
    sharing = RoleSelectionStrategy.CONSENSUS


@approver_type
class MostNamed(Named):
    """More than half of these users."""

    name = "most_by_names"
    label = "Most users by their names"
    sharing = RoleSelectionStrategy.MAJORITY


@approver_type
class TitleSays(ApproverType):
    """The user after whom the object is called, or nobody."""

    name = "title_says"
    label = "Whom the title names"

    def find(self, asked: Asked) -> list[Any]:
        found = list(User.objects.filter(username=getattr(asked.target, "title", "")))
        if not found:
            raise Nobody("the title names nobody")
        return found


@approver_type
class Breaks(ApproverType):
    """Fails in SQL."""

    name = "breaks"
    label = "Fails"

    def find(self, asked: Asked) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nothing FROM nowhere")
        return []
