"""Documents that were parsed and validated before are not parsed and validated again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

from cachetools import LRUCache
from graphql import DocumentNode
from strawberry.extensions import SchemaExtension

MOST: Final = 256


@dataclass(frozen=True, kw_only=True)
class Known:
    """A valid document, and the rules that found nothing wrong with it."""

    document: DocumentNode
    rules: tuple[Any, ...]


_known: Final[LRUCache[tuple[Any, str], Known]] = LRUCache(maxsize=MOST)
_lock: Final = Lock()


class KnownDocuments(SchemaExtension):
    """Keeps the documents that passed: a client sends the same few ever again, with other variables.

    The library's own caches of parsed and of validated documents keep refused ones too, which a stranger can make as
    large as the parser's limit allows; what passed has the limits' size. It stands behind the limits, which depend on
    variables and are measured for every request.
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
        known = self._known()
        if context.pre_execution_errors is None and known is not None and known.rules == context.validation_rules:
            context.pre_execution_errors = []
        yield
        document = context.graphql_document
        if known is None and document is not None and not context.pre_execution_errors:
            with _lock:
                _known[self._key()] = Known(document=document, rules=context.validation_rules)

    def _known(self) -> Known | None:
        with _lock:
            return _known.get(self._key())

    def _key(self) -> tuple[Any, str]:
        context = self.execution_context
        return context.schema, context.query or ""
