"""How large a request is before its document is read."""

from __future__ import annotations

from typing import Any


def lines_of(text: str) -> int:
    """The lines of a document, as GraphQL counts them."""
    return 1 + text.count("\n") + text.count("\r") - text.count("\r\n")


def number_of_values(value: Any) -> int:
    """The values in lists and objects, however deep they lie."""
    count, waiting = 0, [value]
    while waiting:
        node = waiting.pop()
        children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        count += len(children)
        waiting.extend(child for child in children if isinstance(child, dict | list))
    return count
