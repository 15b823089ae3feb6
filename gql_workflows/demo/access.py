"""The sample project's tenancy: a company's members are the users of the group with the company's name.

A member sees what is the company's, what is nobody's, and nothing of another company.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import Q, QuerySet

from gql_workflows.demo.models import Department, DynamicForm
from gql_workflows.permissions import AccessPolicy


class DemoAccessPolicy(AccessPolicy):
    """Companies by groups.

    Django's add permission on workflows is a right over all companies, for those who run the project: no member has it.
    """

    def companies(self, user: Any) -> list[Any]:
        """The user itself, and each user that bears the name of one of the user's groups."""
        names = user.groups.values_list("name", flat=True)
        return [user.pk, *get_user_model()._default_manager.filter(username__in=names).values_list("pk", flat=True)]

    def colleagues(self, user: Any) -> QuerySet[Any]:
        """Whoever is in a group with the name of one of the user's companies; a role may span companies."""
        users = get_user_model()._default_manager.all()
        names = users.filter(pk__in=self.companies(user)).values_list("username", flat=True)
        members = users.filter(groups__name__in=list(names)).values("pk")
        return users.filter(Q(pk=user.pk) | Q(pk__in=members))

    def roles_to_name(self, user: Any) -> QuerySet[Any]:
        """The groups that colleagues are in."""
        if self._names_everything(user):
            return Group.objects.all()
        return Group.objects.filter(user__in=self.colleagues(user)).distinct()

    def departments_to_name(self, user: Any) -> QuerySet[Any]:
        """The departments of the user's companies, and those that are every company's."""
        return self._of_companies(Department.objects.all(), user)

    def forms_to_name(self, user: Any) -> QuerySet[Any]:
        """Forms likewise."""
        return self._of_companies(DynamicForm.objects.all(), user)

    def _of_companies(self, rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
        if self._names_everything(user):
            return rows
        own = Q(company__in=self.companies(user))
        return rows.filter(own | Q(company=None) if user.groups.exists() else own)

    def _names_everything(self, user: Any) -> bool:
        return bool(user.has_perm("django_workflow_engine.add_workflow"))
