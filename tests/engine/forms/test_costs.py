"""What checking form data may cost: steps are counted, faults are few, and no pattern goes back."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from django_workflow_engine.choices import ErrorCode, StepOutcome
from django_workflow_engine.definitions.json_schema import MAX_ERRORS, SchemaRefused, first_errors, problem_of, schemas
from django_workflow_engine.definitions.json_schema.budget import budget_of
from django_workflow_engine.definitions.json_schema.validators import bounded_validator
from django_workflow_engine.errors import FormDataInvalid, WorkflowIncomplete
from tests.engine.forms.deciding import Asked
from tests.snapshot import unchanged

PLENTY = 10**12
DRAFT_7 = "http://json-schema.org/draft-07/schema#"


@pytest.fixture(autouse=True)
def forms(settings: Any) -> None:
    settings.APPROVAL_DYNAMIC_FORM_MODEL = "demo.DynamicForm"


@pytest.fixture
def no_other_matcher(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library's own use of Python's patterns fails."""
    for module in ("_keywords", "_utils"):
        monkeypatch.setattr(f"jsonschema.{module}.re", None)


def listed(**items: Any) -> dict[str, Any]:
    """A schema of an object with one list."""
    return {"properties": {"list": {"type": "array", **items}}}


def doubling(keyword: str, **around: Any) -> dict[str, Any]:
    """A small schema whose every part is asked for twice by the next one."""
    parts: dict[str, Any] = {"part0": {"not": {}} if keyword == "anyOf" else {}}
    for number in range(1, 60):
        twice = [{"$ref": f"#/$defs/part{number - 1}"}] * 2
        parts[f"part{number}"] = {keyword: {"a": twice[0], "b": twice[1]} if keyword == "dependentSchemas" else twice}
    return {**around, "$defs": parts, "$ref": "#/$defs/part59"}


def steps(schema: dict[str, Any], value: Any) -> int:
    """How many steps it takes to judge a value as a whole."""
    validator = bounded_validator(schema)(schema)
    with budget_of(PLENTY, value) as budget:
        list(validator.iter_errors(value))
    return PLENTY - budget.left


GROWING = {
    "pattern": (listed(items={"pattern": r"\d+ EUR$"}), lambda size: ["1" * size]),
    "patterns of many": (listed(items={"pattern": "^(a+)+$"}), lambda size: ["a" * 30 + "b"] * size),
    "unique objects": (listed(uniqueItems=True), lambda size: [{"number": number} for number in range(size)]),
    "contains": (listed(contains={"const": "x"}), lambda size: [*range(size)]),
    "enum": (listed(items={"enum": ["a", "b"]}), lambda size: ["b"] * size),
    "unevaluated items": (listed(unevaluatedItems={"type": "integer"}), lambda size: [*range(size)]),
    "names": (listed(items={"propertyNames": {"pattern": "^k"}}), lambda size: [{f"k{n}": n for n in range(size)}]),
    "patterns of names": (
        listed(items={"patternProperties": {"^k": {}, "^l": {}}, "additionalProperties": False}),
        lambda size: [{f"k{n}": n for n in range(size)}],
    ),
    "unevaluated names": (
        listed(items={"allOf": [{"patternProperties": {"^k": {}}}], "unevaluatedProperties": False}),
        lambda size: [{f"k{n}": n for n in range(size)}],
    ),
    "faults": (listed(items={"type": "string"}), lambda size: [*range(size)]),
}


@pytest.mark.parametrize("name", GROWING)
def test_twice_as_much_data_takes_twice_as_many_steps(name: str) -> None:
    schema, values = GROWING[name]
    one, two = (steps(schema, {"list": values(size)}) for size in (2_000, 4_000))
    assert one < two <= 2.1 * one


@pytest.mark.parametrize(
    ("schema", "fits", "fails"),
    [
        ({"properties": {"a": {"pattern": r"\d+ EUR$"}}}, {"a": "12 EUR"}, {"a": "1" * 90_000}),
        ({"properties": {"a": {"pattern": "^(a+)+$"}}}, {"a": "a" * 90_000}, {"a": "a" * 90_000 + "b"}),
        ({"patternProperties": {"^(a+)+$": {"type": "string"}}}, {"a" * 5_000 + "b": 1}, {"a" * 5_000: 1}),
        ({"propertyNames": {"pattern": "^(a+)+$"}}, {"a" * 5_000: 1}, {"a" * 5_000 + "b": 1}),
        (
            {"patternProperties": {"^(a+)+$": {}}, "additionalProperties": False},
            {"a" * 5_000: 1},
            {"a" * 5_000 + "b": 1},
        ),
        (
            {"allOf": [{"patternProperties": {"^(a+)+$": {}}}], "unevaluatedProperties": False},
            {"a" * 5_000: 1},
            {"a" * 5_000 + "b": 1},
        ),
        (  # a part that names a draft is judged by the same rules
            {"properties": {"a": {"$schema": DRAFT_7, "pattern": "^(a+)+$"}}},
            {"a": "a" * 5_000},
            {"a": "a" * 5_000 + "b"},
        ),
        (
            {"$schema": DRAFT_7, "properties": {"a": {"$ref": "#"}}, "patternProperties": {"^(b+)+$": False}},
            {"a": {"a": {"b" * 5_000 + "c": 1}}},
            {"a": {"a": {"b" * 5_000: 1}}},
        ),
    ],
)
def test_patterns_are_matched_in_linear_time_wherever_they_stand(
    schema: Any, fits: Any, fails: Any, no_other_matcher: None
) -> None:
    assert first_errors(schema, fits) == []
    assert len(first_errors(schema, fails)) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "schema",
    [
        doubling("allOf"),
        doubling("anyOf", type="object"),
        doubling("oneOf"),
        doubling("dependentSchemas", unevaluatedProperties=False),
        listed(items={"enum": [*range(5_000)]}),
        {"patternProperties": {rf"^{number}(\p{{L}}{{1,50}})+x$": {} for number in range(100)}},
    ],
    ids=["all", "any", "one", "dependent", "enum", "patterns"],
)
def test_what_takes_too_many_steps_is_refused(schema: Any) -> None:
    asked = Asked(schema)
    data = {"a": 1, "b": 2, "list": [4_999] * 3_000, "ش" * 5_000: 1}
    with pytest.raises(FormDataInvalid) as caught, unchanged():
        asked.answers(data)
    (fault,) = caught.value.faults
    assert (fault.code, fault.path) == (ErrorCode.FORM_DATA_INVALID, ("form_data",))
    assert fault.message == "This is too much to be checked against its form."


