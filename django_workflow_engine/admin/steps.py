"""The approval package's own pages: what a run asked for is only read, for the engine's verbs alone write it."""

from __future__ import annotations

from typing import Any

from approval_workflow.admin import ApprovalFlowAdmin, ApprovalInstanceAdmin
from approval_workflow.models import ApprovalFlow, ApprovalInstance
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.http import HttpRequest

from django_workflow_engine.admin.searching import SearchesShortTexts

_USERNAME = get_user_model().USERNAME_FIELD

admin.site.unregister([ApprovalFlow, ApprovalInstance])


class RunsAreFixed(SearchesShortTexts):
    """For the package's admins: rows that belong to a run are shown and never written."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody asks for an approval by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A row of a run changes through the engine's verbs alone."""
        return super().has_change_permission(request, obj) and not _belongs_to_a_run(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A row of a run stays."""
        return super().has_delete_permission(request, obj) and not _belongs_to_a_run(obj)


@admin.register(ApprovalFlow)
class FlowAdmin(RunsAreFixed, ApprovalFlowAdmin):
    """All approvals of one object."""

    list_select_related = ("content_type", "workflow_attachment")


@admin.register(ApprovalInstance)
class StepAdmin(RunsAreFixed, ApprovalInstanceAdmin):
    """One seat or one role that is asked."""

    list_select_related = ("flow__content_type", "flow__workflow_attachment", "assigned_to", "action_user")
    search_fields = ("comment", *(f"{person}__{_USERNAME}" for person in ("assigned_to", "action_user")))


def _belongs_to_a_run(row: ApprovalFlow | ApprovalInstance | None) -> bool:
    flow = row.flow if isinstance(row, ApprovalInstance) else row
    return flow is not None and hasattr(flow, "workflow_attachment")
