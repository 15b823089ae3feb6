"""A small GraphQL client: one signed-in person over HTTP."""

from __future__ import annotations

from typing import Any

import httpx

LOGIN = """
mutation Login($username: String!, $password: String!) {
  login(username: $username, password: $password) { viewer { user { username } } errors { code message path } }
}
"""


class RequestFailed(Exception):
    """The server answered with top-level errors, or with no GraphQL at all."""


class Client:
    """One person's session with the API."""

    def __init__(self, url: str, username: str, password: str) -> None:
        self.username = username
        self._http = httpx.Client(base_url=url, timeout=30)
        answer = self.run(LOGIN, username=username, password=password)["login"]
        if answer["errors"]:
            raise RequestFailed(f"{username} cannot sign in: {answer['errors']}")

    def run(self, document: str, **variables: Any) -> dict[str, Any]:
        """The data of one operation; raises RequestFailed for anything else."""
        response = self._http.post("", json={"query": document, "variables": variables})
        body = response.json()
        if response.status_code != 200 or body.get("errors"):
            raise RequestFailed(f"{self.username}: HTTP {response.status_code} {body}")
        data: dict[str, Any] = body["data"]
        return data

    def close(self) -> None:
        """Drop the connection."""
        self._http.close()
