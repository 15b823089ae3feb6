"""Fixtures of the tests of actions."""

from __future__ import annotations

import pytest

from django_workflow_engine import registry
from django_workflow_engine.actions import retry_rules
from tests.engine.actions.firing import enqueue
from tests.testapp import workflow_actions


@pytest.fixture(autouse=True)
def calls():
    """What the functions of the test app were called with, in order."""
    workflow_actions.calls.clear()
    return workflow_actions.calls


@pytest.fixture
def fire(django_capture_on_commit_callbacks):
    """Fire events, by default one approval, and let the commit happen; gives the runs as they are then."""

    def fire_and_commit(attachment, *events):
        with django_capture_on_commit_callbacks(execute=True):
            runs = enqueue(attachment, *events)
        for run in runs:
            run.refresh_from_db()
        return runs

    return fire_and_commit


@pytest.fixture
def forget(monkeypatch):
    """Let the actions and the retry rules that a test registers be forgotten after it."""
    monkeypatch.setattr(registry, "_decorated", dict(registry._decorated))
    monkeypatch.setattr(retry_rules, "_registrations", list(retry_rules._registrations))
