"""The keywords that are written anew say what the library's own say, in every draft that has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import validators

from django_workflow_engine.definitions.json_schema import first_errors
from django_workflow_engine.definitions.json_schema.patterns import compiled

DRAFTS = (
    validators.Draft3Validator,
    validators.Draft4Validator,
    validators.Draft6Validator,
    validators.Draft7Validator,
    validators.Draft201909Validator,
    validators.Draft202012Validator,
)
ASKS_FOR_TEXT = {"type": "string"}
SCHEMAS: dict[str, list[dict[str, Any]]] = {
    "pattern": [{"pattern": "^a+$"}, {"properties": {"a": {"pattern": "b"}}}],
    "patternProperties": [
        {"patternProperties": {"^a": ASKS_FOR_TEXT, "b$": {"type": "integer"}}},
        {"patternProperties": {"^a": {}}, "properties": {"b": {}}, "additionalProperties": False},
        {"patternProperties": {"^a": {}}, "additionalProperties": ASKS_FOR_TEXT},
    ],
    "additionalProperties": [
        {"properties": {"a": {}}, "additionalProperties": False},
        {"additionalProperties": ASKS_FOR_TEXT},
        {"items": {"additionalProperties": False}},
    ],
    "required": [{"required": ["a", "b"]}, {"items": {"required": ["a"]}}],
    "uniqueItems": [{"uniqueItems": True}, {"uniqueItems": False}],
    "multipleOf": [{"multipleOf": 2}, {"multipleOf": 0.5}],
    "$ref": [
        {"definitions": {"a": ASKS_FOR_TEXT}, "properties": {"a": {"$ref": "#/definitions/a"}}},
        {"properties": {"a": {"$ref": "#"}, "b": ASKS_FOR_TEXT}},
        {"items": {"$ref": "#"}, "type": ["array", "integer"]},
    ],
    "$dynamicRef": [{"$dynamicAnchor": "me", "properties": {"a": {"$dynamicRef": "#me"}, "b": ASKS_FOR_TEXT}}],
    "$recursiveRef": [{"$recursiveAnchor": True, "properties": {"a": {"$recursiveRef": "#"}, "b": ASKS_FOR_TEXT}}],
    "unevaluatedProperties": [
        {"properties": {"a": {}}, "unevaluatedProperties": False},
        {"unevaluatedProperties": ASKS_FOR_TEXT},
        {"anyOf": [{"properties": {"a": ASKS_FOR_TEXT}}, {"properties": {"b": {}}}], "unevaluatedProperties": False},
        {"if": {"required": ["a"]}, "then": {"properties": {"a": {}}}, "unevaluatedProperties": False},
        {"$ref": "#/$defs/a", "$defs": {"a": {"patternProperties": {"a": {}}}}, "unevaluatedProperties": False},
        {"dependentSchemas": {"a": {"properties": {"a": {}, "b": {}}}}, "unevaluatedProperties": False},
        {"allOf": [{"unevaluatedProperties": True}], "unevaluatedProperties": False},
        {"not": {"properties": {"a": {}}}, "unevaluatedProperties": False},
    ],
    "unevaluatedItems": [
        {"unevaluatedItems": False},
        {"items": ASKS_FOR_TEXT, "unevaluatedItems": False},
        {"unevaluatedItems": {"type": "integer"}},
        {"allOf": [{"items": {}}], "unevaluatedItems": False},
    ],
    "prefixItems": [  # in draft 2020-12 alone: the library judges these otherwise than draft 2019-09 says
        {"allOf": [{"additionalProperties": ASKS_FOR_TEXT}], "unevaluatedProperties": False},
        {"anyOf": [{"contains": {"type": "integer"}}, {"type": "array"}], "unevaluatedItems": ASKS_FOR_TEXT},
        {"prefixItems": [{}], "unevaluatedItems": False},
        {"contains": ASKS_FOR_TEXT, "unevaluatedItems": False},
    ],
}
VALUES: list[Any] = [
    *("aaa", "b", "", 4, 3, 1.5, True, None, [], {}),
    *(
        {"a": "x"},
        {"a": "ab"},
        {"a": 1},
        {"b": 1},
        {"b": "x"},
        {"a": 1, "b": 2},
        {"a": "x", "b": "y", "c": 3},
        {"ab": 1},
    ),
    *({"a": {"a": {"b": 1}}}, {"a": {"a": {"b": "x"}}}, {"a": {"b": {"b": 1}}}),
    *([1, 2], [1, 1.0], [1, True], [0, False], ["a", "a"], ["1", 1], [{"a": 1, "b": 2}, {"b": 2, "a": 1.0}]),
    *(
        [[1], [True]],
        [{"a": 1}, {"a": 2}],
        [{"a": [1]}, {"a": [1]}],
        ["x", 1],
        [1, "x"],
        ["x"],
        [[1, [2, 3]], 4],
        [["x"]],
    ),
]


def cases() -> Iterator[Any]:
    for draft in DRAFTS:
        for keyword, schemas in SCHEMAS.items():
            if keyword in draft.VALIDATORS:
                yield from (pytest.param(draft, schema, id=f"{draft.__name__}-{schema}") for schema in schemas)


@pytest.mark.parametrize(("draft", "schema"), [*cases()])
def test_each_value_is_judged_as_the_library_judges_it(draft: Any, schema: Any) -> None:
    named = {"$schema": draft.META_SCHEMA["$schema"], **schema}
    draft.check_schema(named)
    for value in VALUES:
        found, expected = first_errors(named, value), list(draft(named).iter_errors(value))
        assert bool(found) == bool(expected), value
        places = {(error.validator, *error.absolute_path) for error in expected}
        assert {(error.validator, *error.absolute_path) for error in found} == places, value


@pytest.mark.parametrize(
    ("pattern", "fits", "fails"),
    [
        (r"^[\u0600-\u06FF ]+$", ["طلب شراء"], ["order"]),
        (r"^\u0041\\u$", ["A\\u"], ["A"]),
        (r"^\p{L}+$", ["Größe", "طلب"], ["a1"]),
        (r"^\d{3}-\d{2}$", ["123-45"], ["١٢٣-٤٥", "123-45\n"]),
        (r"^a\sb$", ["a b", "a\u00a0b", "a\u2003b", "a\u000bb"], ["ab", "a_b"]),
        (r"^[^\s]+$", ["ab"], ["a\u00a0b"]),
        (r"^\S+$", ["ab"], ["a\u00a0b", "a b"]),
        (r"^[\[\]\s]+$", ["[ ]"], ["x"]),
        (r"^\\s$", ["\\s"], [" "]),
        (r"x", ["axb"], ["X"]),
    ],
)
def test_patterns_mean_what_json_schema_says(pattern: str, fits: list[str], fails: list[str]) -> None:
    matcher = compiled(pattern)
    assert [text for text in fits if not matcher.search(text)] == []
    assert [text for text in fails if matcher.search(text)] == []
