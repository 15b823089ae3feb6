"""Filters for calls of actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import django_filters

from django_workflow_engine.models import WorkflowAttachment
from gql_workflows.filters.bridge import EnumListFilter, NodeFilter, input_of
from gql_workflows.ids import row_key
from gql_workflows.types import enums


class ActionRunFilterSet(django_filters.FilterSet):
    """Calls of actions."""

    status = EnumListFilter(enums.ActionRunStatus, label="Only calls in one of these states.")
    action_type = EnumListFilter(enums.ActionType, label="Only calls of one of these events.")
    attachment_id = NodeFilter(
        lambda value: row_key(value, "WorkflowAttachment", WorkflowAttachment),
        field_name="attachment",
        label="Only calls of this attachment's events.",
    )
    search = django_filters.CharFilter(
        max_length=200,
        field_name="function_path",
        lookup_expr="icontains",
        label="Text in the function's path; at most 200 characters.",
    )


if TYPE_CHECKING:
    ActionRunFilter: TypeAlias = Any
else:
    ActionRunFilter = input_of(
        ActionRunFilterSet, name="ActionRunFilter", description="Which calls to list; all conditions together."
    )
