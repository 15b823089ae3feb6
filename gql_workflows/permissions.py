"""Who sees what, and who may do what: one class, replaceable by the setting ACCESS_POLICY.

A project subclasses `AccessPolicy` and names its class; every door of the API (lists, nodes, mutations,
counts, filters) asks it. What it does not let a user see does not exist for that user.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from approval_workflow.models import ApprovalInstance
from django.contrib.auth import get_user_model
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils.module_loading import import_string

from django_workflow_engine.approvals import roles
from django_workflow_engine.conf import department_model, form_model, role_model
from django_workflow_engine.models import ActionRun, WorkFlow, WorkflowAction, WorkflowAttachment, WorkflowEvent
from django_workflow_engine.models.objects import model_of
from django_workflow_engine.models.querysets import is_of, owned_by
from django_workflow_engine.people import active_users, has_permission, is_staff
from django_workflow_engine.services.owners import owns_one_of, people_of
from django_workflow_engine.transitions import ENDED
from gql_workflows import conf
from gql_workflows.targets import of_enabled_models


def policy() -> AccessPolicy:
    """The project's policy; one that shows and allows nothing where the setting names none."""
    return (policy_class() or ClosedPolicy)()


def policy_class() -> type[AccessPolicy] | None:
    """The class that ACCESS_POLICY names, or None where there is no such policy."""
    path = conf.access_policy()
    try:
        found = None if path is None else import_string(path)
    except ImportError:
        return None
    return found if isinstance(found, type) and issubclass(found, AccessPolicy) else None


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
        return is_staff(user) and has_permission(user, permission)

    def usual(self, *names: str) -> bool:
        """Whether the project left these methods as they are here, so that what they show is known."""
        return all(getattr(type(self), name) is getattr(AccessPolicy, name) for name in names)

    def templates(self, user: Any) -> QuerySet[WorkFlow]:
        """The templates that the user sees: nobody's, and those of the user's companies."""
        templates = WorkFlow.objects.templates()
        if self.administers(user, WorkFlow):
            return templates
        everybodys = Q(company__isnull=True, company_deleted=False)
        return templates.filter(everybodys | Q(company__in=self.companies(user)))

    def workflows(self, user: Any) -> QuerySet[WorkFlow]:
        """The templates that the user sees, and the frozen versions of the attachments that the user sees."""
        if self.administers(user, WorkFlow):
            return WorkFlow.objects.all()
        used = self.attachments(user).filter(workflow=OuterRef("pk"))
        return WorkFlow.objects.filter(Q(pk__in=self.templates(user).values("pk")) | Exists(used))

    def workflow(self, user: Any, key: Any) -> WorkFlow | None:
        """The workflow with this primary key among those of `workflows`."""
        template = self.templates(user).filter(pk=key).first() if self.usual("workflows") else None  # costs little
        return template or self.workflows(user).filter(pk=key).first()

    def attachments(self, user: Any) -> QuerySet[WorkflowAttachment]:
        """The attachments that the user started, decides or decided, or whose template the user's company owns."""
        enabled = WorkflowAttachment.objects.filter(of_enabled_models())
        if self.administers(user, WorkflowAttachment):
            return enabled
        asked = ApprovalInstance.objects.filter(flow=OuterRef("approval_flow"), assigned_to=user)
        return enabled.filter(Q(started_by=user) | owned_by(self.companies(user)) | Exists(asked))

    def steps(self, user: Any) -> QuerySet[ApprovalInstance]:
        """The steps of the attachments that the user sees."""
        seen = self.attachments(user).values("approval_flow")
        return ApprovalInstance.objects.filter(flow__in=seen)

    def asked(self, user: Any) -> QuerySet[ApprovalInstance]:
        """The steps, among those of `steps`, that the user was or is asked to decide."""
        if not self.usual("steps", "attachments"):
            return self.steps(user).filter(assigned_to=user)
        enabled = WorkflowAttachment.objects.filter(of_enabled_models())  # whoever is asked sees the attachment
        return ApprovalInstance.objects.filter(assigned_to=user, flow__workflow_attachment__in=enabled)

    def events(self, user: Any) -> QuerySet[WorkflowEvent]:
        """The audit trail of the attachments that the user sees."""
        return WorkflowEvent.objects.filter(attachment__in=self.attachments(user).values("pk"))

    def action_runs(self, user: Any) -> QuerySet[ActionRun]:
        """The calls of actions: all of the attachments that the user sees, for staff with the view permission."""
        if not self.administers(user, ActionRun):
            return ActionRun.objects.none()
        return ActionRun.objects.filter(attachment__in=self.attachments(user).values("pk"))

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

    def _is_member(self, user: Any, company_id: Any) -> bool:
        return company_id is not None and company_id in list(self.companies(user))

    def sees_target(self, user: Any, target: Model) -> bool:
        """Whether the user may know of this object: who may act on or view it, and who sees its run."""
        if self.may_act_on(user, target) or has_permission(
            user, f"{target._meta.app_label}.view_{target._meta.model_name}"
        ):
            return True
        return self.attachments(user).filter(is_of(target)).exists()

    def owns(self, user: Any, target: Model) -> bool:
        """Whether the object is the user's own: it was created by the user, or one of OWNER_FIELDS names the user."""
        return user.pk in people_of(target)

    def may_run_on_template(self, user: Any, template: WorkFlow, target: Model) -> bool:
        """Whether the user may run an object on the template itself, whose edits then reach the run.

        It takes the right to change the template; and nobody rewrites what others are to decide on one's own object.
        """
        return self.may_change_template(user, template.company_id) and not self.owns(user, target)

    def runs_on(self, user: Any, template: WorkFlow) -> bool:
        """Whether an object of the user's own is on a run, not ended, that uses the template itself."""
        unfinished = WorkflowAttachment.objects.filter(workflow=template).exclude(status__in=ENDED)
        ids: dict[type[Model] | None, list[str]] = defaultdict(list)
        for content_type_id, object_id in unfinished.values_list("content_type", "object_id"):
            ids[model_of(content_type_id)].append(object_id)
        return any(model is not None and owns_one_of(user, model, ids[model]) for model in ids)

    def may_act_on(self, user: Any, target: Model) -> bool:
        """Whether the user may attach and start workflows on this object: its change permission, or being its own."""
        if self.owns(user, target):
            return True
        return has_permission(user, f"{target._meta.app_label}.change_{target._meta.model_name}")


