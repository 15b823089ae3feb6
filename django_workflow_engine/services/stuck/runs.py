"""Which runs are stuck: in progress, or waiting for their requester, and nobody can bring them on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from approval_workflow.choices import ApprovalStatus
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet

from django_workflow_engine.approvals import completion, steps
from django_workflow_engine.approvals.vacancies import Vacancies, hopeless, judge_seats, open_seats
from django_workflow_engine.choices import RUNNING
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.models.content import contents_of_rows
from django_workflow_engine.models.steps import Step
from django_workflow_engine.services.templates.checking import check_kind
from django_workflow_engine.strategies import Route, route_of_tree


def stuck_runs(among: QuerySet[WorkflowAttachment] | None = None) -> QuerySet[WorkflowAttachment]:
    """The runs, among these or all, that nobody can bring on; `explain_stuck` says why.

    Who holds the open seats, and may not decide, is read at once; the queryset then says which runs cannot go on
    without them. It looks at each open seat of these runs: give it no more of them than are asked for.

    Only what is open counts, not what would be asked afterwards: the decision that leads there is refused, and says so.
    Nor do duty rules, which are looked at when somebody is asked and when somebody decides. Raises InvalidInput for
    what is no queryset.
    """
    if among is not None:
        check_kind(among, QuerySet, "among")
    return Inspection(WorkflowAttachment.objects.all() if among is None else among).stuck


@dataclass(frozen=True)
class Inspection:
    """Some runs looked at as they are now; each thing is read once."""

    among: QuerySet[WorkflowAttachment]

    @cached_property
    def running(self) -> QuerySet[WorkflowAttachment]:
        """Those that have not ended."""
        return self.among.filter(status__in=RUNNING).order_by()

    @cached_property
    def without_object(self) -> QuerySet[WorkflowAttachment]:
        """Those whose object was deleted, or whose model is installed no more."""
        stale = [row.pk for row in ContentType.objects.all() if row.model_class() is None]
        return self.running.filter(~Q(tombstone=0) | Q(content_type__in=stale))

    @cached_property
    def vacancies(self) -> Vacancies:
        """Who holds an open seat of theirs and may not decide."""
        return judge_seats(self._seats)

    @cached_property
    def hopeless(self) -> QuerySet[Step]:
        """The seats on which nobody may decide, and without which their approval is never complete."""
        return hopeless(self._seats, self.vacancies)

    @cached_property
    def stuck(self) -> QuerySet[WorkflowAttachment]:
        """Those that nobody can bring on."""
        waiting = self.running.filter(approval_flow__in=self.hopeless.order_by().values("flow"))
        held_up = waiting.exclude(pk__in=self._going_on)
        idle = self.running.filter(~Exists(_CURRENT))
        kinds = (self.without_object, idle, held_up)
        first, *others = (rows.values("pk") for rows in kinds)
        return self.among.filter(pk__in=first.union(*others))

    @property
    def _seats(self) -> QuerySet[Step]:
        return open_seats(self.running.values("approval_flow"))

    @cached_property
    def _going_on(self) -> list[Any]:
        """The runs, by primary key, whose position can be complete without the approvals that cannot.

        How many are enough stands in the content of their versions: they are looked at one by one, few as they are.
        """
        rows = self.hopeless.filter(_MAY_HAVE_ENOUGH, **{f"extra_fields__{steps.COUNT}__isnull": False})
        lost: dict[Any, set[int]] = defaultdict(set)
        asked: dict[Any, int] = {}
        for flow_id, number, place in rows.order_by().values_list("flow_id", "step_number", "extra_fields"):
            lost[flow_id].add(number)
            asked[flow_id] = place[steps.COUNT]
        runs = list(WorkflowAttachment.objects.filter(approval_flow__in=lost).select_related("workflow"))
        trees = contents_of_rows({run.workflow_id: run.workflow for run in runs}.values(), actions=False)
        routes = {workflow_id: route_of_tree(tree) for workflow_id, tree in trees.items()}
        return [
            run.pk
            for run in runs
            if asked[run.approval_flow_id] - len(lost[run.approval_flow_id])
            >= _enough(run, routes[run.workflow_id], asked[run.approval_flow_id])
        ]


def _enough(run: WorkflowAttachment, route: Route, count: int) -> int:
    """How many of so many approvals complete the run's position; all where a template has lost the position."""
    position = route.at(pipeline_id=run.current_pipeline_id, stage_id=run.current_stage_id)
    return completion.enough_of(count, None if position is None else position.holder.required_approvals)


_CURRENT: Final = Step.objects.filter(flow=OuterRef("approval_flow"), status=ApprovalStatus.CURRENT)
_MAY_HAVE_ENOUGH: Final = Q(
    *(
        (f"flow__workflow_attachment__{info}__required_approvals__isnull", False)
        for info in ("current_stage__stage_info", "current_pipeline__pipeline_info", "workflow__workflow_info")
    ),
    _connector=Q.OR,
)
