"""The limits of a whole template: what people need fits, and what nobody reads is refused before it is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from django_workflow_engine import conf
from django_workflow_engine.definitions.changes import PipelineChanges, StageChanges, WorkflowChanges
from django_workflow_engine.definitions.specs import PipelineSpec, StageSpec, WorkflowSpec
from django_workflow_engine.errors import InvalidDefinition
from django_workflow_engine.models import Pipeline, Stage, WorkFlow
from django_workflow_engine.serializers import WorkFlowSerializer
from django_workflow_engine.services import (
    attach_workflow_to_object,
    clone_workflow,
    create_action,
    create_pipeline,
    create_stage,
    create_workflow,
    delete_stage,
    update_pipeline,
    update_stage,
    update_workflow,
)
from tests.engine.templates.trees import FLAT, INVALID, PIPED, complete, notify, refused, stage_of
from tests.factories import DocumentFactory, UserFactory, by_self
from tests.runs import attachment_of
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db
LIMITS = {"MAX_TEMPLATE_STAGES": 3, "MAX_TEMPLATE_APPROVALS": 4, "MAX_TEMPLATE_ACTIONS": 2}


@pytest.fixture(autouse=True)
def limits(settings: Any) -> None:
    settings.DJANGO_WORKFLOW_ENGINE = settings.DJANGO_WORKFLOW_ENGINE | LIMITS


def allow(settings: Any, **limits: int) -> None:
    settings.DJANGO_WORKFLOW_ENGINE = settings.DJANGO_WORKFLOW_ENGINE | limits


def stage(count: int = 1, **fields: Any) -> StageSpec:
    return StageSpec(**{"name_en": "Stage", "approvals": [by_self()] * count} | fields)


def pipeline(*approvals: int, **fields: Any) -> PipelineSpec:
    return PipelineSpec(**{"name_en": "Pipeline", "stages": [stage(count) for count in approvals]} | fields)


def workflow(*pipelines: PipelineSpec, **fields: Any) -> WorkflowSpec:
    return WorkflowSpec(**{"name_en": "Purchases", "pipelines": pipelines} | fields)


class Unread(Mapping[str, Any]):
    """An approval that must not be looked at."""

    def __getitem__(self, key: str) -> Any:
        raise AssertionError(key)

    def __iter__(self) -> Iterator[str]:
        raise AssertionError

    def __len__(self) -> int:
        raise AssertionError


def size_of(template: WorkFlow) -> tuple[int, int]:
    tree = template.tree()
    return len(tree.stages), len(tree.all_approvals)


def test_a_template_as_large_as_the_limits_is_created() -> None:
    full = workflow(pipeline(1, 2), pipeline(1, actions=[notify()]), actions=[notify()])
    assert size_of(create_workflow(spec=full)) == (3, 4)


@pytest.mark.parametrize(
    ("spec", "path", "says"),
    [
        (workflow(pipeline(1, 2), pipeline(2)), ("pipelines", "1", "stages", "0", "approvals"), "4 approvals"),
        (workflow(pipeline(1, 1), pipeline(1, 1)), ("pipelines", "1", "stages"), "3 stages"),
        (
            workflow(pipeline(number_of_stages=3), pipeline(number_of_stages=1)),
            ("pipelines", "1", "number_of_stages"),
            "3 stages",
        ),
        (workflow(pipeline(1), actions=[notify()] * 3), ("actions",), "2 actions"),
        (
            workflow(pipeline(actions=[notify()], stages=[stage(actions=[notify()] * 2)])),
            ("pipelines", "0", "stages", "0", "actions"),
            "2 actions",
        ),
    ],
)
def test_one_more_is_refused_where_the_limit_is_passed(spec: WorkflowSpec, path: Any, says: str) -> None:
    with pytest.raises(InvalidDefinition) as caught, unchanged():
        create_workflow(spec=spec)
    (fault,) = caught.value.faults
    assert (fault.code, fault.path, fault.message) == (INVALID, path, f"A template has at most {says}.")


def test_approvals_on_pipelines_and_on_the_workflow_itself_count_alike() -> None:
    too_many = [PipelineSpec(name_en="P", approvals=[by_self()] * 3)] * 2
    spec = workflow(*too_many, strategy=PIPED)
    assert refused(create_workflow, spec=spec) == [(INVALID, ("pipelines", "1", "approvals"))]
    spec = workflow(strategy=FLAT, approvals=[by_self()] * 5)
    assert refused(create_workflow, spec=spec) == [(INVALID, ("approvals",))]


def test_of_a_template_that_is_too_large_no_approval_is_read() -> None:
    stages = [stage(approvals=[Unread()] * 20)] * 50
    faults = refused(create_workflow, spec=workflow(*[pipeline(stages=stages)] * 50))
    assert [path[-1] for _code, path in faults] == ["stages", "approvals"]


def test_the_form_of_rest_framework_says_so_before_it_is_saved() -> None:
    stages = [{"name_en": "S", "approvals": [by_self()] * 5}]
    form = WorkFlowSerializer(data={"name_en": "W", "pipelines": [{"name_en": "P", "stages": stages}]})
    assert not form.is_valid()
    assert form.errors == {"pipelines": [{"stages": [{"approvals": ["A template has at most 4 approvals."]}]}]}


@pytest.fixture
def full() -> WorkFlow:
    """A template that has as much of everything as the limits allow."""
    return create_workflow(spec=workflow(pipeline(1, 2), pipeline(1, actions=[notify()]), actions=[notify()]))


def test_a_full_template_takes_no_pipeline_with_anything_in_it(full: WorkFlow) -> None:
    more = pipeline(1, actions=[notify()])
    assert refused(create_pipeline, workflow_id=full.pk, pipeline=more) == [
        (INVALID, ("pipeline", "stages")),
        (INVALID, ("pipeline", "actions")),
        (INVALID, ("pipeline", "stages", "0", "approvals")),
    ]
    create_pipeline(workflow_id=full.pk, pipeline=PipelineSpec(name_en="Empty"))
    assert size_of(full) == (3, 4)


def test_a_full_template_takes_no_stage_and_no_action(full: WorkFlow) -> None:
    first = full.pipelines.first()
    assert first is not None
    faults = refused(create_stage, pipeline_id=first.pk, stage=stage())
    assert faults == [(INVALID, ("stage",)), (INVALID, ("stage", "approvals"))]
    for owner in ({"workflow_id": full.pk}, {"pipeline_id": first.pk}, {"stage_id": stage_of(full).pk}):
        assert refused(create_action, action=notify(), **owner) == [(INVALID, ("action",))]


def test_an_approval_more_is_refused_and_one_that_takes_another_s_place_is_not(full: WorkFlow) -> None:
    row = stage_of(full)
    changes = StageChanges(approvals=[by_self()] * 2)
    assert refused(update_stage, id=row.pk, changes=changes) == [(INVALID, ("approvals",))]
    update_stage(id=row.pk, changes=StageChanges(approvals=[{**by_self(), "step_approval_type": "move"}]))
    assert size_of(full) == (3, 4)


def test_an_update_of_a_pipeline_or_a_workflow_is_refused_alike(settings: Any) -> None:
    piped, flat = complete(PIPED, 4), complete(FLAT)
    (first, *_others) = piped.pipelines.all()
    more = [by_self()] * 2
    assert refused(update_pipeline, id=first.pk, changes=PipelineChanges(approvals=more)) == [(INVALID, ("approvals",))]
    more = [by_self()] * 5
    assert refused(update_workflow, id=flat.pk, changes=WorkflowChanges(approvals=more)) == [(INVALID, ("approvals",))]


def test_rows_that_are_saved_one_by_one_keep_the_limit_of_approvals(full: WorkFlow) -> None:
    row = Stage(pipeline=full.pipelines.get(order=0), name_en="More", stage_info={"approvals": [by_self()]})
    with pytest.raises(ValidationError) as caught, unchanged():
        row.save()
    (problem,) = caught.value.error_dict["stage_info"]
    assert problem.messages == ["stage_info.approvals: A template has at most 4 approvals."]
    stored = stage_of(full)
    stored.stage_info = {"approvals": [by_self()] * 2}
    with pytest.raises(ValidationError), unchanged():
        stored.save()
    piped = complete(PIPED, 4)
    with pytest.raises(ValidationError), unchanged():
        Pipeline.objects.create(workflow=piped, name_en="More", pipeline_info={"approvals": [by_self()]})
    with pytest.raises(ValidationError), unchanged():
        WorkFlow.objects.create(name_en="W", strategy=FLAT, workflow_info={"approvals": [by_self()] * 5})


def test_a_template_that_is_too_large_goes_on_and_may_be_made_smaller(full: WorkFlow, settings: Any) -> None:
    allow(settings, MAX_TEMPLATE_APPROVALS=2, MAX_TEMPLATE_STAGES=1, MAX_TEMPLATE_ACTIONS=1)
    document = DocumentFactory()
    attach_workflow_to_object(document, full, UserFactory())
    assert attachment_of(document).status == "in_progress"
    update_workflow(id=full.pk, changes=WorkflowChanges(name_en="Renamed"))
    two = stage_of(full, 1)
    two.save()
    update_stage(id=two.pk, changes=StageChanges(approvals=[by_self()], name_en="Smaller"))
    delete_stage(id=stage_of(full, 2).pk)
    assert size_of(full) == (2, 2)
    assert refused(update_stage, id=two.pk, changes=StageChanges(approvals=[by_self()] * 2)) == [
        (INVALID, ("approvals",))
    ]


def test_a_template_that_is_too_large_is_not_cloned(full: WorkFlow, settings: Any) -> None:
    clone_workflow(id=full.pk)
    allow(settings, MAX_TEMPLATE_APPROVALS=3)
    assert refused(clone_workflow, id=full.pk) == [(INVALID, ("id",))]


def test_the_defaults_leave_room_for_what_people_make(settings: Any) -> None:
    allow(settings, **{name: conf.OPTIONS[name] for name in LIMITS})
    spec = workflow(*[pipeline(*[1] * 10)] * 50)
    assert size_of(create_workflow(spec=spec)) == (500, 500)
    one_more = replace(spec, pipelines=[*spec.pipelines[:-1], pipeline(*[1] * 9, 2)])
    assert refused(create_workflow, spec=one_more) == [(INVALID, ("pipelines", "49", "stages", "9", "approvals"))]
