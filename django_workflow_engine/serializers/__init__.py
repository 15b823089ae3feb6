"""Forms for Django REST framework (the extra `[drf]`): thin over the engine's specs and verbs."""

from django_workflow_engine.serializers.actions import WorkflowActionSerializer
from django_workflow_engine.serializers.decisions import WorkflowApprovalSerializer
from django_workflow_engine.serializers.pipelines import PipelineSerializer
from django_workflow_engine.serializers.stages import StageSerializer
from django_workflow_engine.serializers.workflows import WorkFlowSerializer

__all__ = [
    "PipelineSerializer",
    "StageSerializer",
    "WorkFlowSerializer",
    "WorkflowActionSerializer",
    "WorkflowApprovalSerializer",
]
