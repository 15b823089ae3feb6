"""Pipelines."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from django_workflow_engine import services
from django_workflow_engine.choices import ErrorCode
from django_workflow_engine.definitions.specs import PipelineSpec
from django_workflow_engine.models import Pipeline, WorkFlow
from django_workflow_engine.serializers.actions import ActionForm
from django_workflow_engine.serializers.base import EngineSerializer
from django_workflow_engine.serializers.declared import DeclaredForm
from django_workflow_engine.serializers.fields import InfoField, KeyField
from django_workflow_engine.serializers.specs import pipeline_changes, pipeline_spec
from django_workflow_engine.serializers.stages import StageForm
from django_workflow_engine.services.templates.pipelines import check_new_pipeline, check_pipeline_changes


class PipelineForm(DeclaredForm):
    """A pipeline as it stands inside of its workflow, with its stages or the number of empty ones to make."""

    spec = PipelineSpec

    id = serializers.IntegerField(read_only=True)
    pipeline_info = InfoField(PipelineSpec)
    stages = StageForm(many=True, required=False)
    actions = ActionForm(many=True, required=False)


class PipelineSerializer(EngineSerializer, PipelineForm):
    """One pipeline by itself: create it in a workflow, or change it.

    A given `pipeline_info` is taken as a whole; a partial update changes only the keys that it names.
    """

    inside = "pipeline"

    workflow_id = KeyField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Everything that the verb would refuse, as far as it can be told beforehand."""
        self.check_given_once(attrs, "pipeline_info", PipelineSpec)
        if self.instance is not None:
            self._validate_changes(self.instance, attrs)
        else:
            workflow = self.find(WorkFlow, attrs.get("workflow_id"), "workflow_id")
            self.check_not_frozen(workflow)
            self.raise_faults(check_new_pipeline(workflow, pipeline_spec(attrs))[1])
        return attrs

    def create(self, validated_data: dict[str, Any]) -> Pipeline:
        """Create the pipeline with all below it."""
        workflow_id, spec = validated_data["workflow_id"], pipeline_spec(validated_data)
        pipeline: Pipeline = self.call(
            services.create_pipeline, workflow_id=workflow_id, pipeline=spec, actor=self.actor
        )
        return pipeline

    def update(self, instance: Pipeline, validated_data: dict[str, Any]) -> Pipeline:
        """Change the pipeline's own values."""
        changes = pipeline_changes(validated_data, partial=self.partial)
        self.call(services.update_pipeline, id=instance.pk, changes=changes, actor=self.actor)
        instance.refresh_from_db()
        return instance

    def _validate_changes(self, pipeline: Pipeline, attrs: dict[str, Any]) -> None:
        self.check_nested_unchanged(attrs, "stages", "number_of_stages", "actions")
        if str(attrs.get("workflow_id", pipeline.workflow_id)) != str(pipeline.workflow_id):
            self.raise_fault(ErrorCode.INVALID, _("A pipeline stays in its workflow."), "workflow_id")
        self.check_not_frozen(pipeline.workflow)
        self.raise_faults(check_pipeline_changes(pipeline, pipeline_changes(attrs, partial=self.partial))[1])
