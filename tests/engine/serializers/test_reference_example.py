"""The reference's complete example, steps 3 to 7, as printed."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from approval_workflow.choices import ApprovalStatus, RoleSelectionStrategy
from approval_workflow.models import ApprovalInstance
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.test import override_settings

from django_workflow_engine.choices import ApprovalTypes
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.serializers import StageSerializer, WorkflowApprovalSerializer, WorkFlowSerializer
from django_workflow_engine.services import (
    attach_workflow_to_object,
    get_workflow_attachment,
    get_workflow_progress,
    register_model_for_workflow,
)
from gql_workflows.demo.models import Department, DynamicForm, PurchaseRequest

pytestmark = pytest.mark.django_db

REVIEWER, BUDGET_MANAGER, CFO = 11, 12, 123
EXECUTIVES = (14, 15)


@pytest.fixture(autouse=True)
def project():
    """What the example takes for granted: its users, roles, departments and forms, by their numbers."""
    for key in (1, REVIEWER, BUDGET_MANAGER, CFO, *EXECUTIVES):
        User.objects.create(pk=key, username=f"user-{key}")
    for key, members in ((1, [REVIEWER]), (2, [BUDGET_MANAGER]), (3, EXECUTIVES)):
        Group.objects.create(pk=key, name=f"role-{key}").user_set.set(members)
    for key in (1, 2):
        Department.objects.create(pk=key, name=f"department-{key}")
    for key in (1, 2, 3):
        DynamicForm.objects.create(pk=key, name=f"form-{key}")
    with override_settings(APPROVAL_DYNAMIC_FORM_MODEL="demo.DynamicForm"):
        yield


def request_of(key: int) -> SimpleNamespace:
    return SimpleNamespace(user=User.objects.get(pk=key))


WORKFLOW_DATA = {
    "name_en": "Purchase Request Approval",
    "name_ar": "موافقة طلب الشراء",
    "company": 1,
    "is_active": True,
    "pipelines": [
        {
            "name_en": "Finance Review",
            "name_ar": "مراجعة مالية",
            "department_id": 1,
            "order": 1,
            "number_of_stages": 3,
        },
        {
            "name_en": "Executive Approval",
            "name_ar": "موافقة تنفيذية",
            "department_id": 2,
            "order": 2,
            "number_of_stages": 1,
        },
    ],
}


def stage_config(pipeline, name_en, name_ar, color, approval):
    stage_info = {"color": color, "approvals": [approval]}
    return {"name_en": name_en, "name_ar": name_ar, "pipeline_id": pipeline.id, "stage_info": stage_info}


def configure(stage, config):
    stage_serializer = StageSerializer(stage, data=config, partial=True)
    assert stage_serializer.is_valid(), stage_serializer.errors
    return stage_serializer.save()


def build() -> WorkFlow:
    """Step 3."""
    context = {"request": request_of(1), "company_user": User.objects.get(pk=1)}
    workflow_serializer = WorkFlowSerializer(data=WORKFLOW_DATA, context=context)
    assert workflow_serializer.is_valid(), workflow_serializer.errors
    result = workflow_serializer.save()
    purchase_workflow = WorkFlow.objects.get(id=result["id"])
    finance = purchase_workflow.pipelines.get(name_en="Finance Review")
    executive = purchase_workflow.pipelines.get(name_en="Executive Approval")
    reviewer = {
        "approval_type": ApprovalTypes.ROLE,
        "user_role": 1,
        "role_selection_strategy": RoleSelectionStrategy.ROUND_ROBIN,
        "required_form": 1,
    }
    budget = {
        "approval_type": ApprovalTypes.ROLE,
        "user_role": 2,
        "role_selection_strategy": RoleSelectionStrategy.ANYONE,
        "required_form": 2,
    }
    cfo = {"approval_type": ApprovalTypes.USER, "approval_user": CFO, "required_form": 3}
    executives = {
        "approval_type": ApprovalTypes.ROLE,
        "user_role": 3,
        "role_selection_strategy": RoleSelectionStrategy.CONSENSUS,
    }
    for pipeline, order, name, color, approval in (
        (finance, 1, "Initial Review", "#3498db", reviewer),
        (finance, 2, "Budget Approval", "#f39c12", budget),
        (finance, 3, "Final Finance Sign-off", "#27ae60", cfo),
        (executive, 1, "Executive Approval", "#8e44ad", executives),
    ):
        stage = pipeline.stages.get(order=order)
        configure(stage, stage_config(pipeline, name, "مرحلة", color, approval))
    return purchase_workflow


def start(workflow: WorkFlow) -> PurchaseRequest:
    """Steps 2 and 4."""
    register_model_for_workflow(PurchaseRequest, auto_start=True, status_field="workflow_status")
    user = User.objects.get(pk=1)
    purchase_request = PurchaseRequest.objects.create(title="Laptop", amount=50, description="New", requester=user)
    attach_workflow_to_object(
        obj=purchase_request,
        workflow=workflow,
        user=user,
        auto_start=True,
        metadata={"amount": float(purchase_request.amount), "priority": "normal", "department": "finance"},
    )
    return purchase_request


def decide(key: int, purchase_request: PurchaseRequest, **data):
    """Steps 5 and 6."""
    purchase_request = PurchaseRequest.objects.get(id=purchase_request.id)
    serializer = WorkflowApprovalSerializer(instance=purchase_request, data=data, context={"request": request_of(key)})
    assert serializer.is_valid(), serializer.errors
    saved = serializer.save()
    assert saved is purchase_request
    return saved


def place(purchase_request) -> tuple[str, str, str]:
    attachment = get_workflow_attachment(purchase_request)
    return attachment.current_pipeline.name_en, attachment.current_stage.name_en, attachment.status


def user_requires_action(purchase_request, user):
    content_type = ContentType.objects.get_for_model(PurchaseRequest)
    return ApprovalInstance.objects.filter(
        assigned_to=user,
        status=ApprovalStatus.CURRENT,
        flow__content_type=content_type,
        flow__object_id=str(purchase_request.id),
    ).exists()


def test_the_structure_is_as_the_example_says():
    workflow = build()
    assert (workflow.company_id, workflow.created_by_id, workflow.status, workflow.is_active) == (1, 1, "active", True)
    departments = workflow.pipelines.order_by("order").values_list("name_en", "name_ar", "department_id", "order")
    assert list(departments) == [
        ("Finance Review", "مراجعة مالية", "1", 1),
        ("Executive Approval", "موافقة تنفيذية", "2", 2),
    ]
    stages = workflow.pipelines.get(order=1).stages.order_by("order")
    assert [(stage.order, stage.name_en, stage.stage_info["color"]) for stage in stages] == [
        (1, "Initial Review", "#3498db"),
        (2, "Budget Approval", "#f39c12"),
        (3, "Final Finance Sign-off", "#27ae60"),
    ]
    assert workflow.validate_completeness()[0]


def test_the_example_runs_from_a_to_z():
    purchase_request = start(build())
    assert place(purchase_request) == ("Finance Review", "Initial Review", "in_progress")
    form_data = {"reviewer_comment": "Initial review passed", "budget_code": "BDG-2024-001"}
    decide(REVIEWER, purchase_request, action="APPROVED", form_data=form_data)
    assert place(purchase_request) == ("Finance Review", "Budget Approval", "in_progress")
    decide(BUDGET_MANAGER, purchase_request, action="APPROVED", form_data={"allocated_budget": "50000.00"})
    assert place(purchase_request) == ("Finance Review", "Final Finance Sign-off", "in_progress")
    decide(CFO, purchase_request, action="APPROVED", form_data={"finance_ref": "FIN-2024-PR-001"})
    assert place(purchase_request) == ("Executive Approval", "Executive Approval", "in_progress")
    for key in EXECUTIVES:
        decide(key, purchase_request, action="APPROVED")
    assert place(purchase_request)[2] == "completed"
    assert ApprovalInstance.objects.earliest("pk").form_data == form_data


def test_a_rejection_ends_it():
    purchase_request = start(build())
    decide(REVIEWER, purchase_request, action="REJECTED", reason="Insufficient budget allocation for this quarter")
    assert get_workflow_attachment(purchase_request).status == "rejected"


def test_a_resubmission_goes_back_to_the_stage_of_the_template_or_of_the_running_version():
    workflow = build()
    purchase_request = start(workflow)
    decide(REVIEWER, purchase_request, action="APPROVED", form_data={"x": 1})
    running = get_workflow_attachment(purchase_request).workflow
    for holder, action in ((workflow, "NEEDS_RESUBMISSION"), (running, ApprovalStatus.NEEDS_RESUBMISSION)):
        stage = holder.pipelines.get(name_en="Finance Review").stages.get(order=1)
        decide(
            BUDGET_MANAGER,
            purchase_request,
            action=action,
            stage_id=stage.id,
            reason="Please provide additional cost breakdown details",
        )
        assert place(purchase_request) == ("Finance Review", "Initial Review", "in_progress")
        decide(REVIEWER, purchase_request, action="APPROVED", form_data={"x": 1})


def test_a_delegation_passes_the_step_on():
    purchase_request = start(build())
    decide(REVIEWER, purchase_request, action="DELEGATED", user_id=CFO, reason="Amount exceeds my approval limit")
    assert not user_requires_action(purchase_request, User.objects.get(pk=REVIEWER))
    assert user_requires_action(purchase_request, User.objects.get(pk=CFO))
    decide(CFO, purchase_request, action="approved", form_data={"x": 1})
    assert place(purchase_request)[1] == "Budget Approval"


def test_progress_is_tracked_as_in_step_7():
    purchase_request = start(build())
    attachment = get_workflow_attachment(purchase_request)
    progress = get_workflow_progress(attachment.workflow, purchase_request)
    assert {
        "progress_percentage": progress["progress_percentage"],
        "status": progress["status"],
        "next_stage": attachment.next_stage.name_en if attachment.next_stage else "Workflow Complete",
        "started_by": attachment.started_by.username if attachment.started_by else None,
        "metadata": attachment.metadata,
        "workflow_name": attachment.workflow.name_en,
    } == {
        "progress_percentage": 0,
        "status": "in_progress",
        "next_stage": "Budget Approval",
        "started_by": "user-1",
        "metadata": {"amount": 50.0, "priority": "normal", "department": "finance"},
        "workflow_name": "Purchase Request Approval (Copy)",
    }
