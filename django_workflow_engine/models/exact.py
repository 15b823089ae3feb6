"""Texts that are keys: equal where every character is, on every database."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import In


def exact_collation(connection: BaseDatabaseWrapper) -> str | None:
    """The collation that takes no letter for another one, and no blank for nothing; None where every one does so."""
    if connection.vendor != "mysql":
        return None
    is_mariadb: bool = connection.mysql_is_mariadb  # type: ignore[attr-defined]  # the stubs know no backend's own
    return "utf8mb4_nopad_bin" if is_mariadb else "utf8mb4_0900_bin"


if TYPE_CHECKING:
    _Text = models.CharField[str, str]
else:  # only the stubs give a field types
    _Text = models.CharField


class ExactCharField(_Text):
    """A text column that is compared character by character; MySQL and MariaDB ignore case and accents by default."""

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        """The column's type and, where it takes one, its collation."""
        parameters: Any = super().db_parameters(connection)
        return {**parameters, "collation": exact_collation(connection)}


class Exactly(models.Func):
    """A text that is compared character by character, whatever the collation of its column."""

    arity = 1
    template = "%(expressions)s"
    output_field = models.CharField()

    def as_mysql(self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        """Its column may have another character set, too, which takes no such collation."""
        template = f"CONVERT(%(expressions)s USING utf8mb4) COLLATE {exact_collation(connection)}"
        return self.as_sql(compiler, connection, template=template, **context)


def is_one_of(column: str, texts: Collection[str]) -> models.Q:
    """The condition that the column holds one of these texts, character by character."""
    return models.Q(In(Exactly(column), list(texts)))
