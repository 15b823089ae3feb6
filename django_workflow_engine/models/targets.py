"""The object that an attachment is about: a row of any model, as long as it is the same row."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType

from django_workflow_engine.models.keys import to_primary_key


class TargetForeignKey(GenericForeignKey):
    """A generic key that finds nothing where the object was deleted, or its model is installed no more.

    A deleted object's key may be given to another one, which is not the object that the run is about.
    """

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        """The object, or None."""
        if instance is None:
            return self
        return super().__get__(instance, cls) if self._can_be_found(instance) else None

    def _can_be_found(self, instance: Any) -> bool:
        if instance.tombstone or instance.content_type_id is None:
            return False
        model = ContentType.objects.get_for_id(instance.content_type_id).model_class()
        return model is not None and to_primary_key(model, instance.object_id) is not None
