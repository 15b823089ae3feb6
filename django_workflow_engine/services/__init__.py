"""The engine's front door: the verbs, and the reads of the reference."""

from django_workflow_engine.access.rebuilding import update_run_access
from django_workflow_engine.selectors.attachments import (
    get_current_stage,
    get_workflow_attachment,
    get_workflow_progress,
)
from django_workflow_engine.selectors.decision_times import get_decision_statistics
from django_workflow_engine.selectors.detail import get_detailed_workflow_data
from django_workflow_engine.selectors.statistics import get_workflow_statistics
from django_workflow_engine.selectors.summary import get_workflow_approval_summary, get_workflow_pipeline_structure
from django_workflow_engine.services.attaching_many import Attached, attach_workflow_to_objects
from django_workflow_engine.services.attachments import attach_workflow_to_object, start_workflow
from django_workflow_engine.services.cancellation import cancel_without_object, cancel_workflow
from django_workflow_engine.services.changes import request_changes, resubmit
from django_workflow_engine.services.claiming import claim_step, release_step
from django_workflow_engine.services.configuration.changing import ConfigurationChanges, configure_model
from django_workflow_engine.services.configuration.registration import register_model_for_workflow
from django_workflow_engine.services.deciding_many import (
    ApprovalDetail,
    Decided,
    approve_steps,
    delegate_steps,
    reject_steps,
)
from django_workflow_engine.services.decisions import approve_step, reject_step
from django_workflow_engine.services.delegation import delegate_step, escalate_step
from django_workflow_engine.services.inbox import InboxSummary, ModelInbox, WorkflowInbox, waiting_steps
from django_workflow_engine.services.preview import preview_approvers
from django_workflow_engine.services.reassigning import reassign_step
from django_workflow_engine.services.resubmission import request_resubmission
from django_workflow_engine.services.seats import Decision
from django_workflow_engine.services.start_rules import (
    WorkflowMatch,
    create_start_rule,
    delete_start_rule,
    matching_workflow,
    update_start_rule,
)
from django_workflow_engine.services.stuck import StuckRun, ask_fallback, each_stuck_run, explain_stuck, stuck_runs
from django_workflow_engine.services.substituting import create_substitution, end_substitution
from django_workflow_engine.services.templates import (
    TemplateProblem,
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
    template_problems,
    update_action,
    update_active_status,
    update_pipeline,
    update_stage,
    update_workflow,
)
from django_workflow_engine.services.timing_out import fire_due_timers

__all__ = [
    "ApprovalDetail",
    "Attached",
    "ConfigurationChanges",
    "Decided",
    "Decision",
    "InboxSummary",
    "ModelInbox",
    "StuckRun",
    "TemplateProblem",
    "WorkflowInbox",
    "WorkflowMatch",
    "approve_step",
    "approve_steps",
    "ask_fallback",
    "attach_workflow_to_object",
    "attach_workflow_to_objects",
    "cancel_without_object",
    "cancel_workflow",
    "claim_step",
    "clone_workflow",
    "configure_model",
    "create_action",
    "create_pipeline",
    "create_stage",
    "create_start_rule",
    "create_substitution",
    "create_workflow",
    "delegate_step",
    "delegate_steps",
    "delete_action",
    "delete_pipeline",
    "delete_stage",
    "delete_start_rule",
    "delete_workflow",
    "each_stuck_run",
    "end_substitution",
    "escalate_step",
    "explain_stuck",
    "fire_due_timers",
    "get_current_stage",
    "get_decision_statistics",
    "get_detailed_workflow_data",
    "get_workflow_approval_summary",
    "get_workflow_attachment",
    "get_workflow_pipeline_structure",
    "get_workflow_progress",
    "get_workflow_statistics",
    "matching_workflow",
    "preview_approvers",
    "reassign_step",
    "register_model_for_workflow",
    "reject_step",
    "reject_steps",
    "release_step",
    "reorder_pipelines",
    "reorder_stages",
    "request_changes",
    "request_resubmission",
    "resubmit",
    "start_workflow",
    "stuck_runs",
    "template_problems",
    "update_action",
    "update_active_status",
    "update_pipeline",
    "update_run_access",
    "update_stage",
    "update_start_rule",
    "update_workflow",
    "waiting_steps",
]
