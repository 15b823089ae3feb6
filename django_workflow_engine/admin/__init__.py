"""The admin: templates are edited here, running rows and history are only read.

What belongs to a run changes through the engine's verbs alone, so no page here writes it; a failed run of an action can
be retried or skipped.
"""

from django_workflow_engine.admin.actions import WorkflowActionAdmin
from django_workflow_engine.admin.attachments import WorkflowAttachmentAdmin
from django_workflow_engine.admin.configurations import WorkflowConfigurationAdmin
from django_workflow_engine.admin.history import WorkflowEventAdmin
from django_workflow_engine.admin.pipelines import PipelineAdmin
from django_workflow_engine.admin.runs import ActionRunAdmin
from django_workflow_engine.admin.stages import StageAdmin
from django_workflow_engine.admin.start_rules import StartRuleAdmin
from django_workflow_engine.admin.steps import FlowAdmin, StepAdmin
from django_workflow_engine.admin.substitutions import SubstitutionAdmin
from django_workflow_engine.admin.workflows import WorkFlowAdmin

__all__ = [
    "ActionRunAdmin",
    "FlowAdmin",
    "PipelineAdmin",
    "StageAdmin",
    "StartRuleAdmin",
    "StepAdmin",
    "SubstitutionAdmin",
    "WorkFlowAdmin",
    "WorkflowActionAdmin",
    "WorkflowAttachmentAdmin",
    "WorkflowConfigurationAdmin",
    "WorkflowEventAdmin",
]
