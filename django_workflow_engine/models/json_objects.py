"""JSON columns that hold an object."""

from __future__ import annotations

from typing import Any

from django.db import models


class JSONObjectField(models.JSONField):
    """A JSON field in which None is the empty object, by `save()` and by a queryset's `update()` alike."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """The instance's value; its None becomes what is stored."""
        if getattr(model_instance, self.attname) is None:
            setattr(model_instance, self.attname, {})
        return super().pre_save(model_instance, add)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """The value as it is stored."""
        return super().get_db_prep_save({} if value is None else value, connection)

    def deconstruct(self) -> Any:
        """The plain field to the migrations: the column is the same."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs
