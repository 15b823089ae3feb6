"""Frozen versions: shared while a template is the same, untouched when it changes."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.models import Pipeline, Stage, WorkFlow, WorkflowAction, WorkflowAttachment
from django_workflow_engine.models.identity import identity_within
from django_workflow_engine.services import attach_workflow_to_object
from django_workflow_engine.transactions import is_passing
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_user, template_for
from tests.runs import approve, place
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db

STAGED = WorkflowStrategy.WORKFLOW_PIPELINE_STAGE


@pytest.fixture
def boss():
    return UserFactory()


@pytest.fixture
def template(boss):
    """Three stages in two pipelines, all decided by the boss."""
    return template_for(STAGED, [[by_user(boss)]] * 3, name_ar="شراء")


def version_of(workflow) -> WorkFlow:
    """The version that the next attach runs on."""
    return attach_workflow_to_object(DocumentFactory(), workflow).workflow


def first_stage(workflow) -> Stage:
    return Stage.objects.filter(pipeline__workflow=workflow).order_by("pipeline__order", "order").first()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_attaches_share_one_frozen_version_while_the_template_is_the_same(strategy, boss):
    workflow = template_for(strategy, [[by_user(boss)]])
    first, second = version_of(workflow), version_of(workflow)
    assert first == second != workflow
    assert (first.is_hidden, first.cloned_from) == (True, workflow)
    assert (first.strategy, first.workflow_info) == (strategy, workflow.workflow_info)
    assert WorkFlow.objects.count() == 2


def test_a_version_holds_the_template_s_content_in_rows_of_its_own(template):
    WorkflowAction.objects.create(
        stage=first_stage(template),
        action_type="after_approve",
        function_path="tests.testapp.workflow_actions.notify",
        parameters={"to": ["a"]},
        order=3,
    )
    version = version_of(template)
    fields = ("pipeline__name_en", "pipeline__order", "name_en", "order", "stage_info", "form_info", "is_active")
    rows = Stage.objects.order_by("pipeline__order", "order").values_list(*fields)
    assert list(rows.filter(pipeline__workflow=version)) == list(rows.filter(pipeline__workflow=template))
    assert set(Pipeline.objects.filter(workflow=version).values_list("is_hidden", flat=True)) == {True}
    copied = WorkflowAction.objects.get(stage=first_stage(version))
    assert (copied.action_type, copied.function_path) == ("after_approve", "tests.testapp.workflow_actions.notify")
    assert (copied.parameters, copied.order, copied.is_active) == ({"to": ["a"]}, 3, True)


def test_a_version_belongs_to_whom_the_template_belongs(boss):
    company = UserFactory()
    template = template_for(STAGED, [[by_user(boss)]], company_id=company.pk)
    assert version_of(template).company == company


def rename(template):
    template.name_en = "Renamed"
    template.save()


def rewrite_nested_json_in_bulk(template):
    stage = first_stage(template)
    info = {**stage.stage_info, "approvals": [{"approval_type": "self-approved"}]}
    Stage.objects.filter(pk=stage.pk).update(stage_info=info)


def add_a_stage(template):
    info = first_stage(template).stage_info
    Stage.objects.create(pipeline=template.pipelines.first(), name_en="Last", stage_info=info)


def deactivate_a_stage(template):
    stage = first_stage(template)
    stage.is_active = False
    stage.save()


def add_an_action(template):
    WorkflowAction.objects.create(
        workflow=template, action_type="after_reject", function_path="tests.testapp.workflow_actions.notify"
    )


def delete_a_pipeline(template):
    template.pipelines.order_by("order").last().delete()


CHANGES = [
    rename,
    rewrite_nested_json_in_bulk,
    add_a_stage,
    deactivate_a_stage,
    add_an_action,
    delete_a_pipeline,
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_template_gives_a_new_version_and_leaves_running_ones_alone(change, template, boss):
    running = DocumentFactory(created_by=boss)
    old = attach_workflow_to_object(running, template).workflow
    content = (old.tree(), WorkFlow.objects.filter(pk=old.pk).values().get())
    change(template)
    new = attach_workflow_to_object(DocumentFactory(created_by=boss), template).workflow
    assert new != old
    assert (old.tree(), WorkFlow.objects.filter(pk=old.pk).values().get()) == content
    assert [approve(running, boss).outcome, place(running)] == ["stage_advanced", ("Pipeline 1", "Stage 2")]
    assert [approve(running, boss).outcome, place(running)] == ["pipeline_advanced", ("Pipeline 2", "Stage 3")]
    assert approve(running, boss).outcome == "workflow_completed"


def test_going_back_to_the_old_content_takes_the_old_version_again(template):
    old = version_of(template)
    stage = first_stage(template)
    for active, same in [(False, False), (True, True)]:
        stage.is_active = active
        stage.save()
        assert (version_of(template) == old) is same
    assert WorkFlow.objects.filter(cloned_from=template).count() == 2


def test_the_database_takes_no_second_version_of_the_same_content(template):
    version = version_of(template)
    twin = WorkFlow(
        name_en="Twin",
        strategy=STAGED,
        cloned_from=template,
        is_hidden=True,
        fingerprint=version.fingerprint,
        uuid=identity_within(template.uuid, version.fingerprint),
    )
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        WorkFlow.objects.bulk_create([twin])
    assert is_passing(refused.value) is (connection.vendor != "sqlite")  # which has one writer, and names no constraint


def test_two_templates_with_the_same_content_share_no_version(boss):
    one, two = (template_for(STAGED, [[by_user(boss)]]) for _ in range(2))
    assert version_of(one) != version_of(two)


@pytest.mark.parametrize("length", [8, 248, 249, 255])
def test_a_version_is_called_copy_within_the_column(length, boss):
    name = "م" * length
    template = template_for(STAGED, [[by_user(boss)]], name_en="x" * length, name_ar=name)
    version = version_of(template)
    assert version.name_en == "x" * min(length, 248) + " (Copy)"
    assert version.name_ar == name[:248] + " (Copy)"


def test_no_arabic_name_stays_no_arabic_name_and_the_rows_below_keep_theirs(boss):
    version = version_of(template_for(STAGED, [[by_user(boss)]], name_en="Purchase"))
    assert (version.name_en, version.name_ar) == ("Purchase (Copy)", "")
    assert first_stage(version).name_en == "Stage 1"
    assert first_stage(version).pipeline.name_en == "Pipeline 1"


def test_a_template_with_versions_is_never_deleted(template):
    version_of(template)
    with unchanged(), pytest.raises(ProtectedError):
        template.delete()
    WorkflowAttachment.objects.all().delete()
    with unchanged(), pytest.raises(ProtectedError):
        template.delete()


def test_a_template_that_nobody_used_is_deleted_with_its_rows(template):
    template.delete()
    assert (WorkFlow.objects.count(), Pipeline.objects.count(), Stage.objects.count()) == (0, 0, 0)


def test_disable_clone_runs_on_the_template_itself(template, boss):
    document = DocumentFactory()
    attachment = attach_workflow_to_object(document, template, disable_clone=True)
    assert (attachment.workflow, WorkFlow.objects.count()) == (template, 1)
    assert attachment.current_stage == first_stage(template)
    Stage.objects.filter(name_en="Stage 2").update(name_en="Second")
    approve(document, boss)
    assert place(document) == ("Pipeline 1", "Second")


def test_a_place_where_an_uncloned_run_stands_is_not_deleted(template):
    attach_workflow_to_object(DocumentFactory(), template, disable_clone=True)
    for row in (first_stage(template), first_stage(template).pipeline, template):
        with unchanged(), pytest.raises(ProtectedError):
            row.delete()
