"""Changing and deleting whole templates."""

from __future__ import annotations

import pytest

from django_workflow_engine.choices import WorkflowStatus
from django_workflow_engine.definitions.changes import WorkflowChanges
from django_workflow_engine.definitions.specs import WorkflowSpec
from django_workflow_engine.models import WorkFlow, WorkflowAction, WorkflowAttachment
from django_workflow_engine.services import (
    attach_workflow_to_object,
    clone_workflow,
    create_workflow,
    delete_workflow,
    update_workflow,
)
from tests.engine.templates.trees import (
    FLAT,
    FROZEN,
    IN_USE,
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
    statements,
    stored,
)
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_self, by_user

pytestmark = pytest.mark.django_db

ACTIVE, INACTIVE, DRAFT = WorkflowStatus.ACTIVE, WorkflowStatus.INACTIVE, WorkflowStatus.DRAFT


def values_of(workflow) -> tuple:
    fields = ("name_en", "name_ar", "description", "company_id", "status", "is_active", "workflow_info")
    return WorkFlow.objects.values_list(*fields).get(pk=workflow.pk)


def test_what_is_not_given_stays_and_what_is_given_is_stored():
    company, actor = UserFactory.create_batch(2)
    workflow = complete(FLAT, name_ar="إجازة", description="Why", company_id=company.pk)
    before = values_of(workflow)
    changed = update_workflow(id=workflow.pk, changes=WorkflowChanges(name_en=" Leave "), actor=actor)
    assert values_of(workflow) == ("Leave", *before[1:])
    assert (changed.name_en, changed.modified_by) == ("Leave", actor)
    assert changed.modified_at > workflow.modified_at


def test_null_and_empty_values_empty_what_may_be_empty():
    company = UserFactory()
    workflow = complete(FLAT, name_ar="إجازة", description="Why", company_id=company.pk)
    changes = WorkflowChanges(name_ar=None, description=None, company_id=None, approvals=[])
    update_workflow(id=workflow.pk, changes=changes)
    assert values_of(workflow) == ("Purchase approval", "", "", None, DRAFT, False, {})


def test_every_fault_of_the_changes_is_told_at_once():
    workflow = complete(FLAT)
    changes = WorkflowChanges(
        name_en=None,
        name_ar="x" * 256,
        company_id=NO_ROW,
        status=None,
        approvals=[by_self(), {"approval_type": "role"}],
    )
    assert refused(update_workflow, id=workflow.pk, changes=changes) == [
        (REQUIRED, ("name_en",)),
        (INVALID, ("name_ar",)),
        (REQUIRED, ("status",)),
        (REQUIRED, ("approvals", "1", "user_role")),
        (NOT_FOUND, ("company_id",)),
    ]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name_en", "", REQUIRED),
        ("name_en", 5, INVALID),
        ("name_en", "a\x00b", INVALID),
        ("description", "\ud800", INVALID),
        ("status", "archived", INVALID),
        ("approvals", None, REQUIRED),
        ("approvals", "role", INVALID),
        ("approvals", [by_self()] * 21, INVALID),
        ("company_id", "nobody", NOT_FOUND),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_at_its_field(field, value, code):
    workflow = complete(FLAT)
    assert refused(update_workflow, id=workflow.pk, changes=WorkflowChanges(**{field: value})) == [(code, (field,))]


@pytest.mark.parametrize("strategy", [STAGED, PIPED])
def test_approvals_on_a_workflow_whose_strategy_asks_elsewhere_are_refused(strategy):
    changes = WorkflowChanges(approvals=[by_self()])
    assert refused(update_workflow, id=complete(strategy).pk, changes=changes) == [(STRATEGY, ("approvals",))]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_template_that_is_not_complete_is_not_made_active(strategy):
    workflow = create_workflow(spec=WorkflowSpec(name_en="Empty", strategy=strategy))
    changes = WorkflowChanges(status=ACTIVE)
    assert refused(update_workflow, id=workflow.pk, changes=changes) == [(INCOMPLETE, ("status",))]


def test_a_template_becomes_active_with_the_change_that_completes_it():
    workflow = create_workflow(spec=WorkflowSpec(name_en="Empty", strategy=FLAT))
    assert stored(workflow) == (DRAFT, False)
    update_workflow(id=workflow.pk, changes=WorkflowChanges(status=ACTIVE, approvals=[by_self()]))
    assert stored(workflow) == (ACTIVE, True)
    emptied = WorkflowChanges(status=ACTIVE, approvals=[])
    assert refused(update_workflow, id=workflow.pk, changes=emptied) == [(INCOMPLETE, ("status",))]


