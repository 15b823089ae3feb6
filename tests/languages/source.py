"""The source of both packages as the tests on its texts read it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from catalogues.extraction import KEYWORDS, PACKAGES
from engine.hatch_build import ROOT

LAZY = frozenset(name for name in KEYWORDS if name.endswith(("_lazy", "_noop")))
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z]|\{\w*\}")
# A text has words: an identifier, a path or a code is none.
_TEXT = re.compile(r"[^\W\d_]{2,}(\s|[.!?:…]$)|\s[^\W\d_]{2,}")


@dataclass(frozen=True, kw_only=True)
class Module:
    """One module, by its path in the project."""

    path: str
    tree: ast.Module

    def at(self, node: ast.AST) -> str:
        return f"{self.path}:{getattr(node, 'lineno', 0)}"


def modules() -> Iterator[Module]:
    """Every module of both packages but their migrations, which keep what the models said once."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                tree = ast.parse(path.read_text(encoding="utf-8"))
                yield Module(path=path.relative_to(ROOT).as_posix(), tree=tree)


def name_of(call: ast.Call) -> str:
    """The last name of what is called."""
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def translators(module: Module) -> dict[str, str]:
    """What the module calls Django's translation functions: its name for each, and Django's."""
    imports = [node for node in ast.walk(module.tree) if isinstance(node, ast.ImportFrom)]
    names = [alias for node in imports if node.module == "django.utils.translation" for alias in node.names]
    return {alias.asname or alias.name: alias.name for alias in names if "gettext" in alias.name}


def translated(module: Module) -> Iterator[ast.Call]:
    """Every call that marks a text."""
    own = translators(module)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in own:
            yield node


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda))


def is_unmarked(node: ast.AST | None, assigned: dict[str, list[ast.AST]] | None = None) -> bool:
    """Whether a value is a text that nobody can translate: a literal, one put together, or a name for one of them."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and _TEXT.search(_PLACEHOLDER.sub("", node.value)) is not None
    if isinstance(node, ast.JoinedStr):
        return any(is_unmarked(part) for part in node.values)
    if isinstance(node, ast.BinOp):
        return is_unmarked(node.left, assigned) or is_unmarked(node.right, assigned)
    if isinstance(node, ast.IfExp):
        return is_unmarked(node.body, assigned) or is_unmarked(node.orelse, assigned)
    if isinstance(node, ast.BoolOp):
        return any(is_unmarked(value, assigned) for value in node.values)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("format", "join"):
        return is_unmarked(node.func.value, assigned)
    if isinstance(node, ast.Name) and assigned:
        return any(is_unmarked(value) for value in assigned.get(node.id, ()))
    return False


def assignments(tree: ast.AST) -> dict[str, list[ast.AST]]:
    """Everything that each name of a module is set to, wherever in it."""
    found: dict[str, list[ast.AST]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                for name, value in _pairs(target, node.value):
                    found.setdefault(name, []).append(value)
    return found


def _pairs(target: ast.AST, value: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        for left, right in zip(target.elts, value.elts, strict=True):
            yield from _pairs(left, right)
