"""Decisions on several steps at once: each by itself, with its own answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, TypeAlias, cast

import strawberry
from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from django_workflow_engine import services
from django_workflow_engine.errors import InvalidInput, WorkflowError
from django_workflow_engine.models.steps import Step
from gql_workflows import conf
from gql_workflows.context import Info
from gql_workflows.ids import row_key
from gql_workflows.inputs.many_decisions import (
    ApprovalDetailInput,
    ApproveStepsInput,
    DelegateStepsInput,
    RejectStepsInput,
)
from gql_workflows.inputs.references import NO_ROW
from gql_workflows.limits.prices import DECISIONS
from gql_workflows.mutations.base import workflow_mutation
from gql_workflows.scalars.absent import given
from gql_workflows.types.payloads import StepPayload, StepsPayload, step_payload_of, step_payload_with, user_errors

Approvals = Annotated[ApproveStepsInput, strawberry.argument(description="The approvals.")]
Rejections = Annotated[RejectStepsInput, strawberry.argument(description="The rejections.")]
Delegations = Annotated[DelegateStepsInput, strawberry.argument(description="What is passed on, and to whom.")]
Path: TypeAlias = list[str]
Place: TypeAlias = Callable[[int, Path], Path]  # where in the input the fault of a step is, by the place of its id


@workflow_mutation(
    StepsPayload,
    price=DECISIONS,
    description="Approve several of your current steps, each by itself: one that fails leaves the others approved.",
)
def approve_steps(info: Info, input: Approvals) -> StepsPayload:
    """Approve several of the caller's current steps; the results come in the order of the ids."""
    details: Sequence[ApprovalDetailInput] = given(input.details, ())
    decided = services.approve_steps(
        **_several(info, input.step_ids),
        comment=given(input.comment, ""),
        details=[_detail(one) for one in details],
    )
    return _payload(decided, _in_details(input.step_ids, details))


@workflow_mutation(
    StepsPayload,
    price=DECISIONS,
    description="Reject several of your current steps, each by itself: one that fails leaves the others rejected.",
)
def reject_steps(info: Info, input: Rejections) -> StepsPayload:
    """Reject several of the caller's current steps."""
    return _payload(services.reject_steps(**_several(info, input.step_ids), reason=input.reason), _at_the_id)


@workflow_mutation(
    StepsPayload,
    price=DECISIONS,
    description="Pass several of your current steps on to another active user whom you may look up, each by itself: "
    "one that fails leaves the others passed on.",
)
def delegate_steps(info: Info, input: Delegations) -> StepsPayload:
    """Pass several seats on to somebody whom the caller may look up."""
    decided = services.delegate_steps(
        **_several(info, input.step_ids),
        user_id=row_key(input.user_id, "User", get_user_model()),
        reason=given(input.reason, ""),
        among=info.context.policy.delegates(info.context.user),
    )
    return _payload(decided, _at_the_id)


def _several(info: Info, step_ids: Sequence[str]) -> Mapping[str, Any]:
    """Which steps are decided, and by whom; raises InvalidInput for too many of them."""
    if len(step_ids) > conf.MAX_PAGE_SIZE:
        raise InvalidInput(_("At most %d steps are decided at once.") % conf.MAX_PAGE_SIZE, path=("step_ids",))
    user = info.context.user
    return {"step_ids": [*map(_key, step_ids)], "actor": user, "known": info.context.policy.steps(user)}


def _key(value: str) -> Any:
    """The key of a step; for what is no id of one a name that no step has, another for each."""
    key = row_key(value, "ApprovalStep", Step)
    return f"{NO_ROW}{value}" if key is None else key


def _detail(detail: ApprovalDetailInput) -> services.ApprovalDetail:
    return services.ApprovalDetail(
        step_id=_key(detail.step_id),
        comment=given(detail.comment),
        form_data=given(detail.form_data),
        expect=given(detail.expect),
    )


def _payload(decided: Sequence[services.Decided], place: Place) -> StepsPayload:
    return StepsPayload(results=[_answer(one, index, place) for index, one in enumerate(decided)])


def _answer(decided: services.Decided, index: int, place: Place) -> StepPayload:
    """The answer of one step, its errors at their place in the input of several."""
    if decided.decision is not None:
        return step_payload_with(decided.decision)
    error = cast(WorkflowError, decided.error)
    errors = [replace(one, path=place(index, one.path)) for one in user_errors(error)]
    return StepPayload(errors=errors, **step_payload_of(error))


def _at_the_id(index: int, path: Path) -> Path:
    """The step's id where the step is refused; what is said of all of them stays where it is."""
    return ["stepIds", str(index)] if path == ["stepId"] else path


def _in_details(step_ids: Sequence[str], details: Sequence[ApprovalDetailInput]) -> Place:
    """The same where single steps have details: what is wrong with these is told there."""
    places = {str(detail.step_id): number for number, detail in enumerate(details)}

    def place(index: int, path: Path) -> Path:
        own = places.get(step_ids[index])
        if path[:1] == ["comment"]:
            is_common = own is None or given(details[own].comment) is None
            return path if is_common else ["details", str(own), *path]
        if path[:1] not in (["formData"], ["expect"]):
            return _at_the_id(index, path)
        return ["stepIds", str(index)] if own is None else ["details", str(own), *path]

    return place
