"""What a mutation is about: rows that the caller sees and may change, in this order of refusals."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from django_workflow_engine.errors import Forbidden, NotFound
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.models.steps import Step
from gql_workflows.access.changing import TemplateObstacle, obstacles_to_deleting, obstacles_to_editing
from gql_workflows.context import Info
from gql_workflows.ids import global_id, required_key
from gql_workflows.nodes.lookup import Part, find_nodes, find_part
from gql_workflows.rules import Staff


def changeable(info: Info, type_name: str, value: str, *path: str) -> Part:
    """A template, or a part of one, that the caller may change now; raises NotFound, Forbidden.

    That a version is frozen is left to the engine.
    """
    part = find_part(info.context, type_name, value, *path)
    match obstacles_to_editing(info.context.policy, info.context.user, [part.workflow])[part.workflow]:
        case TemplateObstacle.NOT_ALLOWED:
            raise Forbidden(_("You may not change this workflow."), path=path)
        case TemplateObstacle.OWN_OBJECT_RUNS:
            message = _("An object of your own runs on this template; somebody else has to change it.")
            raise Forbidden(message, path=path)
    return part


def deletable(info: Info, value: str, *path: str) -> Part:
    """A template that the caller may delete; raises NotFound, Forbidden.

    That a version is frozen, and that a template is in use, is left to the engine.
    """
    part = find_part(info.context, "Workflow", value, *path)
    found = obstacles_to_deleting(info.context.policy, info.context.user, [part.workflow])
    if found[part.workflow] is TemplateObstacle.NOT_ALLOWED:
        raise Forbidden(_("You may not delete this workflow."), path=path)
    return part


def check_may_handle_actions(info: Info, verb: str) -> None:
    """Raise MissingPermission unless the caller is an administrator who may add, change or delete actions."""
    Staff(f"django_workflow_engine.{verb}_workflowaction").check(info.context.user)


def visible_attachment(info: Info, value: str) -> WorkflowAttachment:
    """An attachment that the caller sees; raises NotFound."""
    key = required_key(value, "WorkflowAttachment", WorkflowAttachment, "attachment_id")
    found: WorkflowAttachment | None = info.context.policy.attachments(info.context.user).filter(pk=key).first()
    if found is None:
        raise NotFound(_("There is no such attachment."), path=("attachment_id",))
    return found


def visible_step(info: Info, value: str, *path: str) -> Any:
    """The key of a step that the caller sees; raises NotFound."""
    key = required_key(value, "ApprovalStep", Step, *path)
    if not info.context.policy.steps(info.context.user).filter(pk=key).exists():
        raise NotFound(_("There is no such step."), path=path)
    return key


def as_node(info: Info, type_name: str, key: Any) -> Any:
    """The object as clients see it, read after the change."""
    (found,) = find_nodes(info.context, [global_id(type_name, key)])
    return found
