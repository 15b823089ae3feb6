"""The approval package's steps: those that a run asked for are only read, for its verbs alone decide them."""

from __future__ import annotations

from typing import Any

from approval_workflow.admin import ApprovalInstanceAdmin
from approval_workflow.models import ApprovalInstance
from django.contrib import admin
from django.http import HttpRequest

admin.site.unregister(ApprovalInstance)


@admin.register(ApprovalInstance)
class StepAdmin(ApprovalInstanceAdmin):
    """The package's own page, without a way to write what belongs to a run."""

    list_select_related = ("flow__content_type", "flow__workflow_attachment", "assigned_to", "action_user")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody asks for a step by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A step of a run changes through the engine's verbs alone."""
        return super().has_change_permission(request, obj) and not _belongs_to_a_run(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A step of a run stays."""
        return super().has_delete_permission(request, obj) and not _belongs_to_a_run(obj)


def _belongs_to_a_run(step: ApprovalInstance | None) -> bool:
    return step is not None and hasattr(step.flow, "workflow_attachment")
