"""The engine's front door: the verbs, and the reads of the reference."""

from django_workflow_engine.selectors.attachments import (
    get_current_stage,
    get_workflow_attachment,
    get_workflow_progress,
)
from django_workflow_engine.selectors.detail import get_detailed_workflow_data
from django_workflow_engine.selectors.statistics import get_workflow_statistics
from django_workflow_engine.selectors.summary import get_workflow_approval_summary, get_workflow_pipeline_structure
from django_workflow_engine.services.attachments import attach_workflow_to_object, start_workflow
from django_workflow_engine.services.cancellation import cancel_workflow
from django_workflow_engine.services.configuration.changing import ConfigurationChanges, configure_model
from django_workflow_engine.services.configuration.registration import register_model_for_workflow
from django_workflow_engine.services.decisions import approve_step, reject_step
from django_workflow_engine.services.delegation import delegate_step, escalate_step
from django_workflow_engine.services.preview import preview_approvers
from django_workflow_engine.services.resubmission import request_resubmission
from django_workflow_engine.services.seats import Decision
from django_workflow_engine.services.templates import (
    clone_workflow,
    create_action,
    create_pipeline,
    create_stage,
    create_workflow,
    delete_action,
    delete_pipeline,
    delete_stage,
    delete_workflow,
    reorder_pipelines,
    reorder_stages,
    update_action,
    update_active_status,
    update_pipeline,
    update_stage,
    update_workflow,
)

__all__ = [
    "ConfigurationChanges",
    "Decision",
    "approve_step",
    "attach_workflow_to_object",
    "cancel_workflow",
    "clone_workflow",
    "configure_model",
    "create_action",
    "create_pipeline",
    "create_stage",
    "create_workflow",
    "delegate_step",
    "delete_action",
    "delete_pipeline",
    "delete_stage",
    "delete_workflow",
    "escalate_step",
    "get_current_stage",
    "get_detailed_workflow_data",
    "get_workflow_approval_summary",
    "get_workflow_attachment",
    "get_workflow_pipeline_structure",
    "get_workflow_progress",
    "get_workflow_statistics",
    "preview_approvers",
    "register_model_for_workflow",
    "reject_step",
    "reorder_pipelines",
    "reorder_stages",
    "request_resubmission",
    "start_workflow",
    "update_action",
    "update_active_status",
    "update_pipeline",
    "update_stage",
    "update_workflow",
]
