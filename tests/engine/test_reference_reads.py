"""The reads that the reference names, as it calls them."""

from __future__ import annotations

import pytest

from django_workflow_engine.services import (
    attach_workflow_to_object,
    get_current_stage,
    get_workflow_attachment,
    get_workflow_progress,
)
from tests.factories import DocumentFactory, UserFactory, by_user, template_for
from tests.runs import approve, attachment_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return UserFactory()


@pytest.fixture
def template(boss):
    return template_for(1, [[by_user(boss)]] * 3)


@pytest.fixture
def document(template):
    document = DocumentFactory()
    attach_workflow_to_object(document, template)
    return document


def test_an_object_without_a_workflow_has_no_attachment_and_no_stage(template):
    document = DocumentFactory()
    assert get_workflow_attachment(document) is None
    assert get_current_stage(document) is None


def test_an_attachment_is_read_with_its_places_in_one_statement(document, django_assert_num_queries):
    get_workflow_attachment(document)
    with django_assert_num_queries(1):
        attachment = get_workflow_attachment(document)
        read = attachment.current_stage.name_en, attachment.current_pipeline.name_en, attachment.workflow.name_en
    assert read == ("Stage 1", "Pipeline 1", "Purchase approval (Copy)")


def test_the_current_and_the_next_stage_follow_the_run(document, boss):
    seen = []
    for _ in range(3):
        following = attachment_of(document).next_stage
        seen.append((get_current_stage(document).name_en, following and following.name_en))
        approve(document, boss)
    assert seen == [("Stage 1", "Stage 2"), ("Stage 2", "Stage 3"), ("Stage 3", None)]
    assert attachment_of(document).next_stage is None
    assert get_current_stage(document).name_en == "Stage 3"


def test_before_the_start_the_first_stage_is_the_next_one(template):
    document = DocumentFactory()
    attach_workflow_to_object(document, template, auto_start=False)
    assert get_current_stage(document) is None
    assert attachment_of(document).next_stage.name_en == "Stage 1"


@pytest.mark.parametrize("strategy", [2, 3])
def test_strategies_without_stages_have_no_current_stage_and_no_stage_next(strategy, boss):
    document = DocumentFactory()
    attach_workflow_to_object(document, template_for(strategy, [[by_user(boss)]] * (2 if strategy == 2 else 1)))
    following = attachment_of(document).next_stage
    expected = {2: "Pipeline 2", 3: None}[strategy]
    assert (get_current_stage(document), following and following.name_en) == (None, expected)


def test_progress_has_the_keys_of_the_reference(document, template, boss):
    approve(document, boss)
    attachment = attachment_of(document)
    expected = {
        "status": "in_progress",
        "progress_percentage": 33,
        "position": 2,
        "total": 3,
        "current_stage": "Stage 2",
        "current_pipeline": "Pipeline 1",
        "next_stage": "Stage 3",
        "started_at": attachment.started_at,
        "completed_at": None,
    }
    assert get_workflow_progress(attachment.workflow, document) == expected
    assert get_workflow_progress(template, document) == expected


def test_progress_on_a_workflow_that_the_object_does_not_run_on_is_zero(document, boss):
    other = template_for(2, [[by_user(boss)]] * 2)
    expected = {
        "status": "not_started",
        "progress_percentage": 0,
        "position": 0,
        "total": 2,
        "current_stage": None,
        "current_pipeline": None,
        "next_stage": "Pipeline 1",
        "started_at": None,
        "completed_at": None,
    }
    assert get_workflow_progress(other, document) == expected
    assert get_workflow_progress(other, DocumentFactory()) == expected


def test_progress_of_a_frozen_version_needs_no_statement_of_its_own(document, django_assert_num_queries):
    attachment_of(document).progress()
    attachment = attachment_of(document)
    with django_assert_num_queries(0):
        assert attachment.progress().percentage == 0
