"""The record of actions: only read, but for what people do about a run that failed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from django_workflow_engine import search_indexes
from django_workflow_engine.actions.incidents import may_handle_runs, retry_action_run, skip_action_run
from django_workflow_engine.admin.actions import called
from django_workflow_engine.admin.fixed import FixedAdmin
from django_workflow_engine.admin.json_fields import InfoField, written
from django_workflow_engine.admin.links import linked, page_of
from django_workflow_engine.admin.sources import ObjectKeys
from django_workflow_engine.admin.targets import ShowsTargets, link_to_target
from django_workflow_engine.errors import WorkflowError
from django_workflow_engine.models import ActionRun, WorkflowAttachment

Verb = Callable[[Any, Any], ActionRun]


@admin.register(ActionRun)
class ActionRunAdmin(ShowsTargets, FixedAdmin):
    """Every call of an action, with how it ended; one that failed can be retried or skipped."""

    actions = ("retry_runs", "skip_runs")
    fields = (
        *("function", "action_type", "object_link", "run_page", "event_page", "run_number"),
        *("status", "attempts", "next_attempt_at", "error", "finished_at", "duration_ms", "handled_by_name"),
        *("sent", "situation", "answer", "key", "created_at"),
    )
    readonly_fields = (
        *("function", "object_link", "run_page", "event_page", "error", "sent", "situation", "answer", "created_at"),
    )
    list_display = ("created_at", "action_type", "function", "status", "attempts", "object_link")
    list_filter = ("status", "action_type")
    list_select_related = ("attachment", "event")
    search_fields = search_indexes.free_texts(ActionRun)
    search_help_text = _("The key of an object, or text in the path of a function and in the last error.")
    sources = (ObjectKeys(model=WorkflowAttachment, path="attachment"),)
    date_hierarchy = moment = "created_at"
    answered = ("attachment__exact", "event__exact", "status__exact", "key__exact")

    @admin.display(description=_("object"))
    def object_link(self, run: ActionRun) -> str:
        """The object whose workflow called the action."""
        return link_to_target(run.attachment)

    @admin.display(description=_("function"), ordering="function_path")
    def function(self, run: ActionRun) -> str:
        """The function as it is registered, with its path; the path alone where it is registered no more."""
        return called(run.function_path)

    @admin.display(description=_("workflow of the object"))
    def run_page(self, run: ActionRun) -> str:
        """The attachment, with the way to its page."""
        return linked(str(run.attachment), run.attachment_address)  # type: ignore[attr-defined]

    @admin.display(description=_("event"))
    def event_page(self, run: ActionRun) -> str:
        """What the action answers, with the way to its page."""
        return "" if run.event is None else linked(str(run.event), run.event_address)  # type: ignore[attr-defined]

    @admin.display(description=_("last error"))
    def error(self, run: ActionRun) -> str:
        """The last error, in its own lines."""
        return written(run.last_error)

    @admin.display(description=_("parameters"))
    def sent(self, run: ActionRun) -> str:
        """The parameters of the call."""
        return written(InfoField().prepare_value(run.parameters))

    @admin.display(description=_("context"))
    def situation(self, run: ActionRun) -> str:
        """What the call is told of its event."""
        return written(InfoField().prepare_value(run.context))

    @admin.display(description=_("returned"))
    def answer(self, run: ActionRun) -> str:
        """What the function returned."""
        return "" if run.returned is None else written(InfoField().prepare_value(run.returned))

    def find_targets(self, request: HttpRequest, rows: Iterable[Any]) -> None:
        """The objects, and the addresses of the attachment and the event."""
        runs = list(rows)
        super().find_targets(request, runs)
        for run in runs:
            run.attachment_address = page_of(request, self.admin_site, run.attachment)
            run.event_address = page_of(request, self.admin_site, run.event)

    def has_handle_permission(self, request: HttpRequest) -> bool:
        """Whether the viewer may retry and skip runs; Django's list asks before it offers those actions."""
        return may_handle_runs(request.user)

    @admin.action(description=_("Retry the selected failed runs"), permissions=["handle"])
    def retry_runs(self, request: HttpRequest, queryset: QuerySet[ActionRun]) -> None:
        """Have every selected run that failed tried once more."""
        done = self._settle_each(request, queryset, retry_action_run)
        if done:
            told = ngettext("%d run is tried once more.", "%d runs are tried once more.", done) % done
            self.message_user(request, told, messages.SUCCESS)

    @admin.action(description=_("Skip the selected failed runs"), permissions=["handle"])
    def skip_runs(self, request: HttpRequest, queryset: QuerySet[ActionRun]) -> None:
        """Let every selected run that failed be."""
        done = self._settle_each(request, queryset, skip_action_run)
        if done:
            told = ngettext("%d run is not tried again.", "%d runs are not tried again.", done) % done
            self.message_user(request, told, messages.SUCCESS)

    def get_urls(self) -> list[URLPattern]:
        """Django's pages of the runs, and the addresses of the two buttons."""
        options = self.opts
        own = [
            path(f"<path:object_id>/{verb}/", self.admin_site.admin_view(view), name=f"{_name(options)}_{verb}")
            for verb, view in (("retry", self.retry_view), ("skip", self.skip_view))
        ]
        return [*own, *super().get_urls()]

    def retry_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The button that has one failed run tried once more."""
        return self._settle_one(request, object_id, retry_action_run, _("The run is tried once more."))

    def skip_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The button that lets one failed run be."""
        return self._settle_one(request, object_id, skip_action_run, _("The run is not tried again."))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Django's page, with the buttons where the run failed and the viewer may see to it."""
        run: ActionRun = kwargs["obj"]
        if run.has_failed and self.has_handle_permission(request):
            context["run_verbs"] = {verb: self._page_of(verb, run.pk) for verb in ("retry", "skip")}
        return super().render_change_form(request, context, *args, **kwargs)

    def _settle_one(self, request: HttpRequest, object_id: str, verb: Verb, told: str | Promise) -> HttpResponse:
        """What a button does: the verb, a message, and the run's page again."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        key = unquote(object_id)
        run = self.get_object(request, key)
        if run is None:
            redirect: HttpResponse = self._get_obj_does_not_exist_redirect(request, self.opts, key)  # type: ignore[attr-defined]
            return redirect
        if not (self.has_view_permission(request, run) and self.has_handle_permission(request)):
            raise PermissionDenied
        try:
            verb(run.pk, request.user)
            self.message_user(request, str(told), messages.SUCCESS)
        except WorkflowError as refusal:
            self.message_user(request, refusal.message, messages.ERROR)
        return HttpResponseRedirect(self._page_of("change", run.pk))

    def _settle_each(self, request: HttpRequest, runs: QuerySet[ActionRun], verb: Verb) -> int:
        """Call the verb for each run, tell why it refused any, and give the number of those that it took."""
        refused: dict[str, int] = {}
        keys = list(runs.values_list("pk", flat=True))
        for key in keys:
            try:
                verb(key, request.user)
            except WorkflowError as refusal:
                refused[refusal.message] = refused.get(refusal.message, 0) + 1
        for message, number in refused.items():
            self.message_user(request, message if number == 1 else f"{message} ({number})", messages.WARNING)
        return len(keys) - sum(refused.values())

    def _page_of(self, page: str, key: Any) -> str:
        return reverse(f"admin:{_name(self.opts)}_{page}", args=[key], current_app=self.admin_site.name)


def _name(options: Any) -> str:
    return f"{options.app_label}_{options.model_name}"
