"""What `unevaluatedProperties` and `unevaluatedItems` leave to be judged: sets, where the library searches lists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from jsonschema import ValidationError

from django_workflow_engine.definitions.json_schema.budget import current
from django_workflow_engine.definitions.json_schema.patterns import matches
from django_workflow_engine.definitions.json_schema.references import REFERENCES, resolved

_IN_PLACE: Final = ("allOf", "anyOf", "oneOf")


def unevaluated_properties(validator: Any, asked: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    """The keyword: every property that nothing else in the schema judges must fit `asked`."""
    if validator.is_type(instance, "object"):
        known = _properties(validator, instance, _without(schema, "unevaluatedProperties"))
        rest = (value for key, value in instance.items() if key not in known)
        if not all(_fits(validator, value, asked) for value in rest):
            yield ValidationError("")


def unevaluated_items(validator: Any, asked: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    """The keyword: every item that nothing else in the schema judges must fit `asked`."""
    if validator.is_type(instance, "array"):
        known = _items(validator, instance, _without(schema, "unevaluatedItems"))
        rest = (item for index, item in enumerate(instance) if index not in known)
        if not all(_fits(validator, item, asked) for item in rest):
            yield ValidationError("")


def _properties(validator: Any, instance: dict[str, Any], schema: Any) -> set[str]:
    """The properties that a schema and what it applies to the same object judge."""
    current().spend(1 + len(instance) // 100)
    if not isinstance(schema, dict):
        return set()
    known: set[str] = schema.get("properties", {}).keys() & instance.keys()
    patterns = schema.get("patternProperties", {})
    known |= {key for key in instance if any(matches(pattern, key) for pattern in patterns)}
    if "additionalProperties" in schema or "unevaluatedProperties" in schema:
        known |= instance.keys()  # what does not fit there is told there
    with current().deeper():
        for inner, applied in _applied(validator, instance, schema):
            known |= _properties(inner, instance, applied)
    return known


def _items(validator: Any, instance: list[Any], schema: Any) -> set[int]:
    """The indexes that a schema and what it applies to the same list judge."""
    current().spend(1 + len(instance) // 100)
    if not isinstance(schema, dict):
        return set()
    by_place, every = schema.get("prefixItems", []), {*range(len(instance))}
    if isinstance(schema.get("items"), list):  # up to draft 2019-09
        by_place, rest = schema["items"], "additionalItems"
    else:
        rest = "items"
    known = every if rest in schema or "unevaluatedItems" in schema else {*range(min(len(by_place), len(instance)))}
    if "prefixItems" in validator.VALIDATORS and "contains" in schema:
        known |= {index for index in every - known if _fits(validator, instance[index], schema["contains"])}
    with current().deeper():
        for inner, applied in _applied(validator, instance, schema):
            known |= _items(inner, instance, applied)
    return known


def _applied(validator: Any, instance: Any, schema: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    """Each schema that applies to the same value and that the value fits, with its validator."""
    for keyword in REFERENCES:
        if keyword in schema and keyword in validator.VALIDATORS:
            found = resolved(validator, keyword, schema[keyword])
            yield validator.evolve(schema=found.contents, _resolver=found.resolver), found.contents
    for keyword in _IN_PLACE:
        for part in schema.get(keyword, ()):
            if _fits(validator, instance, part):
                yield validator, part
    for name, part in schema.get("dependentSchemas", {}).items():
        if isinstance(instance, dict) and name in instance:
            yield validator, part
    if "if" in schema:
        fits = _fits(validator, instance, schema["if"])
        if fits:
            yield validator, schema["if"]
        yield validator, schema.get("then" if fits else "else")


def _fits(validator: Any, value: Any, schema: Any) -> bool:
    return next(validator.descend(value, schema), None) is None


def _without(schema: dict[str, Any], keyword: str) -> dict[str, Any]:
    return {name: value for name, value in schema.items() if name != keyword}
