"""Rounds of a race: documents whose runs have started, the calls on their seats, and the count of what was told."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from approval_workflow.choices import ApprovalStatus
from approval_workflow.models import ApprovalInstance
from django.contrib.auth.models import User
from django.db.models import Count

from django_workflow_engine.choices import ActionType, EventKind, TimerKind, WorkflowStrategy
from django_workflow_engine.definitions.specs import ActionSpec
from django_workflow_engine.errors import StepAlreadyDecided
from django_workflow_engine.models import WorkFlow, WorkflowAttachment, WorkflowEvent
from django_workflow_engine.services import (
    Decision,
    approve_step,
    attach_workflow_to_object,
    cancel_workflow,
    claim_step,
    create_workflow,
    delegate_step,
    escalate_step,
    reassign_step,
    reject_step,
    release_step,
    request_changes,
    request_resubmission,
    resubmit,
    start_workflow,
)
from tests.factories import Approvals, spec_for
from tests.postgres.processes import Processes
from tests.postgres.threads import ROUNDS, at_once, parted
from tests.testapp.models import Document

ACTIONS = "tests.testapp.workflow_actions"
KINDS: dict[Callable[..., Any], EventKind] = {
    claim_step: EventKind.CLAIMED,
    reassign_step: EventKind.REASSIGNED,
    release_step: EventKind.RELEASED,
    approve_step: EventKind.APPROVED,
    attach_workflow_to_object: EventKind.ATTACHED,
    cancel_workflow: EventKind.CANCELLED,
    delegate_step: EventKind.DELEGATED,
    escalate_step: EventKind.ESCALATED,
    request_changes: EventKind.CHANGES_REQUESTED,
    resubmit: EventKind.RESUBMITTED,
    reject_step: EventKind.REJECTED,
    request_resubmission: EventKind.RESUBMISSION_REQUESTED,
    start_workflow: EventKind.STARTED,
}


class Race:
    """Runs rounds in processes; every success told to a caller is a line of the audit trail, and the other way."""

    def __init__(self, processes: Processes) -> None:
        self._processes = processes
        self._rounds = 0
        self._told: Counter[str] = Counter()

    def __call__(self, rounds: Sequence[Sequence[partial[Any]]]) -> list[list[Any]]:
        """What each call of each round returned or raised."""
        kinds = {KINDS[call.func] for calls in rounds for call in calls}
        before = _events(kinds)
        results = self._processes.run(rounds)
        assert _events(kinds) - before == _successes(rounds, results)
        self._rounds += len(rounds)
        self._told += Counter(_told(result) for answers in results for result in answers)
        return results

    def at_once(self, calls: Sequence[Callable[[], Any]]) -> list[Any]:
        """A round of calls that have no kind of event: what each returned or raised."""
        answers = at_once(calls)
        self._rounds += 1
        self._told += Counter(map(_told, answers))
        return answers

    def summary(self) -> str:
        """The rounds so far, and how many calls were told what."""
        told = ", ".join(f"{count} {name}" for name, count in sorted(self._told.items()))
        return f"{self._rounds} rounds, {told}"


def _events(kinds: set[EventKind]) -> Counter[str]:
    counted = WorkflowEvent.objects.filter(kind__in=kinds).order_by().values_list("kind").annotate(Count("pk"))
    return Counter(dict(counted))


def _successes(rounds: Sequence[Sequence[partial[Any]]], results: Sequence[Sequence[Any]]) -> Counter[str]:
    calls = [call for calls in rounds for call in calls]
    answers = [result for answers in results for result in answers]
    told = zip(calls, answers, strict=True)
    return Counter(KINDS[call.func].value for call, answer in told if not isinstance(answer, Exception))


def _told(result: Any) -> str:
    if isinstance(result, Decision):
        return result.outcome.value
    if isinstance(result, WorkflowAttachment):
        return "attachment"
    return str(result) if isinstance(result, bool | TimerKind | None) else type(result).__name__


def template(strategy: int, positions: Sequence[Approvals], **rules: Any) -> WorkFlow:
    """A template whose every event has an action, and whose approvals have two; `rules` stand on every stage."""
    functions = [(kind, "sign") for kind in ActionType] + [(ActionType.AFTER_APPROVE, "say_which_process")]
    actions = [ActionSpec(action_type=kind, function_path=f"{ACTIONS}.{name}") for kind, name in functions]
    spec = spec_for(WorkflowStrategy(strategy), positions, actions=actions)
    for pipeline in spec.pipelines if rules else ():
        pipeline.stages[:] = [replace(stage, **rules) for stage in pipeline.stages]
    return create_workflow(spec=spec)


def documents(count: int) -> list[Document]:
    """New documents."""
    return Document.objects.bulk_create(Document(title=f"Document {number}") for number in range(count))


def started(workflow: WorkFlow, user: User | None = None, *, rounds: int = ROUNDS) -> list[Document]:
    """A document for each round, its run started."""
    made = documents(rounds)
    for document in made:
        attach_workflow_to_object(document, workflow, user)
    return made


def open_seats(made: Sequence[Document]) -> list[list[ApprovalInstance]]:
    """The open steps of each document, by id, with their holders."""
    keys = [str(document.pk) for document in made]
    rows = ApprovalInstance.objects.filter(flow__object_id__in=keys, status=ApprovalStatus.CURRENT)
    found = defaultdict(list)
    for row in rows.select_related("flow", "assigned_to").order_by("pk"):
        found[row.flow.object_id].append(row)
    return [found[key] for key in keys]


def approving(step: ApprovalInstance) -> partial[Decision]:
    return partial(approve_step, step_id=step.pk, actor=step.assigned_to)


def rejecting(step: ApprovalInstance) -> partial[Decision]:
    return partial(reject_step, step_id=step.pk, actor=step.assigned_to, reason="No")


def sending_back(step: ApprovalInstance) -> partial[Decision]:
    return partial(request_resubmission, step_id=step.pk, actor=step.assigned_to, reason="Again")


def asking_for_changes(step: ApprovalInstance) -> partial[Decision]:
    return partial(request_changes, step_id=step.pk, actor=step.assigned_to, reason="More")


def escalating(step: ApprovalInstance) -> partial[Decision]:
    return partial(escalate_step, step_id=step.pk, actor=step.assigned_to)


def delegating(step: ApprovalInstance, *, to: User) -> partial[Decision]:
    return partial(delegate_step, step_id=step.pk, actor=step.assigned_to, user_id=to.pk)


def one_winner(results: Sequence[Any]) -> Decision:
    """The one decision; everybody else was told who took it, and how the run stands since."""
    (decision,), losers = parted(results)
    assert {type(error) for error in losers} == {StepAlreadyDecided}
    assert {error.step.action_user for error in losers} == {decision.step.action_user}
    assert {error.attachment.status for error in losers} == {decision.attachment.status}
    return decision
