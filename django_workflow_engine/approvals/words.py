"""Texts of the approval package that people read here: it marks them for translation, but brings no catalogue."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_noop

WORDS: Final = (
    gettext_noop("Pending"),
    gettext_noop("Current"),
    gettext_noop("Approved"),
    gettext_noop("Rejected"),
    gettext_noop("Needs Resubmission"),
    gettext_noop("Delegated"),
    gettext_noop("Escalated"),
    gettext_noop("Cancelled"),
    gettext_noop("Completed"),
    gettext_noop("Approval Flow"),
    gettext_noop("Approval Flows"),
)
