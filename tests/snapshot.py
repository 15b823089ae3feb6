"""What the engine and the approval package have stored: to show that a refused call changed nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps

APPS = ("django_workflow_engine", "approval_workflow", "testapp")
Snapshot = dict[str, list[tuple[Any, ...]]]


def snapshot() -> Snapshot:
    """Every row of the engine's, the approval package's and the test models' tables, by table."""
    models = [model for label in APPS for model in apps.get_app_config(label).get_models()]
    return {model._meta.db_table: list(model._base_manager.order_by("pk").values_list()) for model in models}


@contextmanager
def unchanged() -> Iterator[None]:
    """Assert that the block left every row as it was."""
    before = snapshot()
    yield
    assert snapshot() == before
