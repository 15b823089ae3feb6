"""Playing one case: every act of its history is done by its person, as long as the engine asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User

from examples.replay.description import Asked
from examples.replay.doors import Door, Refused, State
from examples.replay.history import BY_THE_SYSTEM, TAKEN_BACK, Act, Case, Verb
from examples.replay.models import Request
from examples.replay.people import People
from examples.replay.trails import STARTED_ANEW


@dataclass(frozen=True, kw_only=True)
class Played:
    """What came of a case: the engine's trail and end beside the log's, and why it went no further."""

    case: Case
    trail: Sequence[Act]
    end: str
    stopped: str = ""

    @property
    def same_end(self) -> bool:
        """Whether the run stands where the log says."""
        return self.end == self.case.end

    @property
    def same_trail(self) -> bool:
        """Whether the engine's history is the log's."""
        return list(self.trail) == self.case.trail


class Player:
    """Plays the cases of one process."""

    def __init__(self, process: str, stages: Sequence[Asked], door: Door, people: People) -> None:
        self._process, self._stages, self._door, self._people = process, stages, door, people
        self._roles = [asked.role for asked in stages]

    def play(self, case: Case, number: int) -> Played:
        """Everything that the case's people did; it stops where the engine asks somebody else."""
        return _Playing(self, case, number).play()

    def fields_of(self, acts: Sequence[Act]) -> dict[str, bool]:
        """The object's fields for a pass: who decides in it, and where none of them ends it, who is asked then."""
        deciding = {act.role for act in acts if act.role in self._roles}
        if not any(act.role in deciding and act.verb in (Verb.FINAL_APPROVED, Verb.REJECTED) for act in acts):
            behind = max((self._roles.index(role) for role in deciding), default=-1) + 1
            deciding.update(self._roles[behind : behind + 1])
        return {asked.field: asked.role in deciding for asked in self._stages}


class _Playing:
    def __init__(self, player: Player, case: Case, number: int) -> None:
        self._player, self._case, self._number = player, case, number
        self._door, self._people = player._door, player._people
        self._requester = self._people.requester_of(number)
        self._request = Request(process=player._process, case=case.name, created_by=self._requester)
        self._state: State | None = None

    def play(self) -> Played:
        stopped = ""
        try:
            passes = self._case.passes
            for acts, following in zip(passes, [*passes[1:], ()], strict=True):
                self._submit(acts)
                for index, act in enumerate(acts[1:], 1):
                    self._do(act, sent_again=index == len(acts) - 1 and bool(following))
        except Refused as refused:
            stopped = str(refused)
        if self._state is None:
            return Played(case=self._case, trail=(), end="", stopped=stopped)
        trail = self._door.trail(self._state, by=self._people.administrator)
        return Played(case=self._case, trail=trail, end=self._state.status, stopped=stopped)

    def _submit(self, acts: Sequence[Act]) -> None:
        for name, value in self._player.fields_of(acts).items():
            setattr(self._request, name, value)
        self._request.save()
        if self._state is not None and self._state.status == "CHANGES_REQUESTED":
            self._state = self._door.submit_again(self._state, by=self._requester)
            return
        if self._state is not None and self._state.status == "IN_PROGRESS":
            self._cancel(self._people.administrator, STARTED_ANEW)
        self._state = self._door.submit(self._request, by=self._requester)

    def _do(self, act: Act, *, sent_again: bool) -> None:
        state = self._running()
        if act == TAKEN_BACK:
            if not (sent_again and state.status == "CHANGES_REQUESTED"):
                self._cancel(self._requester, "Taken back")
        elif act == BY_THE_SYSTEM:
            if state.status != "COMPLETED":
                self._cancel(self._people.administrator, "By the system")
        else:
            self._decide(act, state)

    def _decide(self, act: Act, state: State) -> None:
        seats = [seat for seat in state.seats if seat.role == act.role]
        if not seats or state.status != "IN_PROGRESS":
            asked = ", ".join(sorted({seat.role for seat in state.seats})) or "nobody"
            raise Refused(f"{act}, but {asked} is asked, and the run is {state.status}")
        seat = seats[self._number % len(seats)]
        by = self._person(seat.username)
        done = self._door.reject if act.verb == Verb.REJECTED else self._door.approve
        self._state = done(seat, by=by)

    def _cancel(self, by: User, reason: str) -> None:
        self._state = self._door.cancel(self._running(), by=by, reason=reason)

    def _person(self, username: str) -> User:
        return self._people.by_name[username]

    def _running(self) -> State:
        if self._state is None:
            raise Refused("the log has decisions before anything was submitted")
        return self._state
