"""Strategy 3 has no pipeline, hence no department: an approval by its head is refused by every door."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from rest_framework.exceptions import ValidationError as FormError

from django_workflow_engine.choices import ErrorCode
from django_workflow_engine.definitions.changes import WorkflowChanges
from django_workflow_engine.errors import InvalidDefinition, WorkflowIncomplete
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.serializers import WorkFlowSerializer
from django_workflow_engine.services import (
    attach_workflow_to_object,
    clone_workflow,
    create_workflow,
    update_workflow,
)
from tests.factories import DocumentFactory, UserFactory, by_self, by_user, spec_for, template_for
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db
BY_HEAD = {"approval_type": "department_head"}
WHY = "Strategy 3 (Workflow Only) has no pipeline, hence no department with a head."


def faults(refused) -> list[tuple]:
    return [(fault.code, fault.path, fault.message) for fault in refused.value.faults]


def test_a_new_template_names_each_such_approval():
    with unchanged(), pytest.raises(InvalidDefinition) as refused:
        create_workflow(spec=spec_for(3, [[BY_HEAD, by_self(), BY_HEAD]]))
    assert faults(refused) == [
        (ErrorCode.STRATEGY_VIOLATION, ("approvals", "0", "approval_type"), WHY),
        (ErrorCode.STRATEGY_VIOLATION, ("approvals", "2", "approval_type"), WHY),
    ]


def test_a_change_and_a_clone_s_override_are_refused():
    template = template_for(3, [[by_self()]])
    changes = WorkflowChanges(approvals=[by_self(), BY_HEAD])
    with unchanged(), pytest.raises(InvalidDefinition) as refused:
        update_workflow(id=template.pk, changes=changes)
    assert faults(refused) == [(ErrorCode.STRATEGY_VIOLATION, ("approvals", "1", "approval_type"), WHY)]
    with unchanged(), pytest.raises(InvalidDefinition) as refused:
        clone_workflow(id=template.pk, overrides=changes)
    assert faults(refused) == [(ErrorCode.STRATEGY_VIOLATION, ("overrides", "approvals", "1", "approval_type"), WHY)]


def test_saving_the_row_is_refused():
    template = template_for(3, [[by_self()]])
    template.workflow_info = {"approvals": [BY_HEAD]}
    with unchanged(), pytest.raises(ValidationError) as refused:
        template.save()
    (error,) = refused.value.error_dict["workflow_info"]
    assert (error.code, error.params["path"]) == (
        "STRATEGY_VIOLATION",
        ("workflow_info", "approvals", "0", "approval_type"),
    )
    with unchanged(), pytest.raises(ValidationError):
        WorkFlow.objects.create(name_en="Leave", strategy=3, workflow_info={"approvals": [BY_HEAD]})


def test_the_serializer_says_it_in_the_shape_of_its_input():
    form = WorkFlowSerializer(data={"name_en": "Leave", "strategy": 3, "workflow_info": {"approvals": [BY_HEAD]}})
    with unchanged(), pytest.raises(FormError):
        form.is_valid(raise_exception=True)
    assert form.errors == {"workflow_info": {"approvals": [{"approval_type": [WHY]}]}}


def test_one_that_was_stored_past_the_rules_is_not_attached():
    template, document = template_for(3, [[by_user(UserFactory())]]), DocumentFactory()
    WorkFlow.objects.filter(pk=template.pk).update(workflow_info={"approvals": [BY_HEAD]})
    with unchanged(), pytest.raises(WorkflowIncomplete) as refused:
        attach_workflow_to_object(document, template)
    assert (refused.value.message, refused.value.path) == (WHY, ("workflow_id",))


@pytest.mark.parametrize("strategy", [1, 2])
def test_with_pipelines_it_is_fine(strategy):
    assert template_for(strategy, [[BY_HEAD]]).validate_completeness() == (True, "The workflow is complete")
