"""Whose turn it is where a role takes turns: whoever had none, else whose latest one is longest ago."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django_workflow_engine.models.locks import for_update
from django_workflow_engine.models.turns import RoleTurns


class Turns:
    """The turns that one call takes: noted at once for the rest of the call, and stored by `save`.

    With `looking` they are only looked at, as a preview does, and nobody else waits for them.
    """

    def __init__(self, *, looking: bool = False) -> None:
        self._looking = looking
        self._roles: dict[str, RoleTurns] = {}

    def take(self, user_ids: Sequence[Any], role_id: str) -> Any:
        """Give the next turn of this role to one of these people; among equals to the first.

        Somebody who joins has one turn, and then waits like everybody: nobody catches up with what was before.
        """
        turns = self._roles.get(role_id) or self._read(role_id)
        chosen = min(user_ids, key=lambda key: turns.latest.get(str(key), 0))
        turns.taken += 1
        turns.latest[str(chosen)] = turns.taken
        return chosen

    def save(self) -> None:
        """Store the turns that were taken, each once.

        Where two verbs take the first turn of a role at once, the constraint has the second one begin anew.
        """
        while self._roles:
            _role_id, turns = self._roles.popitem()
            turns.save()

    def _read(self, role_id: str) -> RoleTurns:
        rows = RoleTurns.objects.filter(role_id=role_id)
        found = (rows if self._looking else for_update(rows)).first()
        self._roles[role_id] = found = found or RoleTurns(role_id=role_id)
        return found
