"""Substitutes: who decides in whose place for a while, arranged and ended."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from django_workflow_engine import people
from django_workflow_engine.approvals.active import active_user
from django_workflow_engine.errors import Conflict, Forbidden, InvalidInput, NotFound
from django_workflow_engine.models import Substitution
from django_workflow_engine.models.arguments import check_model, stored_moment
from django_workflow_engine.models.keys import to_primary_key
from django_workflow_engine.models.locks import for_update
from django_workflow_engine.services.actors import check_actor, check_text
from django_workflow_engine.services.cancellation import administers
from django_workflow_engine.services.circles import Extent, closes_a_circle
from django_workflow_engine.services.start_rules import template_named
from django_workflow_engine.services.templates.checking import check_kind
from django_workflow_engine.transactions import verb

MOST_SUBSTITUTIONS: Final = 50  # of one person, that have not ended


@verb
def create_substitution(
    *,
    actor: Any,
    substitute_id: Any,
    user_id: Any = None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    model: type[Model] | None = None,
    workflow_id: Any = None,
    reason: str | None = "",
    among: QuerySet[Any] | None = None,
    is_allowed: bool | None = None,
) -> Substitution:
    """Let somebody decide on a person's seats, beside the person, from `starts_at` until before `ends_at`.

    The person is the actor if left out; another's substitute is for administrators (`may_arrange_for`; `is_allowed` is
    what the caller's own rule says instead). It starts now if no start is given, and lasts until somebody ends it if
    no end is. `model` and `workflow_id`, a template, narrow it to their runs. `among` holds the users whom the actor
    may know of, None everybody.

    Raises Forbidden, NotFound for who is not active or not known, or no template, InvalidInput for oneself, a moment
    that is none, and an end that is not after the start or has passed, and Conflict where the two stand in for each
    other, were it through others, where the same substitution is there at that time, and beyond MOST_SUBSTITUTIONS.
    """
    if among is not None:
        check_kind(among, QuerySet, "among")
    check_actor(actor)
    person = _person(actor, user_id, is_allowed)
    substitute = _substitute(substitute_id, among)
    if model is not None:
        check_model(model, "model")
    wish = Substitution(
        user=person,
        substitute=substitute,
        starts_at=stored_moment(starts_at, "starts_at") or timezone.now(),
        ends_at=stored_moment(ends_at, "ends_at"),
        content_type=None if model is None else ContentType.objects.get_for_model(model),
        workflow=None if workflow_id is None else template_named(workflow_id),
        reason=check_text(reason, "reason"),
        created_by_id=actor.pk,
    )
    check_wish(wish)
    wish.save()
    return wish


def check_wish(wish: Substitution) -> None:
    """Raise, inside of a verb, what keeps a substitution of two active people from being stored.

    Until the transaction ends nobody else stores one: two that are made at the same moment could stand in for each
    other through anybody.
    """
    if wish.user_id == wish.substitute_id:
        raise InvalidInput(_("Nobody can stand in for themselves."), path=("substitute_id",))
    _check_interval(wish)
    of_all = ContentType.objects.get_for_model(Substitution).pk
    for_update(ContentType.objects.filter(pk=of_all), keys_stay=True).get()
    _check_others(wish)


@verb
def end_substitution(*, id: Any, actor: Any, is_allowed: bool | None = None) -> Substitution:
    """End a substitution now; one that has not begun never will. For both of its people, and for administrators.

    `is_allowed` is what the caller's own rule says instead. Raises NotFound, Forbidden, and Conflict for one that has
    ended.
    """
    check_actor(actor)
    found = for_update(Substitution.objects.filter(pk=to_primary_key(Substitution, id))).first()
    if found is None:
        raise no_substitution()
    allowed = may_arrange_for(actor, found.user_id) if is_allowed is None else is_allowed
    if not allowed and actor.pk != found.substitute_id:
        raise Forbidden(_("Only its two people and administrators may end a substitution."), path=("id",))
    now = timezone.now()
    if found.ends_at is not None and found.ends_at <= max(now, found.starts_at):
        raise Conflict(_("This substitution has ended already."), path=("id",))
    found.ends_at = max(now, found.starts_at)
    found.save(update_fields=["ends_at"])
    return found


def may_arrange_for(actor: Any, person_id: Any) -> bool:
    """Whether the actor may say who stands in for this person: for oneself, and administrators for everybody."""
    return actor.pk == person_id or administers(actor)


def no_substitution() -> NotFound:
    """The refusal of what is no substitution."""
    return NotFound(_("There is no such substitution."), path=("id",))


def _person(actor: Any, user_id: Any, is_allowed: bool | None) -> Any:
    key = actor.pk if user_id is None else to_primary_key(people.user_class(), user_id)
    allowed = may_arrange_for(actor, key) if is_allowed is None else is_allowed
    if not allowed:
        raise Forbidden(_("Only an administrator may name a substitute for somebody else."), path=("user_id",))
    return _active(key, "user_id")


def _substitute(substitute_id: Any, among: QuerySet[Any] | None) -> Any:
    key = to_primary_key(people.user_class(), substitute_id)
    if among is not None and not (key is not None and among.filter(pk=key).exists()):
        key = None
    return _active(key, "substitute_id")


def _active(key: Any, name: str) -> Any:
    found = active_user(key)
    if found is None:
        raise NotFound(_("There is no such active user."), path=(name,))
    return found


def _check_interval(wish: Substitution) -> None:
    if wish.ends_at is None:
        return
    if wish.ends_at <= wish.starts_at:
        raise InvalidInput(_("It must end after it has begun."), path=("ends_at",))
    if wish.ends_at <= timezone.now():
        raise InvalidInput(_("This has passed."), path=("ends_at",))


def _check_others(wish: Substitution) -> None:
    """Raise Conflict for what does not go together with the substitutions that last then."""
    own = Substitution.objects.not_ended(timezone.now()).filter(user=wish.user)
    if own.count() >= MOST_SUBSTITUTIONS:
        message = _("%(person)s has %(most)d substitutions; end some of them first.")
        facts = {"person": people.username(wish.user), "most": MOST_SUBSTITUTIONS}
        raise Conflict(message % facts, path=("substitute_id",))
    same = own.filter(substitute=wish.substitute, content_type=wish.content_type, workflow=wish.workflow)
    if any(Extent.of(row).within(Extent.of(wish)) for row in same):
        message = _("%(substitute)s stands in for %(person)s already at that time.")
        raise Conflict(message % _names(wish), path=("substitute_id",))
    if closes_a_circle(wish):
        message = _("%(person)s stands in for %(substitute)s at that time, directly or through others.")
        raise Conflict(message % _names(wish), path=("substitute_id",))


def _names(wish: Substitution) -> dict[str, str]:
    return {"person": people.username(wish.user), "substitute": people.username(wish.substitute)}
