"""Actions: the functions that a project lets the engine's events call, and when they are tried again."""

from django_workflow_engine.actions.retry_rules import Doubling, FailedAttempt, RetryRule, retry_rule
from django_workflow_engine.registry import RegisteredAction, registered_actions, workflow_action

__all__ = [
    "Doubling",
    "FailedAttempt",
    "RegisteredAction",
    "RetryRule",
    "registered_actions",
    "retry_rule",
    "workflow_action",
]
