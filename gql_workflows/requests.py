"""What is read of a request before it is run: the media type, the size and the shape."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, UnreadablePostError
from django.utils.translation import gettext as _

from gql_workflows import conf
from gql_workflows.origin import is_foreign
from gql_workflows.refusals import Refused
from gql_workflows.trusted_documents import resolve_document

_PARAMETERS = ("query", "documentId", "operationName", "variables", "extensions")


def check_request(request: HttpRequest) -> str | None:
    """The document to run; raises Refused for what is no GraphQL request from a page that may send one.

    None where the method is one that GraphQL has no use for.
    """
    if is_foreign(request):
        raise Refused(403, _("Requests from this origin are not accepted."))
    if request.method == "POST":
        _check_media_type(request)
        return document_of(_parsed(_body(request)))
    if request.method == "GET":
        return document_of(_from_address(request))
    return None


def document_of(parameters: Any) -> str:
    """The document that a request's parameters hold, or name by its id; raises Refused for anything else."""
    resolved = resolve_document(parameters)
    _check_shape(resolved)
    text: str = resolved["query"]
    return text


def _check_media_type(request: HttpRequest) -> None:
    """A simple form cannot send JSON, which is what makes a CSRF token needless."""
    if (request.content_type or "").lower() != "application/json":
        raise Refused(415, _("Send application/json."))


def _body(request: HttpRequest) -> bytes:
    too_large = Refused(413, _("The request body is too large."))
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > conf.max_body_bytes():
            raise too_large
        body = request.body
    except RequestDataTooBig as error:
        raise too_large from error
    except (UnreadablePostError, ValueError) as error:
        raise Refused(400, _("The body could not be read.")) from error
    if len(body) > conf.max_body_bytes():
        raise too_large
    return body


def _from_address(request: HttpRequest) -> dict[str, Any]:
    """The parameters of a GET request; variables and extensions are JSON texts there."""
    given = {name: request.GET[name] for name in _PARAMETERS if name in request.GET}
    return {
        name: _parsed(text.encode()) if name in ("variables", "extensions") else text for name, text in given.items()
    }


def _parsed(body: bytes) -> Any:
    """The JSON in the body; UTF-8 alone, and no text that a database could not hold."""
    try:
        parsed = json.loads(body.decode())
        json.dumps(parsed, ensure_ascii=False).encode()  # half of a surrogate pair cannot be written
    except (ValueError, RecursionError) as error:
        raise Refused(400, _("The body must be JSON in UTF-8.")) from error
    return parsed


def _check_shape(parsed: Any) -> None:
    if not isinstance(parsed, dict) or not isinstance(parsed.get("query"), str):
        raise Refused(400, _("Send a JSON object with a query."))
    if not isinstance(parsed.get("operationName"), str | None):
        raise Refused(400, _("operationName is a text."))
    for name in ("variables", "extensions"):
        if not isinstance(parsed.get(name), dict | None):
            raise Refused(400, _("%s is a JSON object.") % name)
