"""What a word of a search may name, each looked up first, so that a list is searched by its foreign keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Model, Q

from django_workflow_engine import people, search_indexes
from django_workflow_engine.admin.finding import Findings, Named, Search
from django_workflow_engine.admin.searching import any_of
from django_workflow_engine.models import WorkFlow

_NAMED: Final = 1_000  # rows that one word may name


@dataclass(frozen=True, kw_only=True)
class Username:
    """The person who signs in with the word and nothing else."""

    def named(self, word: str, *, using: str) -> Named:
        """The condition alone, since the column has an index; none where it holds no text."""
        lookup = people.username_lookup()
        field = search_indexes.index_of(people.user_class(), lookup).field
        return Named(condition=Q(**{lookup: word}) if isinstance(field, CharField) else None)


@dataclass(frozen=True, kw_only=True)
class ObjectKeys:
    """Rows of the object whose key the word is; `path` leads to what has the object's key, `model`."""

    model: type[Model]
    path: str

    def named(self, word: str, *, using: str) -> Named:
        """The rows by the keys of what has the object; the index begins with the model of the object."""
        models = ContentType.objects.using(using).values("pk")
        rows = self.model._base_manager.using(using).filter(content_type__in=models, object_id=word)
        keys = [*rows.values_list("pk", flat=True)[: _NAMED + 1]]
        return _named([self.path], Findings(keys=keys[:_NAMED], narrowed=False, more=len(keys) > _NAMED))


@dataclass(frozen=True, kw_only=True)
class PeopleNamed:
    """Rows of the people whose username has the word."""

    paths: Sequence[str]

    def named(self, word: str, *, using: str) -> Named:
        """The rows by the keys of these people."""
        lookup = people.username_lookup()
        search = Search(model=people.user_class(), fields=(lookup,), sources=(Username(),))
        return _named(self.paths, search.find(people.users().using(using), [word], _NAMED))


@dataclass(frozen=True, kw_only=True)
class WorkflowsNamed:
    """Rows of the workflows whose name has the word, in either language."""

    path: str

    def named(self, word: str, *, using: str) -> Named:
        """The rows by the keys of these workflows."""
        search = Search(model=WorkFlow, fields=("name_en", "name_ar"))
        return _named([self.path], search.find(WorkFlow.objects.using(using), [word], _NAMED))


def _named(paths: Sequence[str], found: Findings) -> Named:
    condition = any_of([Q(**{f"{path}__in": found.keys}) for path in paths]) if found.keys else None
    return Named(condition=condition, narrowed=found.narrowed, more=found.more)
