"""The engine's own approver types, made and registered as a project's are; importing this room registers them."""

from __future__ import annotations

from django_workflow_engine.approvals.approvers.heads import DepartmentHead, TeamHead
from django_workflow_engine.approvals.approvers.named import NamedUser
from django_workflow_engine.approvals.approvers.own import OwnType, Question
from django_workflow_engine.approvals.approvers.requester import Requester
from django_workflow_engine.approvals.approvers.role_members import RoleMembers

__all__ = ["DepartmentHead", "NamedUser", "OwnType", "Question", "Requester", "RoleMembers", "TeamHead"]
