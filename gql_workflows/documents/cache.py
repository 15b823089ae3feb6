"""Documents that were parsed and validated before are not parsed and validated again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final
from weakref import finalize

from cachetools import LRUCache
from graphql import DocumentNode
from strawberry.extensions import SchemaExtension

LONGEST: Final = 20_000  # characters of one document; a longer one is read anew each time
MOST: Final = 200_000  # characters of all documents together


@dataclass(frozen=True, kw_only=True)
class Known:
    """A valid document, and the rules that found nothing wrong with it."""

    document: DocumentNode
    rules: tuple[Any, ...]
    characters: int


_known: Final[LRUCache[tuple[Any, str], Known]] = LRUCache(maxsize=MOST, getsizeof=lambda known: known.characters)
_lock: Final = Lock()


_beside: Final[dict[int, dict[Any, Any]]] = {}


def beside(document: DocumentNode) -> dict[Any, Any]:
    """What was made of a document, to be kept as long as the document itself."""
    found = _beside.get(id(document))
    if found is None:
        found = _beside[id(document)] = {}
        finalize(document, _beside.pop, id(document), None)
    return found


class DocumentCache(SchemaExtension):
    """Keeps the documents of signed-in users that passed: a client sends the same few ever again.

    The library's own caches of parsed and of validated documents keep refused ones too, and count documents and not
    their size: a stranger could fill the memory. It comes last among the extensions: the limits, which depend on
    variables, are measured for every request, and rules that others add are among those that a document has passed.
    """

    def on_parse(self) -> Iterator[None]:
        """Take the document of this text, if it is known."""
        known = self._known()
        if known is not None:
            self.execution_context.graphql_document = known.document
        yield

    def on_validate(self) -> Iterator[None]:
        """Leave out the rules for a document that they have passed; keep a new one that passes."""
        context = self.execution_context
        document, rules = context.graphql_document, context.validation_rules
        known = self._known()
        passed = known is not None and known.document is document and known.rules == rules
        if passed and context.pre_execution_errors is None:
            context.pre_execution_errors = []
        yield
        if not passed and document is not None and not context.pre_execution_errors:
            self._keep(document, rules)

    def _keep(self, document: DocumentNode, rules: tuple[Any, ...]) -> None:
        characters = len(self._text())
        if 0 < characters <= LONGEST and getattr(self.execution_context.context, "viewer", None) is not None:
            with _lock:
                _known[self._key()] = Known(document=document, rules=rules, characters=characters)

    def _known(self) -> Known | None:
        with _lock:
            return _known.get(self._key())

    def _key(self) -> tuple[Any, str]:
        return self.execution_context.schema, self._text()

    def _text(self) -> str:
        return self.execution_context.query or ""
