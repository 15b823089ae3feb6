"""The sample project's tenancy: a company's members are the users of the group with the company's name."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import Q, QuerySet

from gql_workflows.demo.models import Department, DynamicForm
from gql_workflows.permissions import AccessPolicy


class DemoAccessPolicy(AccessPolicy):
    """Companies by groups."""

    def companies(self, user: Any) -> list[Any]:
        """The user itself, and each user that bears the name of one of the user's groups."""
        names = user.groups.values_list("name", flat=True)
        return [user.pk, *get_user_model()._default_manager.filter(username__in=names).values_list("pk", flat=True)]

    def people_to_name(self, user: Any) -> QuerySet[Any]:
        """Colleagues: whoever is in a group with the name of one of the user's companies."""
        return super().people_to_name(user) | self._colleagues(user)

    def roles_to_name(self, user: Any) -> QuerySet[Any]:
        """The groups that colleagues are in."""
        if user.has_perm("django_workflow_engine.add_workflow"):
            return Group.objects.all()
        return Group.objects.filter(user__in=self._colleagues(user)).distinct()

    def departments_to_name(self, user: Any) -> QuerySet[Any]:
        """Departments are known to everybody who belongs to a company."""
        known = user.groups.exists() or user.has_perm("django_workflow_engine.add_workflow")
        return Department.objects.all() if known else Department.objects.none()

    def forms_to_name(self, user: Any) -> QuerySet[Any]:
        """Forms likewise."""
        known = user.groups.exists() or user.has_perm("django_workflow_engine.add_workflow")
        return DynamicForm.objects.all() if known else DynamicForm.objects.none()

    def _colleagues(self, user: Any) -> QuerySet[Any]:
        users = get_user_model()._default_manager
        names = users.filter(pk__in=self.companies(user)).values_list("username", flat=True)
        members = users.filter(groups__name__in=list(names)).values("pk")
        return users.filter(Q(pk=user.pk) | Q(pk__in=members))
