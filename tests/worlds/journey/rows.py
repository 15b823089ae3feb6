"""Rows of the world's project, whatever their keys are."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Any

from django.apps import apps
from django.conf import settings


def world() -> ModuleType:
    """The world's module: how its rows are made, and what differs in it."""
    return import_module(settings.SETTINGS_MODULE)


def model(name: str) -> Any:
    """A model of the world's project."""
    return apps.get_model("world", name)


def managed_by(user: Any, manager: Any) -> None:
    """Write down who manages a user."""
    if manager is not None:
        model("Profile").objects.create(user=user, manager=manager)


def request_of(person: Any, title: str = "A lamp") -> Any:
    """A stored request of this person."""
    return model("Request").objects.create(title=title, requester=person)
