"""Which columns have a trigram index, and what it is called: the engine's free texts, and the names of people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import truncate_name
from django.db.models import Field, Model
from django.db.models.constants import LOOKUP_SEP

from django_workflow_engine import people
from django_workflow_engine.models import ActionRun, WorkflowAttachment, WorkflowEvent
from django_workflow_engine.models.steps import Step

_FREE_TEXTS: Final[Mapping[type[Model], tuple[str, ...]]] = {
    WorkflowAttachment: ("object_id",),
    WorkflowEvent: ("actor_name", "on_behalf_of_name", "comment"),
    Step: ("comment",),
    ActionRun: ("function_path", "last_error"),
}
_LONGEST: Final = 63  # bytes of a name, of which PostgreSQL cuts the rest off
_SUFFIX: Final = "_trgm"


@dataclass(frozen=True, kw_only=True)
class TextIndex:
    """A trigram index on one column, for the expression that Django's `icontains` compares."""

    field: Any

    @property
    def table(self) -> str:
        """The table of the column."""
        return str(self.field.model._meta.db_table)

    @property
    def name(self) -> str:
        """The name of the index, the same for the same column."""
        return f"{truncate_name(f'{self.table}_{self.field.column}', _LONGEST - len(_SUFFIX))}{_SUFFIX}"

    def expression(self, connection: BaseDatabaseWrapper) -> str:
        """What Django asks for on the left of its LIKE."""
        column = connection.ops.quote_name(self.field.column)
        return str(connection.ops.lookup_cast("icontains", self.field.get_internal_type()) % column)


def free_texts(model: type[Model]) -> tuple[str, ...]:
    """The columns of free text that the lists of this model search."""
    return _FREE_TEXTS[model]


def text_indexes() -> list[TextIndex]:
    """The indexes of the engine's free texts."""
    return [index_of(model, column) for model, columns in _FREE_TEXTS.items() for column in columns]


def user_indexes() -> list[TextIndex]:
    """Those of the columns by which people are searched, in the project's own table."""
    return [index_of(people.user_class(), path) for path in people.name_lookups()]


def index_of(model: type[Model], path: str) -> TextIndex:
    """The index of the column that a lookup leads to; raises FieldDoesNotExist where it leads to none."""
    field: Any = None
    for part in path.split(LOOKUP_SEP):
        field = (model if field is None else field.related_model)._meta.get_field(part)
    if not isinstance(field, Field) or field.is_relation:
        raise FieldDoesNotExist(path)
    return TextIndex(field=field)
