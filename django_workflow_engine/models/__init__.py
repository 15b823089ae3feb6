"""The engine's tables."""

from django_workflow_engine.models.access import RunParticipation, VersionReadership
from django_workflow_engine.models.actions import WorkflowAction
from django_workflow_engine.models.attachments import WorkflowAttachment
from django_workflow_engine.models.configuration import WorkflowConfiguration
from django_workflow_engine.models.events import WorkflowEvent
from django_workflow_engine.models.runs import ActionRun, AttachmentAtEvent
from django_workflow_engine.models.start_rules import StartRule
from django_workflow_engine.models.substitutions import Substitution
from django_workflow_engine.models.timers import ApprovalTimer
from django_workflow_engine.models.turns import RoleTurns
from django_workflow_engine.models.workflows import Pipeline, Stage, WorkFlow

__all__ = [
    "ActionRun",
    "ApprovalTimer",
    "AttachmentAtEvent",
    "Pipeline",
    "RoleTurns",
    "RunParticipation",
    "Stage",
    "StartRule",
    "Substitution",
    "VersionReadership",
    "WorkFlow",
    "WorkflowAction",
    "WorkflowAttachment",
    "WorkflowConfiguration",
    "WorkflowEvent",
]
