"""Row locks, in what each database can do.

Whoever needs several takes them in this order: the business object, the attachment, its approval flow, then anything
else. A project that locks rows of its own before it calls a verb keeps the same order.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final, TypeVar

from django.db import NotSupportedError, ProgrammingError, connections, router, transaction
from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)

# How a row is kept from being deleted while others may keep it too; Django has no word for it.
_KEPT: Final = {"postgresql": " FOR KEY SHARE", "mysql": " LOCK IN SHARE MODE"}


def for_update(rows: QuerySet[Row], *, keys_stay: bool = False, skip_locked: bool = False) -> QuerySet[Row]:
    """The rows alone, without what is joined, locked until the transaction ends.

    With `keys_stay` others may go on referring to the rows; with `skip_locked` rows that somebody else holds are left
    out. Where the database knows neither, it locks more and waits.
    """
    features = connections[_alias(rows)].features
    if features.has_select_for_update and not features.has_select_for_update_of:
        rows = rows.select_related(None)  # what is joined would be locked too: it is read when it is asked for
    return rows.select_for_update(
        of=("self",) if features.has_select_for_update_of else (),
        no_key=keys_stay and features.has_select_for_no_key_update,
        skip_locked=skip_locked and features.has_select_for_update_skip_locked,
    )


def locked_row(model: type[Model], key: Any) -> Any:
    """The row with this primary key, locked, whatever the default manager hides; None where there is none.

    A row of a view is read alone where the database cannot lock it, as it cannot where the view groups its rows.
    """
    rows = model._base_manager.filter(pk=key)
    if model._meta.managed:
        return for_update(rows, keys_stay=True).first()
    try:
        with transaction.atomic(using=_alias(rows)):
            return for_update(rows, keys_stay=True).first()
    except (NotSupportedError, ProgrammingError):
        return rows.using(_alias(rows)).first()


def locked_rows(model: type[Model], keys: Collection[Any]) -> list[Any]:
    """The rows with these primary keys, locked in their order, as `locked_row` locks one; one statement for a table."""
    if not model._meta.managed:
        return [row for key in keys if (row := locked_row(model, key)) is not None]
    return list(for_update(model._base_manager.filter(pk__in=keys).order_by("pk"), keys_stay=True))


def kept(rows: QuerySet[Row]) -> list[Row]:
    """The rows, which nobody can delete until the transaction ends; whoever else wants that too need not wait."""
    connection = connections[_alias(rows)]
    sql, parameters = rows.query.get_compiler(connection=connection).as_sql()
    return list(
        rows.model._default_manager.using(connection.alias).raw(sql + _KEPT.get(connection.vendor, ""), parameters)
    )


def _alias(rows: QuerySet[Any]) -> str:
    """The database that the rows are written to: a router may read from another one."""
    return rows._db or router.db_for_write(rows.model)  # type: ignore[attr-defined]  # the stubs know no privates
