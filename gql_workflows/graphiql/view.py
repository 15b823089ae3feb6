"""A browser that opens the API's address sees GraphiQL; everybody else is answered by the API."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from pathlib import Path
from typing import Any, Final

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template import Context, Engine
from django.utils.cache import patch_vary_headers

from gql_workflows import conf
from gql_workflows.graphiql.assets import Assets, assets
from gql_workflows.graphiql.examples import examples
from gql_workflows.graphiql.policy import page_policy

View = Callable[..., Any]  # asynchronous; Django's types know the other kind alone

HTML: Final = "text/html"
# Without a preference the API answers.
ANSWERS: Final = ("application/json", "application/graphql-response+json", "text/event-stream", HTML)
PARAMETERS: Final = frozenset({"query", "documentId", "extensions"})
# The page is the package's own: it needs no template settings of the project.
_TEMPLATES: Final = Engine(dirs=[str(Path(__file__).parent / "templates")])


def with_graphiql(view: View) -> View:
    """The view, with GraphiQL before it where the setting GRAPHIQL lets it be."""

    @wraps(view)
    async def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = await page(request) if wants_page(request) else await view(request, *args, **kwargs)
        if request.method in ("GET", "HEAD"):
            patch_vary_headers(response, ["Accept"])
        return response

    return answer


def wants_page(request: HttpRequest) -> bool:
    """Whether this is a browser's visit, and no operation that is sent by GET."""
    return (
        conf.graphiql()
        and request.method in ("GET", "HEAD")
        and PARAMETERS.isdisjoint(request.GET)
        and request.get_preferred_type(ANSWERS) == HTML
    )


async def page(request: HttpRequest) -> HttpResponse:
    """GraphiQL, or how to get it where it was not built."""
    found = assets()
    return _not_built() if found is None else await _explorer(request, found)


async def _explorer(request: HttpRequest, found: Assets) -> HttpResponse:
    nonce = secrets.token_urlsafe(16)
    shown = [asdict(example) for example in await sync_to_async(examples)()]
    response = _rendered("explorer.html", {"assets": found, "nonce": nonce, "examples": shown})
    response.headers["Content-Security-Policy"] = page_policy(request, found, nonce)
    return response


def _not_built() -> HttpResponse:
    response = _rendered("not_built.html", {})
    response.status_code = 503
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    return response


def _rendered(name: str, values: dict[str, Any]) -> HttpResponse:
    response = HttpResponse(_TEMPLATES.get_template(name).render(Context(values)))
    response.headers["Cache-Control"] = "no-store"  # the nonce is of this answer alone
    return response
