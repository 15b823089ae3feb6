"""The person whose object it is."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model

from django_workflow_engine import conf


def owner_of(obj: Model) -> Any:
    """The user that the first filled one of OWNER_FIELDS names, or None."""
    for name in conf.owner_fields():
        if _names_a_user(type(obj), name):
            owner = getattr(obj, name)
            if owner is not None:
                return owner
    return None


def _names_a_user(model: type[Model], name: str) -> bool:
    """Whether the model has a foreign key to users of this name."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return bool(field.concrete and (field.many_to_one or field.one_to_one) and field.related_model is get_user_model())
