"""The API as its clients reach it: over HTTP, and executed in place where statements are counted."""

from __future__ import annotations

import json
from typing import Any

from asgiref.sync import async_to_sync
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from gql_workflows.context import Context
from gql_workflows.schema import schema
from gql_workflows.type_names import prefixed

URL = "/graphql/"


class Api:
    """One user's session with the API; None is somebody who is not signed in."""

    def __init__(self, user: Any = None, **headers: str) -> None:
        self.http = Client(headers=headers or None)
        if user is not None:
            self.http.force_login(user)

    def raw(self, document: str, **variables: Any) -> Any:
        """The HTTP response to one operation, in the names that our types have in this project."""
        body = json.dumps({"query": prefixed(document), "variables": variables})
        return self.http.post(URL, body, content_type="application/json")

    def run(self, document: str, **variables: Any) -> dict[str, Any]:
        """The data of one operation that has no top-level errors."""
        response = self.raw(document, **variables)
        body = response.json()
        assert response.status_code == 200, body
        assert "errors" not in body, body["errors"]
        return body["data"]

    def errors(self, document: str, **variables: Any) -> list[dict[str, Any]]:
        """The top-level errors of one operation."""
        return self.raw(document, **variables).json()["errors"]


def count_statements(document: str, user: Any, **variables: Any) -> tuple[int, dict[str, Any]]:
    """The number of SQL statements that one operation costs around its execution, and its data."""
    context = Context(request=RequestFactory().post(URL), response=None, viewer=user)
    with CaptureQueriesContext(connection) as captured:
        result = async_to_sync(schema.execute)(document, variable_values=variables, context_value=context)
    assert result.errors is None, result.errors
    return len(captured), result.data
