"""The demo's people as users of the project."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from gql_workflows.demo.people import PEOPLE, Person


def ensure_people() -> dict[str, Any]:
    """The demo's users by name, made where they are missing."""
    groups = {name: Group.objects.get_or_create(name=name)[0] for person in PEOPLE for name in person.groups}
    return {person.username: _ensure(person, groups) for person in PEOPLE}


def _ensure(person: Person, groups: dict[str, Group]) -> Any:
    user, created = get_user_model()._default_manager.get_or_create(
        username=person.username,
        defaults={
            "first_name": person.first_name,
            "last_name": person.last_name,
            "is_staff": person.is_superuser,
            "is_superuser": person.is_superuser,
        },
    )
    if created:
        user.set_password(person.password)
        user.save(update_fields=["password"])
        user.groups.set(groups[name] for name in person.groups)
    return user
