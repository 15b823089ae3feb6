"""Who may change and delete templates: the one rule, for the mutations and for what is told beforehand."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django_workflow_engine.models import WorkFlow
from django_workflow_engine.selectors.uses import used_among

if TYPE_CHECKING:
    from gql_workflows.permissions import AccessPolicy


class TemplateObstacle(enum.Enum):
    """What stands between somebody and a change of a template; the first that is raised."""

    NOT_ALLOWED = "NOT_ALLOWED"
    OWN_OBJECT_RUNS = "OWN_OBJECT_RUNS"
    FROZEN = "FROZEN"
    IN_USE = "IN_USE"


Found = dict[WorkFlow, TemplateObstacle | None]


def obstacles_to_editing(policy: AccessPolicy, user: Any, workflows: Sequence[WorkFlow]) -> Found:
    """What keeps the user from changing each of these workflows, or a part of it; None where nothing does.

    Nobody changes a template while an object of one's own runs on the template itself: others are to decide on that.
    That a version is frozen is what the engine refuses.
    """
    allowed = [row for row in workflows if policy.may_change_template(user, row.company_id)]
    templates = [row for row in allowed if not row.is_hidden]
    run_on = policy.run_on_by(user, templates) if templates else set()

    def obstacle(row: WorkFlow) -> TemplateObstacle | None:
        if row not in allowed:
            return TemplateObstacle.NOT_ALLOWED
        if row.is_hidden:
            return TemplateObstacle.FROZEN
        return TemplateObstacle.OWN_OBJECT_RUNS if row.pk in run_on else None

    return {row: obstacle(row) for row in workflows}


def obstacles_to_deleting(policy: AccessPolicy, user: Any, workflows: Sequence[WorkFlow]) -> Found:
    """What keeps the user from deleting each of these workflows; None where nothing does.

    The policy says who may; that a version is frozen, or a template in use, is what the engine refuses.
    """
    allowed = {row for row in workflows if policy.may_delete_template(user, row.company_id)}
    templates = [row.pk for row in allowed if not row.is_hidden]
    used = used_among(templates) if templates else set()

    def obstacle(row: WorkFlow) -> TemplateObstacle | None:
        if row not in allowed:
            return TemplateObstacle.NOT_ALLOWED
        if row.is_hidden:
            return TemplateObstacle.FROZEN
        return TemplateObstacle.IN_USE if row.pk in used else None

    return {row: obstacle(row) for row in workflows}
