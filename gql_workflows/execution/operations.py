"""What is known of an operation before it runs, by its root fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from graphql import GraphQLError, OperationType, get_named_type, get_nullable_type, is_leaf_type
from graphql.execution.collect_fields import collect_fields
from strawberry.schema.schema_converter import GraphQLCoreConverter

from gql_workflows.rules import Ruled, RuledInThread

_DEFINITION: Final = GraphQLCoreConverter.DEFINITION_BACKREF
_ONE_HOP: Final = "one hop"
_REPEATABLE: Final = "repeatable"


def may_be_completed_twice(executor: Any) -> bool:
    """Whether the operation may be executed anew where a plan fails.

    A query only reads. What a mutation did is not done again: a rule of ours keeps what its field gave.
    """
    if executor.operation.operation is not OperationType.MUTATION:
        return True
    return all(isinstance(_outermost(field), Ruled) for field, _details in _root_fields(executor))


def nodes_of(executor: Any, name: Any) -> list[Any]:
    """The nodes of the document that ask for the root field of this name in the answer."""
    found = (details for _field, details in _root_fields(executor))
    return [detail.node for details in found for detail in details if _name(detail.node) == name]


def _name(node: Any) -> str:
    return str((node.alias or node.name).value)


def run_in_thread(executor: Any) -> bool:
    """Whether all root fields are functions that read or write in the thread of the ORM."""
    return all(isinstance(_outermost(field), RuledInThread) for field, _details in _root_fields(executor))


def fits_in_one_hop(executor: Any, plans: dict[Any, Any]) -> bool:
    """Whether all root fields run in the thread of the ORM, and all below them is planned."""
    key = (_ONE_HOP, id(executor.operation))
    if key not in plans:
        plans[key] = all(_fits(executor, field, details) for field, details in _root_fields(executor))
    return bool(plans[key])


def _fits(executor: Any, field: Any, details: Any) -> bool:
    if not isinstance(_outermost(field), RuledInThread):
        return False
    return is_leaf_type(get_named_type(field.type)) or executor.plan(get_nullable_type(field.type), details) is not None


def _root_fields(executor: Any) -> Iterator[tuple[Any, Any]]:
    """The selected root fields with their details; None as a field where there is no such one."""
    root = executor.schema.get_root_type(executor.operation.operation)
    try:
        collected = collect_fields(
            executor.schema, executor.fragments, executor.variable_values, root, executor.operation, True
        )
    except GraphQLError:  # which the execution itself will meet
        yield None, ()
        return
    for details in collected.grouped_field_set.values():
        yield executor.schema.get_field(root, details[0].node.name.value), details


def _outermost(field: Any) -> Any:
    """The last extension of a root field, which stands around all others."""
    definition = None if field is None else field.extensions.get(_DEFINITION)
    extensions = getattr(definition, "extensions", ())
    return extensions[-1] if extensions else None
