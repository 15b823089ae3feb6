"""Trusted documents: a server that runs the operations of one manifest and no others.

The manifest is a JSON object of documents by their ids, as the generators of clients write it: GraphQL Code Generator
(`persistedDocuments`), Relay (`persistConfig`) and `manage.py trusted_documents`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from gql_workflows import conf
from gql_workflows.documents.persisted import hash_in
from gql_workflows.http.refusals import Refused

HASHED: Final = "sha256:"  # how the GraphQL-over-HTTP specification marks an id that is a SHA-256


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The documents that a server runs, by their ids, and their texts alone."""

    documents: Mapping[str, str]
    texts: frozenset[str]


def resolve_document(parameters: Any) -> Any:
    """A request's parameters with the document that they name in `query`, where the server is limited to a manifest.

    An id is `documentId` or `extensions.persistedQuery.sha256Hash`. Raises Refused for a document that is not in the
    manifest. Parameters that are none of a request are given back as they are: others judge their form.
    """
    path = conf.trusted_documents()
    if path is None or not isinstance(parameters, dict):
        return parameters
    manifest = _manifest(path)
    text, identifier = parameters.get("query"), _identifier(parameters)
    if text:
        if isinstance(text, str) and text not in manifest.texts:
            raise Refused(403, _("This server runs the documents of its manifest alone; this one is not among them."))
        return parameters
    if identifier is None:
        return parameters
    if identifier not in manifest.documents:
        raise Refused(403, _("The manifest of this server has no document with this id."))
    return {**parameters, "query": manifest.documents[identifier]}


def _manifest(path: Path) -> Manifest:
    """The manifest in a file; one without documents where there is none, of which a system check tells."""
    try:
        return read_manifest(path)
    except ImproperlyConfigured:
        return Manifest(documents={}, texts=frozenset())


@lru_cache(maxsize=4)
def read_manifest(path: Path) -> Manifest:
    """The manifest in a file, read once in the life of a process; raises ImproperlyConfigured where it is none."""
    try:
        parsed = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ImproperlyConfigured(f"{path} cannot be read as JSON: {error}") from error
    if not isinstance(parsed, dict) or not all(isinstance(text, str) for text in parsed.values()):
        raise ImproperlyConfigured(f"{path} is no JSON object of documents by their ids.")
    return Manifest(documents=parsed, texts=frozenset(parsed.values()))


def _identifier(parameters: dict[str, Any]) -> str | None:
    """The id that the request names, in either way; None where there is none."""
    identifier = parameters.get("documentId")
    if identifier is None:
        identifier = hash_in(parameters)
    return identifier.removeprefix(HASHED) if isinstance(identifier, str) else None
