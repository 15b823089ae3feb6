"""Whom a user may look up, and what may be named in a template."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from django_workflow_engine.access.principals import COMPANY, company_keys
from django_workflow_engine.access.reading import people_met, people_on, people_on_runs
from django_workflow_engine.approvals import roles
from django_workflow_engine.conf import department_model, form_model, role_model
from django_workflow_engine.models import WorkFlow, WorkflowAttachment
from django_workflow_engine.people import active_users, has_permission
from gql_workflows.access.runs import RunAccess


class PeopleAccess(RunAccess):
    """People, roles, departments and forms: what pickers offer, and what the user's input may name."""

    def users(self, user: Any) -> QuerySet[Any]:
        """The people that the user may look up: oneself, colleagues, and whoever takes part in what the user sees.

        That is everybody on the runs of the user's companies, and on the newest runs of the user's own.
        """
        everybody = get_user_model()._default_manager.all()
        if self.administers(user, get_user_model()):
            return everybody
        workflows = self.workflows(user)
        return everybody.filter(
            Q(pk=user.pk)
            | Q(pk__in=self.colleagues(user).values("pk"))
            | Q(pk__in=workflows.values("company"))
            | Q(pk__in=workflows.values("created_by"))
            | self._takes_part(user)
        )

    def _takes_part(self, user: Any) -> Q:
        """What is true of the people on the runs of the user's companies, and on the newest of the user's own."""
        if not self._keeps("attachments"):
            return Q(pk__in=people_on_runs(self.attachments(user).order_by("-created_at", "-pk")))
        if self.administers(user, WorkflowAttachment):
            return Q(pk__in=people_on(WorkFlow.objects.values("pk")))
        names = self.principals(user)
        owned = WorkFlow.objects.filter(company__in=company_keys(names)).order_by()
        own = [name for name in names if not name.startswith(COMPANY)]
        return Q(pk__in=people_on(owned.values("pk"))) | Q(pk__in=people_met(own))

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
