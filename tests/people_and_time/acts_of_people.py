"""What happens to people, to their roles and permissions, and to those who stand in for them."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission, User
from hypothesis import strategies as st
from hypothesis.stateful import precondition

from django_workflow_engine.models import Substitution
from django_workflow_engine.services import end_substitution
from tests.people_and_time.company import ROLES
from tests.people_and_time.machine import Machine, act, number, one_of, person
from tests.people_and_time.reading import APPROVE


class Standing(Machine):
    """Accounts, roles and permissions are lost and had again."""

    @act(who=person, becomes=st.sampled_from(("inactive", "active", "inactive", "deleted")))
    def account(self, who: str, becomes: str) -> None:
        user = User.objects.filter(pk=self.company.ids[who])
        if becomes == "deleted":
            user.delete()
        else:
            user.update(is_active=becomes == "active")

    @act(who=person, where=st.sampled_from(sorted(ROLES)), does=st.sampled_from(("leaves", "joins", "deletes it")))
    def role(self, who: str, where: str, does: str) -> None:
        user, group = self.user(who), Group.objects.filter(pk=self.company.ids[where])
        if does == "deletes it":
            group.delete()
        elif user is not None and group:
            (group[0].user_set.add if does == "joins" else group[0].user_set.remove)(user)

    @precondition(lambda self: self.permission_asked)
    @act(who=person, given=st.booleans())
    def permission(self, who: str, given: bool) -> None:
        user, permission = self.user(who), Permission.objects.get(codename=APPROVE)
        if user is not None:
            (user.user_permissions.add if given else user.user_permissions.remove)(permission)


class Absences(Machine):
    """Somebody is away, and another one stands in."""

    @act(
        who=person,
        to=person,
        hours=st.sampled_from((30, 100)),
        only=one_of(lambda machine: (None, *machine.templates)),
    )
    def go_on_holiday(self, who: str, to: str, hours: int, only: str | None) -> None:
        self.send_away(who, to, hours, only)

    @precondition(lambda self: self.reading.links)
    @act(number=number)
    def come_back(self, number: int) -> None:
        rows = Substitution.objects.lasting(self.now).order_by("pk")
        row = rows[number % len(rows)]
        self.attempt(end_substitution, id=row.pk, actor=row.user)
