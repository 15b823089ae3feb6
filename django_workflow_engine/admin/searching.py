"""Searching in the lists of the admin: words, and what each of them may be found in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.contrib import admin
from django.db.models import CharField, Q, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest
from django.utils.text import smart_split, unescape_string_literal

LONGEST: Final = 200  # characters; each word is a condition on each of the fields, and a database nests them
_PREFIXES: Final = {"^": "istartswith", "=": "iexact", "@": "search"}
_EXACT: Final = f"{LOOKUP_SEP}exact"


class SearchesShortTexts(admin.ModelAdmin):
    """A list that looks for the beginning of a text that is longer than anybody types."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Django's own search, for the first words."""
        return super().get_search_results(request, queryset, search_term[:LONGEST])


def words_of(term: str) -> list[str]:
    """The words of a search as Django takes them, quoted ones together, each once."""
    words = (
        unescape_string_literal(word) if word.startswith(('"', "'")) and word[0] == word[-1] else word
        for word in smart_split(term[:LONGEST])
    )
    return [*dict.fromkeys(words)]


def lookup_of(field: str) -> str:
    """The lookup of an entry of `search_fields`; an exact one takes any text, whatever the column's type."""
    if field[0] in _PREFIXES:
        return f"{field[1:]}{LOOKUP_SEP}{_PREFIXES[field[0]]}"
    if field.rpartition(LOOKUP_SEP)[2] not in CharField.get_lookups():
        return f"{field}{LOOKUP_SEP}icontains"
    return f"{field.removesuffix(_EXACT)}{LOOKUP_SEP}iexact" if field.endswith(_EXACT) else field


def has_text(fields: Sequence[str], word: str) -> Q:
    """The condition that one of these fields has the word; false where there are none."""
    return any_of([Q(**{lookup_of(field): word}) for field in fields]) if fields else Q(pk__in=[])


def any_of(conditions: Sequence[Q]) -> Q:
    """That one of these conditions is met."""
    return Q(*conditions, _connector=Q.OR)
