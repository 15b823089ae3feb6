"""Which templates a user sees, and what the user may do with them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from django_workflow_engine.models import WorkFlow, WorkflowAction
from django_workflow_engine.people import has_permission
from gql_workflows.access.membership import Membership


class TemplateAccess(Membership):
    """Templates: seen by whoever belongs to their company, changed by its members or with the model's permissions."""

    def templates(self, user: Any) -> QuerySet[WorkFlow]:
        """The templates that the user sees: nobody's, and those of the user's companies."""
        templates = WorkFlow.objects.templates()
        if self.administers(user, WorkFlow):
            return templates
        everybodys = Q(company__isnull=True, company_deleted=False)
        return templates.filter(everybodys | Q(company__in=self.companies(user)))

    def may_create_template(self, user: Any, company_id: Any) -> bool:
        """Members create templates for their companies; anything else needs the model's add permission."""
        return self._is_member(user, company_id) or has_permission(user, "django_workflow_engine.add_workflow")

    def may_change_template(self, user: Any, company_id: Any) -> bool:
        """Members change their companies' templates; anything else needs the model's change permission."""
        return self._is_member(user, company_id) or has_permission(user, "django_workflow_engine.change_workflow")

    def may_delete_template(self, user: Any, company_id: Any) -> bool:
        """Members delete their companies' templates; anything else needs the model's delete permission."""
        return self._is_member(user, company_id) or has_permission(user, "django_workflow_engine.delete_workflow")

    def sees_actions(self, user: Any, company_id: Any) -> bool:
        """Whether the user sees which functions the templates of this company call, and with what parameters."""
        return self.may_change_template(user, company_id) or self.administers(user, WorkflowAction)
