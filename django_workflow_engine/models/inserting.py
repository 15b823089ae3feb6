"""Rows written in bulk that know their keys afterwards; MySQL does not tell the keys it gave, and is asked for them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final, TypeVar

from django.db.models import Manager, Model

Row = TypeVar("Row", bound=Model)
_BATCH: Final = 500


def insert_known(rows: list[Row], name: str, **common: Any) -> list[Row]:
    """Write new rows, each with a value of its own in the column of this name, among those with `common` values."""
    manager = _written(rows)
    if manager is not None:
        known = manager.filter(**common, **{f"{name}__in": [getattr(row, name) for row in rows]})
        keys = dict(known.values_list(name, "pk"))
        for row in rows:
            row.pk = keys[getattr(row, name)]
    return rows


def insert_below(rows: list[Row], name: str) -> list[Row]:
    """Write new rows below others, named in this column, whose locks keep everybody else from writing some there."""
    manager = _written(rows)
    if manager is not None:
        for above, group in _by(name, rows).items():
            keys = manager.filter(**{name: above}).order_by("-pk").values_list("pk", flat=True)[: len(group)]
            for row, key in zip(reversed(group), keys, strict=True):
                row.pk = key
    return rows


def _by(name: str, rows: list[Row]) -> dict[Any, list[Row]]:
    groups = defaultdict(list)
    for row in rows:
        groups[getattr(row, name)].append(row)
    return groups


def _written(rows: list[Row]) -> Manager[Any] | None:
    """Write them; gives their manager where their keys must be asked for."""
    if not rows:
        return None
    manager = type(rows[0])._default_manager
    manager.bulk_create(rows, batch_size=_BATCH)
    return manager if rows[0].pk is None else None
