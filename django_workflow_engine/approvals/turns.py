"""Whose turn it is where a role takes turns: whoever had none, else whose latest one is longest ago."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django_workflow_engine.models.locks import for_update
from django_workflow_engine.models.turns import RoleTurns


class Turns:
    """The turns that one call takes: noted at once for the rest of the call, and stored by `save`.

    With `looking` they are only looked at, as a preview does, and nobody else waits for them.
    """

    def __init__(self, *, looking: bool = False) -> None:
        self._looking = looking
        self._taken: dict[str, RoleTurns] = {}
        self._looked_at: dict[str, RoleTurns | None] = {}

    @contextmanager
    def only_looking(self) -> Iterator[None]:
        """Take no turn in the block: of approvals that are asked later it is only known that somebody can decide."""
        before, self._looking = self._looking, True
        try:
            yield
        finally:
            self._looking = before

    def take(self, user_ids: Sequence[Any], role_id: str) -> Any:
        """Give the next turn of this role to one of these people; among equals to the first.

        Somebody who joins has one turn, and then waits like everybody: nobody catches up with what was before.
        """
        turns = self._looked(role_id) if self._looking else self._locked(role_id)
        latest = {} if turns is None else turns.latest
        chosen = min(user_ids, key=lambda key: latest.get(str(key), 0))
        if turns is not None and not self._looking:
            turns.taken += 1
            turns.latest[str(chosen)] = turns.taken
        return chosen

    def save(self) -> None:
        """Store the turns that were taken, each once.

        Where two verbs take the first turn of a role at once, the constraint has the second one begin anew.
        """
        while self._taken:
            _role_id, turns = self._taken.popitem()
            turns.save()

    def _locked(self, role_id: str) -> RoleTurns:
        if role_id not in self._taken:
            found = for_update(RoleTurns.objects.filter(role_id=role_id)).first()
            self._taken[role_id] = found or RoleTurns(role_id=role_id)
        return self._taken[role_id]

    def _looked(self, role_id: str) -> RoleTurns | None:
        if role_id in self._taken:
            return self._taken[role_id]
        if role_id not in self._looked_at:
            self._looked_at[role_id] = RoleTurns.objects.filter(role_id=role_id).first()
        return self._looked_at[role_id]
