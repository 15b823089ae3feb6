"""Who may decide on a seat: the one rule, for the verbs and for what clients are told beforehand."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from approval_workflow.models import ApprovalInstance


def belongs_to(step: ApprovalInstance, user: Any, *, roles_held: Collection[str]) -> bool:
    """Whether the seat is the user's own, the user is active, and still holds the role it was given for.

    `step.assigned_to` must be loaded; `roles_held` are the primary keys, as text, of the roles that the user
    holds now. Seats are fixed when an approval opens: who joins a role later gets none.
    """
    if step.assigned_to_id is None or step.assigned_to_id != user.pk or not step.assigned_to.is_active:
        return False
    return step.assigned_role_object_id is None or step.assigned_role_object_id in roles_held
