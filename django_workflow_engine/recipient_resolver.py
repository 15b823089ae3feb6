"""From the recipients that an action names to e-mail addresses."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model

from django_workflow_engine.approvals import steps
from django_workflow_engine.approvals.substitutes import substitutes_of
from django_workflow_engine.definitions.values import key_as_json
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.models.keys import to_primary_key
from django_workflow_engine.people import email_of

logger = logging.getLogger(__name__)

Context = Mapping[str, Any]


def resolve_recipients(recipient_types: Any, workflow_attachment: WorkflowAttachment, **context: Any) -> set[str]:
    """The e-mail addresses of these recipients; those who have none are left out.

    A recipient is `creator`, `workflow_starter`, `delegated_to`, `asked` (these two as the event's context has them),
    `current_approver(s)` or `next_approver(s)` (both are who is asked now: actions run when the next steps are open),
    an e-mail address, a user, or a user's primary key; several of them, one alone, or None for nobody. With whoever is
    asked the substitutes are told. `context` is the event's.
    """
    names = _several(recipient_types)
    people: list[Any] = []
    addresses: set[str] = set()
    keys: list[Any] = []
    for name in names:
        if isinstance(name, AbstractBaseUser | AnonymousUser):
            people.append(name)
        elif isinstance(name, str) and name in _PEOPLE:
            people += _PEOPLE[name](workflow_attachment, context)
        elif isinstance(name, str) and "@" in name:
            addresses.add(name.strip())
        else:
            keys.append(name)
    people += _users(keys)
    return addresses | {address for address in map(email_of, people) if address}


def _several(recipients: Any) -> list[Any]:
    """The recipients of a list; one alone is a list of itself, None is nobody."""
    if isinstance(recipients, str) or not isinstance(recipients, Iterable):
        return [] if recipients is None else [recipients]
    return list(recipients)


def _creator(attachment: WorkflowAttachment, context: Context) -> list[Any]:
    return [getattr(attachment.target, "created_by", None)]


def _starter(attachment: WorkflowAttachment, context: Context) -> list[Any]:
    return [attachment.started_by]


def _delegate(attachment: WorkflowAttachment, context: Context) -> list[Any]:
    return [context.get("delegated_to")]


def _asked(attachment: WorkflowAttachment, context: Context) -> list[Any]:
    return _with_substitutes([context.get("asked")], attachment)


def _asked_now(attachment: WorkflowAttachment, context: Context) -> list[Any]:
    return _with_substitutes([step.assigned_to for step in steps.open_steps(attachment)], attachment)


def _with_substitutes(people: list[Any], attachment: WorkflowAttachment) -> list[Any]:
    """These people, and who stands in for them now."""
    keys = {person.pk for person in people if isinstance(person, Model)}
    return [*people, *_users(substitutes_of(keys, attachment))] if keys else people


_PEOPLE: Final[Mapping[str, Callable[[WorkflowAttachment, Context], list[Any]]]] = {
    "creator": _creator,
    "workflow_starter": _starter,
    "delegated_to": _delegate,
    "asked": _asked,
    "current_approver": _asked_now,
    "current_approvers": _asked_now,
    "next_approver": _asked_now,
    "next_approvers": _asked_now,
}


def _users(keys: Iterable[Any]) -> list[Any]:
    """The users with these primary keys, in one statement; what can be no key is logged and left out."""
    model = get_user_model()
    found = set()
    for key in keys:
        plain = key_as_json(key)
        primary_key = None if plain is None else to_primary_key(model, plain)
        if primary_key is None:
            logger.warning("%r is no recipient", key)
        else:
            found.add(primary_key)
    return list(model._default_manager.filter(pk__in=found)) if found else []
