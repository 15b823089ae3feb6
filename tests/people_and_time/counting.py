"""What one approval is worth: counted by the person whose seat it is, whoever gives it."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from approval_workflow.models import ApprovalInstance

from tests.people_and_time.invariants import COUNTING, ensure
from tests.people_and_time.reading import ALL_MUST, COUNTED, Reading, Run


@dataclass(frozen=True, kw_only=True)
class Vote:
    """An approval that is about to be given on a seat: what it will complete."""

    seat: ApprovalInstance
    only_checks_in: bool
    completes: bool  # what the seat's approval asks
    beside: Set[int]  # the other open seats of the approval
    goes_on: bool  # the position has enough then

    @classmethod
    def of(cls, run: Run, seat: ApprovalInstance) -> Vote:
        beside = {other.pk for other in run.beside(seat)} - {seat.pk}
        completes = _completes(run, seat, beside)
        checks_in = seat.approval_type == "check_in_verify" and not seat.extra_fields.get("checked_in")
        goes_on = completes and _are_enough(run, seat)
        return cls(seat=seat, only_checks_in=checks_in, completes=completes, beside=beside, goes_on=goes_on)

    def check(self, after: Reading, outcome: str) -> None:
        """Hold what has become of it against what was expected."""
        seats = {step.pk for step in after.run_of(self.seat).beside(self.seat)}
        if self.only_checks_in:
            expected, words = self.beside | {self.seat.pk}, outcome == "checked_in"
        elif self.completes:
            expected, words = set(), (outcome == "step_approved") <= (not self.goes_on or self._asks_more(after))
        else:
            next_in_line = seats - self.beside if self.seat.extra_fields.get("afterwards") else set()
            expected, words = self.beside | next_in_line, outcome == "step_approved"
        told = f"{outcome}, open are {seats} and not {expected}; it completes: {self.completes}, {self.goes_on}"
        ensure(seats == expected and words, COUNTING, told)

    def _asks_more(self, after: Reading) -> bool:
        """Whether the position has another approval after this one."""
        run = after.run_of(self.seat)
        return any(step.pk > self.seat.pk and step.extra_fields["approval"] for step in run.open)


def _completes(run: Run, seat: ApprovalInstance, beside: Set[int]) -> bool:
    if seat.role_selection_strategy in COUNTED:
        voters = run.voters(seat.step_number) | {str(seat.assigned_to_id)}
        return len(voters) >= run.required(seat)
    if seat.role_selection_strategy in ALL_MUST:
        return not beside and not seat.extra_fields.get("afterwards")
    return True


def _are_enough(run: Run, seat: ApprovalInstance) -> bool:
    """Whether the run goes on once the seat's approval is complete."""
    together = seat.extra_fields.get("together")
    if together is None:
        return True
    numbers = {step.step_number for step in run.open} - {seat.step_number}
    return together - len(numbers) >= min(run.rules.enough or together, together)
