"""When two answers are the same: byte by byte, but for what graphql-core itself answers in one way or another.

Where several items of a list fail and their failures make one thing above them null, only one of them is told, and
which one is not said (https://spec.graphql.org/October2021/#sec-Handling-Field-Errors); graphql-core tells the one that
fails first, which differs from time to time.
"""

from __future__ import annotations

import json
from typing import Any

Answer = tuple[int, bytes]


def same(one: Answer, other: Answer) -> bool:
    """Whether two answers, status and body, are the same."""
    return one == other or (one[0] == other[0] and _told(one[1]) == _told(other[1]))


def _told(body: bytes) -> str:
    """The answer, its keys in their order, without the places in lists that lie below a null."""
    answer = json.loads(body)
    for error in answer.get("errors", ()):
        if "path" in error:
            error["path"] = _without_places_below_null(answer.get("data"), error["path"])
    return json.dumps(answer)


def _without_places_below_null(data: Any, path: list[Any]) -> list[Any]:
    for depth, step in enumerate(path):
        if data is None:
            return [*path[:depth], *("*" if isinstance(name, int) else name for name in path[depth:])]
        data = data[step]
    return path
