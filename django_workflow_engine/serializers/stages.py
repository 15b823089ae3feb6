"""Stages."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from django_workflow_engine import services
from django_workflow_engine.choices import ErrorCode
from django_workflow_engine.definitions.specs import StageSpec
from django_workflow_engine.models import Pipeline, Stage
from django_workflow_engine.serializers.actions import ActionForm
from django_workflow_engine.serializers.base import EngineSerializer
from django_workflow_engine.serializers.declared import DeclaredForm
from django_workflow_engine.serializers.fields import InfoField, KeyField
from django_workflow_engine.serializers.specs import stage_changes, stage_spec
from django_workflow_engine.services.templates.stages import check_new_stage, check_stage_changes


class StageForm(DeclaredForm):
    """A stage as it stands inside of its pipeline."""

    spec = StageSpec

    id = serializers.IntegerField(read_only=True)
    stage_info = InfoField(StageSpec)
    actions = ActionForm(many=True, required=False)


class StageSerializer(EngineSerializer, StageForm):
    """One stage by itself: create it in a pipeline, or change it.

    A given `stage_info` is taken as a whole; a partial update changes only the keys that it names.
    """

    inside = "stage"

    pipeline_id = KeyField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Everything that the verb would refuse, as far as it can be told beforehand."""
        self.check_given_once(attrs, "stage_info", StageSpec)
        if self.instance is not None:
            self._validate_changes(self.instance, attrs)
        else:
            pipeline = self.find(Pipeline, attrs.get("pipeline_id"), "pipeline_id")
            self.check_not_frozen(pipeline.workflow)
            self.raise_faults(check_new_stage(pipeline, stage_spec(attrs))[1])
        return attrs

    def create(self, validated_data: dict[str, Any]) -> Stage:
        """Create the stage with its actions."""
        pipeline_id, spec = validated_data["pipeline_id"], stage_spec(validated_data)
        stage: Stage = self.call(services.create_stage, pipeline_id=pipeline_id, stage=spec, actor=self.actor)
        return stage

    def update(self, instance: Stage, validated_data: dict[str, Any]) -> Stage:
        """Change the stage's own values."""
        changes = stage_changes(validated_data, partial=self.partial)
        self.call(services.update_stage, id=instance.pk, changes=changes, actor=self.actor)
        instance.refresh_from_db()
        return instance

    def _validate_changes(self, stage: Stage, attrs: dict[str, Any]) -> None:
        self.check_nested_unchanged(attrs, "actions")
        if str(attrs.get("pipeline_id", stage.pipeline_id)) != str(stage.pipeline_id):
            self.raise_fault(ErrorCode.INVALID, _("A stage stays in its pipeline."), "pipeline_id")
        self.check_not_frozen(stage.pipeline.workflow)
        self.raise_faults(check_stage_changes(stage, stage_changes(attrs, partial=self.partial))[1])
