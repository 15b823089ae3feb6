"""Whose an object is: the one rule, for who is asked, who must not decide, and whose run it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist
from django.db import OperationalError
from django.db.models import Model, Q, prefetch_related_objects

from django_workflow_engine import conf, people
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.models.keys import key_text, to_primary_key
from django_workflow_engine.models.objects import find_objects, model_of, tell_unreadable

CREATOR: Final = "created_by"
_BATCH: Final = 500  # keys in one statement


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
    return frozenset(_key_in(obj, name) for name in (() if obj is None else _names())) - {None}


def requester_of(obj: Any) -> Any:
    """The primary key of the object's own person: the first one whom `people_of` finds, or None."""
    found = (_key_in(obj, name) for name in (() if obj is None else _names()))
    return next((key for key in found if key is not None), None)


def read_people(model: type[Model], rows: Sequence[Model]) -> None:
    """Have the people read together whose keys these rows of one model do not hold; a statement for each column."""
    columns = {name: _user_column(model, name) for name in _names()}
    prefetch_related_objects(rows, *(name for name, field in columns.items() if field and not _holds_key(field)))


def people_of_runs(attachments: Iterable[WorkflowAttachment]) -> dict[Any, frozenset[Any]]:
    """`people_of` the objects of these attachments, by the attachment's key; a statement for each model.

    Nothing of an object that is gone, or cannot be read.
    """
    named: dict[int, dict[str, Any]] = defaultdict(dict)
    for attachment in attachments:
        if not attachment.tombstone:
            named[attachment.content_type_id][str(attachment.object_id)] = attachment.pk
    found: dict[Any, frozenset[Any]] = {}
    for content_type_id, keys in named.items():
        model = model_of(content_type_id)
        if model is not None:
            rows = {key: row for key, row in find_objects(model, keys).items() if row is not None and key in keys}
            read_people(model, [*rows.values()])
            found |= {keys[key]: people_of(row) for key, row in rows.items()}
    return found


def owned_among(user: Any, model: type[Model], object_ids: Iterable[str]) -> set[str]:
    """Which of the rows with these primary keys, as text, are the user's own: `people_of` asked of many.

    Asked of the database where whose a row is stands in its columns, of the rows themselves where a property says it.
    """
    keys = [to_primary_key(model, key) for key in object_ids]
    columns = [name for name in _names() if _user_column(model, name) is not None]
    own = {f"{name}__pk": user.pk for name in columns}
    said_by_property = any(hasattr(model, name) for name in _names() if name not in columns)
    found: set[Any] = set()
    for start in range(0, len(keys), _BATCH):
        rows = model._base_manager.filter(pk__in=keys[start : start + _BATCH])
        if own:
            found.update(rows.filter(Q(*own.items(), _connector=Q.OR)).values_list("pk", flat=True))
        if said_by_property:
            found.update(row.pk for row in rows if user.pk in people_of(row))
    return {key_text(model, key) for key in found}


def _names() -> Iterable[str]:
    """The attributes of an object that may name whose it is."""
    return dict.fromkeys((CREATOR, *conf.owner_fields()))


def _user_column(model: type[Model], name: str) -> Any:
    """The field with this name where it is a foreign key to users; None for anything else."""
    try:
        field: Any = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return field if people.names_users(field) else None


def _user_in(obj: Model, name: str) -> Any:
    """The user in an attribute of the object, a foreign key or a property; None for anything else.

    A property that fails names nobody, and the log tells of it: one such object does not spoil the list that it is in.
    """
    try:
        value = getattr(obj, name, None)
    except OperationalError:
        raise  # the database itself: the next row would meet the same
    except Exception as error:
        tell_unreadable(obj._meta.label, f"{obj.pk}, {name}:", type(error).__name__)
        return None
    return value if people.is_user(value) else None


def _key_in(obj: Model, name: str) -> Any:
    """The primary key of the user in an attribute of the object; of a key that the database keeps no user is read."""
    field = _user_column(obj._meta.model, name)
    if field is not None and _holds_key(field):
        return getattr(obj, field.attname)
    user = _user_in(obj, name)
    return None if user is None else user.pk


def _holds_key(field: Any) -> bool:
    """Whether a column has the primary key of a user who is there, as the database takes care of."""
    return bool(field.target_field.primary_key and field.db_constraint)
