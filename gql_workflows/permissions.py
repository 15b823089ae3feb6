"""Who sees what, and who may do what: one class, replaceable by the setting ACCESS_POLICY.

A project subclasses `AccessPolicy` and names its class; every door of the API (lists, nodes, mutations,
counts, filters) asks it. What it does not let a user see does not exist for that user.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Model, QuerySet
from django.utils.module_loading import import_string

from django_workflow_engine.access.standing import StandIn
from django_workflow_engine.models import Substitution, WorkFlow, WorkflowAttachment
from gql_workflows import conf
from gql_workflows.access.objects import ObjectAccess
from gql_workflows.access.people import PeopleAccess


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


class AccessPolicy(PeopleAccess, ObjectAccess):
    """The default rules, in parts: `gql_workflows.access` has one class for each. Override what your tenancy needs."""


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

    def may_mend(self, user: Any, attachment: WorkflowAttachment) -> bool:
        """No."""
        return False

    def stands_in_for(self, user: Any) -> list[StandIn]:
        """For nobody."""
        return []

    def substitutions(self, user: Any) -> QuerySet[Substitution]:
        """None."""
        return Substitution.objects.none()

    def may_arrange_substitutes(self, user: Any, person_id: Any) -> bool:
        """No."""
        return False

    def sees_target(self, user: Any, target: Model) -> bool:
        """No."""
        return False

    def may_act_on(self, user: Any, target: Model) -> bool:
        """No."""
        return False
