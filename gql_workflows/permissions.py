"""Who sees what, and who may do what: one class, replaceable by the setting ACCESS_POLICY.

A project subclasses `AccessPolicy` and names its class; every door of the API (lists, nodes, mutations,
counts, filters) asks it. What it does not let a user see does not exist for that user.
"""

from __future__ import annotations

from typing import Any, Final

from approval_workflow.models import ApprovalInstance
from django.contrib.auth import get_user_model
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils.module_loading import import_string

from django_workflow_engine.approvals import roles
from django_workflow_engine.conf import role_model
from django_workflow_engine.models import WorkFlow, WorkflowAttachment, WorkflowEvent
from gql_workflows import conf

OWNER_ATTRIBUTES: Final = ("created_by_id", "requester_id", "owner_id")


def policy() -> AccessPolicy:
    """The project's policy."""
    found: AccessPolicy = import_string(conf.access_policy())()
    return found


class AccessPolicy:
    """The default rule; override what your tenancy needs. `user` is always somebody who is signed in."""

    def companies(self, user: Any) -> Any:
        """The users that stand for the companies whose member the user is, as a collection of primary keys.

        By default a company is a user, and that user is its only member.
        """
        return [user.pk]

    def administers(self, user: Any, model: type[Model]) -> bool:
        """Whether the user sees every row of the model: staff with the model's view permission."""
        permission = f"{model._meta.app_label}.view_{model._meta.model_name}"
        return bool(user.is_staff and user.has_perm(permission))

    def templates(self, user: Any) -> QuerySet[WorkFlow]:
        """The templates that the user sees: nobody's, and those of the user's companies."""
        templates = WorkFlow.objects.templates()
        if self.administers(user, WorkFlow):
            return templates
        return templates.filter(Q(company__isnull=True) | Q(company__in=self.companies(user)))

    def workflows(self, user: Any) -> QuerySet[WorkFlow]:
        """The templates that the user sees, and the frozen versions of the attachments that the user sees."""
        if self.administers(user, WorkFlow):
            return WorkFlow.objects.all()
        used = self.attachments(user).filter(workflow=OuterRef("pk"))
        return WorkFlow.objects.filter(Q(pk__in=self.templates(user).values("pk")) | Exists(used))

    def attachments(self, user: Any) -> QuerySet[WorkflowAttachment]:
        """The attachments that the user started, decides or decided, or whose template the user's company owns."""
        if self.administers(user, WorkflowAttachment):
            return WorkflowAttachment.objects.all()
        asked = ApprovalInstance.objects.filter(flow=OuterRef("approval_flow"), assigned_to=user)
        companies = self.companies(user)
        owned = Q(workflow__cloned_from__company__in=companies) | Q(
            workflow__is_hidden=False, workflow__company__in=companies
        )
        return WorkflowAttachment.objects.filter(Q(started_by=user) | owned | Exists(asked))

    def steps(self, user: Any) -> QuerySet[ApprovalInstance]:
        """The steps of the attachments that the user sees."""
        seen = self.attachments(user).values("approval_flow")
        return ApprovalInstance.objects.filter(flow__in=seen)

    def events(self, user: Any) -> QuerySet[WorkflowEvent]:
        """The audit trail of the attachments that the user sees."""
        return WorkflowEvent.objects.filter(attachment__in=self.attachments(user).values("pk"))

    def users(self, user: Any) -> QuerySet[Any]:
        """The people that the user may look up: oneself, and whoever takes part in what the user sees."""
        people = get_user_model()._default_manager.all()
        if self.administers(user, get_user_model()):
            return people
        workflows, attachments = self.workflows(user), self.attachments(user)
        steps = self.steps(user)
        return people.filter(
            Q(pk=user.pk)
            | Q(pk__in=workflows.values("company"))
            | Q(pk__in=workflows.values("created_by"))
            | Q(pk__in=attachments.values("started_by"))
            | Q(pk__in=steps.values("assigned_to"))
            | Q(pk__in=steps.values("action_user"))
        )

    def roles(self, user: Any) -> QuerySet[Any] | None:
        """The roles that the user may look up: the user's own; None where the project has no roles."""
        model = role_model()
        if model is None:
            return None
        if self.administers(user, model):
            return model._default_manager.all()
        return model._default_manager.filter(pk__in=roles.roles_held(user.pk))

    def may_create_template(self, user: Any, company_id: Any) -> bool:
        """Members create templates for their companies; anything else needs the model's add permission."""
        if company_id is not None and company_id in list(self.companies(user)):
            return True
        return bool(user.has_perm("django_workflow_engine.add_workflow"))

    def may_act_on(self, user: Any, target: Model) -> bool:
        """Whether the user may attach and start workflows on this object: its change permission, or being its own."""
        if any(getattr(target, name, None) == user.pk for name in OWNER_ATTRIBUTES):
            return True
        return bool(user.has_perm(f"{target._meta.app_label}.change_{target._meta.model_name}"))
