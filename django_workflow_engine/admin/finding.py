"""Searching a table of millions: by what an index answers, and by free text as far as indexes or the newest rows go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.db.models.functions import Coalesce

from django_workflow_engine import search_indexes
from django_workflow_engine.admin.newest import newest
from django_workflow_engine.admin.searching import any_of, has_text, lookup_of

FOUND: Final = 1_000  # rows of a search that are listed
_CONTAINS: Final = f"{LOOKUP_SEP}icontains"


@dataclass(frozen=True, kw_only=True)
class Named:
    """The rows that a word names, by a condition that an index answers; None where it names none."""

    condition: Q | None
    narrowed: bool = False
    more: bool = False


class Source(Protocol):
    """What a word may name, such as an object by its key."""

    def named(self, word: str, *, using: str) -> Named:
        """The rows that the word names."""


@dataclass(frozen=True, kw_only=True)
class Findings:
    """The keys of the newest rows that were found.

    `narrowed` says that free text was looked for among the newest rows of a table alone, `more` that there is more.
    """

    keys: Sequence[Any]
    narrowed: bool
    more: bool


@dataclass(frozen=True, kw_only=True)
class Search:
    """How the rows of a model are searched: by free text in `fields`, and by what `sources` say that a word names.

    `column` says how new a row is, and has an index. Every word has to be found, each in whichever way.
    """

    model: type[Model]
    fields: Sequence[str]
    column: str = "pk"
    sources: Sequence[Source] = field(default=())

    def find(self, queryset: QuerySet[Any], words: Sequence[str], limit: int | None = None) -> Findings:
        """The rows of the queryset that have all words, in a statement for each way that leads to some of them."""
        using, bound = queryset.db, FOUND if limit is None else limit
        named = [[source.named(word, using=using) for source in self.sources] for word in words]
        all_named = [one for names in named for one in names]
        found = [[one.condition for one in names if one.condition is not None] for names in named]
        wanted = Q(*(any_of([has_text(self.fields, word), *ways]) for word, ways in zip(words, found, strict=True)))
        candidates = queryset.filter(wanted)
        rows, narrowed = self._by_text(candidates, words, bound)
        for ways in filter(None, found):
            rows |= self._newest(candidates.filter(any_of(ways)), bound)
        keys = sorted(rows, key=lambda key: (rows[key], key), reverse=True)
        return Findings(
            keys=keys[:bound],
            narrowed=narrowed or any(one.narrowed for one in all_named),
            more=len(keys) > bound or any(one.more for one in all_named),
        )

    def _newest(self, queryset: QuerySet[Any], bound: int, *order: Any) -> dict[Any, Any]:
        """The newest rows by their keys, with how new each is."""
        ordered = queryset.order_by(*(order or (f"-{self.column}", "-pk")))
        return dict(ordered.values_list("pk", self.column)[: bound + 1])

    def _by_text(self, rows: QuerySet[Any], words: Sequence[str], bound: int) -> tuple[dict[Any, Any], bool]:
        """The newest rows that have the words, and whether there were rows whose text was not looked at.

        What is frequent is found among the newest rows. For the rest the trigram indexes are asked, in an order that
        no other index has: PostgreSQL takes too many rows for likely to have a text, and would go through the table.
        """
        window = newest(self.model, self.column, using=rows.db)
        found = self._newest(rows.filter(window.condition), bound)
        if not window.leaves_out or len(found) > bound:
            return found, False
        if not search_indexes.answers(self._indexes(), words, using=rows.db):
            return found, True
        return self._newest(rows, bound, Coalesce(self.column, self.column).desc()), False

    def _indexes(self) -> list[search_indexes.TextIndex]:
        """An index for each of the fields; none where one of them cannot have such an index."""
        lookups = [lookup_of(name) for name in self.fields]
        if not all(lookup.endswith(_CONTAINS) for lookup in lookups):
            return []
        try:
            indexes = [search_indexes.index_of(self.model, lookup.removesuffix(_CONTAINS)) for lookup in lookups]
        except FieldDoesNotExist:
            return []
        return indexes if all(issubclass(self.model, index.field.model) for index in indexes) else []
