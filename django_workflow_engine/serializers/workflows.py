"""Whole templates."""

from __future__ import annotations

from copy import copy
from typing import Any, Final

from django.db.models import Manager, prefetch_related_objects
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from rest_framework import serializers

from django_workflow_engine import services
from django_workflow_engine.choices import ErrorCode, WorkflowStatus, WorkflowStrategy
from django_workflow_engine.definitions.specs import PipelineSpec, StageSpec, WorkflowSpec
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.serializers.actions import ActionForm
from django_workflow_engine.serializers.base import EngineSerializer
from django_workflow_engine.serializers.declared import DeclaredForm
from django_workflow_engine.serializers.fields import (
    InfoField,
    KeyField,
    StrategyField,
    text_field,
)
from django_workflow_engine.serializers.pipelines import PipelineForm
from django_workflow_engine.serializers.specs import workflow_changes, workflow_spec
from django_workflow_engine.services.templates.checking import check_spec
from django_workflow_engine.services.templates.workflows import check_workflow_changes

_BELOW: Final = ("actions", "pipelines__actions", "pipelines__stages__actions")


class WorkflowPage(serializers.ListSerializer):
    """Many templates, read with all below them in the same few statements."""

    def to_representation(self, data: Any) -> list[Any]:
        """The templates as dicts."""
        rows = list(data.all() if isinstance(data, Manager) else data)
        prefetch_related_objects(rows, *_BELOW)
        return [self.child.to_representation(row) for row in rows]


class WorkFlowSerializer(EngineSerializer, DeclaredForm):
    """A template: create it with all below it, or change its own values.

    A given `workflow_info` is taken as a whole; a partial update changes only the keys that it names.
    A template is active unless `status` or `is_active` says otherwise, and can be attached once it is complete.
    `context["company_user"]` is the company that the template belongs to; `company` may repeat it.
    """

    spec = WorkflowSpec

    id = serializers.IntegerField(read_only=True)
    company = KeyField(source="company_id", required=False, allow_null=True)
    description = text_field(trim_whitespace=False)
    strategy = StrategyField(choices=WorkflowStrategy.choices, required=False)
    is_active = serializers.BooleanField(required=False)
    workflow_info = InfoField(WorkflowSpec)
    pipelines = PipelineForm(many=True, required=False)
    actions = ActionForm(many=True, required=False)
    cloned_from = KeyField(source="cloned_from_id", read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    modified_at = serializers.DateTimeField(read_only=True)

    class Meta:
        list_serializer_class = WorkflowPage

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Everything that the verb would refuse, as far as it can be told beforehand."""
        self.check_given_once(attrs, "workflow_info", WorkflowSpec)
        self._check_company(attrs)
        if self.instance is not None:
            self._validate_changes(self.instance, attrs)
        else:
            self._check_given_once_below(attrs)
            self.raise_faults(check_spec(self._spec(attrs))[1])
        return attrs

    def create(self, validated_data: dict[str, Any]) -> Any:
        """Create the template; the answer is the workflow, and its values by name as well."""
        workflow = self.call(
            services.create_workflow, spec=self._spec(validated_data), actor=self.actor, active_once_complete=True
        )
        return SavedWorkflow(workflow)

    def update(self, instance: WorkFlow, validated_data: dict[str, Any]) -> Any:
        """Change the template's own values."""
        changes = workflow_changes(_with_status(validated_data, instance), partial=self.partial)
        self.call(
            services.update_workflow, id=instance.pk, changes=changes, actor=self.actor, active_once_complete=True
        )
        instance.refresh_from_db()
        return SavedWorkflow(instance)

    def to_representation(self, instance: Any) -> Any:
        """The template with all below it, in a number of statements that does not grow with it."""
        row = copy(instance)  # what is read here must not stay with the caller's object
        prefetch_related_objects([row], *_BELOW)
        return super().to_representation(row)

    def _spec(self, attrs: dict[str, Any]) -> WorkflowSpec:
        tenant = self.context.get("company_user")
        company_id = attrs.get("company_id") if tenant is None else tenant.pk
        return workflow_spec(attrs, company_id=company_id, status=_status(attrs))

    def _validate_changes(self, workflow: WorkFlow, attrs: dict[str, Any]) -> None:
        self.check_nested_unchanged(attrs, "pipelines", "actions")
        if attrs.get("strategy", workflow.strategy) != workflow.strategy:
            message = _("The strategy of a workflow never changes.")
            self.raise_fault(ErrorCode.STRATEGY_VIOLATION, message, "strategy")
        self.check_not_frozen(workflow)
        changes = workflow_changes(_with_status(attrs, workflow), partial=self.partial)
        self.raise_faults(check_workflow_changes(workflow, changes)[1])

    def _check_company(self, attrs: dict[str, Any]) -> None:
        tenant = self.context.get("company_user")
        if tenant is None or "company_id" not in attrs:
            return
        company_id = attrs["company_id"]
        if str(company_id) != str(tenant.pk) and not (company_id is None and self.instance is None):
            self.raise_fault(ErrorCode.INVALID, _("This is not the company that you act for."), "company")

    def _check_given_once_below(self, attrs: dict[str, Any]) -> None:
        for i, pipeline in enumerate(attrs.get("pipelines") or ()):
            where = ("pipelines", str(i))
            self.check_given_once(pipeline, "pipeline_info", PipelineSpec, where)
            for j, stage in enumerate(pipeline.get("stages") or ()):
                self.check_given_once(stage, "stage_info", StageSpec, (*where, "stages", str(j)))


class SavedWorkflow(SimpleLazyObject):
    """A workflow that also answers to names: `saved["id"]` is what the form's representation says."""

    def __init__(self, workflow: WorkFlow) -> None:
        super().__init__(lambda: workflow)
        self._setup()  # type: ignore[attr-defined]  # known to Django, not to its stubs

    def __getitem__(self, name: str) -> Any:
        return WorkFlowSerializer(self).data[name]


def _status(attrs: dict[str, Any]) -> Any:
    """The status of a new template: active unless `status` or `is_active` says otherwise."""
    status = attrs.get("status", WorkflowStatus.ACTIVE)
    switched_off = status == WorkflowStatus.ACTIVE and not attrs.get("is_active", True)
    return WorkflowStatus.INACTIVE if switched_off else status


def _with_status(attrs: dict[str, Any], workflow: WorkFlow) -> dict[str, Any]:
    """The values with the status that follows when only `is_active` differs from what is stored."""
    values = {name: value for name, value in attrs.items() if name != "is_active"}
    if attrs.get("status", workflow.status) == workflow.status and attrs.get("is_active") is not None:
        values.pop("status", None)
        if attrs["is_active"] != workflow.is_active:
            values["status"] = WorkflowStatus.ACTIVE if attrs["is_active"] else WorkflowStatus.INACTIVE
    return values
