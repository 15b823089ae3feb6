"""Deleting runs that ended, with their history; running ones and templates stay."""

from django_workflow_engine.cleanup.deletion import cleanup_one
from django_workflow_engine.cleanup.retention import cleanup_completed_workflow_attachments
from django_workflow_engine.cleanup.statistics import get_cleanup_statistics

__all__ = ["cleanup_completed_workflow_attachments", "cleanup_one", "get_cleanup_statistics"]
