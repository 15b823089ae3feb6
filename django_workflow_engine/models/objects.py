"""The project's own rows: read and named so that one of them that fails harms itself alone."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Any, Final

from django.contrib.contenttypes.models import ContentType
from django.db import OperationalError
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.text import capfirst

from django_workflow_engine import people
from django_workflow_engine.i18n import isolated
from django_workflow_engine.models.keys import key_text, to_primary_key

logger = logging.getLogger(__name__)

LONGEST_TEXT: Final = 500  # characters: a list shows a hundred of them


def text_of(row: Any) -> str:
    """A row in its own words, cut to LONGEST_TEXT; its model's name and its key where `__str__` fails or says nothing.

    It is plain text whatever `__str__` returns, and can always be encoded.
    """
    return _said(row, row.__str__) or name_and_key(row.__class__, row.pk)


def name_of(user: Any) -> str:
    """A user's full name, or the username where there is none."""
    full_name = people.full_name_of(user)
    return (full_name and _said(user, full_name).strip()) or people.username(user)


def name_and_key(model: type[Model], key: Any) -> str:
    """What a row is called that cannot say it itself, as in "Purchase request 7"."""
    return f"{capfirst(model._meta.verbose_name)} {isolated(key)}"


def model_of(content_type_id: int) -> type[Model] | None:
    """The model of a content type; None where it is installed no more. Content types are kept in the process."""
    return ContentType.objects.get_for_id(content_type_id).model_class()


def find_objects(model: type[Model], keys: Collection[str]) -> dict[str, Model | None]:
    """The rows that exist, by their primary keys as text; None for one that cannot be read.

    One statement, and one more for each row only where they could not be read together. They are the rows that an
    attachment's `target` finds, whatever the model's default manager hides.
    """
    wanted = {to_primary_key(model, key) for key in keys} - {None}
    try:
        return {key_text(model, key): row for key, row in model._base_manager.in_bulk(wanted).items()}
    except OperationalError:
        raise  # the database itself: each row would meet the same
    except Exception as error:
        tell_unreadable(model._meta.label, "", type(error).__name__)
        return {key_text(model, key): row for key in wanted for row in _one(model, key)}


def texts_of(model: type[Model], keys: Collection[str]) -> dict[str, str]:
    """The texts of the rows that exist, by their primary keys as text."""
    found = find_objects(model, keys)
    return {key: name_and_key(model, key) if row is None else text_of(row) for key, row in found.items()}


def _one(model: type[Model], key: Any) -> list[Model | None]:
    """The row alone: nothing where it is gone, None where it cannot be read."""
    try:
        return list(model._base_manager.filter(pk=key))
    except OperationalError:
        raise
    except Exception as error:
        tell_unreadable(model._meta.label, str(key), type(error).__name__)
        return [None]


def _said(row: Any, saying: Callable[[], Any]) -> str:
    """What the row says, as plain text; empty where that fails or is no text."""
    try:
        text = saying()
        if isinstance(text, Promise):
            text = str(text)
        if not isinstance(text, str):
            raise TypeError(f"{type(text).__name__} is no text")
        shown = text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"
        return shown.encode("utf-8", "replace").decode("utf-8")
    except Exception as error:
        tell_unreadable(row._meta.label, str(row.pk), type(error).__name__)
        return ""


@lru_cache(maxsize=1000)  # once for each row and kind of error: a list is asked for again and again
def tell_unreadable(label: str, key: str, kind: str) -> None:
    """Log that a row of the project failed, with where it did."""
    logger.warning("%s %s cannot be read or named", label, key, exc_info=True)
