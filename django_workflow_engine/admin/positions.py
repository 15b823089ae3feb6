"""The places of an event, in the reader's language."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from django_workflow_engine.models import WorkflowEvent


class ShowsPositions:
    """For an admin or an inline of events: columns of where each happened and where it led."""

    @admin.display(description=_("from"))
    def left(self, event: WorkflowEvent) -> str:
        """The place that was left, or where the event happened."""
        return event.position_name("from_stage") or event.position_name("from_pipeline")

    @admin.display(description=_("to"))
    def entered(self, event: WorkflowEvent) -> str:
        """The place that was entered."""
        return event.position_name("to_stage") or event.position_name("to_pipeline")
