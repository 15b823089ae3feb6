"""Filters for attachments and steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import django_filters
from approval_workflow.choices import ApprovalStatus
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from django_workflow_engine.approvals.deadlines import overdue
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.models.querysets import running_on
from django_workflow_engine.models.steps import Step
from gql_workflows.access.targets import content_type_of
from gql_workflows.filters.bridge import EnumListFilter, MomentFilter, NodeFilter, input_of
from gql_workflows.ids import row_key
from gql_workflows.types import enums


def _of_workflow(queryset: QuerySet[Any], prefix: str, value: str, visible: QuerySet[WorkFlow]) -> QuerySet[Any]:
    """Runs of a template, or of one of its frozen versions; none for a workflow that the viewer may not see."""
    key = row_key(value, "Workflow", WorkFlow)
    if key is None or not visible.filter(pk=key).exists():
        return queryset.none()
    return queryset.filter(running_on(key, prefix))


def _of_model(queryset: QuerySet[Any], prefix: str, label: str) -> QuerySet[Any]:
    content_type = content_type_of(label)
    return queryset.none() if content_type is None else queryset.filter(**{f"{prefix}content_type": content_type})


def _with_text(queryset: QuerySet[Any], prefix: str, value: str) -> QuerySet[Any]:
    """Runs with the text in their workflow's names, case ignored, or whose object has it for its key."""
    text = value.strip()  # a key may have blanks around it
    named = Q(**{f"{prefix}workflow__name_en__icontains": text}) | Q(**{f"{prefix}workflow__name_ar__icontains": text})
    return queryset.filter(named | Q(**{f"{prefix}object_id__in": {text, value}}))


class AttachmentFilterSet(django_filters.FilterSet):
    """Attachments."""

    status = EnumListFilter(enums.AttachmentStatus, label="Only runs in one of these states.")
    workflow_id = NodeFilter(str, method="by_workflow", label="Only runs of this template or frozen version.")
    model = django_filters.CharFilter(
        method="by_model", label="Only objects of this model, as app_label.ModelName; case is ignored."
    )
    started_by_id = NodeFilter(
        lambda value: row_key(value, "User", get_user_model()),
        field_name="started_by",
        label="Only runs that this user started.",
    )
    waits_for_id = NodeFilter(str, method="by_holder", label="Only runs with a step that waits for this user.")
    is_overdue = django_filters.BooleanFilter(
        method="by_overdue", label="Whether a step waits for a decision although its dueAt is past."
    )
    started_after = MomentFilter(
        field_name="started_at", lookup_expr="gte", label="Only runs started at this moment or later."
    )
    started_before = MomentFilter(
        field_name="started_at", lookup_expr="lt", label="Only runs started before this moment."
    )
    search = django_filters.CharFilter(
        max_length=200,
        strip=False,
        method="by_search",
        label="Text in the workflow's names, or the object's primary key; at most 200 characters.",
    )

    def by_workflow(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Runs of a template or version."""
        return _of_workflow(queryset, "", value, self.request.policy.workflows(self.request.user))

    def by_model(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Objects of a model."""
        return _of_model(queryset, "", value)

    def by_search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Text in the names, or the key itself."""
        return _with_text(queryset, "", value)

    def by_holder(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Runs with an open seat of a user; none for nobody."""
        key = row_key(value, "User", get_user_model())
        if key is None:
            return queryset.none()
        waiting = Step.objects.filter(assigned_to=key, status=ApprovalStatus.CURRENT)
        return queryset.filter(approval_flow__in=waiting.values("flow"))

    def by_overdue(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """Runs with a step that is overdue, or the others."""
        late = Q(approval_flow__in=Step.objects.filter(overdue()).values("flow"))
        return queryset.filter(late) if value else queryset.exclude(late)


class ApprovalStepFilterSet(django_filters.FilterSet):
    """Steps of the inbox."""

    status = EnumListFilter(
        enums.StepStatus,
        label="Steps in these states, that you were or are asked to decide, in place of the open ones.",
    )
    workflow_id = NodeFilter(str, method="by_workflow", label="Only steps of this template or frozen version.")
    model = django_filters.CharFilter(
        method="by_model", label="Only objects of this model, as app_label.ModelName; case is ignored."
    )
    is_overdue = django_filters.BooleanFilter(
        method="by_overdue", label="Whether they wait for a decision although their dueAt is past."
    )
    due_before = MomentFilter(
        field_name="due_date", lookup_expr="lt", label="Only steps whose dueAt is before this moment."
    )
    search = django_filters.CharFilter(
        max_length=200,
        strip=False,
        method="by_search",
        label="Text in the workflow's names, or the object's primary key; at most 200 characters.",
    )

    def by_search(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Text in the names of the steps' workflow, or the object's key."""
        return _with_text(queryset, "flow__workflow_attachment__", value)

    def by_overdue(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        """Steps that are overdue, or the others."""
        return queryset.filter(overdue()) if value else queryset.exclude(overdue())

    def by_workflow(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Steps of a template or version."""
        return _of_workflow(
            queryset, "flow__workflow_attachment__", value, self.request.policy.workflows(self.request.user)
        )

    def by_model(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Steps of objects of a model."""
        return _of_model(queryset, "flow__workflow_attachment__", value)


if TYPE_CHECKING:
    AttachmentFilter: TypeAlias = Any
    ApprovalStepFilter: TypeAlias = Any
else:
    AttachmentFilter = input_of(
        AttachmentFilterSet, name="AttachmentFilter", description="Which attachments to list; all conditions together."
    )
    ApprovalStepFilter = input_of(
        ApprovalStepFilterSet, name="ApprovalStepFilter", description="Which steps to list; all conditions together."
    )
