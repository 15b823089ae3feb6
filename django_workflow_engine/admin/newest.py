"""The newest rows of a table: where no index answers, this many are looked at and no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Field, Model, Q

NEWEST: Final = 100_000  # rows; going through them takes a fraction of a second


@dataclass(frozen=True, kw_only=True)
class Newest:
    """The newest rows by a column that an index answers; `boundary` is None where all of them are."""

    column: str
    boundary: Any

    @property
    def leaves_out(self) -> bool:
        """Whether there are rows that are not among them."""
        return self.boundary is not None

    @property
    def condition(self) -> Q:
        """The condition for these rows."""
        return Q(**{f"{self.column}__gte": self.boundary}) if self.leaves_out else Q()


def newest(model: type[Model], column: str, *, using: str) -> Newest:
    """The newest rows of a model, in one statement on the column's index."""
    values = model._base_manager.using(using).order_by(f"-{column}").values_list(column, flat=True)
    return Newest(column=column, boundary=next(iter(values[NEWEST - 1 : NEWEST]), None))


def begins_an_index(model: type[Model], column: str) -> bool:
    """Whether an index of the model answers what is asked of this column."""
    field = model._meta.get_field(column)
    first = {index.fields_orders[0][0] for index in model._meta.indexes if index.fields_orders}
    return isinstance(field, Field) and bool(getattr(field, "db_index", False) or field.unique or column in first)
