"""Passing a seat on: delegation to somebody, escalation to the holder's manager."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from django_workflow_engine import people
from django_workflow_engine.approvals import gateway, managers, steps
from django_workflow_engine.approvals.eligibility import is_permitted
from django_workflow_engine.approvals.permitted import TO_APPROVE
from django_workflow_engine.approvals.receivers import ReceiverFacts, Unfit, unfitness
from django_workflow_engine.choices import ActionType, EventKind, StepOutcome
from django_workflow_engine.errors import Conflict, Forbidden, InvalidInput, NoApprover, NotFound
from django_workflow_engine.models.keys import to_primary_key
from django_workflow_engine.models.locks import for_update
from django_workflow_engine.services.actors import check_text
from django_workflow_engine.services.eligibility import bar_of, barred
from django_workflow_engine.services.seats import Decision, Seat, take_seat
from django_workflow_engine.services.templates.checking import check_kind
from django_workflow_engine.transactions import verb


@verb
def delegate_step(
    *, step_id: Any, actor: Any, user_id: Any, reason: str | None = "", among: QuerySet[Any] | None = None
) -> Decision:
    """Pass one of the actor's current steps on to another active user, who takes the seat as it is.

    `among` holds the users whom the actor may know of, None everybody; it is asked when the seat has been found to be
    the actor's, so that no refusal before that depends on who is named.

    Raises NotFound, MissingPermission, NotYourStep, StepAlreadyDecided, NotInProgress, Forbidden and DutyRuleBroken
    (for a receiver who must not decide, too), InvalidInput for oneself, and Conflict for somebody who has, or had,
    another seat of the same step: nobody counts twice. A seat may be given back to whom it came from.
    """
    if among is not None:
        check_kind(among, QuerySet, "among")
    seat = take_seat(step_id, actor, permission="delegate_workflow")
    text = check_text(reason, "reason")
    receiver = free_receiver(seat, user_id, among)
    seat.end_claim()
    passed = gateway.pass_on(seat.step, actor=actor, receiver=receiver, comment=text, kind=EventKind.DELEGATED)
    seat.run.ask([passed])
    seat.note(EventKind.DELEGATED, step=passed, comment=text)
    seat.run.fire(ActionType.AFTER_DELEGATE, seat.run.position, delegated_to=receiver)
    return seat.done(StepOutcome.DELEGATED)


@verb
def escalate_step(*, step_id: Any, actor: Any, reason: str | None = "") -> Decision:
    """Pass one of the actor's current steps up to its holder's manager, who takes the seat as it is.

    Raises what `delegate_step` raises, and NoApprover when there is no active manager.
    """
    seat = take_seat(step_id, actor, permission="delegate_workflow")
    text = check_text(reason, "reason")
    manager = manager_for(seat)
    seat.end_claim()
    passed = gateway.pass_on(seat.step, actor=actor, receiver=manager, comment=text, kind=EventKind.ESCALATED)
    seat.run.ask([passed])
    seat.note(EventKind.ESCALATED, step=passed, comment=text)
    return seat.done(StepOutcome.ESCALATED)


def free_receiver(seat: Seat, user_id: Any, among: QuerySet[Any] | None) -> Any:
    """The user with this key, to whom the seat may be given.

    Raises, at `user_id`: NotFound for nobody who is active and among these, InvalidInput for who has the seat, Conflict
    for who has, or had, another one of the step, Forbidden and DutyRuleBroken for who must not decide.
    """
    receiver = _active_user(user_id, among)
    if receiver.pk == seat.step.assigned_to_id:
        raise InvalidInput(_("Whoever has the step already cannot be given it."), path=("user_id",))
    _check_fit(seat, receiver, "user_id")
    return receiver


def _active_user(user_id: Any, among: QuerySet[Any] | None) -> Any:
    """The user, who cannot be deleted before the seat is passed on."""
    model = get_user_model()
    key = to_primary_key(model, user_id)
    is_known = key is not None and (among is None or among.filter(pk=key).exists())
    active = people.active_users().filter(pk=key).values("pk")  # it may group its rows, which nobody can lock then
    rows = get_user_model()._base_manager.filter(pk__in=active)
    found = for_update(rows, keys_stay=True).first() if is_known else None
    if found is None or not people.is_active(found):
        raise NotFound(_("There is no such active user."), path=("user_id",))
    return found


def manager_for(seat: Seat) -> Any:
    """The manager to whom the seat may be passed up: the actor's, or the holder's where somebody acts in that place.

    Raises NoApprover, Conflict for who has, or had, a seat of the step, Forbidden and DutyRuleBroken.
    """
    manager = managers.active_manager_of(seat.step.assigned_to if seat.in_place else seat.run.actor)
    if manager is None:
        message = _("You have no active manager to escalate to.")
        raise NoApprover(message, path=("step_id",), position=seat.run.position.name)
    _check_fit(seat, manager, "step_id")
    return manager


def _check_fit(seat: Seat, receiver: Any, name: str) -> None:
    """Raise Conflict, Forbidden or DutyRuleBroken, with this name of the input, for who cannot be given the seat."""
    bar = bar_of(seat.run, seat.step, receiver.pk)
    facts = ReceiverFacts(
        has_seat=str(receiver.pk) in steps.holders_beside([seat.step])[seat.step.pk],
        is_permitted=is_permitted(receiver, TO_APPROVE),
        bar=bar,
    )
    match unfitness(facts):
        case Unfit.HAS_SEAT:
            raise Conflict(_("%s has a seat of this step already.") % people.username(receiver), path=(name,))
        case Unfit.LACKS_PERMISSION:
            raise Forbidden(_("%s lacks the permission to approve.") % people.username(receiver), path=(name,))
        case Unfit.BARRED if bar is not None:
            raise barred(bar, bar.refusal_of % people.username(receiver), (name,))
