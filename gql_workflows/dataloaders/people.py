"""People and roles, which workflow JSON names by key."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth import get_user_model

from django_workflow_engine.access.standing import StandIn
from django_workflow_engine.approvals import roles
from django_workflow_engine.approvals.eligibility import is_permitted
from django_workflow_engine.approvals.managers import active_manager_of, active_managers_of
from django_workflow_engine.approvals.permitted import askable_among, unpermitted_among
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


PERMISSIONS: Final = ("approve_workflow", "reject_workflow", "delegate_workflow")  # that verbs on steps may need


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What a user brings to any step: the roles held now, by whom, and what the settings let the user do.

    `stand_ins` says in whose place the user may act, `deciding_for` who among these people may be asked; the roles are
    those of the user and of these people.
    """

    roles_held: Mapping[Any, Collection[str]]
    permitted: frozenset[str]  # of PERMISSIONS, by codename
    stand_ins: Sequence[StandIn]
    deciding_for: Collection[Any]


def rights(context: Context, keys: Sequence[Any]) -> dict[Any, Rights]:
    """The viewer's rights, the same for every step of a request."""
    viewer, stand_ins = context.user, context.policy.stands_in_for(context.user)
    permitted = frozenset(name for name in PERMISSIONS if is_permitted(viewer, name))
    held = roles.roles_held_by({viewer.pk, *(one.person_id for one in stand_ins)})
    deciding_for = askable_among(one.person_id for one in stand_ins)
    found = Rights(roles_held=held, permitted=permitted, stand_ins=stand_ins, deciding_for=deciding_for)
    return {viewer.pk: found}


@dataclass(frozen=True, kw_only=True)
class Manager:
    """An active manager: the user's primary key, and whether the settings let that user be asked."""

    user_id: Any
    is_permitted: bool


def managers(context: Context, keys: Sequence[Any]) -> dict[Any, Manager]:
    """The active managers of the users with these primary keys; a few statements, however many there are."""
    viewer, others = context.user, {*keys} - {context.user.pk}
    found = active_managers_of(list(get_user_model()._base_manager.filter(pk__in=others)) if others else [])
    if viewer.pk in keys:
        found[viewer.pk] = active_manager_of(viewer)
    lacking = unpermitted_among({manager.pk for manager in found.values() if manager is not None})
    return {
        key: Manager(user_id=manager.pk, is_permitted=manager.pk not in lacking)
        for key, manager in found.items()
        if manager is not None
    }


def action_rights(context: Context, keys: Sequence[Any]) -> dict[Any, bool]:
    """Whether the viewer sees the actions of templates of these companies."""
    return {key: context.policy.sees_actions(context.user, key) for key in keys}
