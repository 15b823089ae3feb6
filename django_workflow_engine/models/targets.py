"""The object that an attachment is about: a row of any model, as long as it is the same row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes import fields
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from django_workflow_engine.models.keys import is_named, to_primary_key

if TYPE_CHECKING:
    _Attribute = fields.GenericForeignKey
else:  # From Django 6.1 on the attribute of a model is a descriptor of its own; before, the field itself is.
    _Attribute = getattr(fields, "GenericForeignKeyDescriptor", fields.GenericForeignKey)


class TargetAttribute(_Attribute):
    """`attachment.target`: None where the object was deleted, or its model is installed no more.

    A deleted object's key may be given to another one, which is not the object that the run is about.
    """

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        """The object, or None."""
        if instance is None:
            return self
        found = super().__get__(instance, cls) if _can_be_found(instance) else None
        return found if found is not None and is_named(found, instance.object_id) else None


class TargetForeignKey(TargetAttribute if _Attribute is fields.GenericForeignKey else fields.GenericForeignKey):  # type: ignore[misc]
    """The generic key of an attachment, whose attribute finds only the object that the run is about."""

    def contribute_to_class(self, cls: type[Model], name: str, **kwargs: Any) -> None:
        """Put the attribute on the model."""
        super().contribute_to_class(cls, name, **kwargs)
        if not isinstance(self, TargetAttribute):
            setattr(cls, name, TargetAttribute(self))


def _can_be_found(instance: Any) -> bool:
    if instance.tombstone or instance.content_type_id is None:
        return False
    model = ContentType.objects.get_for_id(instance.content_type_id).model_class()
    return model is not None and to_primary_key(model, instance.object_id) is not None
