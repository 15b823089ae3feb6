"""The approval package's own pages: what a run asked for is only read, for the engine's verbs alone write it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from approval_workflow.admin import ApprovalFlowAdmin, ApprovalInstanceAdmin
from django.contrib import admin
from django.contrib.admin.utils import display_for_value
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from django_workflow_engine import search_indexes
from django_workflow_engine.admin.asked import describe, kind_of, person, state_of, table_of_steps
from django_workflow_engine.admin.json_fields import InfoField, written
from django_workflow_engine.admin.links import linked, page_of
from django_workflow_engine.admin.of_runs import PageOfRuns
from django_workflow_engine.admin.overdue import PARAMETER, OverdueSteps
from django_workflow_engine.admin.sources import ObjectKeys, PeopleNamed
from django_workflow_engine.admin.targets import ShowsTargets, TargetChangeList, link_to_target
from django_workflow_engine.models.steps import Flow, Step

admin.site.unregister([Flow, Step])


class RunsAreFixed(PageOfRuns):
    """For the package's admins: rows that belong to a run are shown and never written."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody asks for an approval by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A row of a run changes through the engine's verbs alone."""
        return super().has_change_permission(request, obj) and not _belongs_to_a_run(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A row of a run stays."""
        return super().has_delete_permission(request, obj) and not _belongs_to_a_run(obj)


class StepOfARun(ShowsTargets):
    """For the package's admins: the object and its attachment, where a row belongs to a run."""

    def attachment_of(self, row: Any) -> Any:
        """The attachment of the row's flow; None where no workflow asked."""
        flow = row.flow if isinstance(row, Step) else row
        return getattr(flow, "workflow_attachment", None)

    def find_targets(self, request: HttpRequest, rows: Iterable[Any]) -> None:
        """The objects, and the addresses of the attachments."""
        found = list(rows)
        super().find_targets(request, found)
        for attachment in filter(None, map(self.attachment_of, found)):
            attachment.own_address = page_of(request, self.admin_site, attachment)

    @admin.display(description=_("object"))
    def object_name(self, row: Any) -> str:
        """The object in its own words; what the package calls the row where no workflow asked."""
        attachment = self.attachment_of(row)
        return str(row) if attachment is None else attachment.object_text

    @admin.display(description=_("object"))
    def object_link(self, row: Any) -> str:
        """The object, with the way to its page."""
        return link_to_target(self.attachment_of(row))

    @admin.display(description=_("workflow of the object"))
    def run_page(self, row: Any) -> str:
        """The attachment, with the way to its page."""
        attachment = self.attachment_of(row)
        return "" if attachment is None else linked(str(attachment), attachment.own_address)


class StatusFilter(admin.ChoicesFieldListFilter):
    """The package's field has no name that is translated."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = _("status")


class AskedFilter(admin.DateFieldListFilter):
    """The same for the moment of asking."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = _("asked at")


@admin.register(Flow)
class FlowAdmin(StepOfARun, RunsAreFixed, ApprovalFlowAdmin):
    """All approvals of one object."""

    list_display = ("object_name", "run_page", "begun")
    list_filter = (("created_at", AskedFilter),)
    list_select_related = ("content_type", "workflow_attachment")
    search_help_text = _("The key of an object.")
    sources = (ObjectKeys(model=Flow, path="pk"),)
    moment = "created_at"
    answered = ("content_type__exact",)
    told = ("object_link", "run_page", "steps", "begun")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What a run's flow says to people; the package's own fields of any other."""
        return (
            ("object_link", "run_page", "steps", "begun")
            if _belongs_to_a_run(obj)
            else super().get_fields(request, obj)
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All that is only told."""
        return self.told if _belongs_to_a_run(obj) else super().get_readonly_fields(request, obj)

    @admin.display(description=_("asked at"), ordering="created_at")
    def begun(self, flow: Flow) -> Any:
        """When somebody was asked first."""
        return flow.created_at

    @admin.display(description=_("steps"))
    def steps(self, flow: Flow) -> str:
        """Whom the runs of this object asked, in order."""
        rows = Step.objects.filter(flow=flow).select_related("assigned_to", "action_user")
        return table_of_steps(rows.order_by("step_number", "pk"))


