"""Lists in the order of the names that their reader sees."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Coalesce, NullIf

from django_workflow_engine.i18n import reads_arabic


class ShownName(F):
    """The name of a row in the reader's language, who is known when the list is asked for and not before.

    `path` leads to the row from the one that is listed, as in "pipeline__".
    """

    def __init__(self, path: str = "") -> None:
        super().__init__(f"{path}name_en")
        self.path = path

    def resolve_expression(self, *args: Any, **kwargs: Any) -> Any:
        """The column of the one name, or of the other where that one is empty."""
        if not reads_arabic():
            return super().resolve_expression(*args, **kwargs)
        shown = Coalesce(NullIf(F(f"{self.path}name_ar"), Value("")), F(self.name))
        return shown.resolve_expression(*args, **kwargs)
