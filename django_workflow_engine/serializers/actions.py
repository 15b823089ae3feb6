"""Actions."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from django_workflow_engine import services
from django_workflow_engine.choices import ErrorCode
from django_workflow_engine.definitions.specs import ActionSpec
from django_workflow_engine.models import Pipeline, Stage, WorkFlow, WorkflowAction
from django_workflow_engine.serializers.base import EngineSerializer
from django_workflow_engine.serializers.declared import DeclaredForm
from django_workflow_engine.serializers.fields import KeyField
from django_workflow_engine.serializers.specs import action_changes, action_spec
from django_workflow_engine.services.templates.actions import check_action_changes, check_new_action
from django_workflow_engine.services.templates.locking import workflow_of

_OWNERS = {"workflow_id": WorkFlow, "pipeline_id": Pipeline, "stage_id": Stage}


class ActionForm(DeclaredForm):
    """An action as it stands inside of what it belongs to."""

    spec = ActionSpec

    id = serializers.IntegerField(read_only=True)


class WorkflowActionSerializer(EngineSerializer, ActionForm):
    """One action by itself: create it for one workflow, pipeline or stage, or change it."""

    inside = "action"

    workflow_id = KeyField(required=False, allow_null=True)
    pipeline_id = KeyField(required=False, allow_null=True)
    stage_id = KeyField(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Everything that the verb would refuse, as far as it can be told beforehand."""
        if self.instance is not None:
            self._validate_changes(self.instance, attrs)
        else:
            self._validate_new(attrs)
        return attrs

    def create(self, validated_data: dict[str, Any]) -> WorkflowAction:
        """Create the action."""
        owner, values = _split(validated_data)
        action: WorkflowAction = self.call(
            services.create_action, action=action_spec(values), actor=self.actor, **owner
        )
        return action

    def update(self, instance: WorkflowAction, validated_data: dict[str, Any]) -> WorkflowAction:
        """Change the action."""
        changes = action_changes(validated_data)
        self.call(services.update_action, id=instance.pk, changes=changes, actor=self.actor)
        instance.refresh_from_db()
        return instance

    def _validate_new(self, attrs: dict[str, Any]) -> None:
        owner, values = _split(attrs)
        if len(owner) != 1:
            message = _("An action belongs to exactly one workflow, pipeline or stage.")
            self.raise_fault(ErrorCode.INVALID if owner else ErrorCode.REQUIRED, message, [*owner, "workflow_id"][-1])
        ((field, key),) = owner.items()
        kind, row = field.removesuffix("_id"), self.find(_OWNERS[field], key, field)
        self.check_not_frozen(workflow_of(WorkflowAction(**{kind: row})))
        self.raise_faults(check_new_action({kind: row}, action_spec(values))[1])

    def _validate_changes(self, action: WorkflowAction, attrs: dict[str, Any]) -> None:
        owner, _values = _split(attrs)
        for field, key in owner.items():
            if str(key) != str(getattr(action, field)):
                self.raise_fault(ErrorCode.INVALID, _("An action stays where it is."), field)
        self.check_not_frozen(workflow_of(action))
        self.raise_faults(check_action_changes(action, action_changes(attrs))[1])


def _split(values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The keys of owners that are given, and the action's own values."""
    owner = {name: values[name] for name in _OWNERS if values.get(name) is not None}
    return owner, {name: value for name, value in values.items() if name not in _OWNERS}