@pytest.mark.parametrize("status", [INACTIVE, DRAFT])
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_template_is_switched_off_and_on(strategy, status):
    workflow = complete(strategy)
    update_workflow(id=workflow.pk, changes=WorkflowChanges(status=status))
    assert stored(workflow) == (status, False)
    update_workflow(id=workflow.pk, changes=WorkflowChanges(status=ACTIVE))
    assert stored(workflow) == (ACTIVE, True)


def test_a_template_may_be_marked_active_before_it_is_complete():
    spec = WorkflowSpec(name_en="Empty", strategy=FLAT)
    workflow = create_workflow(spec=spec, active_once_complete=True)
    assert stored(workflow) == (ACTIVE, True)
    draft = create_workflow(spec=spec)
    update_workflow(id=draft.pk, changes=WorkflowChanges(status=ACTIVE), active_once_complete=True)
    assert stored(draft) == (ACTIVE, True)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_template_is_deleted_with_all_below_it(strategy):
    workflow = complete(strategy, 1, actions=[notify()])
    delete_workflow(id=workflow.pk)
    assert not WorkFlow.objects.exists()
    assert not WorkflowAction.objects.exists()


@pytest.mark.parametrize("disable_clone", [False, True], ids=["frozen version", "template itself"])
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_template_that_an_object_runs_on_is_not_deleted(strategy, disable_clone):
    workflow = complete(strategy)
    attach_workflow_to_object(DocumentFactory(created_by=UserFactory()), workflow, disable_clone=disable_clone)
    assert refused(delete_workflow, id=workflow.pk) == [(IN_USE, ("id",))]


def test_versions_that_nothing_runs_on_go_with_their_template():
    workflow, document = complete(FLAT), DocumentFactory(created_by=UserFactory())
    attach_workflow_to_object(document, workflow)
    WorkflowAttachment.objects.all().delete()
    assert WorkFlow.objects.count() == 2
    delete_workflow(id=workflow.pk)
    assert not WorkFlow.objects.exists()


def test_a_clone_outlives_the_template_that_it_came_from():
    workflow = complete(STAGED, 2)
    clone = clone_workflow(id=workflow.pk)
    delete_workflow(id=workflow.pk)
    clone.refresh_from_db()
    assert (clone.cloned_from, clone.validate_completeness()[0]) == (None, True)


@pytest.mark.parametrize("key", [NO_ROW, str(NO_ROW), "nothing", None, "1\x00"])
def test_a_template_that_does_not_exist_is_not_found(key):
    assert refused(update_workflow, id=key, changes=WorkflowChanges(name_en="X")) == [(NOT_FOUND, ("id",))]
    assert refused(delete_workflow, id=key) == [(NOT_FOUND, ("id",))]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_frozen_version_is_neither_changed_nor_deleted(strategy):
    document = DocumentFactory(created_by=UserFactory())
    version = attach_workflow_to_object(document, complete(strategy)).workflow
    assert refused(update_workflow, id=version.pk, changes=WorkflowChanges(name_en="X")) == [(FROZEN, ("id",))]
    assert refused(delete_workflow, id=version.pk) == [(FROZEN, ("id",))]


def test_what_save_refuses_in_values_that_were_stored_past_it_is_told_as_a_fault():
    workflow = complete(FLAT)
    WorkFlow.objects.filter(pk=workflow.pk).update(workflow_info={"approvals": [{"approval_type": "role"}]})
    at = ("workflow_info", "approvals", "0", "user_role")
    assert refused(update_workflow, id=workflow.pk, changes=WorkflowChanges(name_en="X")) == [(REQUIRED, at)]
    update_workflow(id=workflow.pk, changes=WorkflowChanges(approvals=[by_user(UserFactory())]))
    assert stored(workflow) == (ACTIVE, True)


def test_other_keys_of_the_stored_info_survive_a_change_of_approvals():
    workflow = complete(FLAT)
    WorkFlow.objects.filter(pk=workflow.pk).update(workflow_info={"note": 1, "approvals": [by_self()]})
    update_workflow(id=workflow.pk, changes=WorkflowChanges(approvals=[]))
    assert values_of(workflow)[-1] == {"note": 1}


def test_changing_and_deleting_cost_the_same_for_every_size():
    small, large = complete(STAGED, 1), complete(STAGED, 30)
    changes = WorkflowChanges(name_en="Other", status=ACTIVE)
    assert statements(update_workflow, id=small.pk, changes=changes) == statements(
        update_workflow, id=large.pk, changes=changes
    )
    assert statements(delete_workflow, id=small.pk) == statements(delete_workflow, id=large.pk)
