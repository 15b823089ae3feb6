"""The rule of who may decide, held against a run under its locks: what stands in the way is raised."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from approval_workflow.choices import ApprovalStatus
from django.utils.translation import gettext as _

from django_workflow_engine import people, transitions
from django_workflow_engine.approvals import claims, roles, steps
from django_workflow_engine.approvals.duties import Bar
from django_workflow_engine.approvals.eligibility import (
    ObjectFacts,
    Obstacle,
    SeatFacts,
    is_held,
    is_permitted,
    keeps_role,
    obstacles_of_object,
    obstacles_of_seat,
    refused_for,
    role_of,
)
from django_workflow_engine.approvals.permitted import askable_among
from django_workflow_engine.approvals.substitutes import persons_for
from django_workflow_engine.choices import DutyRule
from django_workflow_engine.errors import (
    Conflict,
    DutyRuleBroken,
    Forbidden,
    InvalidInput,
    NotYourStep,
    Path,
    StepAlreadyDecided,
    StepClaimed,
    WorkflowError,
)
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.models.steps import Step
from django_workflow_engine.services.permissions import missing_permission
from django_workflow_engine.services.progression import object_gone
from django_workflow_engine.services.runs import WorkflowRun
from django_workflow_engine.transitions import Verb

_PATH: Final = ("step_id",)


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """Somebody who would decide on a step of a run, and by what verb; `permission` is the one that it may need."""

    run: WorkflowRun
    step: Step
    is_open: bool
    person: Any
    verb: Verb = Verb.MOVE
    permission: str | None = None


def check_eligible(attempt: Attempt) -> None:
    """Raise what stands between the person and the decision.

    Whoever has no right to a step is not told what became of it, so the refusals come in this order:
    MissingPermission, NotYourStep, StepAlreadyDecided, NotInProgress, Forbidden for an object of one's own, and
    DutyRuleBroken.
    """
    found = {*obstacles_of_seat(facts_of_seat(attempt))} or {*obstacles_of_object(_facts_of_object(attempt))}
    check_no_obstacle(refused_for(found), attempt)


def check_no_obstacle(obstacle: Obstacle | None, attempt: Attempt) -> None:
    """Raise what the verbs of whoever has a seat refuse for this obstacle, if there is one."""
    if obstacle is not None:
        raise _REFUSALS[obstacle](attempt)


def bar_of(run: WorkflowRun, step: Step, *person_ids: Any) -> Bar | None:
    """What keeps one of these people from deciding on the step, if anything does; that of the first of them."""
    barred = run.duties.barred_at(run.position)
    bar = next((barred[key] for key in person_ids if key in barred), None)
    return None if bar is None or steps.asks_the_requester(step, run.position) else bar


def barred(bar: Bar, message: str, path: Path) -> WorkflowError:
    """The refusal of somebody whom this keeps from deciding."""
    if bar is Bar.SELF_APPROVAL:
        return Forbidden(message, path=path)
    return DutyRuleBroken(message, path=path, rule=DutyRule(bar.value))


def holds(step: Step, person: Any, *, persons: Collection[Any] = ()) -> bool:
    """Whether the step is the person's, or that of one of these persons, who is active and keeps the role.

    `step.assigned_to` must be loaded; one statement where a role matters.
    """
    return _is_held(step, person, persons) and _keeps_role(step)


def stood_in_for(step: Step, person: Any, attachment: WorkflowAttachment) -> set[Any]:
    """For whom the person stands in, in the step's run; nobody where the seat is the person's own: it is not asked."""
    if person is None or step.assigned_to_id == person.pk:
        return set()
    return askable_among(persons_for(person.pk, attachment))


def too_late(found: Step, attachment: WorkflowAttachment) -> StepAlreadyDecided:
    """The refusal that tells who was first, with the state now."""
    now = steps.find_step(found.pk, "action_user") or found
    winner = people.username(now.action_user) if now.action_user else _("somebody else")
    facts = {"status": ApprovalStatus(now.status).label, "winner": winner}
    message = _("This step is “%(status)s” already, by %(winner)s.") % facts
    return StepAlreadyDecided(message, path=_PATH, step=now, attachment=attachment)


def facts_of_seat(attempt: Attempt) -> SeatFacts:
    """What the rule looks at, of the seat and the person."""
    persons = stood_in_for(attempt.step, attempt.person, attempt.run.attachment)
    held = _is_held(attempt.step, attempt.person, persons)
    return SeatFacts(
        is_open=attempt.is_open,
        is_running=transitions.fits(attempt.verb, attempt.run.attachment),
        is_held=held,
        keeps_role=held and _keeps_role(attempt.step),
        is_permitted=attempt.permission is None or is_permitted(attempt.person, attempt.permission),
        is_unclaimed=attempt.person is None or claims.is_free_for(attempt.step, attempt.person),
    )


def _facts_of_object(attempt: Attempt) -> ObjectFacts:
    bar = _bar_against(attempt)
    return ObjectFacts(is_there=attempt.run.target is not None, bar=bar)


def _bar_against(attempt: Attempt) -> Bar | None:
    """What keeps the person from deciding: a substitute decides where neither of the two is barred."""
    return bar_of(attempt.run, attempt.step, attempt.person.pk, attempt.step.assigned_to_id)


def _is_held(step: Step, person: Any, persons: Collection[Any]) -> bool:
    """The step's own reading of its holder says whether that user is active: the person's object may be old."""
    if step.assigned_to is None or not people.is_active(step.assigned_to):
        return False
    return is_held(step, person, is_active=True) or step.assigned_to_id in persons


def _keeps_role(step: Step) -> bool:
    role_id = role_of(step)
    return role_id is None or keeps_role(step, roles_held=roles.roles_held(step.assigned_to_id, [role_id]))


def _lacks_permission(attempt: Attempt) -> WorkflowError:
    return missing_permission(attempt.permission or "")


def not_yours(attempt: Attempt | None = None) -> WorkflowError:
    """The refusal of whoever has no seat."""
    return NotYourStep(_("This step does not wait for you."), path=_PATH)


def _role_lost(attempt: Attempt) -> WorkflowError:
    return NotYourStep(_("You were asked as a member of a role that you do not hold any more."), path=_PATH)


def _decided(attempt: Attempt) -> WorkflowError:
    return too_late(attempt.step, attempt.run.attachment)


def _not_running(attempt: Attempt) -> WorkflowError:
    return transitions.refusal(attempt.run.attachment, *_PATH)


def _claimed(attempt: Attempt) -> WorkflowError:
    claim = claims.claim_on(attempt.step)
    name, until = (claim.name, claim.until) if claim else (_("somebody else"), None)
    message = _("%s has claimed this. It is free again once it is released, or after a while.") % name
    return StepClaimed(message, path=_PATH, claimed_by=name, claimed_until=until)


def _not_claimable(attempt: Attempt) -> WorkflowError:
    return InvalidInput(_("Only an approval that anyone of several may give can be claimed."), path=_PATH)


def _not_claimed(attempt: Attempt) -> WorkflowError:
    return Conflict(_("You have not claimed this step, or not any more."), path=_PATH)


def _object_gone(attempt: Attempt) -> WorkflowError:
    return object_gone(_PATH)


def _must_not(attempt: Attempt) -> WorkflowError:
    bar = _bar_against(attempt) or Bar.SELF_APPROVAL
    return barred(bar, bar.refusal, _PATH)


_REFUSALS: Final[Mapping[Obstacle, Callable[[Attempt], WorkflowError]]] = {
    Obstacle.PERMISSION_MISSING: _lacks_permission,
    Obstacle.NOT_YOUR_STEP: not_yours,
    Obstacle.ROLE_LOST: _role_lost,
    Obstacle.ALREADY_DECIDED: _decided,
    Obstacle.NOT_IN_PROGRESS: _not_running,
    Obstacle.STEP_CLAIMED: _claimed,
    Obstacle.TARGET_GONE: _object_gone,
    Obstacle.SELF_APPROVAL_FORBIDDEN: _must_not,
    Obstacle.DUTY_RULE: _must_not,
    Obstacle.NOT_CLAIMABLE: _not_claimable,
    Obstacle.NOT_CLAIMED: _not_claimed,
}
