"""Pages that write while others do: what is sent is written as by a verb, begun anew where the database asks for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from django_workflow_engine.errors import Conflict
from django_workflow_engine.transactions import verb


class MeetsOthers(admin.ModelAdmin):
    """For an admin of rows that several people edit: Django's pages answer a deadlock with a page of errors."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list, and its actions."""
        return self._as_a_verb(request, super().changelist_view, extra_context)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The page that adds or changes a row."""
        return self._as_a_verb(request, super().changeform_view, object_id, form_url, extra_context)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """The page that deletes a row."""
        return self._as_a_verb(request, super().delete_view, object_id, extra_context)

    def _as_a_verb(self, request: HttpRequest, view: Callable[..., HttpResponse], *args: Any) -> HttpResponse:
        """What the view answers; who could not be let through is told so, on the page as it is now."""
        if request.method != "POST":
            return view(request, *args)
        before = _told(request)[:]

        @verb
        def page() -> HttpResponse:
            _told(request)[:] = before  # without what an attempt before this one has said
            return view(request, *args)

        try:
            return page()
        except Conflict as refused:
            _told(request)[:] = before
            self.message_user(request, refused.message, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())


def _told(request: HttpRequest) -> list[Any]:
    """The messages that the request has for its answer until now."""
    told: list[Any] = getattr(messages.get_messages(request), "_queued_messages", [])
    return told
