"""Runs that nobody can bring on: which they are, and why."""

from django_workflow_engine.services.stuck.explaining import StuckRun, explain_stuck
from django_workflow_engine.services.stuck.fallbacks import ask_fallback
from django_workflow_engine.services.stuck.runs import stuck_runs
from django_workflow_engine.services.stuck.walking import each_stuck_run

__all__ = ["StuckRun", "ask_fallback", "each_stuck_run", "explain_stuck", "stuck_runs"]
