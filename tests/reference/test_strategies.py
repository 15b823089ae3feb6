"""A template of each strategy, created row by row as active, attached and run to its end."""

from __future__ import annotations

import pytest
from approval_workflow.choices import RoleSelectionStrategy

from django_workflow_engine.choices import ApprovalTypes, WorkflowStrategy
from django_workflow_engine.models import Pipeline, Stage, WorkFlow
from django_workflow_engine.services import attach_workflow_to_object
from tests.factories import DocumentFactory
from tests.runs import approve, place

pytestmark = pytest.mark.django_db


def by_role(role):
    return {
        "approval_type": ApprovalTypes.ROLE,
        "user_role": role.id,
        "role_selection_strategy": RoleSelectionStrategy.ANYONE,
    }


def full_hierarchy(user, manager, role) -> WorkFlow:
    workflow = WorkFlow.objects.create(
        name_en="Purchase Request Approval",
        strategy=WorkflowStrategy.WORKFLOW_PIPELINE_STAGE,
        company=user,
        is_active=True,
    )
    finance_pipeline = Pipeline.objects.create(workflow=workflow, name_en="Finance Review", order=0)
    Stage.objects.create(
        pipeline=finance_pipeline,
        name_en="Initial Review",
        order=0,
        stage_info={"color": "#3498db", "approvals": [by_role(role)]},
    )
    return workflow


def two_levels(user, manager, role) -> WorkFlow:
    workflow = WorkFlow.objects.create(
        name_en="Employee Onboarding", strategy=WorkflowStrategy.WORKFLOW_PIPELINE, company=user, is_active=True
    )
    Pipeline.objects.create(
        workflow=workflow, name_en="HR Processing", order=0, pipeline_info={"approvals": [by_role(role)]}
    )
    return workflow


def single_level(user, manager, role) -> WorkFlow:
    return WorkFlow.objects.create(
        name_en="Time Off Request",
        strategy=WorkflowStrategy.WORKFLOW_ONLY,
        company=user,
        is_active=True,
        workflow_info={"approvals": [{"approval_type": ApprovalTypes.USER, "approval_user": manager.id}]},
    )


@pytest.mark.parametrize(
    ("create", "stands_on"),
    [
        (full_hierarchy, ("Finance Review", "Initial Review")),
        (two_levels, ("HR Processing", None)),
        (single_level, (None, None)),
    ],
)
def test_a_template_that_was_active_before_it_was_complete_runs(create, stands_on, user, manager, role):
    workflow, document = create(user, manager, role), DocumentFactory()
    assert (workflow.status, workflow.is_active) == ("active", True)
    assert attach_workflow_to_object(document, workflow, user=user).status == "in_progress"
    assert place(document) == stands_on
    assert approve(document, manager).outcome == "workflow_completed"


def test_every_stored_workflow_says_whether_it_fits_its_strategy(user, manager, role):
    single_level(user, manager, role)
    WorkFlow.objects.create(name_en="Bare")
    said = {}
    for workflow in WorkFlow.objects.all():
        is_valid, message = workflow.validate_completeness()
        said[f"{workflow.name_en} (Strategy {workflow.strategy})"] = is_valid, message
    assert said == {
        "Time Off Request (Strategy 3)": (True, "The workflow is complete"),
        "Bare (Strategy 1)": (False, "Strategy 1 workflow must have at least one pipeline"),
    }
