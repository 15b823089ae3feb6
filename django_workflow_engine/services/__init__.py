"""The engine's front door: the verbs, and the reads of the reference."""

from django_workflow_engine.selectors.attachments import (
    get_current_stage,
    get_workflow_attachment,
    get_workflow_progress,
)
from django_workflow_engine.services.attachments import attach_workflow_to_object, start_workflow
from django_workflow_engine.services.decisions import Decision, approve_step, reject_step
from django_workflow_engine.services.workflows import create_workflow

__all__ = [
    "Decision",
    "approve_step",
    "attach_workflow_to_object",
    "create_workflow",
    "get_current_stage",
    "get_workflow_attachment",
    "get_workflow_progress",
    "reject_step",
    "start_workflow",
]
