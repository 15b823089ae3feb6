"""Who is asked: from a position's approval configurations to the users that get a seat."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.db import Error
from django.utils.translation import gettext as _

from django_workflow_engine.approvals.approvers import OwnType, Question
from django_workflow_engine.approvals.approvers.sharing import majority, required_of
from django_workflow_engine.approvals.duties import Deed
from django_workflow_engine.approvals.fallbacks import Lack, look_up
from django_workflow_engine.approvals.known_people import CommonPeople, KnownPeople, Origin
from django_workflow_engine.approvals.permitted import askable_among, because
from django_workflow_engine.choices import RoleSelectionStrategy
from django_workflow_engine.definitions.approvals import ApprovalConfiguration
from django_workflow_engine.definitions.approver_types import ApproverType, Nobody
from django_workflow_engine.errors import NoApprover, Path
from django_workflow_engine.i18n import isolated
from django_workflow_engine.models.keys import to_primary_key
from django_workflow_engine.people import is_user
from django_workflow_engine.strategies import Position
from django_workflow_engine.transactions import atomic, is_passing

logger = logging.getLogger(__name__)
_ALL: Final = (RoleSelectionStrategy.CONSENSUS, RoleSelectionStrategy.HIERARCHY_CHAIN)


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """The users that one approval asks.

    `sharing` says how they share it, None where there is only one by its nature; `role_id` is text where they are asked
    as members of a role; `required` is how many approvals are enough where the approval counts them. `because` says why
    these are asked and not whoever the approval asks, None where they are.
    """

    configuration: ApprovalConfiguration
    user_ids: Sequence[Any]
    sharing: RoleSelectionStrategy | None = None
    role_id: str | None = None
    required: int | None = None
    because: str | None = None

    @property
    def must_decide(self) -> Sequence[Any]:
        """Those without whom the approval is never complete, as far as no seat is passed on."""
        all_must = self.sharing in _ALL or self.required == len(self.user_ids) or len(self.user_ids) == 1
        return self.user_ids if all_must else ()


def assign(
    position: Position,
    approvals: Sequence[ApprovalConfiguration],
    *,
    origin: Origin,
    path: Path,
    common: CommonPeople | None = None,
    now: int | None = None,
) -> list[Assignment]:
    """Who decides these approvals of a position; nobody is asked who must not decide.

    `common` is what several runs that ask the same approvals know together; only the first `now` of the approvals are
    asked now and take turns, None: all.

    Raises NoApprover, naming position and role, as soon as one of the approvals can be decided by nobody; `path` is
    what in the caller's input led here.
    """
    people = KnownPeople(common or CommonPeople(approvals), origin)
    asked = [_assign_one(approval, people, position, path) for approval in approvals[:now]]
    with people.common.turns.only_looking():
        return asked + [_assign_one(approval, people, position, path) for approval in approvals[len(asked) :]]


def assign_fallback(
    position: Position, approval: ApprovalConfiguration, *, origin: Origin, path: Path, because: str
) -> Assignment:
    """The assignment of whoever is asked for the approval when nobody else can be, for this reason.

    Raises NoApprover where the approval names nobody for that, or nobody who is active and may decide.
    """
    people = KnownPeople(CommonPeople([approval]), origin)
    question = _question(approval, people, position)
    try:
        return _by_the_fallback(question, because)
    except Nobody as nobody:
        raise _no_approver(question, nobody, path) from nobody


def assign_each(
    asked: Sequence[tuple[Position, ApprovalConfiguration]], origin: Origin
) -> Iterator[Assignment | NoApprover]:
    """The users that each of these approvals would ask, in the order of a run, or why nobody could decide it.

    Whoever has to decide at a position has done so when a later one is asked.
    """
    sure: list[Deed] = []
    duties = replace(origin.duties, deeds=lambda: [*origin.duties.deeds(), *sure])
    common = CommonPeople([approval for _position, approval in asked], looking=True)
    people = KnownPeople(common, replace(origin, duties=duties))
    for position, approval in asked:
        try:
            found = _assign_one(approval, people, position, ())
        except NoApprover as refused:
            yield refused
            continue
        yield found
        if not position.asks_at_once:
            sure += [_deed(user_id, position) for user_id in found.must_decide]


def _deed(user_id: Any, position: Position) -> Deed:
    return Deed(user_id=user_id, pipeline_id=position.pipeline_id, stage_id=position.stage_id)


def _assign_one(approval: ApprovalConfiguration, people: KnownPeople, position: Position, path: Path) -> Assignment:
    question = _question(approval, people, position)
    try:
        return _answer_or_fallback(question)
    except Nobody as nobody:
        raise _no_approver(question, nobody, path) from nobody


def _question(approval: ApprovalConfiguration, people: KnownPeople, position: Position) -> Question:
    return Question(parameters=approval.parameters or {}, position=position, approval=approval, people=people)


def _no_approver(question: Question, nobody: Nobody, path: Path) -> NoApprover:
    facts = {"position": question.position.holder.shown_name, "reason": nobody}
    message = _("Nobody can decide “%(position)s”: %(reason)s.") % facts
    return NoApprover(message, path=path, position=question.position.name, approval=question.approval)


def _answer_or_fallback(question: Question) -> Assignment:
    """Who is asked, or the fallback where nobody else can be; raises Nobody."""
    try:
        return _answer(question)
    except Nobody as nobody:
        if question.approval.fallback is None:
            raise
        return _by_the_fallback(question, str(nobody))


def _by_the_fallback(question: Question, because: str) -> Assignment:
    """Who is asked instead; of a role anyone may decide. Raises Nobody, with both reasons where there are two."""
    fallback = question.approval.fallback
    if fallback is None:
        raise Nobody(because)
    found = look_up(fallback, question.people.common)
    try:
        if isinstance(found, Lack):
            raise Nobody(found.reason)
        user_ids = question.free(found.user_ids)
    except Nobody as nobody:
        facts = {"reason": because, "fallback": nobody}
        raise Nobody(_("%(reason)s; and of its fallback, %(fallback)s") % facts) from nobody
    return Assignment(
        configuration=question.approval,
        user_ids=user_ids,
        sharing=None if found.role_id is None else RoleSelectionStrategy.ANYONE,
        role_id=found.role_id,
        because=because,
    )


def _answer(question: Question) -> Assignment:
    """Who is asked by the approval's type; raises Nobody."""
    found = question.approval.kind
    if found is None:
        raise Nobody(_("the approver type “%s” is not registered") % isolated(question.approval.type_name))
    return _by_the_engine(found(), question) if issubclass(found, OwnType) else _by_the_project(found, question)


