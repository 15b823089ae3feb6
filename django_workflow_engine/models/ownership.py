"""What becomes of a company's templates when the user that stands for it is deleted."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.deletion import Collector


def leave_to_administrators(collector: Collector, field: Any, rows: Any, using: str) -> None:
    """SET_NULL, with a mark: a template without a company is everybody's, and a deleted company's must not become so.

    The mark is written first, because both updates look the rows up by their company.
    """
    collector.add_field_update(field.model._meta.get_field("company_deleted"), True, rows)
    models.SET_NULL(collector, field, rows, using)


leave_to_administrators.lazy_sub_objs = True  # type: ignore[attr-defined]  # as SET_NULL: the rows need not be read
