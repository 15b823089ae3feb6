"""What is true at every moment, whatever has happened."""

from __future__ import annotations

from collections import Counter

from approval_workflow.models import ApprovalInstance

from django_workflow_engine.models import ApprovalTimer
from django_workflow_engine.services import stuck_runs
from tests.people_and_time.reading import Reading, Run

SOMEBODY_MAY = "each open seat has somebody who may decide, or the run is listed as stuck"
NOTHING_CHANGED = "a refused call changes nothing"
AS_READ = "whoever may decide is let, and nobody else"
COUNTING = "counting is unchanged by who stands in for whom"
DUTIES = "nobody decides against a duty rule"
ON_BEHALF = "the history says on whose behalf"
NOTHING_FAILS = "nothing is logged as an error"
TIMERS = "each timer fires once"


class Broken(AssertionError):
    """An invariant that does not hold, and where."""

    def __init__(self, invariant: str, told: object) -> None:
        super().__init__(f"{invariant}: {told}")
        self.invariant = invariant


def ensure(holds: bool, invariant: str, told: object) -> None:
    if not holds:
        raise Broken(invariant, told)


def check_all(reading: Reading) -> None:
    """Everything that can be seen of the rows alone."""
    _check_stuck(reading)
    for run in reading.runs:
        _check_duties(run)
        _check_behalf(run)
        _check_timers(run)


def _check_stuck(reading: Reading) -> None:
    running = [run for run in reading.runs if run.attachment.status in ("in_progress", "changes_requested")]
    if not running:
        return
    listed = set(stuck_runs().values_list("pk", flat=True))
    found = {run.attachment.pk for run in running if not reading.can_go_on(run)}
    told = f"listed {_named(running, listed - found)}, but can go on; not listed {_named(running, found - listed)}"
    ensure(listed == found, SOMEBODY_MAY, told)


def _named(runs: list[Run], keys: set[int]) -> list[str]:
    return [str(run.document or run.attachment) for run in runs if run.attachment.pk in keys]


def _check_duties(run: Run) -> None:
    """No person at two positions, and nobody on their own object; SELF approvals ask that very person."""
    places: dict[str, set[str]] = {}
    for event, step, place, people in run.decisions():
        if run.is_self(step, place):
            continue
        if "requester_never_decides" in run.rules.duties:
            own = {str(key) for key in run.own}
            ensure(not people & own, DUTIES, f"{event.actor_name} decided on {run.document}, which is theirs")
        if "distinct_approvers" in run.rules.duties:
            for person in people:
                places.setdefault(person, set()).add(place)
                ensure(len(places[person]) == 1, DUTIES, f"{event.actor_name} decided {run.document} at two positions")


def _check_behalf(run: Run) -> None:
    for event, step, _place, _people in run.decisions():
        holder = step.assigned_to_id
        in_place = holder is not None and event.actor_id != str(holder)
        told = (event.on_behalf_of_id, event.details.get("substitute_for"))
        right = not in_place or told == (str(holder), str(holder))
        ensure(right, ON_BEHALF, f"{event.kind} by {event.actor_name} on behalf of {told}, not of {holder}")


def _check_timers(run: Run) -> None:
    steps = {step.pk: step for step in run.steps}
    fired = Counter(
        (event.kind, steps[event.step_id].step_number, event.details["due_at"])
        for event in run.events
        if event.kind in ("reminded", "timed_out") and event.step_id in steps
    )
    twice = [key for key, times in fired.items() if times > 1]
    ensure(not twice, TIMERS, f"{twice} of {run.document}")


def check_fired(reading: Reading) -> None:
    """After the timers have run: nothing is due any more, and whatever is late was told to be."""
    due = ApprovalTimer.objects.filter(fires_at__lte=reading.now)
    ensure(not due.exists(), TIMERS, "some are due, and stay so")
    for run, step in reading.open():
        if run.attachment.status == "in_progress" and run.document and step.due_date and step.due_date <= reading.now:
            ensure(_is_told(run, step), TIMERS, f"{step.assigned_to} is late with {run.document}, and nobody was told")


def _is_told(run: Run, step: ApprovalInstance) -> bool:
    numbers = {one.pk: one.step_number for one in run.steps}
    due = step.due_date.isoformat()
    return any(
        event.kind == "timed_out" and numbers.get(event.step_id) == step.step_number and event.details["due_at"] == due
        for event in run.events
    )
