"""Who takes part: requesters, two people for each role, and an administrator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.contrib.auth.models import Group, User

from examples.replay.description import Asked

REQUESTERS = 20
FOR_EACH_ROLE = 2


@dataclass(frozen=True, kw_only=True)
class People:
    """The people of a replay; `by_name` has all of them."""

    requesters: Sequence[User]
    administrator: User
    by_name: dict[str, User] = field(default_factory=dict)

    def requester_of(self, number: int) -> User:
        """Whose the request with this number is."""
        return self.requesters[number % len(self.requesters)]


def hire(stages: Sequence[Asked]) -> People:
    """Store them; each role is a group."""
    requesters = [User.objects.create_user(f"employee {number}") for number in range(1, REQUESTERS + 1)]
    administrator = User.objects.create_superuser("administrator")
    people = People(requesters=requesters, administrator=administrator)
    holders = [user for asked in stages for user in _holders(asked.role)]
    people.by_name.update({user.username: user for user in [*requesters, administrator, *holders]})
    return people


def _holders(role: str) -> list[User]:
    group = Group.objects.create(name=role)
    users = [User.objects.create_user(f"{role} {number}") for number in range(1, FOR_EACH_ROLE + 1)]
    group.user_set.add(*users)
    return users
