"""Routers of projects: they are instances in the setting, so that a test can ask them afterwards."""

from __future__ import annotations

from typing import Any

from django.db.models import Model


class Elsewhere:
    """Sends the rows of these models to a database of their own."""

    def __init__(self, *models: type[Model]) -> None:
        self._models = models

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        return "elsewhere" if model in self._models else None

    db_for_write = db_for_read


class Replica:
    """Notes of which models somebody wanted to read from a replica."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        self.asked.append(model._meta.label)
        return "default"

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        return "default"
