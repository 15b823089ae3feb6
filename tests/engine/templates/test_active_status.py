"""A template's status follows its completeness."""

from __future__ import annotations

import pytest

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.definitions.specs import WorkflowSpec
from django_workflow_engine.errors import Frozen
from django_workflow_engine.models import Pipeline, Stage, WorkFlow
from django_workflow_engine.services import attach_workflow_to_object, create_workflow, update_active_status
from tests.engine.templates.trees import complete, stored
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_self
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_complete_draft_becomes_active(strategy):
    workflow = complete(strategy, status="draft")
    assert update_active_status(workflow) is True
    assert stored(workflow) == (workflow.status, workflow.is_active) == ("active", True)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_an_active_template_that_is_not_complete_becomes_a_draft(strategy):
    workflow = create_workflow(spec=WorkflowSpec(name_en="W", strategy=strategy), active_once_complete=True)
    assert update_active_status(workflow) is False
    assert stored(workflow) == (workflow.status, workflow.is_active) == ("draft", False)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_what_somebody_switched_off_stays_off(strategy):
    workflow = complete(strategy, status="inactive")
    with unchanged():
        assert update_active_status(workflow) is False


def test_the_reference_s_order_of_building_ends_with_an_active_template():
    workflow = WorkFlow.objects.create(name_en="Purchase", strategy=WorkflowStrategy.WORKFLOW_PIPELINE_STAGE)
    assert update_active_status(workflow) is False
    pipeline = Pipeline.objects.create(workflow=workflow, name_en="Finance")
    Stage.objects.create(pipeline=pipeline, name_en="Review", stage_info={"approvals": [by_self()]})
    assert update_active_status(workflow) is True
    document = DocumentFactory(created_by=UserFactory())
    assert attach_workflow_to_object(document, workflow).status == "in_progress"


def test_a_frozen_version_has_no_status_to_follow():
    version = attach_workflow_to_object(DocumentFactory(created_by=UserFactory()), complete(3)).workflow
    with unchanged(), pytest.raises(Frozen):
        update_active_status(version)
