"""What is read of a request before it is run: the media type, the size and the shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, UnreadablePostError
from django.utils.translation import gettext as _

from gql_workflows import conf
from gql_workflows.documents.persisted import PersistedQueryNotSupported, hash_in
from gql_workflows.documents.trusted import resolve_document
from gql_workflows.http.negotiation import JSON
from gql_workflows.http.origins import is_foreign
from gql_workflows.http.refusals import Refused
from gql_workflows.http.strict_json import parse

_PARAMETERS: Final = ("query", "documentId", "operationName", "variables", "extensions")
_ENCODINGS: Final = ("", "identity")
_CHARSETS: Final = (None, "utf-8", "utf8", "us-ascii")


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """What a request asks for, checked."""

    query: str
    operation_name: str | None
    variables: dict[str, Any] | None
    extensions: dict[str, Any] | None


def check_request(request: HttpRequest) -> Parameters:
    """What the request asks for; raises Refused for what is no GraphQL request from a page that may send one."""
    if is_foreign(request):
        raise Refused(403, _("Requests from this origin are not accepted."))
    if request.method == "POST":
        _check_media_type(request)
        return parameters_of(parse(_body(request)))
    if request.method == "GET":
        return parameters_of(_from_address(request))
    raise Refused(405, _("GraphQL is asked with GET or POST."))


def parameters_of(given: Any) -> Parameters:
    """What a request's parameters ask for, wherever they come from; raises Refused for what are none."""
    resolved = resolve_document(given)
    if isinstance(resolved, list):
        raise Refused(400, _("Send one request at a time: a list of them is not taken."))
    if isinstance(resolved, dict) and not resolved.get("query") and hash_in(resolved) is not None:
        raise PersistedQueryNotSupported
    if not isinstance(resolved, dict) or not isinstance(resolved.get("query"), str):
        raise Refused(400, _("Send a JSON object with a query."))
    if not isinstance(resolved.get("operationName"), str | None):
        raise Refused(400, _("operationName is a text."))
    for name in ("variables", "extensions"):
        if not isinstance(resolved.get(name), dict | None):
            raise Refused(400, _("%s is a JSON object.") % name)
    return Parameters(
        query=resolved["query"],
        operation_name=resolved.get("operationName") or None,
        variables=resolved.get("variables"),
        extensions=resolved.get("extensions"),
    )


def _check_media_type(request: HttpRequest) -> None:
    """A simple form cannot send JSON, which is what makes a CSRF token needless."""
    charset = (request.content_params or {}).get("charset")
    if (request.content_type or "").lower() != JSON or (charset and charset.strip("\"'").lower()) not in _CHARSETS:
        raise Refused(415, _("Send application/json in UTF-8."))
    if request.headers.get("Content-Encoding", "").strip().lower() not in _ENCODINGS:
        raise Refused(415, _("Send the body as it is: compressed ones are not taken."))


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
    """The parameters of a GET request; variables and extensions are JSON texts there, and nothing means none."""
    if len(request.META.get("QUERY_STRING", "")) > conf.max_body_bytes():
        raise Refused(414, _("The address is too long."))
    try:
        asked = request.GET
    except TooManyFieldsSent as error:
        raise Refused(400, _("The address has too many parameters.")) from error
    given = {name: asked[name] for name in _PARAMETERS if asked.get(name)}
    return {name: parse(text.encode()) if name in ("variables", "extensions") else text for name, text in given.items()}