class ClosedPolicy(AccessPolicy):
    """What stands for a policy that cannot be used: its rules are not known, so nobody sees or may do anything."""

    def companies(self, user: Any) -> Any:
        """None."""
        return []

    def administers(self, user: Any, model: type[Model]) -> bool:
        """Nobody does."""
        return False

    def templates(self, user: Any) -> QuerySet[WorkFlow]:
        """None."""
        return WorkFlow.objects.none()

    def attachments(self, user: Any) -> QuerySet[WorkflowAttachment]:
        """None; so nothing that hangs on them either."""
        return WorkflowAttachment.objects.none()

    def users(self, user: Any) -> QuerySet[Any]:
        """Oneself."""
        return get_user_model()._default_manager.filter(pk=user.pk)

    def people_to_name(self, user: Any) -> QuerySet[Any]:
        """Oneself."""
        return self.users(user)

    def roles(self, user: Any) -> None:
        """None."""

    def roles_to_name(self, user: Any) -> None:
        """None."""

    def departments_to_name(self, user: Any) -> None:
        """None."""

    def forms_to_name(self, user: Any) -> None:
        """None."""

    def may_create_template(self, user: Any, company_id: Any) -> bool:
        """No."""
        return False

    def may_change_template(self, user: Any, company_id: Any) -> bool:
        """No."""
        return False

    def may_delete_template(self, user: Any, company_id: Any) -> bool:
        """No."""
        return False

    def sees_target(self, user: Any, target: Model) -> bool:
        """No."""
        return False

    def may_act_on(self, user: Any, target: Model) -> bool:
        """No."""
        return False
