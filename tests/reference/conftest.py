"""What the examples take for granted."""

from __future__ import annotations

from inspect import getmembers, isfunction

import pytest
from django.contrib.auth.models import Group, User

from django_workflow_engine import registry
from django_workflow_engine.actions import workflow_action
from tests.factories import UserFactory, group_of
from tests.reference import handlers


@pytest.fixture
def user() -> User:
    return UserFactory(username="user", email="user@example.com")


@pytest.fixture
def manager() -> User:
    return UserFactory(username="manager", email="manager@example.com", first_name="Mara", last_name="Nager")


@pytest.fixture
def role(manager) -> Group:
    return group_of(manager)


@pytest.fixture
def registered(monkeypatch):
    """The examples' handlers as registered actions, for one test."""
    monkeypatch.setattr(registry, "_decorated", dict(registry._decorated))
    for _name, function in getmembers(handlers, isfunction):
        if function.__module__ == handlers.HERE:
            workflow_action(function)
    handlers.calls.clear()
