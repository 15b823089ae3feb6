"""The variables that the server's code reads, found in the code: by name, each with its default."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from inspect import isfunction
from pathlib import Path
from typing import Final

from gql_workflows.server import environment

ROOT: Final = Path(__file__).resolve().parents[2]
SERVER: Final = ROOT / "gql_workflows" / "server"
READERS: Final = frozenset(name for name, member in vars(environment).items() if isfunction(member))


def readings() -> Iterator[tuple[str, ast.expr | None]]:
    """Each call of a function of `environment` with a name, and what is written as its default."""
    for path in sorted(SERVER.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and ast.unparse(node.func) in READERS
                and isinstance(node.args[0], ast.Constant)
            ):
                given = [keyword.value for keyword in node.keywords if keyword.arg == "default"]
                yield str(node.args[0].value), given[0] if given else None


def defaults() -> Mapping[str, str]:
    """The defaults as the code writes them; without the demo, where that makes a difference."""
    found: dict[str, str] = {}
    for name, node in readings():
        plain = node.orelse if isinstance(node, ast.IfExp) else node
        found.setdefault(name, ast.unparse(plain) if plain is not None else "''")
    return found


VARIABLES: Final = frozenset(defaults())
