"""Whose an object is: the one rule, for who is asked, who must not decide, and whose run it is."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.db import OperationalError
from django.db.models import Model

from django_workflow_engine import conf
from django_workflow_engine.models.objects import tell_unreadable

CREATOR: Final = "created_by"


def owner_of(obj: Model) -> Any:
    """The user that the first filled one of OWNER_FIELDS names, or None."""
    found = (_user_in(obj, name) for name in conf.owner_fields())
    return next((user for user in found if user is not None), None)


def person_of(obj: Any, *, started_by: Any) -> Any:
    """The object's own person: its `created_by` where that is a user, else whoever started, or would start, its run."""
    creator = None if obj is None else _user_in(obj, CREATOR)
    return started_by if creator is None else creator


def people_of(obj: Any) -> frozenset[Any]:
    """The primary keys of everybody whose object it is: its creator, and whom one of OWNER_FIELDS names.

    No statement where these are foreign keys.
    """
    names = dict.fromkeys((CREATOR, *conf.owner_fields())) if obj is not None else ()
    return frozenset(_key_in(obj, name) for name in names) - {None}


def _user_in(obj: Model, name: str) -> Any:
    """The user in an attribute of the object, a foreign key or a property; None for anything else.

    A property that fails names nobody, and the log tells of it: one such object does not spoil the list that it is in.
    """
    try:
        value = getattr(obj, name, None)
    except OperationalError:
        raise  # the database itself: the next row would meet the same
    except Exception as error:
        tell_unreadable(type(obj)._meta.label, f"{obj.pk}, {name}:", type(error).__name__)
        return None
    return value if isinstance(value, get_user_model()) else None


def _key_in(obj: Model, name: str) -> Any:
    """The primary key of the user in an attribute of the object; of a foreign key no user is read."""
    try:
        field: Any = type(obj)._meta.get_field(name)
    except FieldDoesNotExist:
        field = None
    names_users = field is not None and field.concrete and field.is_relation and field.related_model is get_user_model()
    if names_users and not field.many_to_many and field.target_field.primary_key:
        return getattr(obj, field.attname)
    user = _user_in(obj, name)
    return None if user is None else user.pk
