"""Judging a schema once, and values against it: what cannot be used is refused, never passed over."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from jsonschema import ValidationError
from jsonschema.exceptions import UnknownType
from jsonschema_specifications import REGISTRY
from referencing.jsonschema import specification_with

from django_workflow_engine.definitions.json_schema.budget import Nested, OutOfSteps, budget_of
from django_workflow_engine.definitions.json_schema.patterns import SchemaRefused, compiled
from django_workflow_engine.definitions.json_schema.validators import bounded_validator
from django_workflow_engine.definitions.values import json_problem

MAX_ERRORS: Final = 200  # as many as anybody is shown
STEPS: Final = 200_000  # of one validation: about a second
_SCHEMA_STEPS: Final = 5 * STEPS  # of judging a schema, which is kept
_KEPT: Final = 64

_DATA: Final = frozenset({"const", "enum", "default", "examples"})
_NAMED: Final = frozenset(
    {"properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"}
)


@dataclass(frozen=True, kw_only=True)
class _Judged:
    """A schema as it was judged: its validator, or why it cannot be used; neither where it is no JSON Schema."""

    validator: Any = None
    refused: SchemaRefused | None = None


def problem_of(schema: Any) -> SchemaRefused | None:
    """Why no value can be judged by a schema, or None; what is no JSON Schema is the client's own matter."""
    return _judge(schema).refused


def first_errors(schema: Any, value: Any) -> list[ValidationError]:
    """What of a value does not fit a schema, by its place, as far as anybody is shown it.

    The value is JSON within the limits. Raises SchemaRefused for a schema that cannot be used, and OutOfSteps.
    """
    judged = _judge(schema)
    if judged.refused is not None:
        raise SchemaRefused(judged.refused.reason, judged.refused.fact)
    if judged.validator is None:
        return []
    try:
        with budget_of(STEPS, value):
            errors = list(islice(judged.validator.iter_errors(value), MAX_ERRORS))
    except (Nested, RecursionError) as error:
        raise SchemaRefused(_("it refers to itself without an end")) from error
    except UnknownType as error:
        raise SchemaRefused(_("it names a type that does not exist")) from error
    return sorted(errors, key=lambda error: [*error.absolute_path])


def _judge(schema: Any) -> _Judged:
    if not isinstance(schema, dict):
        return _Judged()
    problem = json_problem(schema)
    if problem is not None:
        return _Judged(refused=SchemaRefused(problem))
    return _judge_text(json.dumps(schema))


@lru_cache(maxsize=_KEPT)
def _judge_text(text: str) -> _Judged:
    """The verdict on a schema by its text: judging one takes longer than most values that are judged by it."""
    schema = json.loads(text)
    try:
        return _judge_schema(schema)
    except SchemaRefused as refused:
        return _Judged(refused=refused)
    except (OutOfSteps, Nested, RecursionError):
        return _Judged(refused=SchemaRefused(_("it is too large")))


def _judge_schema(schema: dict[str, Any]) -> _Judged:
    try:
        kind = bounded_validator(schema)
    except (TypeError, ValueError, AttributeError):  # what it gives as its draft is no address
        return _Judged()
    specification = specification_with(kind.ID_OF(kind.META_SCHEMA))
    with budget_of(_SCHEMA_STEPS, schema):
        if not kind(kind.META_SCHEMA, registry=REGISTRY).is_valid(schema):
            return _Judged()
    for pattern in _patterns_of(schema):
        compiled(pattern)
    return _Judged(validator=kind(schema, registry=_registry_of(specification.create_resource(schema))))


def _registry_of(resource: Any) -> Any:
    """The drafts and all that the schema names, found once: else each look-up goes through the whole schema."""
    try:
        return REGISTRY.with_resource(resource.id() or "", resource).crawl()
    except ValueError as error:  # an id that is no address
        raise SchemaRefused(_("it refers to something outside of it")) from error
    except AttributeError:  # the library stumbles over one way to write `extends`, in a draft without names to find
        return REGISTRY


def _patterns_of(schema: Any) -> Iterator[str]:
    """Every pattern in a schema, where the drafts have one."""
    waiting = [schema]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, Mapping):
            if isinstance(node.get("pattern"), str):
                yield node["pattern"]
            for name, part in node.items():
                named = name in _NAMED and isinstance(part, dict)
                if named and name == "patternProperties":
                    yield from part
                if named:
                    waiting.extend(part.values())
                elif name not in _DATA:
                    waiting.append(part)
