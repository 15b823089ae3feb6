"""TEAM_HEAD and DEPARTMENT_HEAD: who stands above the requester, and at the head of the pipeline's department."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from django_workflow_engine.approvals import managers
from django_workflow_engine.approvals.approvers.own import OwnType, one_person, own
from django_workflow_engine.choices import ApprovalTypes
from django_workflow_engine.definitions.approver_types import Asked, approver_type


@approver_type
class TeamHead(OwnType):
    """The requester's manager."""

    name, label = ApprovalTypes.TEAM_HEAD.value, ApprovalTypes.TEAM_HEAD.label

    def find(self, asked: Asked) -> list[Any]:
        """The manager, who may not be barred."""
        manager = managers.manager_of(asked.requester)
        return _one_other(asked, manager, _("the object's own person has no active manager"))


@approver_type
class DepartmentHead(OwnType):
    """The head of the department that the pipeline belongs to."""

    name, label = ApprovalTypes.DEPARTMENT_HEAD.value, ApprovalTypes.DEPARTMENT_HEAD.label

    def find(self, asked: Asked) -> list[Any]:
        """The head, who may not be barred."""
        head = managers.department_head(asked.position.pipeline)
        return _one_other(asked, head, _("the pipeline's department has no active head"))


def _one_other(asked: Asked, person: Any, reason: str) -> list[Any]:
    """One person, who must not be barred."""
    return own(asked).free_and_permitted(one_person(person, reason))
