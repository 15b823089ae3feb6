"""A selection compiled into functions: once for each list or object, run over all of its rows.

Only what goes right is answered this way. Whatever does not (a null where none may be, a value that a scalar refuses,
an exception of a resolver) raises, and graphql-core then resolves the same values field by field, with the errors,
places and nulls that the specification asks for. Resolvers below a root only read, so doing it twice is harmless.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from functools import partial
from inspect import isawaitable
from typing import Any, TypeAlias

from graphql import (
    GraphQLLeafType,
    GraphQLList,
    GraphQLObjectType,
    GraphQLOutputType,
    Undefined,
    is_enum_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
    is_specified_scalar_type,
)

from gql_workflows.execution.budget import Budget, size_of_names
from gql_workflows.execution.fields import PlanInfo, reader_of

Queue: TypeAlias = "list[PendingField] | deque[PendingField]"
Complete: TypeAlias = "Callable[[Any, Queue], Any]"


class NotPlain(Exception):
    """The value is not one that a plan can answer."""


@dataclass(slots=True)
class PendingField:
    """A resolver that wants something, and where its value goes."""

    resolve: Callable[[Any], Coroutine[Any, Any, Any]]
    source: Any
    row: dict[str, Any]
    name: str
    complete: Complete
    begun: Coroutine[Any, Any, Any] | None = None

    def go_on(self) -> Any:
        """What it wants next; raises StopIteration with its value when it has that."""
        if self.begun is None:
            self.begun = self.resolve(self.source)
        return self.begun.send(None)

    def close(self) -> None:
        """End it, where it has begun."""
        if self.begun is not None:
            self.begun.close()


@dataclass(slots=True)
class ObjectPlan:
    """The selected fields of one type, in the order of the selection."""

    is_of_type: Callable[[Any], bool]
    budget: Budget
    met: set[type] = field(default_factory=set)  # Python's types that are of this type
    plain: list[tuple[str, Callable[[Any], Any], Complete]] = field(default_factory=list)
    waiting: list[tuple[str, Callable[[Any], Coroutine[Any, Any, Any]], Complete]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    size: int = 0  # the bytes of the names, in each row anew

    def complete(self, source: Any, waiting: Queue) -> dict[str, Any]:
        """The object's fields; what has to wait is added to the list and filled in later."""
        if type(source) not in self.met:
            self._meet(source)
        if not self.budget.take(len(self.names), self.size):
            raise NotPlain
        row: dict[str, Any] = dict.fromkeys(self.names)
        for name, read, complete in self.plain:
            row[name] = complete(read(source), waiting)
        for name, resolve, complete in self.waiting:
            waiting.append(PendingField(resolve, source, row, name, complete))
        return row

    def _meet(self, source: Any) -> None:
        if not self.is_of_type(source):
            raise NotPlain
        self.met.add(type(source))

    def add(self, name: str, read: Callable[[Any], Any], complete: Complete, *, waits: bool) -> None:
        """Have the plan read one more field."""
        self.names.append(name)
        self.size += size_of_names((name,))
        (self.waiting if waits else self.plain).append((name, read, complete))


class Planner:
    """Makes the plans of one request; `fields_of` gives the selected fields of a type by their names in the answer."""

    def __init__(self, fields_of: Callable[..., Any], schema: Any, context: Any, budget: Budget) -> None:
        self._fields_of, self._schema, self._asked, self._budget = fields_of, schema, PlanInfo(context), budget

    def plan(self, type_: GraphQLOutputType, details: Any, *, nullable: bool = True) -> Complete | None:
        """How values of this type are completed; None where a field below cannot be planned."""
        if is_non_null_type(type_):
            return self.plan(type_.of_type, details, nullable=False)
        complete = self._of_nullable(type_, details)
        if complete is None:
            return None
        return partial(_or_null, complete) if nullable else partial(_never_null, complete)

    def _of_nullable(self, type_: Any, details: Any) -> Complete | None:
        if is_leaf_type(type_):
            return _leaf(type_, self._budget)
        if is_list_type(type_):
            return self._list(type_, details)
        return self._object(type_, details) if is_object_type(type_) else None

    def _list(self, type_: GraphQLList[Any], details: Any) -> Complete | None:
        item = self.plan(type_.of_type, details)
        return None if item is None else partial(_each, item)

    def _object(self, type_: GraphQLObjectType, details: Any) -> Complete | None:
        fields, deferred = self._fields_of(type_, details)
        if deferred:
            return None
        check: Any = type_.is_type_of
        plan = ObjectPlan(lambda source: check is None or check(source, None) is True, self._budget)
        for name, below in fields.items():
            if not self._add(plan, type_, name, below):
                return None
        return plan.complete

    def _add(self, plan: ObjectPlan, parent: GraphQLObjectType, name: str, details: Any) -> bool:
        field_name = details[0].node.name.value
        if field_name == "__typename":
            plan.add(name, lambda source: parent.name, _as_it_is, waits=False)
            return True
        reading = reader_of(self._schema, parent, field_name)
        complete = None if reading is None else self.plan(parent.fields[field_name].type, details)
        if reading is None or complete is None:
            return False
        plan.add(name, reading.bound(self._asked), complete, waits=reading.waits)
        return True


def _as_it_is(value: Any, waiting: Queue) -> Any:
    return value


def _or_null(complete: Complete, value: Any, waiting: Queue) -> Any:
    return None if value is None else complete(value, waiting)


def _never_null(complete: Complete, value: Any, waiting: Queue) -> Any:
    if value is None:
        raise NotPlain
    return complete(value, waiting)


def _each(complete: Complete, values: Any, waiting: Queue) -> list[Any]:
    if not isinstance(values, list | tuple):
        raise NotPlain
    return [complete(value, waiting) for value in values]


def _leaf(type_: GraphQLLeafType, budget: Budget) -> Complete:
    coerce = type_.coerce_output_value

    def complete(value: Any, waiting: Queue) -> Any:
        coerced = coerce(value)
        if coerced is None or coerced is Undefined or not budget.take_value(coerced):
            raise NotPlain
        return coerced

    def checked(value: Any, waiting: Queue) -> Any:
        if isinstance(value, Exception) or isawaitable(value):
            raise NotPlain
        return complete(value, waiting)

    return complete if is_specified_scalar_type(type_) or is_enum_type(type_) else checked
