"""The answer of the view to an operation, as bytes, for whoever the test says is asking."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from asgiref.sync import async_to_sync
from django.http import HttpRequest
from django.test import AsyncRequestFactory, override_settings

from gql_workflows.endpoint.views import GraphQLView
from gql_workflows.schema import schema
from tests.api.differential.operations import Operation

_VIEW: Any = GraphQLView.as_view(schema=schema, graphql_ide=None)


def viewer_of(request: HttpRequest) -> Any:
    """The user that the test gave the request."""
    return getattr(request, "asked_by", None)


def answer(operation: Operation, viewer: Any, *, plans: bool, limits: dict[str, int]) -> tuple[int, bytes]:
    """The status and the body; errors that are masked get the ids 1, 2, 3 …"""
    body = json.dumps({"query": operation.document, "variables": operation.variables})
    request: Any = AsyncRequestFactory().post("/graphql/", body, content_type="application/json")
    request.asked_by = viewer
    wanted = {"PLANS": plans, "LIMITS": limits, "AUTHENTICATION": [f"{__name__}.{viewer_of.__name__}"]}
    with override_settings(GQL_WORKFLOWS=wanted), _numbered_errors():
        response = async_to_sync(_VIEW)(request)
    return response.status_code, response.content


@contextmanager
def _numbered_errors() -> Iterator[None]:
    numbers = count(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gql_workflows.errors.uuid.uuid4", lambda: UUID(int=next(numbers)))
        yield