@pytest.mark.django_db
def test_a_form_of_a_thousand_rows_is_not_too_much() -> None:
    columns = {f"c{number}": {"type": "string", "maxLength": 20, "pattern": r"^[\w ]+$"} for number in range(8)}
    row = {"type": "object", "required": [*columns], "properties": columns, "additionalProperties": False}
    asked = Asked({"type": "object", "required": ["list"], **listed(items=row, minItems=1, uniqueItems=False)})
    data = {"list": [dict.fromkeys(columns, "abc") for _ in range(1_000)]}
    assert asked.answers(data).outcome == StepOutcome.WORKFLOW_COMPLETED


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("schema", "says"),
    [
        ({"$ref": "#"}, "it refers to itself without an end"),
        ({"allOf": [{"$ref": "#/$defs/a"}], "$defs": {"a": {"not": {"$ref": "#/$defs/a"}}}}, "it refers to itself"),
        ({"$dynamicAnchor": "me", "$dynamicRef": "#me"}, "it refers to itself"),
        (
            {"$schema": "https://json-schema.org/draft/2019-09/schema", "$recursiveRef": "#"},
            "it refers to itself",
        ),
        ({"unevaluatedProperties": False, "$ref": "#"}, "it refers to itself"),
    ],
)
def test_a_schema_that_refers_to_itself_without_an_end_is_refused(schema: Any, says: str) -> None:
    asked = Asked(schema)
    with pytest.raises(WorkflowIncomplete) as caught, unchanged():
        asked.answers({"a": 1})
    assert caught.value.path == ("form_data",)
    assert says in caught.value.message


def test_a_circle_is_found_however_deep_the_caller_is() -> None:
    """Python refuses the thousandth call wherever it is made, and some libraries do not live on after that."""
    schema = {"allOf": [{"$ref": "#/$defs/a"}], "$defs": {"a": {"not": {"$ref": "#/$defs/a"}}}}

    def at(depth: int) -> list[Any]:
        return at(depth - 1) if depth else first_errors(schema, {"a": 1})

    for depth in range(300):
        with pytest.raises(SchemaRefused, check=lambda refused: "refers to itself" in str(refused.reason)):
            at(depth)


@pytest.mark.parametrize(("levels", "fits"), [(30, True), (31, False)])
def test_the_deepest_schema_that_is_json_here_is_judged(levels: int, fits: bool) -> None:
    schema: dict[str, Any] = {"type": "integer"}
    for _ in range(levels):
        schema = {"not": schema}
    assert problem_of(schema) is None
    assert (first_errors(schema, 1) == []) is fits


@pytest.mark.django_db
def test_no_more_faults_are_made_than_anybody_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    monkeypatch.setattr(jsonschema.ValidationError, "_set", lambda error, **facts: made.append(error), raising=True)
    assert len(first_errors(listed(items={"type": "string"}), {"list": [*range(9_000)]})) == MAX_ERRORS
    assert len({id(error) for error in made}) == MAX_ERRORS


@pytest.mark.django_db
def test_the_first_faults_are_told_in_the_order_of_their_places() -> None:
    asked = Asked(listed(items={"type": "string"}))
    with pytest.raises(FormDataInvalid) as caught, unchanged():
        asked.answers({"list": [*range(9_000)]})
    assert [fault.path for fault in caught.value.faults] == [("form_data", "list", str(n)) for n in range(MAX_ERRORS)]


@pytest.mark.django_db
def test_a_fault_does_not_repeat_a_long_schema() -> None:
    names = [f"name {number}" for number in range(2_000)]
    asked = Asked({"required": names, "properties": {"a": {"enum": names}, "b": {"const": "x" * 5_000}}})
    with pytest.raises(FormDataInvalid) as caught, unchanged():
        asked.answers({"a": 1, "b": 2})
    messages = {fault.path[1:]: fault.message for fault in caught.value.faults}
    assert {path: len(message) < 600 for path, message in messages.items()} == {(): True, ("a",): True, ("b",): True}
    assert messages["a",].startswith("This must be one of: name 0, name 1, ")


@pytest.mark.django_db
def test_equal_numbers_of_one_hash_are_told_apart_in_as_many_steps() -> None:
    colliding = [number * (2**61 - 1) for number in range(4_000)]
    assert {hash(number) for number in colliding} == {0}
    schema = listed(uniqueItems=True)
    assert first_errors(schema, {"list": colliding}) == []
    assert len(first_errors(schema, {"list": [*colliding, colliding[7]]})) == 1


def test_a_schema_is_judged_once() -> None:
    schema = {"properties": {"once": {"type": "string", "title": "only here"}}}
    before = schemas._judge_text.cache_info()
    for _ in range(3):
        first_errors(dict(schema), {"once": "x"})
    after = schemas._judge_text.cache_info()
    assert (after.misses - before.misses, after.hits - before.hits) == (1, 2)
