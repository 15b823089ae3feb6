"""Keys: who claims one first carries the request out, everybody after that is given the answer."""

from __future__ import annotations

import enum
import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from strawberry import UNSET
from strawberry.types import has_object_definition

from django_workflow_engine.definitions.values import text_problem
from django_workflow_engine.errors import Conflict, InvalidInput
from django_workflow_engine.models.locks import for_update
from django_workflow_engine.transactions import alias, atomic, reading_where_it_is_written, verb
from gql_workflows import conf
from gql_workflows.context import Context
from gql_workflows.idempotency.answers import restored, stored
from gql_workflows.models import IdempotentRequest

PATH: Final = "idempotency_key"
_MOST_CHARACTERS: Final = 255
_BATCH: Final = 1_000
_ROUNDS: Final = 3  # a key may be forgotten between the moment when it is found and the one when it is read


def once(
    context: Context, *, mutation: str, key: str, given: Mapping[str, Any], payload: Any, carry_out: Callable[[], Any]
) -> Any:
    """The payload of a mutation that is carried out the first time that this user sends this key.

    `given` are the mutation's arguments; the same key with others raises Conflict. The effects and the key are
    committed together, and a second request waits until the first one is: it never sees half of it. A key that is
    older than the setting IDEMPOTENCY_KEY_HOURS is as good as new, and so is one whose request was refused: nothing
    was changed, so there is nothing that a second request could change again, and its cause may be gone by then.
    """
    _check(key)
    same = {"user": context.user, "mutation": mutation, "key": key}
    fingerprint = _fingerprint(given)
    for _round in range(_ROUNDS):
        answer = _carried_out(same, fingerprint, context, carry_out)
        if answer is not None:
            return answer
        with reading_where_it_is_written():
            known = IdempotentRequest.objects.filter(**same).first()
        if known is not None:
            return _answered_again(known, fingerprint, payload, context)
    raise Conflict(_("This key is used by another request at this moment."), path=(PATH,))


@verb
def _carried_out(same: Mapping[str, Any], fingerprint: str, context: Context, carry_out: Callable[[], Any]) -> Any:
    """The answer of the first request with this key; None for a later one."""
    context.forget()  # what an attempt before this one has read
    request = _claim(same, fingerprint)
    return None if request is None else _answered(request, carry_out())


def _answered(request: IdempotentRequest, answer: Any) -> Any:
    """The answer, kept with its key; of a refusal nothing is kept, not even that the key was claimed."""
    if _is_refusal(answer):
        transaction.set_rollback(True, using=alias())
    else:
        request.answer = stored(answer)
        request.save(update_fields=["answer"])
    return answer


def _answered_again(known: IdempotentRequest, fingerprint: str, payload: Any, context: Context) -> Any:
    if known.fingerprint != fingerprint:
        raise Conflict(_("This key was used for another input."), path=(PATH,))
    return restored(known.answer, payload, context)


def _is_refusal(answer: Any) -> bool:
    """Whether nothing was changed: the request as a whole was refused, or each of its parts was."""
    parts = getattr(answer, "results", [])
    return bool(answer.errors) or (bool(parts) and all(part.errors for part in parts))


def forget_expired() -> int:
    """Delete the keys that are too old to count, in batches, and tell how many they were.

    A key that a request has in its hands at this moment is left to the next call, so that nobody waits.
    """
    oldest, forgotten = _oldest(), 0
    while batch := _forget_batch(oldest):
        forgotten += batch
    return forgotten


@verb
def _forget_batch(oldest: datetime) -> int:
    expired = for_update(IdempotentRequest.objects.filter(created_at__lte=oldest), skip_locked=True)
    keys = list(expired.order_by("created_at").values_list("pk", flat=True)[:_BATCH])
    deleted, _by_model = IdempotentRequest.objects.filter(pk__in=keys).delete()
    return deleted


def _claim(same: Mapping[str, Any], fingerprint: str) -> IdempotentRequest | None:
    """The new row, or None when somebody has the key; waits for a transaction that is about to have it."""
    try:
        with atomic():
            return IdempotentRequest.objects.create(**same, fingerprint=fingerprint)
    except IntegrityError:
        expired = IdempotentRequest.objects.filter(**same, created_at__lte=_oldest())
        renewed = expired.update(fingerprint=fingerprint, created_at=timezone.now())
        return IdempotentRequest.objects.get(**same) if renewed else None


def _oldest() -> datetime:
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
    if isinstance(value, datetime):
        return value.isoformat()
    return _plain(vars(value)) if has_object_definition(value) else value
