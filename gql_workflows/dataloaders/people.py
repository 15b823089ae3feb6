"""People and roles, which workflow JSON names by key."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model

from django_workflow_engine.access.standing import StandIn
from django_workflow_engine.approvals import roles
from django_workflow_engine.approvals.eligibility import is_permitted
from django_workflow_engine.approvals.permitted import askable_among
from django_workflow_engine.models.keys import to_primary_key
from django_workflow_engine.models.objects import text_of

if TYPE_CHECKING:
    from gql_workflows.context import Context


def users(context: Any, keys: Sequence[Any]) -> dict[Any, Any]:
    """Users by the keys as given; one statement."""
    model = get_user_model()
    wanted = {key: to_primary_key(model, key) for key in keys}
    rows = model._default_manager.in_bulk({key for key in wanted.values() if key is not None})
    return {given: rows[key] for given, key in wanted.items() if key in rows}


def roles_by_key(context: Any, keys: Sequence[Any]) -> dict[Any, tuple[str, str]]:
    """Roles by the keys as given, each as its key and its text; one statement.

    The text is made here, in a thread: a project's `__str__` may follow a foreign key.
    """
    return {key: (str(role.pk), text_of(role)) for key, role in roles.find_roles(keys).items()}


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What a user brings to any step: the roles held now, by whom, and whether the settings let the user decide at all.

    `stand_ins` says in whose place the user may act, `deciding_for` who among these people may be asked; the roles are
    those of the user and of these people.
    """

    roles_held: Mapping[Any, Collection[str]]
    may_decide: bool
    stand_ins: Sequence[StandIn]
    deciding_for: Collection[Any]


def rights(context: Context, keys: Sequence[Any]) -> dict[Any, Rights]:
    """The viewer's rights, the same for every step of a request."""
    viewer, stand_ins = context.user, context.policy.stands_in_for(context.user)
    may_decide = any(is_permitted(viewer, name) for name in ("approve_workflow", "reject_workflow"))
    held = roles.roles_held_by({viewer.pk, *(one.person_id for one in stand_ins)})
    deciding_for = askable_among(one.person_id for one in stand_ins)
    found = Rights(roles_held=held, may_decide=may_decide, stand_ins=stand_ins, deciding_for=deciding_for)
    return {viewer.pk: found}


def action_rights(context: Context, keys: Sequence[Any]) -> dict[Any, bool]:
    """Whether the viewer sees the actions of templates of these companies."""
    return {key: context.policy.sees_actions(context.user, key) for key in keys}
