"""When a template is active and complete, and how `status` and `is_active` agree."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Value

from django_workflow_engine.choices import WorkflowStatus, WorkflowStrategy
from django_workflow_engine.definitions.specs import PipelineSpec, StageSpec, WorkflowSpec
from django_workflow_engine.models import Pipeline, Stage, WorkFlow
from django_workflow_engine.services import attach_workflow_to_object, create_workflow
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_self, by_user, template_for
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db

ACTIVE, INACTIVE, DRAFT = WorkflowStatus.ACTIVE, WorkflowStatus.INACTIVE, WorkflowStatus.DRAFT


def stored(workflow: WorkFlow) -> tuple[str, bool]:
    return WorkFlow.objects.values_list("status", "is_active").get(pk=workflow.pk)


def test_what_a_template_lacks_is_told_in_the_reference_s_words():
    assert WorkFlow.objects.create(name_en="A", strategy=1).validate_completeness() == (
        False,
        "Strategy 1 workflow must have at least one pipeline",
    )
    assert WorkFlow.objects.create(name_en="B", strategy=2).validate_completeness() == (
        False,
        "Strategy 2 workflow must have at least one pipeline",
    )
    assert WorkFlow.objects.create(name_en="C", strategy=3).validate_completeness() == (
        False,
        "Strategy 3 workflow must have at least one approval",
    )


def test_completeness_follows_the_rows_one_by_one():
    workflow = WorkFlow.objects.create(name_en="Purchase")
    pipeline = Pipeline.objects.create(workflow=workflow, name_en="Finance")
    assert workflow.validate_completeness() == (False, "Pipeline “Finance” must have at least one active stage")
    stage = Stage.objects.create(pipeline=pipeline, name_en="Review")
    assert workflow.validate_completeness() == (False, "Stage “Review” must have at least one approval")
    stage.stage_info = {"approvals": [by_self()]}
    stage.save()
    assert workflow.validate_completeness() == (True, "The workflow is complete")
    stage.is_active = False
    stage.save()
    assert workflow.validate_completeness() == (False, "Pipeline “Finance” must have at least one active stage")


def test_a_pipeline_of_strategy_2_needs_an_approval():
    workflow = WorkFlow.objects.create(name_en="Onboarding", strategy=2)
    pipeline = Pipeline.objects.create(workflow=workflow, name_en="HR")
    assert workflow.validate_completeness() == (False, "Pipeline “HR” must have at least one approval")
    pipeline.pipeline_info = {"approvals": [by_self()]}
    pipeline.save()
    assert workflow.validate_completeness() == (True, "The workflow is complete")


def test_an_inactive_stage_without_approvals_does_not_stand_in_the_way():
    stages = [StageSpec(name_en="A", approvals=[by_self()]), StageSpec(name_en="B", is_active=False)]
    workflow = create_workflow(spec=WorkflowSpec(name_en="W", pipelines=[PipelineSpec(name_en="P", stages=stages)]))
    assert stored(workflow) == (ACTIVE, True)


def test_approvals_that_a_bulk_write_broke_make_the_template_incomplete():
    workflow = template_for(WorkflowStrategy.WORKFLOW_ONLY, [[by_self()]])
    WorkFlow.objects.filter(pk=workflow.pk).update(workflow_info={"approvals": [{"approval_type": "role"}]})
    workflow.refresh_from_db()
    assert workflow.validate_completeness() == (False, "An approval by a role must name the role.")


def test_the_reference_s_first_example_is_active_before_its_rows_exist_and_attaches_once_complete():
    boss = UserFactory()
    workflow = WorkFlow.objects.create(name_en="Purchase", strategy=1, is_active=True)
    assert stored(workflow) == (ACTIVE, True)
    pipeline = Pipeline.objects.create(workflow=workflow, name_en="Finance", order=0)
    Stage.objects.create(
        pipeline=pipeline, name_en="Review", order=0, stage_info={"color": "#3498db", "approvals": [by_user(boss)]}
    )
    assert attach_workflow_to_object(DocumentFactory(), workflow).status == "in_progress"


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_complete_template_is_stored_active_and_an_incomplete_one_as_a_draft(strategy):
    assert stored(template_for(strategy, [[by_self()]])) == (ACTIVE, True)
    assert stored(template_for(strategy, [[]])) == (DRAFT, False)
    assert stored(create_workflow(spec=WorkflowSpec(name_en="Empty", strategy=strategy))) == (DRAFT, False)


@pytest.mark.parametrize("status", [INACTIVE, DRAFT])
def test_a_complete_template_is_stored_with_the_other_states_as_asked(status):
    assert stored(template_for(WorkflowStrategy.WORKFLOW_ONLY, [[by_self()]], status=status)) == (status, False)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, (ACTIVE, True)),
        ({"is_active": True}, (ACTIVE, True)),
        ({"is_active": False}, (INACTIVE, False)),
        ({"status": "draft"}, (DRAFT, False)),
        ({"status": "inactive"}, (INACTIVE, False)),
        ({"status": "draft", "is_active": False}, (DRAFT, False)),
    ],
)
def test_a_new_row_agrees_with_itself(fields, expected):
    assert stored(WorkFlow.objects.create(name_en="W", strategy=3, **fields)) == expected


@pytest.mark.parametrize("read_again", [False, True])
@pytest.mark.parametrize("narrow", [False, True], ids=["save", "save-update-fields"])
def test_whichever_of_the_two_is_changed_takes_the_other_along(read_again, narrow):
    workflow = template_for(WorkflowStrategy.WORKFLOW_ONLY, [[by_self()]])
    changes = [
        ("is_active", False, (INACTIVE, False)),
        ("is_active", True, (ACTIVE, True)),
        ("status", DRAFT, (DRAFT, False)),
        ("status", ACTIVE, (ACTIVE, True)),
        ("status", INACTIVE, (INACTIVE, False)),
        ("is_active", True, (ACTIVE, True)),
    ]
    for field, value, expected in changes:
        if read_again:
            workflow = WorkFlow.objects.get(pk=workflow.pk)
        setattr(workflow, field, value)
        workflow.save(**({"update_fields": [field]} if narrow else {}))
        assert stored(workflow) == (workflow.status, workflow.is_active) == expected


def test_a_row_that_was_refreshed_knows_which_of_the_two_is_changed_next():
    workflow = template_for(WorkflowStrategy.WORKFLOW_ONLY, [[by_self()]])
    WorkFlow.objects.filter(pk=workflow.pk).update(status=INACTIVE, is_active=False)
    workflow.refresh_from_db()
    workflow.is_active = True
    workflow.save()
    assert stored(workflow) == (ACTIVE, True)


def test_the_active_templates_are_those_that_may_be_attached():
    active = template_for(WorkflowStrategy.WORKFLOW_ONLY, [[by_self()]])
    template_for(WorkflowStrategy.WORKFLOW_ONLY, [[by_self()]], status=INACTIVE)
    attach_workflow_to_object(DocumentFactory(), active, user=UserFactory())
    assert list(WorkFlow.objects.active()) == [active]
    assert WorkFlow.objects.templates().count() == 2
    assert WorkFlow.objects.count() == 3


@pytest.mark.parametrize(
    ("was", "changed", "expected"),
    [
        (ACTIVE, {"status": INACTIVE}, (INACTIVE, False)),
        (ACTIVE, {"status": DRAFT}, (DRAFT, False)),
        (DRAFT, {"status": ACTIVE}, (ACTIVE, True)),
        (ACTIVE, {"is_active": False}, (INACTIVE, False)),
        (DRAFT, {"is_active": False}, (DRAFT, False)),
        (DRAFT, {"is_active": True}, (ACTIVE, True)),
        (ACTIVE, {"status": Value(DRAFT)}, (DRAFT, False)),
        (INACTIVE, {"is_active": Value(True)}, (ACTIVE, True)),
        (ACTIVE, {"name_en": "New"}, (ACTIVE, True)),
    ],
)
def test_a_bulk_update_of_one_changes_the_other(was: str, changed: dict[str, Any], expected: tuple[str, bool]) -> None:
    workflow = template_for(WorkflowStrategy.WORKFLOW_ONLY, [[by_self()]], status=was)
    assert WorkFlow.objects.filter(pk=workflow.pk).update(**changed) == 1
    assert stored(workflow) == expected


@pytest.mark.parametrize("field", ["status", "is_active"])
def test_bulk_update_of_one_changes_the_other(field: str) -> None:
    on, off = (template_for(WorkflowStrategy.WORKFLOW_ONLY, [[by_self()]], status=found) for found in (DRAFT, ACTIVE))
    on.status, off.status, on.is_active, off.is_active = ACTIVE, INACTIVE, True, False
    WorkFlow.objects.bulk_update([on, off], [field])
    assert [stored(on), stored(off)] == [(ACTIVE, True), (INACTIVE, False)]


def test_the_database_holds_that_they_agree() -> None:
    workflow = template_for(WorkflowStrategy.WORKFLOW_ONLY, [[by_self()]])
    with unchanged(), pytest.raises(IntegrityError, match="workflow_active_by_status"), transaction.atomic():
        WorkFlow.objects.filter(pk=workflow.pk).update(status=INACTIVE, is_active=True)


@pytest.mark.django_db(transaction=True)
def test_the_migration_switches_off_what_was_half_on() -> None:
    """It was not usable before either: what could be attached had both."""
    given = [(ACTIVE, False), (ACTIVE, True), (DRAFT, True), (INACTIVE, True), (INACTIVE, False)]
    rows = [template_for(WorkflowStrategy.WORKFLOW_ONLY, [[by_self()]]) for _ in given]
    try:
        MigrationExecutor(connection).migrate([("django_workflow_engine", "0012_identities_are_unique")])
        for row, (status, is_active) in zip(rows, given, strict=True):
            WorkFlow.objects.filter(pk=row.pk).update(status=status, is_active=is_active)
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
    expected = [(INACTIVE, False), (ACTIVE, True), (DRAFT, False), (INACTIVE, False), (INACTIVE, False)]
    assert [stored(row) for row in rows] == expected
