"""Companies, their people and their roles, as the demo's access policy knows them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, User

from benchmarks.growth.shape import MEMBERS, ROLES, Shape

ADMINISTRATOR: Final = "administrator"
OUTSIDER: Final = "outsider"
_BATCH: Final = 2_000


@dataclass(frozen=True, kw_only=True)
class Company:
    """The user that stands for a company, its people, and its roles, each held by a few of them."""

    user: Any
    people: list[Any]
    roles: list[Any]


def make_companies(shape: Shape) -> list[Company]:
    """All companies with their people; in the demo's policy the group with a company's name has its members."""
    names = [f"company-{number:03}" for number in range(shape.companies)]
    users = _users(name for company in names for name in (company, *_people_of(company, shape)))
    groups = _groups(name for company in names for name in (company, *_roles_of(company)))
    companies = [
        Company(
            user=users[name],
            people=[users[person] for person in _people_of(name, shape)],
            roles=[groups[role] for role in _roles_of(name)],
        )
        for name in names
    ]
    _join(pair for company in companies for pair in _memberships(company, groups))
    return companies


def make_others() -> None:
    """An administrator, and somebody who belongs to no company and takes part in nothing."""
    User.objects.create_superuser(ADMINISTRATOR)
    User.objects.create_user(OUTSIDER)


def _people_of(company: str, shape: Shape) -> list[str]:
    return [f"{company}-person-{number:02}" for number in range(shape.people)]


def _roles_of(company: str) -> list[str]:
    return [f"{company} reviewers {number}" for number in range(ROLES)]


def _users(names: Iterator[str]) -> dict[str, Any]:
    unusable = make_password(None)
    rows = [User(username=name, first_name=name.title(), password=unusable) for name in names]
    return {user.username: user for user in User.objects.bulk_create(rows, batch_size=_BATCH)}


def _groups(names: Iterator[str]) -> dict[str, Any]:
    rows = [Group(name=name) for name in names]
    return {group.name: group for group in Group.objects.bulk_create(rows, batch_size=_BATCH)}


def _memberships(company: Company, groups: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    everybody = groups[company.user.username]
    yield from ((user, everybody) for user in (company.user, *company.people))
    for number, role in enumerate(company.roles):
        yield from ((user, role) for user in company.people[number * MEMBERS : (number + 1) * MEMBERS])


def _join(pairs: Iterator[tuple[Any, Any]]) -> None:
    rows = [User.groups.through(user=user, group=group) for user, group in pairs]
    User.groups.through.objects.bulk_create(rows, batch_size=_BATCH)
