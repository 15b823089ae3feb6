"""A condition that cannot be judged is refused where it is written, and nothing of its template is stored."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from django_workflow_engine.choices import ErrorCode
from django_workflow_engine.definitions.changes import StageChanges
from django_workflow_engine.definitions.specs import PipelineSpec, StageSpec, WorkflowSpec
from django_workflow_engine.errors import InvalidDefinition
from django_workflow_engine.models import Stage, WorkFlow
from django_workflow_engine.serializers import StageSerializer
from django_workflow_engine.services import create_workflow, update_stage
from tests.engine.conditions.routes import compare, route, when
from tests.factories import STRATEGIES, by_user
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db
S1, S2, S3 = STRATEGIES
GOOD = compare("amount", "greater", 5)


def nested(depth: int) -> dict[str, Any]:
    """A condition of this many levels."""
    found = GOOD
    for _level in range(depth - 1):
        found = {"not": found}
    return found


def cyclic() -> dict[str, Any]:
    found: dict[str, Any] = {}
    found["all"] = [found]
    return found


WRONG = {
    "a field that nobody has": (compare("salary", "equal", 1), "compare.field"),
    "a password": (compare("password", "starts_with", "a"), "compare.field"),
    "a password behind a key": (compare("created_by.password", "equal", "a"), "compare.field"),
    "a relation that is not listed": (compare("created_by", "equal", 1), "compare.field"),
    "a field behind a relation that is not listed": (compare("created_by.email", "equal", "a"), "compare.field"),
    "a lookup": (compare("amount__gt", "equal", 1), "compare.field"),
    "a lookup behind a point": (compare("team.name__contains", "equal", "a"), "compare.field"),
    "an attribute": (compare("__class__", "equal", "a"), "compare.field"),
    "a method": (compare("delete", "equal", "a"), "compare.field"),
    "a key": (compare("pk", "equal", 1), "compare.field"),
    "metadata without a key": (compare("metadata", "equal", 1), "compare.field"),
    "metadata with an empty key": (compare("metadata.", "equal", 1), "compare.field"),
    "SQL": (compare("amount; DROP TABLE claim", "equal", 1), "compare.field"),
    "no field": ({"compare": {"operator": "equal", "value": 1}}, "compare.field"),
    "a number for a field": (compare(3, "equal", 1), "compare.field"),  # type: ignore[arg-type]
    "half of a surrogate pair": (compare("metadata.\ud800", "equal", 1), "compare.field"),
    "a very long name": (compare("metadata." + "a" * 1000, "equal", 1), "compare.field"),
    "no operator": ({"compare": {"field": "amount", "value": 1}}, "compare.operator"),
    "an unknown operator": (compare("amount", "regex", 1), "compare.operator"),
    "an order of texts": (compare("note", "less", "a"), "compare.operator"),
    "an order of yes and no": (compare("urgent", "greater", False), "compare.operator"),
    "a part of a number": (compare("amount", "contains", 1), "compare.operator"),
    "an order of free texts": (compare("metadata.x", "less", "a"), "compare.operator"),
    "no value": (compare("amount", "equal"), "compare.value"),
    "a value too much": (compare("amount", "is_empty", 1), "compare.value"),
    "a text for a number": (compare("days", "equal", "1"), "compare.value"),
    "a fraction for a whole number": (compare("days", "equal", 1.5), "compare.value"),
    "yes for a number": (compare("days", "equal", True), "compare.value"),
    "a number for yes": (compare("urgent", "equal", 1), "compare.value"),
    "a number for a text": (compare("note", "equal", 1), "compare.value"),
    "no number": (compare("amount", "equal", "ten"), "compare.value"),
    "NaN": (compare("amount", "equal", float("nan")), "compare.value"),
    "NaN as a text": (compare("amount", "equal", "NaN"), "compare.value"),
    "infinity": (compare("amount", "equal", float("inf")), "compare.value"),
    "a huge number": (compare("amount", "equal", 10**400), "compare.value"),
    "a huge number as a text": (compare("amount", "equal", "1e999999999"), "compare.value"),
    "no date": (compare("due", "less", "31.01.2026"), "compare.value"),
    "a moment for a date": (compare("due", "less", "2026-01-31T00:00:00+00:00"), "compare.value"),
    "a moment without a zone": (compare("seen_at", "less", "2026-01-31T00:00:00"), "compare.value"),
    "no choice": (compare("kind", "equal", "hotel"), "compare.value"),
    "a label for a choice": (compare("level", "equal", "High"), "compare.value"),
    "an object": (compare("amount", "equal", {"$gt": 1}), "compare.value"),
    "a list for one value": (compare("amount", "equal", [1]), "compare.value"),
    "one value for a list": (compare("amount", "in", 1), "compare.value"),
    "an empty list": (compare("amount", "in", []), "compare.value"),
    "a list with another type": (compare("days", "in", [1, "2"]), "compare.value.1"),
    "a list of two types": (compare("metadata.x", "in", [1, "2"]), "compare.value"),
    "a very long list": (compare("days", "in", list(range(101))), "compare.value"),
    "no team": (compare("team", "equal", "not a key"), "compare.value"),
    "a comparison of something more": ({"compare": {**GOOD["compare"], "as": 1}}, "compare.as"),
    "no comparison": ({"compare": 3}, "compare"),
    "nothing": ({}, ""),
    "a text": ("amount > 5", ""),
    "a list": ([GOOD], ""),
    "two at once": ({"all": [GOOD], "any": [GOOD]}, ""),
    "something else": ({"xor": [GOOD]}, "xor"),
    "an empty all": ({"all": []}, "all"),
    "no list": ({"any": GOOD}, "any"),
    "a wrong part": (
        {"all": [GOOD, {"not": {"any": [GOOD, compare("x", "equal", 1)]}}]},
        "all.1.not.any.1.compare.field",
    ),
    "too deep": (nested(11), ".".join(["not"] * 10)),
    "much too deep": (nested(50), ".".join(["not"] * 10)),
    "too many": ({"any": [GOOD] * 10_000}, "any"),
    "too many in all": ({"any": [{"all": [GOOD] * 100}] * 3}, "any.1.all.97"),
    "one inside of itself": (cyclic(), ".".join(["all.0"] * 10)),
}


def refused(condition: Any, **around: Any) -> list[tuple[str, str]]:
    """Codes and paths of what is wrong with a template whose second stage has this condition."""
    stages = [StageSpec(name_en="One"), StageSpec(name_en="Two", condition=condition)]
    with unchanged(), pytest.raises(InvalidDefinition) as error:
        create_workflow(spec=WorkflowSpec(name_en="W", pipelines=[PipelineSpec(name_en="P", stages=stages)]))
    return [(fault.code, ".".join(fault.path)) for fault in error.value.faults]


@pytest.mark.parametrize(("condition", "path"), WRONG.values(), ids=[*WRONG])
def test_it_is_refused_at_its_path(condition: Any, path: str) -> None:
    found = refused(condition)
    assert [where for _code, where in found] == [".".join(filter(None, ["pipelines.0.stages.1.condition", path]))]


@pytest.mark.parametrize("path", ["field", "operator", "value"])
def test_what_is_missing_is_said_to_be(path: str) -> None:
    told = {name: value for name, value in GOOD["compare"].items() if name != path}
    assert refused({"compare": told}) == [(ErrorCode.REQUIRED, f"pipelines.0.stages.1.condition.compare.{path}")]


def test_every_fault_of_a_condition_is_told() -> None:
    found = refused({"all": [compare("x", "equal", 1), GOOD, compare("days", "equal", "1")]})
    assert [path.removeprefix("pipelines.0.stages.1.condition.") for _code, path in found] == [
        "all.0.compare.field",
        "all.2.compare.value",
    ]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_so_it_is_on_pipelines_and_approvals(strategy: Any, boss: User) -> None:
    wrong = compare("salary", "equal", 1)
    approvals = [by_user(boss), *when(wrong, by_user(boss))]
    with unchanged(), pytest.raises(InvalidDefinition) as error:
        create_workflow(spec=route(strategy, [(None if strategy == S3 else wrong, approvals)]))
    at = {S1: "pipelines.0.stages.0.", S2: "pipelines.0.", S3: ""}[strategy]
    own = [] if strategy == S3 else [f"{at}condition.compare.field"]
    assert [".".join(fault.path) for fault in error.value.faults] == [
        *own,
        f"{at}approvals.1.condition.compare.field",
    ]


@pytest.fixture
def stage(boss: User) -> Stage:
    template = create_workflow(spec=route(S1, [(GOOD, [by_user(boss)])]))
    return Stage.objects.get(pipeline__workflow=template)


def test_a_change_is_judged_alike(stage: Stage) -> None:
    with unchanged(), pytest.raises(InvalidDefinition) as error:
        update_stage(id=stage.pk, changes=StageChanges(condition=compare("salary", "equal", 1)))
    assert error.value.path == ("condition", "compare", "field")
    update_stage(id=stage.pk, changes=StageChanges(condition={"not": GOOD}))
    stage.refresh_from_db()
    assert stage.stage_info["condition"] == {"not": {"compare": {"field": "amount", "operator": "greater", "value": 5}}}
    update_stage(id=stage.pk, changes=StageChanges(condition=None))
    stage.refresh_from_db()
    assert "condition" not in stage.stage_info


def test_save_refuses_what_is_no_condition(stage: Stage) -> None:
    stage.stage_info = {**stage.stage_info, "condition": {"all": []}}
    with unchanged(), pytest.raises(ValidationError) as error:
        stage.save()
    assert error.value.error_dict["stage_info"][0].params["path"] == ("stage_info", "condition", "all")


def test_save_refuses_fields_that_nobody_may_look_at(stage: Stage, settings: Any) -> None:
    good = {**stage.stage_info, "condition": compare("team.name", "equal", "IT")}
    stage.stage_info = good
    stage.save()
    stage.stage_info = {**good, "approvals": when(compare("password", "equal", "x"), *good["approvals"])}
    with unchanged(), pytest.raises(ValidationError) as error:
        stage.save()
    path = ("stage_info", "approvals", "0", "condition", "compare", "field")
    assert error.value.error_dict["stage_info"][0].params["path"] == path
    settings.DJANGO_WORKFLOW_ENGINE = {**settings.DJANGO_WORKFLOW_ENGINE, "CONDITION_FIELDS": {}}
    stage.stage_info = good  # what is stored may stay, whatever has become of its field
    stage.name_en = "Renamed"
    stage.save()


def test_what_was_stored_past_every_check_is_never_attached(stage: Stage) -> None:
    Stage.objects.filter(pk=stage.pk).update(stage_info={**stage.stage_info, "condition": {"all": []}})
    complete, sentence = WorkFlow.objects.get(pipelines__stages=stage).validate_completeness()
    assert (complete, sentence) == (False, "This must be a list with at least one condition.")


def test_a_serializer_reads_it_and_refuses_it_at_its_field(stage: Stage) -> None:
    form = StageSerializer(stage, data={"condition": compare("salary", "equal", 1)}, partial=True)
    assert not form.is_valid()
    assert [*form.errors] == ["condition"]
    form = StageSerializer(stage, data={"condition": {"not": GOOD}}, partial=True)
    assert form.is_valid(), form.errors
    assert [*form.save().stage_info["condition"]] == ["not"]


def test_ten_levels_and_two_hundred_parts_are_taken() -> None:
    stages = [
        StageSpec(name_en="One", condition=nested(10)),
        StageSpec(name_en="Two", condition={"any": [GOOD] * 199}),
        StageSpec(name_en="Three", condition=compare("days", "in", list(range(100)))),
    ]
    template = create_workflow(spec=WorkflowSpec(name_en="W", pipelines=[PipelineSpec(name_en="P", stages=stages)]))
    assert [stage.condition is not None for stage in template.tree().stages] == [True] * 3
