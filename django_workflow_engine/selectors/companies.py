"""The users that stand for companies, by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

from django.contrib.auth import get_user_model

from django_workflow_engine.models.objects import name_of


def company_names(company_ids: Collection[Any]) -> dict[Any, str]:
    """The name of each company by id: the user's full name, or the username where there is none.

    One statement, and none where no id is given.
    """
    users = get_user_model()._default_manager.in_bulk(set(company_ids) - {None})
    return {key: name_of(user) for key, user in users.items()}


def unambiguous(names: dict[Any, str]) -> dict[Any, str]:
    """The names by id; companies of the same name are told apart by their id."""
    count = Counter(names.values())
    return {key: name if count[name] == 1 else f"{name} ({key})" for key, name in names.items()}
