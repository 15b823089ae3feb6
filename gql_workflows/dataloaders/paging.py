"""Lists below many parents at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from gql_workflows.dataloaders.loader import Loader
from gql_workflows.pagination import Page, PageArgs, empty_page, pages_by_parent

PageKey = tuple[Any, PageArgs]


def grouped_pages(
    rows: Callable[[Sequence[Any]], QuerySet[Any]],
    parent: str,
    keys: Sequence[PageKey],
    counts: Loader[int],
) -> dict[PageKey, Page]:
    """The pages that these (parent, arguments) ask for; one statement for each set of arguments."""
    by_args: dict[PageArgs, list[Any]] = defaultdict(list)
    for parent_key, args in keys:
        by_args[args].append(parent_key)
    found: dict[PageKey, Page] = {}
    for args, parents in by_args.items():
        pages = pages_by_parent(rows(parents), parent, args, lambda key: partial(counts.load, key))
        for key in parents:
            found[key, args] = pages.get(key) or empty_page(args, partial(counts.load, key))
    return found


def last_rows(queryset: QuerySet[Any], parent: str, most: int) -> dict[Any, list[Any]]:
    """The newest rows below each parent, oldest first; one statement."""
    place = Window(RowNumber(), partition_by=[F(parent)], order_by=[F("pk").desc()])
    groups: dict[Any, list[Any]] = defaultdict(list)
    for row in queryset.annotate(_place=place).filter(_place__lte=most).order_by("pk"):
        groups[getattr(row, parent)].append(row)
    return groups
