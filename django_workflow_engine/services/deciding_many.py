"""Deciding several steps at once: each by the verb for one, in a transaction of its own, with its own answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from django_workflow_engine.choices import ErrorCode
from django_workflow_engine.errors import Fault, MissingPermission, NotFound, WorkflowError
from django_workflow_engine.models.keys import to_primary_key
from django_workflow_engine.models.steps import Step
from django_workflow_engine.services.decisions import approve_step, reject_step
from django_workflow_engine.services.delegation import delegate_step
from django_workflow_engine.services.seats import Decision
from django_workflow_engine.services.templates.checking import check_kind, raise_faults


@dataclass(frozen=True, kw_only=True)
class ApprovalDetail:
    """What is said with the approval of one of several steps: as `approve_step` takes it.

    A comment stands in place of the one for all of them; None leaves that one.
    """

    step_id: Any
    comment: str | None = None
    form_data: Any = None
    expect: str | None = None


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What became of one of several steps: the decision, or why there is none."""

    step_id: Any
    decision: Decision | None = None
    error: WorkflowError | None = None


def approve_steps(
    *,
    step_ids: Sequence[Any],
    actor: Any,
    comment: str | None = "",
    details: Sequence[ApprovalDetail] = (),
    known: QuerySet[Step] | None = None,
) -> list[Decided]:
    """Approve several of the actor's current steps, each as `approve_step` does.

    Each is approved or refused by itself: what is refused leaves the others approved. The answers come in the order of
    the ids; a step that is named twice is decided once and answered twice. `known` holds the steps that the actor may
    know of, None all: any other is NotFound.

    Raises MissingPermission, which no step can be approved without, and InvalidDefinition with the places of the
    `details` that name a step a second time, or one that is none of these.
    """
    check_kind(step_ids, Sequence, "step_ids")
    check_kind(details, Sequence, "details")
    said = _by_step(details, step_ids)

    def approve(key: Any) -> Decision:
        own = said.get(key) or ApprovalDetail(step_id=key)
        text = comment if own.comment is None else own.comment
        return approve_step(step_id=key, actor=actor, comment=text, form_data=own.form_data, expect=own.expect)

    return _each(step_ids, known, approve)


def reject_steps(
    *, step_ids: Sequence[Any], actor: Any, reason: str, known: QuerySet[Step] | None = None
) -> list[Decided]:
    """Reject several of the actor's current steps for one reason, each as `reject_step` does: see `approve_steps`."""
    return _each(step_ids, known, lambda key: reject_step(step_id=key, actor=actor, reason=reason))


def delegate_steps(
    *,
    step_ids: Sequence[Any],
    actor: Any,
    user_id: Any,
    reason: str | None = "",
    among: QuerySet[Any] | None = None,
    known: QuerySet[Step] | None = None,
) -> list[Decided]:
    """Pass several of the actor's current steps on to one user, each as `delegate_step` does: see `approve_steps`."""

    def delegate(key: Any) -> Decision:
        return delegate_step(step_id=key, actor=actor, user_id=user_id, reason=reason, among=among)

    return _each(step_ids, known, delegate)


def _each(step_ids: Sequence[Any], known: QuerySet[Step] | None, decide: Callable[[Any], Decision]) -> list[Decided]:
    """The answers in the order of the ids; the steps are decided in the order of the locks."""
    check_kind(step_ids, Sequence, "step_ids")
    if known is not None:
        check_kind(known, QuerySet, "known")
    keys = [to_primary_key(Step, step_id) for step_id in step_ids]
    answers = {key: _tried(decide, key) for key in _in_order_of_locks(keys, Step.objects if known is None else known)}
    return [answers.get(key) or _not_found(step_id) for key, step_id in zip(keys, step_ids, strict=True)]


def _in_order_of_locks(keys: Iterable[Any], known: Any) -> list[Any]:
    """Those of the keys that steps have, by attachment: nobody who holds one waits for who waits for it."""
    rows = known.filter(pk__in={*keys} - {None}).order_by("flow__workflow_attachment", "pk")
    return list(dict.fromkeys(rows.values_list("pk", flat=True)))


def _tried(decide: Callable[[Any], Decision], key: Any) -> Decided:
    try:
        return Decided(step_id=key, decision=decide(key))
    except MissingPermission:
        raise
    except WorkflowError as error:
        return Decided(step_id=key, error=error)


def _not_found(step_id: Any) -> Decided:
    return Decided(step_id=step_id, error=NotFound(_("There is no such step."), path=("step_id",)))


def _by_step(details: Sequence[ApprovalDetail], step_ids: Sequence[Any]) -> Mapping[Any, ApprovalDetail]:
    """The details by the key of their step; raises InvalidDefinition for those that belong to none, or to one again."""
    found: dict[Any, ApprovalDetail] = {}
    faults: list[Fault] = []
    named = {_name_of(step_id) for step_id in step_ids}
    for index, detail in enumerate(details):
        check_kind(detail, ApprovalDetail, "details")
        name, path = _name_of(detail.step_id), ("details", str(index), "step_id")
        if name in found:
            faults.append(Fault(code=ErrorCode.INVALID, message=_("This step has its details already."), path=path))
        elif name not in named:
            faults.append(Fault(code=ErrorCode.INVALID, message=_("This step is none of those to decide."), path=path))
        found.setdefault(name, detail)
    raise_faults(faults)
    return found


def _name_of(step_id: Any) -> Any:
    """What one step is named by, however its id is written; an id that no step can have is its own name."""
    key = to_primary_key(Step, step_id)
    return str(step_id) if key is None else key
