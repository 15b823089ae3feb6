"""Keys: who claims one first carries the request out, everybody after that is given the answer."""

from __future__ import annotations

import enum
import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from strawberry import UNSET
from strawberry.types import has_object_definition

from django_workflow_engine.definitions.values import text_problem
from django_workflow_engine.errors import Conflict, InvalidInput
from gql_workflows import conf
from gql_workflows.context import Context
from gql_workflows.idempotency.answers import restored, stored
from gql_workflows.models import IdempotentRequest

PATH: Final = "idempotency_key"
_MOST_CHARACTERS: Final = 255


def once(
    context: Context, *, mutation: str, key: str, given: Mapping[str, Any], payload: Any, carry_out: Callable[[], Any]
) -> Any:
    """The payload of a mutation that is carried out the first time that this user sends this key.

    `given` are the mutation's arguments; the same key with others raises Conflict. The effects and the key are
    committed together, and a second request waits until the first one is: it never sees half of it. A key that is
    older than the setting IDEMPOTENCY_KEY_HOURS is as good as new.
    """
    _check(key)
    fingerprint = _fingerprint(given)
    with transaction.atomic():
        request = _claim(user=context.user, mutation=mutation, key=key, fingerprint=fingerprint)
        if request is not None:
            answer = carry_out()
            request.answer = stored(answer)
            request.save(update_fields=["answer"])
            return answer
    known = IdempotentRequest.objects.get(user=context.user, mutation=mutation, key=key)
    if known.fingerprint != fingerprint:
        raise Conflict(_("This key was used for another input."), path=(PATH,))
    return restored(known.answer, payload, context)


def forget_expired() -> int:
    """Delete the keys that are too old to count, and tell how many they were; one statement."""
    deleted, _by_model = IdempotentRequest.objects.filter(created_at__lte=_oldest()).delete()
    return deleted


def _claim(**values: Any) -> IdempotentRequest | None:
    """The new row, or None when somebody has the key; waits for a transaction that is about to have it."""
    try:
        with transaction.atomic():
            return IdempotentRequest.objects.create(**values)
    except IntegrityError:
        same = {name: values[name] for name in ("user", "mutation", "key")}
        expired = IdempotentRequest.objects.filter(**same, created_at__lte=_oldest())
        renewed = expired.update(fingerprint=values["fingerprint"], created_at=timezone.now())
        return IdempotentRequest.objects.get(**same) if renewed else None


def _oldest() -> Any:
    return timezone.now() - timedelta(hours=conf.idempotency_key_hours())


def _check(key: str) -> None:
    problem = text_problem(key)
    if problem is not None:
        raise InvalidInput(problem, path=(PATH,))
    if not 1 <= len(key) <= _MOST_CHARACTERS:
        raise InvalidInput(_("A key has 1 to %d characters.") % _MOST_CHARACTERS, path=(PATH,))


def _fingerprint(given: Mapping[str, Any]) -> str:
    text = json.dumps(_plain(given), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    """An input as JSON, without what was left out: absent is not null."""
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items() if item is not UNSET}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, enum.Enum):
        return value.name
    return _plain(vars(value)) if has_object_definition(value) else value
