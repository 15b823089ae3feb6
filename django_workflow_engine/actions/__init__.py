"""Actions: the functions that a project lets the engine's events call."""

from django_workflow_engine.registry import RegisteredAction, registered_actions, workflow_action

__all__ = ["RegisteredAction", "registered_actions", "workflow_action"]
