"""Runs plans: has what fields wait for read together, level by level, and fills it in."""

from __future__ import annotations

from collections.abc import Coroutine, Hashable, Iterable
from typing import Any, Final, TypeAlias

from gql_workflows.dataloaders.loader import Keys, Loader, LoadRequest, in_plan
from gql_workflows.execution.budget import Budget
from gql_workflows.execution.fields import Loaded, PlanInfo
from gql_workflows.execution.plans import NotPlain
from gql_workflows.execution.source import Compiled, Waiting

Row: TypeAlias = tuple[Any, dict[str, Any]]  # an object, and what is answered of it
Wanted: TypeAlias = tuple[Loader[Any], Iterable[Hashable]]


class PlanRun:
    """Completes one value by its plan; what fails in it leaves other values alone."""

    def __init__(self, plan: Compiled, context: Any, budget: Budget) -> None:
        self.asked: Final = PlanInfo(context)
        self.spend: Final = budget.spend
        self.waiting: list[list[Row]] = [[] for _fields in plan.waiting]
        self.failure: Exception | None = None
        self._plan, self._budget = plan, budget
        self._asking: list[_OfLoader | _OfResolver] = []

    def complete(self, value: Any) -> Any:
        """The completed value, in which something may wait yet."""
        return self._plan.complete(value, self)

    @property
    def is_complete(self) -> bool:
        """Whether nothing waits."""
        return not any(self.waiting)

    def step(self) -> Keys:
        """Let each field go on, up to what it wants next or to its value, below which others may wait."""
        token = in_plan.set(True)
        try:
            return self._step()
        except Exception as error:  # whatever it is: graphql-core meets it again, and reports it as it should be
            self.failure = error
            for one in self._asking:
                one.close()
            return {}
        finally:
            in_plan.reset(token)

    def _step(self) -> Keys:
        keys: Keys = {}
        ready, self._asking = [*self._asking, *self._begun()], []
        while ready:
            for index, one in enumerate(ready):
                try:
                    wanted = one.go_on()
                except BaseException:
                    self._asking += ready[index:]
                    raise
                if wanted is not None:
                    self._asking.append(one)
                    keys.setdefault(wanted[0], set()).update(wanted[1])
            ready = self._begun()
        return keys

    def _begun(self) -> list[_OfLoader | _OfResolver]:
        """What has begun to wait since the last look."""
        begun: list[_OfLoader | _OfResolver] = []
        for number, rows in enumerate(self.waiting):
            if rows:
                self.waiting[number] = []
                for one in self._plan.waiting[number]:
                    begun += _beginning(one, rows, self)
        return begun

    def spent(self) -> tuple[int, int]:
        """What was counted so far, to tell what one value takes."""
        return self._budget.left


def _beginning(one: Waiting, rows: list[Row], run: PlanRun) -> list[_OfLoader] | list[_OfResolver]:
    reader = one.field.reader
    if isinstance(reader, Loaded):
        return [_OfLoader(one, reader, rows, run)]
    return [_OfResolver(one, row, run) for row in rows]


class _OfLoader:
    """One field of many rows, whose values a loader has."""

    def __init__(self, one: Waiting, reader: Loaded, rows: list[Row], run: PlanRun) -> None:
        self._one, self._reader, self._rows, self._run = one, reader, rows, run
        self._loader: Loader[Any] = getattr(run.asked.context.loaders, reader.loader)
        self._keys = [reader.key(source) for source, _row in rows]
        at_hand = reader.at_hand or _nothing
        self._held = [at_hand(source) for source, _row in rows]
        self._asked = False

    def go_on(self) -> Wanted | None:
        """What is not found yet, once; then the values are filled in."""
        if not self._asked:
            self._asked = True
            missing = self._missing()
            if missing:
                return self._loader, missing
        if self._one.field.value.waits or self._reader.beside is not None:
            self._fill_each()
        else:
            self._fill_alike()
        return None

    def _missing(self) -> set[Hashable]:
        found = self._loader.found
        asked = (key for key, held in zip(self._keys, self._held, strict=True) if held is None)
        return {key for key in asked if key is not None and key not in found}

    def _fill_each(self) -> None:
        name = self._one.field.name
        for key, held, (source, row) in zip(self._keys, self._held, self._rows, strict=True):
            row[name] = self._completed(key, held, source)

    def _fill_alike(self) -> None:
        """The same key has the same value, which is completed once and counted each time."""
        name, run = self._one.field.name, self._run
        known: dict[Any, tuple[Any, int, int]] = {}
        for key, held, (source, row) in zip(self._keys, self._held, self._rows, strict=True):
            met = known.get(key)
            if met is None:
                values, size = run.spent()
                completed = self._completed(key, held, source)
                less, smaller = run.spent()
                known[key] = met = completed, values - less, size - smaller
            else:
                run.spend(met[1], met[2])
            row[name] = met[0]

    def _completed(self, key: Any, held: Any, source: Any) -> Any:
        value = held
        if held is None and key is not None:
            value = self._loader.value(self._loader.found, key)
        return self._one.complete(self._reader.shown(value, source), self._run)

    def close(self) -> None:
        """Nothing has begun that must be ended."""


def _nothing(source: Any) -> None:
    """What is at hand of an object where nothing was read with it."""


class _OfResolver:
    """One field of one row, whose resolver waits for loaders."""

    def __init__(self, one: Waiting, row: Row, run: PlanRun) -> None:
        reader: Any = one.field.reader
        self._one, self._reader, self._run = one, reader, run
        self._source, self._row = row
        self._resolver: Coroutine[Any, Any, Any] | None = None

    def go_on(self) -> Wanted | None:
        """What the resolver wants next; its value is filled in."""
        if self._resolver is None:
            asked = (self._run.asked,) if self._reader.asks else ()
            self._resolver = self._reader.function(self._source, *asked)
        try:
            wanted = self._resolver.send(None)
        except StopIteration as stop:
            self._row[self._one.field.name] = self._one.complete(stop.value, self._run)
            return None
        if not isinstance(wanted, LoadRequest):
            raise NotPlain
        return wanted.loader, wanted.keys

    def close(self) -> None:
        """End the resolver, where it has begun."""
        if self._resolver is not None:
            self._resolver.close()