def _by_the_engine(kind: OwnType, question: Question) -> Assignment:
    user_ids = [*kind.find(question)]
    return Assignment(
        configuration=question.approval,
        user_ids=user_ids,
        sharing=question.approval.role_selection_strategy,
        role_id=kind.role_asked(question),
        required=required_of(question.approval, len(user_ids)),
    )


def _by_the_project(kind: type[ApproverType], question: Question) -> Assignment:
    found = _keys_found(kind, question)
    askable = askable_among(found)
    if not askable:
        plain = _("“%s” finds nobody who is active")
        with_permission = _("“%s” finds nobody who is active and has the permission to approve")
        raise Nobody(because(plain, with_permission) % isolated(kind.label))
    user_ids = question.free(key for key in found if key in askable)
    required = majority(len(user_ids)) if kind.sharing == RoleSelectionStrategy.MAJORITY else None
    return Assignment(configuration=question.approval, user_ids=user_ids, sharing=kind.sharing, required=required)


def _keys_found(kind: type[ApproverType], question: Question) -> list[Any]:
    """The primary keys that a project's type finds, each once; what it raises is nobody, and breaks nothing else."""
    model = get_user_model()
    try:
        with atomic():
            found = [one.pk if is_user(one) else to_primary_key(model, one) for one in _each(kind().find(question))]
    except Nobody as nobody:
        if str(nobody):
            raise
        return []
    except Exception as error:  # the project's code may raise anything
        if isinstance(error, Error) and is_passing(error):
            raise  # a deadlock is the verb's to try again
        logger.exception("The approver type %s failed", kind.name)
        raise Nobody(_("the approver type “%s” failed") % isolated(kind.label)) from error
    return [*dict.fromkeys(key for key in found if key is not None)]


def _each(found: Iterable[Any]) -> Iterable[Any]:
    """What a type found; raises TypeError for a text and its like, whose letters would be taken for keys."""
    if isinstance(found, str | bytes | Mapping):
        raise TypeError(f"These are no users and no primary keys: {type(found).__name__}")
    return found
