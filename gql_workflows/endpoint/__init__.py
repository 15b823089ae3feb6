"""The view over a schema, with everything that a project would have to wrap it in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import connections, transaction
from django.views.decorators.csrf import csrf_exempt
from strawberry.schema import BaseSchema

from gql_workflows.endpoint.views import GraphQLView
from gql_workflows.graphiql.view import with_graphiql


def endpoint(schema: BaseSchema) -> Callable[..., Any]:
    """The view that serves the schema over HTTP, for a project's `urlpatterns`.

    It is exempt from the CSRF token: it takes JSON alone and refuses foreign origins. Django's LoginRequiredMiddleware
    lets everybody through to it: each field has its own rule, and a client expects an error where a page would lead to
    a form. It is no transaction of its own under ATOMIC_REQUESTS, which Django refuses to asynchronous views: each
    mutation is one.
    """
    view = login_not_required(csrf_exempt(with_graphiql(GraphQLView.as_view(schema=schema, graphql_ide=None))))
    for alias in connections:
        view = transaction.non_atomic_requests(using=alias)(view)
    return view
