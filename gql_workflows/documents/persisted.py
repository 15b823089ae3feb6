"""Automatic persisted queries, which this server does not keep: it parses no document twice as it is.

Apollo's and urql's clients send the hash of a document before the document itself. They send the document from then on
when the answer says PersistedQueryNotSupported: the word is the protocol's, in every language.
"""

from __future__ import annotations

from typing import Any, Final

from django.http import JsonResponse

from gql_workflows.http.negotiation import JSON
from gql_workflows.http.refusals import Refused

NOT_SUPPORTED: Final = "PersistedQueryNotSupported"


class PersistedQueryNotSupported(Refused):
    """A request that has the hash of a document in place of the document."""

    code = "PERSISTED_QUERY_NOT_SUPPORTED"

    def __init__(self) -> None:
        super().__init__(400, NOT_SUPPORTED)

    def response(self, media_type: str = JSON) -> JsonResponse:
        """A 200 in application/json, as every document that is not run."""
        response = super().response(media_type)
        response.status_code = 200 if media_type == JSON else self.http_status
        return response


def hash_in(parameters: dict[str, Any]) -> str | None:
    """The hash that a request's parameters name a document by; None where they name none."""
    extensions = parameters.get("extensions")
    persisted = extensions.get("persistedQuery") if isinstance(extensions, dict) else None
    found = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    return found if isinstance(found, str) else None
