"""What every page of the engine in the admin looks like."""

from __future__ import annotations

from typing import Any

from django_workflow_engine.admin.bounded import Bounded
from django_workflow_engine.admin.searching import SearchesShortTexts


class EnginePage(SearchesShortTexts, Bounded):
    """A list and its pages, in which each text keeps its own direction and long ones are wrapped."""

    class Media:
        """The engine's own style, as a file: pages need nothing inline."""

        css: Any = {"all": ("django_workflow_engine/pages.css",)}
