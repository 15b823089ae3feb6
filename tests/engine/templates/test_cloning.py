"""Copies of templates that are edited on their own."""

from __future__ import annotations

import dataclasses

import pytest

from django_workflow_engine.choices import WorkflowStatus
from django_workflow_engine.definitions.changes import StageChanges, WorkflowChanges
from django_workflow_engine.definitions.fingerprint import fingerprint
from django_workflow_engine.definitions.specs import WorkflowSpec
from django_workflow_engine.models import Stage, WorkFlow, WorkflowAction
from django_workflow_engine.services import (
    attach_workflow_to_object,
    clone_workflow,
    create_action,
    create_workflow,
    update_stage,
    update_workflow,
)
from gql_workflows.demo.models import Department
from tests.engine.templates.trees import (
    FLAT,
    FROZEN,
    INCOMPLETE,
    INVALID,
    NO_ROW,
    NOT_FOUND,
    PIPED,
    REQUIRED,
    STAGED,
    STRATEGY,
    complete,
    notify,
    refused,
    stage_of,
    statements,
    stored,
)
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_self, by_user

pytestmark = pytest.mark.django_db

DRAFT = WorkflowStatus.DRAFT


def content(workflow: WorkFlow) -> str:
    """The fingerprint of everything but the names."""
    return fingerprint(dataclasses.replace(workflow.tree(), name_en="", name_ar=""))


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_clone_holds_the_source_s_content_in_rows_of_its_own(strategy):
    company, actor = UserFactory.create_batch(2)
    source = complete(strategy, 1, name_ar="شراء", description="Why", company_id=company.pk, actions=[notify()])
    for stage in Stage.objects.all():
        create_action(action=notify(parameters={"deep": [{"to": "a"}]}), stage_id=stage.pk)
        update_stage(id=stage.pk, changes=StageChanges(color="#000000", form_info={"f": [1]}))
    clone = clone_workflow(id=str(source.pk), actor=actor)
    assert (clone.name_en, clone.name_ar) == ("Purchase approval (Copy)", "شراء (Copy)")
    assert (clone.cloned_from, clone.is_hidden, clone.version_key, clone.fingerprint) == (source, False, None, "")
    assert (clone.created_by, clone.modified_by, clone.company) == (actor, actor, company)
    assert stored(clone) == stored(source) == ("active", True)
    assert content(clone) == content(source)
    ids = {row.pk for row in Stage.objects.filter(pipeline__workflow=clone)}
    assert ids.isdisjoint(row.pk for row in Stage.objects.filter(pipeline__workflow=source))


def test_a_clone_keeps_the_department_of_its_pipelines():
    source = complete(PIPED)
    source.pipelines.update(department_id=str(Department.objects.create(name="Law").pk))
    pipeline = source.pipelines.get()
    pipeline.department = Department.objects.get()
    pipeline.save()
    assert clone_workflow(id=source.pk).pipelines.get().department == Department.objects.get()


def test_a_clone_and_its_source_are_edited_apart():
    source = complete(STAGED, 2)
    before = content(source)
    clone = clone_workflow(id=source.pk)
    update_stage(id=stage_of(clone).pk, changes=StageChanges(approvals=[]))
    assert content(source) == before
    assert (stored(source), stored(clone)) == (("active", True), ("draft", False))


def test_a_clone_is_attached_like_any_template():
    clone = clone_workflow(id=complete(FLAT).pk)
    version = attach_workflow_to_object(DocumentFactory(created_by=UserFactory()), clone).workflow
    assert (version.cloned_from, version.name_en) == (clone, "Purchase approval (Copy) (Copy)")


@pytest.mark.parametrize("length", [100, 248, 249, 255])
def test_a_copy_s_name_never_overflows_its_column(length):
    source = complete(FLAT, name_en="ع" * length, name_ar="")
    clone = WorkFlow.objects.get(pk=clone_workflow(id=source.pk).pk)
    assert clone.name_en == ("ع" * length)[:248] + " (Copy)"
    assert clone.name_ar == ""


def test_only_the_modified_keys_get_the_suffix():
    source = complete(FLAT, name_ar="إجازة")
    assert clone_workflow(id=source.pk, modified_keys=["name_ar"]).name_en == source.name_en
    clone = clone_workflow(id=source.pk, modified_keys=[])
    assert (clone.name_en, clone.name_ar) == (source.name_en, source.name_ar)


def test_overrides_replace_the_source_s_values():
    boss, company = UserFactory.create_batch(2)
    overrides = WorkflowChanges(
        name_en="Mine", description="New", company_id=company.pk, status=DRAFT, approvals=[by_user(boss)]
    )
    source = complete(FLAT, name_ar="إجازة")
    clone = WorkFlow.objects.get(pk=clone_workflow(id=source.pk, overrides=overrides).pk)
    assert (clone.name_en, clone.name_ar, clone.description) == ("Mine", "إجازة (Copy)", "New")
    assert (clone.company, stored(clone)) == (company, (DRAFT, False))
    assert clone.workflow_info == {"approvals": [by_user(boss)]}


def test_every_fault_of_the_overrides_is_told_in_the_words_of_the_input():
    source = complete(STAGED)
    overrides = WorkflowChanges(name_en=None, company_id=NO_ROW, approvals=[by_self()])
    faults = refused(clone_workflow, id=source.pk, modified_keys=["name_en", "status"], overrides=overrides)
    assert faults == [
        (INVALID, ("modified_keys", "1")),
        (REQUIRED, ("overrides", "name_en")),
        (STRATEGY, ("overrides", "approvals")),
        (NOT_FOUND, ("overrides", "company_id")),
    ]


@pytest.mark.parametrize("status", ["inactive", "draft"])
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_clone_has_its_source_s_status(strategy, status):
    assert stored(clone_workflow(id=complete(strategy, status=status).pk)) == (status, False)


def test_a_clone_that_is_not_complete_is_a_draft_unless_it_was_asked_to_be_active():
    source = create_workflow(spec=WorkflowSpec(name_en="W"), active_once_complete=True)
    assert stored(clone_workflow(id=source.pk)) == ("draft", False)
    active = WorkflowChanges(status=WorkflowStatus.ACTIVE)
    assert refused(clone_workflow, id=source.pk, overrides=active) == [(INCOMPLETE, ("overrides", "status"))]
    assert stored(clone_workflow(id=complete(FLAT).pk, overrides=WorkflowChanges(approvals=[]))) == ("draft", False)


def test_a_clone_copies_actions_whose_function_went_as_they_are():
    source = complete(FLAT, actions=[notify()])
    WorkflowAction.objects.update(function_path="shop.gone")
    assert clone_workflow(id=source.pk).actions.get().function_path == "shop.gone"


def test_what_does_not_exist_or_is_frozen_is_not_cloned():
    version = attach_workflow_to_object(DocumentFactory(created_by=UserFactory()), complete(FLAT)).workflow
    assert refused(clone_workflow, id=NO_ROW) == [(NOT_FOUND, ("id",))]
    assert refused(clone_workflow, id=version.pk) == [(FROZEN, ("id",))]


def test_a_clone_of_a_clone_remembers_the_clone():
    clone = clone_workflow(id=complete(FLAT).pk)
    second = clone_workflow(id=clone.pk)
    update_workflow(id=clone.pk, changes=WorkflowChanges(name_en="Other"))
    assert (second.cloned_from, second.name_en) == (clone, "Purchase approval (Copy) (Copy)")


def test_cloning_costs_the_same_for_every_size():
    assert statements(clone_workflow, id=complete(STAGED, 2).pk) == statements(
        clone_workflow, id=complete(STAGED, 30).pk
    )
