"""Whom a user may look up, and what may be named in a template."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from django_workflow_engine.approvals import roles
from django_workflow_engine.conf import department_model, form_model, role_model
from django_workflow_engine.people import active_users, has_permission
from gql_workflows.access.runs import RunAccess


class PeopleAccess(RunAccess):
    """People, roles, departments and forms: what pickers offer, and what the user's input may name."""

    def users(self, user: Any) -> QuerySet[Any]:
        """The people that the user may look up: oneself, colleagues, and whoever takes part in what the user sees."""
        everybody = get_user_model()._default_manager.all()
        if self.administers(user, get_user_model()):
            return everybody
        workflows, attachments = self.workflows(user), self.attachments(user)
        steps = self.steps(user)
        return everybody.filter(
            Q(pk=user.pk)
            | Q(pk__in=self.colleagues(user).values("pk"))
            | Q(pk__in=workflows.values("company"))
            | Q(pk__in=workflows.values("created_by"))
            | Q(pk__in=attachments.values("started_by"))
            | Q(pk__in=steps.values("assigned_to"))
            | Q(pk__in=steps.values("action_user"))
        )

    def colleagues(self, user: Any) -> QuerySet[Any]:
        """The people that the user knows without any workflow: by default, who holds one of the user's roles.

        Override it where a role spans tenants, or where members of a company should find each other.
        """
        return roles.fellow_members(user.pk)

    def roles(self, user: Any) -> QuerySet[Any] | None:
        """The roles that the user may look up: the user's own; None where the project has no roles."""
        model = role_model()
        if model is None:
            return None
        if self.administers(user, model):
            return model._default_manager.all()
        return model._default_manager.filter(pk__in=roles.roles_held(user.pk))

    def people_to_name(self, user: Any) -> QuerySet[Any]:
        """The people that the user may name as approvers: all with the add permission, else whom the user may look up.

        Override it together with `companies`: by default a company has no members beside itself.
        """
        if has_permission(user, "django_workflow_engine.add_workflow"):
            return get_user_model()._default_manager.all()
        return self.users(user)

    def delegates(self, user: Any) -> QuerySet[Any]:
        """The people to whom the user may pass a seat on: whom the user may look up or name, if they are active."""
        named, seen = self.people_to_name(user).values("pk"), self.users(user).values("pk")
        return active_users().filter(Q(pk__in=named) | Q(pk__in=seen))

    def roles_to_name(self, user: Any) -> QuerySet[Any] | None:
        """The roles that the user may name as approvers of a template."""
        model = role_model()
        if model is not None and has_permission(user, "django_workflow_engine.add_workflow"):
            return model._default_manager.all()
        return self.roles(user)

    def departments_to_name(self, user: Any) -> QuerySet[Any] | None:
        """The departments that the user may give to pipelines: all with the add permission, else none."""
        model = department_model()
        if model is None or not has_permission(user, "django_workflow_engine.add_workflow"):
            return None
        return model._default_manager.all()

    def forms_to_name(self, user: Any) -> QuerySet[Any] | None:
        """The forms that the user may require in a template: all with the add permission, else none."""
        model = form_model()
        if model is None or not has_permission(user, "django_workflow_engine.add_workflow"):
            return None
        return model._default_manager.all()
