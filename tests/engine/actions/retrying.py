"""A rule of a project's own, and an action that fails by it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.test import override_settings
from django.utils import timezone

from django_workflow_engine.actions import RetryRule
from django_workflow_engine.actions.runner import attempt
from django_workflow_engine.models import ActionRun
from tests.engine.actions.firing import enqueue, running


@dataclass(frozen=True, kw_only=True)
class Steady(RetryRule):
    """The same wait so many times."""

    seconds: float = 7
    attempts: int = 3

    def delay_after(self, failed):
        return timedelta(seconds=self.seconds) if failed.number < self.attempts else None


def by_default(name: object) -> override_settings:
    """Settings in which this is the rule of actions that ask for none."""
    return override_settings(DJANGO_WORKFLOW_ENGINE={"ACTION_RETRY_RULE": name})


def wait() -> float:
    """The seconds until the only run is tried again."""
    return round((ActionRun.objects.get().next_attempt_at - timezone.now()).total_seconds())


def failing(function: str = "refuse") -> ActionRun:
    """A run whose first attempt has failed."""
    (run,) = enqueue(running(function))
    attempt(run.pk)
    return run
