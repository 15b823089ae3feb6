"""A client of the API in plain httpx: operations by name, sessions, and changes as server-sent events."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
from graphql import parse, print_ast, separate_operations

SECONDS = 30


class RequestFailed(Exception):
    """The server answered with errors, at the top level or in a payload."""


def read_documents(path: Path) -> Mapping[str, str]:
    """Each operation of a .graphql file by its name, with the fragments that it uses.

    `manage.py trusted_documents` prints them alike, so the SHA-256 of such a text is its id in that manifest.
    """
    separated = separate_operations(parse(path.read_text("utf-8")))
    return {name: print_ast(document) for name, document in separated.items()}


class Client:
    """One person's session with the API."""

    def __init__(self, url: str, documents: Mapping[str, str], *, by_id: bool = False) -> None:
        self._documents, self._by_id = documents, by_id
        self._http = httpx.Client(base_url=url, timeout=SECONDS)

    def login(self, username: str, password: str) -> Client:
        """Sign in; the session cookie goes with every later request."""
        self.change("Login", username=username, password=password)
        return self

    def run(self, name: str, **variables: Any) -> dict[str, Any]:
        """The data of one operation."""
        response = self._http.post("", json=self._parameters(name, variables))
        answer = response.json()
        if response.status_code != 200 or answer.get("errors"):
            raise RequestFailed(f"{name}: HTTP {response.status_code} {answer}")
        data: dict[str, Any] = answer["data"]
        return data

    def change(self, name: str, **variables: Any) -> dict[str, Any]:
        """The payload of one mutation that was carried out."""
        (payload,) = self.run(name, **variables).values()
        if payload["errors"]:
            raise RequestFailed(f"{name}: {payload['errors']}")
        found: dict[str, Any] = payload
        return found

    @contextmanager
    def listen(self, name: str, **variables: Any) -> Iterator[Iterator[Any]]:
        """The values of one subscription, as they come."""
        headers = {"Accept": "text/event-stream"}
        with self._http.stream("POST", "", json=self._parameters(name, variables), headers=headers) as response:
            response.raise_for_status()
            yield _values(response.iter_lines())

    def close(self) -> None:
        """Drop the connection."""
        self._http.close()

    def _parameters(self, name: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        text = self._documents[name]
        document = {"documentId": f"sha256:{sha256(text.encode()).hexdigest()}"} if self._by_id else {"query": text}
        return {**document, "variables": variables}


def _values(lines: Iterator[str]) -> Iterator[Any]:
    """The value in each event of the stream; a line that begins with a colon keeps the connection alive."""
    for line in lines:
        if line.startswith("data: ") and line != "data: ":
            event = json.loads(line.removeprefix("data: "))
            if event.get("errors"):
                raise RequestFailed(str(event["errors"]))
            (value,) = event["data"].values()
            yield value
