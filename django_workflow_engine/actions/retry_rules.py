"""Rules that say when a failed action is tried again: classes registered by name, of which the engine's is one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from django_workflow_engine import conf, registry
from django_workflow_engine.shapes import LONGEST_SECONDS

LONGEST_WAIT: Final = timedelta(seconds=LONGEST_SECONDS)


@dataclass(frozen=True, kw_only=True)
class FailedAttempt:
    """What a rule is told of an attempt that failed.

    `number` counts the attempts of the run, from 1; `error` is the text that the run keeps, such as `ValueError: …`;
    `action_type` is the event's, `created_at` its moment; path and parameters are those of the call.
    """

    number: int
    error: str
    function_path: str
    action_type: str
    parameters: Mapping[str, Any]
    created_at: datetime


class RetryRule(ABC):
    """When a failed action is tried again. A subclass is registered with `retry_rule`.

    Rules are code in every process, and one is made anew for each question: it remembers nothing, and asks neither
    the database nor anybody else.
    """

    @abstractmethod
    def delay_after(self, failed: FailedAttempt) -> timedelta | None:
        """How long to wait after this attempt, from none to ten years; None gives up: the run is an incident.

        It is asked when an attempt has failed, and again when the next one is due, where only None counts: a rule
        that has become stricter meanwhile is obeyed. What it raises or returns beside is logged, and the built-in
        rule counts.
        """


Rule = TypeVar("Rule", bound=type[RetryRule])


@dataclass(frozen=True, kw_only=True)
class Registration:
    """A class of rules under a name, with the parameters by which it is made."""

    name: str
    made_of: type[RetryRule]
    parameters: Mapping[str, Any]

    def rule(self) -> RetryRule:
        """The rule, made now; raises TypeError where the class is no rule's, and whatever its constructor raises."""
        if not (isinstance(self.made_of, type) and issubclass(self.made_of, RetryRule)):
            raise TypeError(f"{self.made_of!r} is no subclass of RetryRule")
        return self.made_of(**self.parameters)

    def delay_after(self, failed: FailedAttempt) -> timedelta | None:
        """What the rule answers; raises what it raises, and ValueError where its answer is no delay."""
        delay: Any = self.rule().delay_after(failed)
        if delay is None or (isinstance(delay, timedelta) and timedelta() <= delay <= LONGEST_WAIT):
            return delay
        raise ValueError(f"{delay!r} is neither None nor a timedelta from 0 to ten years")


_registrations: Final[list[Registration]] = []


def retry_rule(name: str, /, **parameters: Any) -> Callable[[Rule], Rule]:
    """Register a class of rules under a name, to be made with these parameters; one class may have several names.

    The module must be imported at start-up, in every process. What cannot work is told by `check` and raises nothing
    here: a name that is no identifier or taken already, a class that is no RetryRule or cannot be made, a method that
    takes no attempt or is asynchronous.
    """

    def register(made_of: Rule) -> Rule:
        _registrations.append(Registration(name=name, made_of=made_of, parameters=parameters))
        return made_of

    return register


def registrations() -> Sequence[Registration]:
    """All that was registered, whether it can be used or not."""
    return tuple(_registrations)


def find(name: str) -> Registration | None:
    """What was registered first under this name, or None."""
    return next((one for one in _registrations if one.name == name), None)


@retry_rule("doubling")
@dataclass(frozen=True, kw_only=True)
class Doubling(RetryRule):
    """So many attempts, and a wait that doubles after each, up to the longest; by default as the settings say."""

    attempts: int = field(default_factory=conf.action_max_attempts)
    first_wait: timedelta = field(default_factory=conf.action_retry_delay)
    longest_wait: timedelta = timedelta(days=1)

    def delay_after(self, failed: FailedAttempt) -> timedelta | None:
        """The wait after this attempt, or None after the last."""
        if failed.number >= self.attempts:
            return None
        doublings = min(failed.number - 1, 30)  # by then everything is long
        wait = self.first_wait.total_seconds() * 2.0**doublings
        return timedelta(seconds=min(wait, self.longest_wait.total_seconds()))


retry_rule(registry.ONCE, attempts=1)(Doubling)