class StepList(TargetChangeList):
    """A list of steps that knows the names of their positions and roles."""

    def get_results(self, request: HttpRequest) -> None:
        """Django's page of rows, described together."""
        super().get_results(request)
        describe(self.result_list)


@admin.register(Step)
class StepAdmin(StepOfARun, RunsAreFixed, ApprovalInstanceAdmin):
    """One seat or one role that is asked."""

    list_display = ("object_name", "number", "position", "asked", "role_name", "state", "due", "changed")
    list_filter = (OverdueSteps, ("status", StatusFilter), ("started_at", AskedFilter))
    list_select_related = ("flow__content_type", "flow__workflow_attachment", "assigned_to", "action_user")
    search_fields = search_indexes.free_texts(Step)
    search_help_text = _("The key of an object, a username, or text in comments.")
    sources = (ObjectKeys(model=Flow, path="flow"), PeopleNamed(paths=("assigned_to", "action_user")))
    moment = "started_at"
    answered = ("flow__exact", "assigned_to__exact", "action_user__exact", PARAMETER)
    told = (
        *("object_link", "run_page", "number", "position", "asked", "role", "kind", "state", "decided_by", "said"),
        *("form_values", "asked_at", "due", "changed", "passed_on"),
    )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[StepList]:
        """The list that describes its rows."""
        return StepList

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The step, described."""
        step = super().get_object(request, object_id, from_field)
        describe([] if step is None else [step])
        return step

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What a run's step says to people; the package's own fields of any other."""
        return self.told if _belongs_to_a_run(obj) else super().get_fields(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All that is only told."""
        return self.told if _belongs_to_a_run(obj) else super().get_readonly_fields(request, obj)

    @admin.display(description=_("step"), ordering="step_number")
    def number(self, step: Any) -> int:
        """Its number among all steps of the object."""
        number: int = step.step_number
        return number

    @admin.display(description=_("position"))
    def position(self, step: Any) -> str:
        """The pipeline and the stage where it was asked."""
        return str(step.position_text)

    @admin.display(description=_("asked"), ordering="assigned_to")
    def asked(self, step: Any) -> str:
        """Who is asked."""
        return person(step.assigned_to)

    @admin.display(description=_("role"))
    def role(self, step: Any) -> str:
        """The role as whose member somebody is asked, and how its members decide."""
        return str(step.role_text)

    @admin.display(description=_("role"))
    def role_name(self, step: Any) -> str:
        """The role alone."""
        return str(step.role_name)

    @admin.display(description=_("what is asked"))
    def kind(self, step: Any) -> str:
        """What the decision asks of its approver."""
        return kind_of(step)

    @admin.display(description=_("status"), ordering="status")
    def state(self, step: Any) -> str:
        """What became of it, whether it is overdue, and who has claimed it."""
        return state_of(step)

    @admin.display(description=_("decided by"), ordering="action_user")
    def decided_by(self, step: Any) -> str:
        """Who decided."""
        return person(step.action_user)

    @admin.display(description=_("comment"))
    def said(self, step: Any) -> str:
        """What the decider said."""
        return str(step.comment)

    @admin.display(description=_("form data"))
    def form_values(self, step: Any) -> str:
        """What was sent with the decision."""
        return "" if step.form_data is None else written(InfoField().prepare_value(step.form_data))

    @admin.display(description=_("asked at"), ordering="started_at")
    def asked_at(self, step: Any) -> Any:
        """When it was asked."""
        return step.started_at

    @admin.display(description=_("due"), ordering="due_date")
    def due(self, step: Any) -> str:
        """Until when it is to be decided."""
        return display_for_value(step.due_date, "")

    @admin.display(description=_("last changed"), ordering="updated_at")
    def changed(self, step: Any) -> Any:
        """When it last changed."""
        return step.updated_at

    @admin.display(description=_("passed on"))
    def passed_on(self, step: Any) -> str:
        """Who passed it to whom."""
        return "" if not step.delegation_chain else written(InfoField().prepare_value(step.delegation_chain))


def _belongs_to_a_run(row: Flow | Step | None) -> bool:
    flow = row.flow if isinstance(row, Step) else row
    return flow is not None and hasattr(flow, "workflow_attachment")
