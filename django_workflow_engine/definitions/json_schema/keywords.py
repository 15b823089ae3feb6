"""The keywords whose cost in the library grows faster than what they look at, written anew.

Their errors have no text: who shows them to people says it in their language.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any, Final

from jsonschema import Draft202012Validator, ValidationError

from django_workflow_engine.definitions.json_schema.evaluated import unevaluated_items, unevaluated_properties
from django_workflow_engine.definitions.json_schema.patterns import matches
from django_workflow_engine.definitions.json_schema.references import resolved

Errors = Iterator[ValidationError]
Keyword = Callable[[Any, Any, Any, Any], Errors | None]

_MULTIPLE_OF: Final[Keyword] = Draft202012Validator.VALIDATORS["multipleOf"]


def _pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Errors:
    if validator.is_type(instance, "string") and not matches(pattern, instance):
        yield ValidationError("")


def _pattern_properties(validator: Any, patterns: dict[str, Any], instance: Any, schema: Any) -> Errors:
    if not validator.is_type(instance, "object"):
        return
    for pattern, asked in patterns.items():
        for key, value in instance.items():
            if matches(pattern, key):
                yield from validator.descend(value, asked, path=key, schema_path=pattern)


def _additional_properties(validator: Any, asked: Any, instance: Any, schema: Any) -> Errors:
    if not validator.is_type(instance, "object"):
        return
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    extras = [key for key in instance if key not in known and not any(matches(pattern, key) for pattern in patterns)]
    if isinstance(asked, dict):
        for key in extras:
            yield from validator.descend(instance[key], asked, path=key)
    elif not asked and extras:
        yield ValidationError("")


def _required(validator: Any, names: list[str], instance: Any, schema: Any) -> Errors:
    """One error for all that is missing: its text names them all."""
    if validator.is_type(instance, "object") and not all(name in instance for name in names):
        yield ValidationError("")


def _unique_items(validator: Any, asked: bool, instance: Any, schema: Any) -> Errors:
    """Items are compared by their JSON, in which 1.0 is 1, and texts in a set: the library compares each with each."""
    if asked and validator.is_type(instance, "array"):
        written = {json.dumps(_plain(item), sort_keys=True) for item in instance}
        if len(written) < len(instance):
            yield ValidationError("")


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _multiple_of(validator: Any, factor: Any, instance: Any, schema: Any) -> Errors:
    """As the library has it, and exactly where a whole number is too large for its division."""
    try:
        yield from _MULTIPLE_OF(validator, factor, instance, schema) or ()
    except OverflowError:
        if (Fraction(instance) / Fraction(factor)).denominator != 1:
            yield ValidationError("")


def _reference(keyword: str) -> Keyword:
    def check(validator: Any, reference: Any, instance: Any, schema: Any) -> Errors:
        found = resolved(validator, keyword, reference)
        yield from validator.descend(instance, found.contents, resolver=found.resolver)

    return check


KEYWORDS: Final[Mapping[str, Keyword]] = {
    "$ref": _reference("$ref"),
    "$dynamicRef": _reference("$dynamicRef"),
    "$recursiveRef": _reference("$recursiveRef"),
    "additionalProperties": _additional_properties,
    "divisibleBy": _multiple_of,
    "multipleOf": _multiple_of,
    "pattern": _pattern,
    "patternProperties": _pattern_properties,
    "required": _required,
    "unevaluatedItems": unevaluated_items,
    "unevaluatedProperties": unevaluated_properties,
    "uniqueItems": _unique_items,
}
