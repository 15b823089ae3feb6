"""Operations made at random of the schema: fragments, aliases, directives, variables, several roots, wrong values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from graphql import GraphQLField, GraphQLObjectType, get_named_type, is_leaf_type, is_non_null_type, is_object_type

from gql_workflows.schema import schema

DEPTH: Final = 4
WIDTH: Final = 5
LONGEST_PAGE: Final = 6

# What a variable is declared as, and what it may hold: most of it can be used, some cannot.
VARIABLES: Final[Mapping[str, tuple[str, Sequence[Any]]]] = {
    "yes": ("Boolean!", [True, True, False]),
    "no": ("Boolean!", [False, False, True]),
    "maybe": ("Boolean = true", [True, False, True, False, None]),
    "first": ("Int", [*range(1, 10), None, 0]),
    "last": ("Int", [*range(1, 10), 101]),
    "after": ("String", [*[None] * 5, "nonsense"]),
    "model": ("String!", ["testapp.Document", "demo.Department", "nothing.AtAll"]),
}


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A document with its variables."""

    document: str
    variables: dict[str, Any]


@dataclass
class Maker:
    """Makes one operation; `ids` are global ids of rows by their type."""

    random: Random
    ids: Mapping[str, Sequence[str]]
    _used: set[str] = field(default_factory=set)
    _fragments: list[str] = field(default_factory=list)
    _names: int = 0

    def operation(self) -> Operation:
        """One to three root fields with what is below them."""
        number = self.random.choice([1, 1, 2, 3])
        roots = " ".join(self._root(name) for name in self.random.choices(_DRAWN, k=number))
        declared = ", ".join(f"${name}: {VARIABLES[name][0]}" for name in sorted(self._used))
        head = f"query Made({declared})" if declared else "query Made"
        values = {name: self.random.choice(VARIABLES[name][1]) for name in sorted(self._used)}
        given = {name: value for name, value in values.items() if value is not None or self._chance(0.5)}
        return Operation(document=f"{head} {{ {roots} }} {' '.join(self._fragments)}", variables=given)

    def _root(self, name: str) -> str:
        root: Any = schema._schema.query_type
        arguments = self._arguments_of_root(_ROOTS[name])
        return f"{self._alias()}: {name}{arguments} {self._below(root.fields[name], DEPTH)}"

    def _arguments_of_root(self, kind: str) -> str:
        if kind == "page":
            return self._page_arguments()
        if kind == "ids":
            ids = ", ".join(f'"{self._id()}"' for _ in range(self.random.randint(0, 3)))
            return f"(ids: [{ids}])"
        if kind == "model":
            return f"(model: {self._variable('model')})"
        return f'(id: "{self._id(kind)}")' if kind else ""

    def _page_arguments(self) -> str:
        choice = self.random.random()
        if choice < 0.5:
            return f"(first: {self.random.randint(1, LONGEST_PAGE)})"
        if choice < 0.75:
            return f"(first: {self._variable('first')})"
        if choice < 0.85:
            return f"(last: {self._variable('last')})"
        return f"(first: 3, after: {self._variable('after')})"

    def _id(self, kind: str = "any") -> str:
        found = self.ids.get(kind) or [one for several in self.ids.values() for one in several]
        return "nonsense" if self._chance(0.05) else self.random.choice(found)

    def _below(self, of: GraphQLField, depth: int) -> str:
        """The selection below a field, in braces; nothing below a value."""
        kind: Any = get_named_type(of.type)
        if is_leaf_type(kind):
            return ""
        return f"{{ {self._selection(kind, depth)} }}"

    def _selection(self, kind: Any, depth: int) -> str:
        if not is_object_type(kind):  # Node: one of the types that are behind it
            several = self.random.sample(["Workflow", "WorkflowAttachment", "ApprovalStep", "User", "Stage"], 2)
            return " ".join(["__typename", *(self._inline(_type(name), depth) for name in several)])
        parts = [self._part(kind, depth) for _ in range(self.random.randint(1, WIDTH))]
        return " ".join(["__typename", *parts] if self._chance(0.2) else [*parts, self._leaf(kind)])

    def _part(self, kind: GraphQLObjectType, depth: int) -> str:
        choice = self.random.random()
        if choice < 0.07 and depth > 0:
            return self._inline(kind, depth)
        if choice < 0.14 and depth > 0:
            return self._spread(kind, depth)
        nested = list(_nested(kind)) if depth > 0 else []
        if nested and choice < 0.6:
            name = self.random.choice(nested)
            return self._field(name, kind.fields[name], depth - 1)
        return self._leaf(kind)

    def _leaf(self, kind: GraphQLObjectType) -> str:
        leaves = [name for name, of in kind.fields.items() if is_leaf_type(get_named_type(of.type)) and not of.args]
        return self._field(self.random.choice([*leaves, "__typename"]), None, 0)

    def _field(self, name: str, of: GraphQLField | None, depth: int) -> str:
        arguments = self._page_arguments() if of is not None and "first" in of.args else ""
        alias = f"{self._alias()}: " if arguments or self._chance(0.25) else ""
        below = "" if of is None else self._below(of, depth)
        return f"{alias}{name}{arguments}{self._directive()} {below}"

    def _inline(self, kind: GraphQLObjectType, depth: int) -> str:
        return f"... on {kind.name}{self._directive()} {{ {self._selection(kind, depth - 1)} }}"

    def _spread(self, kind: GraphQLObjectType, depth: int) -> str:
        self._names += 1
        name = f"F{self._names}"
        self._fragments.append(f"fragment {name} on {kind.name} {{ {self._selection(kind, depth - 1)} }}")
        return f"...{name}{self._directive()}"

    def _directive(self) -> str:
        if not self._chance(0.12):
            return ""
        name, value = self.random.choice(["skip", "include"]), self.random.choice(["true", "false", "yes", "no"])
        if self._chance(0.05):
            value = "maybe"
        return f" @{name}(if: {value if value in ('true', 'false') else self._variable(value)})"

    def _variable(self, name: str) -> str:
        self._used.add(name)
        return f"${name}"

    def _alias(self) -> str:
        self._names += 1
        return f"a{self._names}"

    def _chance(self, chance: float) -> bool:
        return self.random.random() < chance


_ROOTS: Final[Mapping[str, str]] = {
    "workflows": "page",
    "attachments": "page",
    "myRequests": "page",
    "myApprovals": "page",
    "stuckAttachments": "page",
    "startRules": "page",
    "actionRuns": "page",
    "users": "page",
    "roles": "page",
    "departments": "page",
    "forms": "page",
    "workflow": "Workflow",
    "attachment": "WorkflowAttachment",
    "node": "any",
    "nodes": "ids",
    "viewer": "",
    "workflowStatistics": "",
    "decisionStatistics": "",
    "modelConfigurations": "",
    "enabledModels": "",
    "availableWorkflows": "model",
}


# Where a root may be null, the rest of the answer is there beside an error.
_DRAWN: Final = [*_ROOTS, *(["workflow", "attachment", "node", "nodes"] * 4)]


def _type(name: str) -> GraphQLObjectType:
    found: Any = schema._schema.get_type(name)
    return found  # type: ignore[no-any-return]


def _nested(kind: GraphQLObjectType) -> Iterator[str]:
    """The fields of a type that lead to objects and can be asked without arguments, or by page."""
    for name, of in kind.fields.items():
        needs = any(is_non_null_type(argument.type) for argument in of.args.values())
        if is_object_type(get_named_type(of.type)) and not needs:
            yield name
