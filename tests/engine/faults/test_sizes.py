"""Names and metadata as large as they come, on every level and through a whole run."""

from __future__ import annotations

import dataclasses

import pytest
from django.contrib.contenttypes.models import ContentType

from django_workflow_engine.definitions.specs import PipelineSpec, StageSpec, WorkflowSpec
from django_workflow_engine.models import Pipeline, Stage, WorkflowConfiguration
from django_workflow_engine.services import (
    attach_workflow_to_object,
    clone_workflow,
    create_workflow,
    get_detailed_workflow_data,
    request_resubmission,
)
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_user, template_for
from tests.runs import approve, attachment_of, history, place, seat
from tests.testapp.models import Deal

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("strategy", STRATEGIES)]
COPY = " (Copy)"
MEGABYTE = {"note": "ع" * 250_000 + "x" * 500_000, "lines": [{"amount": 1.5, "what": None}] * 100}


def arabic(letter: str) -> str:
    """150 characters, two bytes each, with a blank in the middle."""
    return letter * 74 + " " + letter * 75


NAMES = {"workflow": arabic("و"), "pipeline": arabic("ق"), "stage": arabic("م")}


@pytest.fixture
def boss():
    return UserFactory()


@pytest.fixture
def template(strategy, boss):
    """A template of two positions (one in strategy 3) whose every name has 150 Arabic characters, in both languages."""
    asks = [by_user(boss)]
    stages = [StageSpec(name_en=NAMES["stage"], name_ar=NAMES["stage"], approvals=asks)] * (strategy == 1)
    own = asks if strategy == 2 else []
    pipeline = PipelineSpec(name_en=NAMES["pipeline"], name_ar=NAMES["pipeline"], approvals=own, stages=stages)
    return create_workflow(
        spec=WorkflowSpec(
            name_en=NAMES["workflow"],
            name_ar=NAMES["workflow"],
            strategy=strategy,
            pipelines=[] if strategy == 3 else [pipeline, dataclasses.replace(pipeline)],
            approvals=asks if strategy == 3 else [],
        )
    )


def assert_names(workflow, *, suffix: str) -> None:
    assert (workflow.name_en, workflow.name_ar) == (NAMES["workflow"] + suffix, NAMES["workflow"] + suffix)
    below = Pipeline.objects.filter(workflow=workflow), Stage.objects.filter(pipeline__workflow=workflow)
    for level, rows in zip(("pipeline", "stage"), below, strict=True):
        assert set(rows.values_list("name_en", "name_ar")) <= {(NAMES[level], NAMES[level])}
    assert [rows.count() for rows in below] == {1: [2, 2], 2: [2, 0], 3: [0, 0]}[workflow.strategy]


def test_names_of_150_arabic_characters_are_kept_by_the_template_its_version_and_its_clone(template):
    assert_names(template, suffix="")
    clone = clone_workflow(id=template.pk)
    assert_names(clone, suffix=COPY)
    document = DocumentFactory()
    attach_workflow_to_object(document, template)
    assert_names(attachment_of(document).workflow, suffix=COPY)
    attach_workflow_to_object(DocumentFactory(), clone)
    assert get_detailed_workflow_data(template.pk)["name_ar"] == NAMES["workflow"]


def test_copies_of_copies_end_at_the_width_of_the_column(template):
    for _ in range(20):
        template = clone_workflow(id=template.pk)
    assert (len(template.name_en), len(template.name_ar)) == (255, 255)
    assert template.name_en.startswith(NAMES["workflow"] + COPY)
    assert template.name_en.endswith(COPY)


def test_a_run_tells_such_names_to_its_end_and_cuts_them_only_for_the_object(template, strategy, boss):
    content_type = ContentType.objects.get_for_model(Deal)
    WorkflowConfiguration.objects.create(content_type=content_type, stage_field="stage")
    deal, workflow = Deal.objects.create(title="Printer"), NAMES["workflow"] + COPY
    attach_workflow_to_object(deal, template)
    here = {1: (NAMES["pipeline"], NAMES["stage"]), 2: (NAMES["pipeline"], None), 3: (None, None)}[strategy]
    name = {1: NAMES["stage"], 2: NAMES["pipeline"], 3: workflow}[strategy]
    assert place(deal) == here
    deal.refresh_from_db()
    assert deal.stage == name[:20]
    request_resubmission(step_id=seat(deal, boss).pk, actor=boss, reason=NAMES["stage"])
    for _ in range(1 if strategy == 3 else 2):
        approve(deal, boss, comment=arabic("ك"))
    told = [line for line in history(deal, "from_pipeline", "from_stage", "comment") if line[0] == "approved"]
    assert set(told) == {("approved", here[0] or "", name, arabic("ك"))}
    assert attachment_of(deal).status == "completed"


def test_metadata_of_a_megabyte_stays_what_it_is_through_a_run_and_the_next_one(strategy, boss, settings):
    settings.DJANGO_WORKFLOW_ENGINE = settings.DJANGO_WORKFLOW_ENGINE | {"MAX_JSON_LENGTH": 1_000_000}
    template = template_for(strategy, [[by_user(boss)]])
    document = DocumentFactory()
    attach_workflow_to_object(document, template, metadata=MEGABYTE)
    assert attachment_of(document).metadata == MEGABYTE
    approve(document, boss)
    assert (attachment_of(document).status, attachment_of(document).metadata) == ("completed", MEGABYTE)
    attach_workflow_to_object(document, template, metadata={"second": MEGABYTE})
    assert attachment_of(document).metadata == {"second": MEGABYTE}
