"""Rows that are read by the hundred, and only shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.query import ModelIterable
from django.db.models.signals import post_init, pre_init

Row = TypeVar("Row", bound=Model)


def rows_to_show(queryset: QuerySet[Row]) -> Iterator[Row]:
    """The rows of a queryset, and those that its `select_related` names, as instances that are filled in at once.

    `Model.from_db` calls `__init__`, which takes each field by itself and sends two signals: six times as long. A model
    that makes its instances in a way of its own, or whose signals somebody hears, is read as ever; so is a queryset
    that says more of its rows than which they are.
    """
    parts = _parts(queryset)
    if parts is None:
        yield from queryset
        return
    db = queryset.db
    for values in queryset.select_related(None).values_list(*(name for part in parts for name in part.columns)):
        yield _row(parts, values, db)


@dataclass(frozen=True, kw_only=True)
class _Part:
    """The rows of one model among those that are read together."""

    model: type[Model]
    columns: Sequence[str]  # the lookups of its fields, in their order
    names: Sequence[str]  # the attributes that the fields fill
    key: int  # the place of the primary key among them
    above: int = 0  # the place of the part that refers to it, or that it refers to
    cached: str = ""  # where that one keeps it
    cached_back: str | None = None  # where it keeps that one, where there is one alone


def _parts(queryset: Any) -> list[_Part] | None:
    """What is read together, the queryset's own rows first; None where they are read as ever."""
    query = queryset.query
    plain = queryset._iterable_class is ModelIterable and not queryset._prefetch_related_lookups
    if not plain or query.annotations or query.deferred_loading != (frozenset(), True) or query.select_related is True:
        return None
    parts = [_part(queryset.model, "")]
    _add_related(parts, 0, "", query.select_related or {})
    return None if any(_has_its_own_way(part.model) for part in parts) else parts


def _add_related(parts: list[_Part], above: int, prefix: str, wanted: Mapping[str, Any]) -> None:
    for name, below in wanted.items():
        relation: Any = parts[above].model._meta.get_field(name)
        back = relation.remote_field if relation.one_to_one else None
        found = _part(
            relation.related_model,
            f"{prefix}{name}__",
            above=above,
            cached=relation.cache_name,
            cached_back=back.cache_name if back is not None else None,
        )
        parts.append(found)
        _add_related(parts, len(parts) - 1, f"{prefix}{name}__", below)


def _part(model: type[Model], prefix: str, **place: Any) -> _Part:
    fields = model._meta.concrete_fields
    return _Part(
        model=model,
        columns=[f"{prefix}{field.attname}" for field in fields],
        names=[field.attname for field in fields],
        key=fields.index(model._meta.pk),
        **place,
    )


def _row(parts: Sequence[_Part], values: Sequence[Any], db: str) -> Any:
    """The first part's instance, with the others where a relation keeps them."""
    made: list[Any] = []
    start = 0
    for part in parts:
        own = values[start : start + len(part.names)]
        start += len(part.names)
        row = None if made and (made[part.above] is None or own[part.key] is None) else _filled(part, own, db)
        if made and made[part.above] is not None:
            made[part.above]._state.fields_cache[part.cached] = row
            if row is not None and part.cached_back is not None:
                row._state.fields_cache[part.cached_back] = made[part.above]
        made.append(row)
    return made[0]


def _filled(part: _Part, values: Sequence[Any], db: str) -> Model:
    row = part.model.__new__(part.model)
    row._state = ModelState()
    row._state.adding, row._state.db = False, db
    vars(row).update(zip(part.names, values, strict=True))
    return row


def _has_its_own_way(model: type[Any]) -> bool:
    is_heard = pre_init.has_listeners(model) or post_init.has_listeners(model)
    return is_heard or model.__init__ is not Model.__init__ or model.from_db.__func__ is not _from_db


_from_db: Any = Model.from_db.__func__  # type: ignore[attr-defined]  # of a class method
