"""The places of an event, in the reader's language."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from django_workflow_engine.models import WorkflowEvent


class ShowsPlaces:
    """For an admin or an inline of events: columns of where each happened and where it led."""

    @admin.display(description=_("from"))
    def left(self, event: WorkflowEvent) -> str:
        """The place that was left, or where the event happened."""
        return event.place("from_stage") or event.place("from_pipeline")

    @admin.display(description=_("to"))
    def entered(self, event: WorkflowEvent) -> str:
        """The place that was entered."""
        return event.place("to_stage") or event.place("to_pipeline")
