"""Statistics over all workflows and attachments: counted by the database, as far as they are asked for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, reduce
from operator import add
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Avg, Count, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from django_workflow_engine.choices import AttachmentStatus, WorkflowStatus, WorkflowStrategy
from django_workflow_engine.models import Pipeline, Stage, WorkFlow, WorkflowAttachment
from django_workflow_engine.models.keys import to_primary_key
from django_workflow_engine.models.querysets import owned_by
from django_workflow_engine.selectors.companies import company_names, unambiguous
from django_workflow_engine.selectors.lengths import ApprovalsLength
from django_workflow_engine.selectors.totals import Totals


@dataclass(frozen=True, kw_only=True)
class AttachmentCounts:
    """Attachments by status, and how long the completed ones took on average, start to end."""

    by_status: Mapping[AttachmentStatus, int]
    average_completion: timedelta | None

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_status.values())

    def as_dict(self) -> dict[str, Any]:
        """The numbers by name; `avg_completion_seconds` is None where none is completed."""
        average = self.average_completion
        return {
            "total": self.total,
            **{status.value: count for status, count in self.by_status.items()},
            "avg_completion_seconds": None if average is None else average.total_seconds(),
        }


class Statistics:
    """The numbers of some workflows and some attachments, each counted by the database when it is asked for.

    The key None of `by_company` is what belongs to no company. All together cost four statements.
    """

    def __init__(self, *, workflows: QuerySet[WorkFlow], attachments: QuerySet[WorkflowAttachment]) -> None:
        self._workflows = WorkFlow.objects.filter(pk__in=workflows.order_by().values("pk"))
        self._attachments = attachments

    @cached_property
    def by_status(self) -> Mapping[WorkflowStatus, int]:
        """How many workflows have each status."""
        return _counted(WorkflowStatus, self._groups, "status")

    @cached_property
    def by_strategy(self) -> Mapping[WorkflowStrategy, int]:
        """How many workflows have each strategy."""
        return _counted(WorkflowStrategy, self._groups, "strategy")

    @cached_property
    def by_company(self) -> Mapping[Any, Totals]:
        """What each company's workflows hold."""
        below = (*_of_pipelines(self._workflows), *_of_stages(self._workflows))
        return _by_company([*map(_of_workflows, self._groups), *below])

    @property
    def overview(self) -> Totals:
        """All companies together."""
        return reduce(add, self.by_company.values(), Totals())

    @cached_property
    def attachments(self) -> AttachmentCounts:
        """How the runs stand."""
        return _attachments(self._attachments)

    @cached_property
    def _groups(self) -> Sequence[Mapping[str, Any]]:
        asked = _approvals("workflow_info", strategy=WorkflowStrategy.WORKFLOW_ONLY)
        rows = self._workflows.order_by().values("company_id", "status", "strategy")
        return list(rows.annotate(workflows=Count("pk"), approvals=asked))


def get_workflow_statistics(company_id: Any = None) -> dict[str, Any]:
    """The statistics of all templates and attachments, or of one company's, in the keys of the reference.

    `by_company` goes by the company's name and leaves out what belongs to none; `by_strategy` goes by the
    stored number. An attachment belongs to the company of its template.
    """
    workflows, attachments = WorkFlow.objects.templates(), WorkflowAttachment.objects.all()
    if company_id is not None:
        companies = [to_primary_key(get_user_model(), company_id)]
        workflows, attachments = workflows.filter(company__in=companies), attachments.filter(owned_by(companies))
    found = Statistics(workflows=workflows, attachments=attachments)
    names = unambiguous(company_names(found.by_company))
    return {
        "overview": found.overview.as_dict(),
        "by_status": {status.value: count for status, count in found.by_status.items()},
        "by_strategy": {strategy.value: count for strategy, count in found.by_strategy.items()},
        "by_company": {names[key]: _held(totals) for key, totals in found.by_company.items() if key in names},
        "attachments": found.attachments.as_dict(),
    }


Part = tuple[Any, Totals]


def _of_workflows(group: Mapping[str, Any]) -> Part:
    count = group["workflows"]
    active = count if group["status"] == WorkflowStatus.ACTIVE else 0
    return group["company_id"], Totals(workflows=count, active=active, approvals=group["approvals"])


def _of_pipelines(workflows: QuerySet[WorkFlow]) -> Iterable[Part]:
    approvals = _approvals("pipeline_info", workflow__strategy=WorkflowStrategy.WORKFLOW_PIPELINE)
    rows = Pipeline.objects.filter(workflow__in=workflows).order_by().values_list("workflow__company_id")
    for company, pipelines, asked in rows.annotate(Count("pk"), asked=approvals):
        yield company, Totals(pipelines=pipelines, approvals=asked)


def _of_stages(workflows: QuerySet[WorkFlow]) -> Iterable[Part]:
    rows = Stage.objects.filter(pipeline__workflow__in=workflows).order_by()
    counted = rows.values_list("pipeline__workflow__company_id").annotate(Count("pk"), asked=_approvals("stage_info"))
    for company, stages, asked in counted:
        yield company, Totals(stages=stages, approvals=asked, stage_approvals=asked)


def _approvals(field: str, **where: Any) -> Coalesce:
    return Coalesce(Sum(ApprovalsLength(F(field)), filter=Q(**where)), Value(0))


def _by_company(parts: Iterable[Part]) -> dict[Any, Totals]:
    found: dict[Any, Totals] = defaultdict(Totals)
    for company, totals in parts:
        found[company] += totals
    return dict(found)


def _counted(choices: Any, groups: Iterable[Mapping[str, Any]], key: str) -> dict[Any, int]:
    """How many workflows have each value; 0 where none has it."""
    counts: Counter[Any] = Counter()
    for group in groups:
        counts[group[key]] += group["workflows"]
    return {choice: counts[choice.value] for choice in choices}


def _attachments(attachments: QuerySet[WorkflowAttachment]) -> AttachmentCounts:
    rows = attachments.order_by().values_list("status").annotate(Count("pk"), Avg("seconds_taken"))
    found = {status: (count, seconds) for status, count, seconds in rows}
    _completed, seconds = found.get(AttachmentStatus.COMPLETED.value, (0, None))
    return AttachmentCounts(
        by_status={status: found.get(status.value, (0, None))[0] for status in AttachmentStatus},
        average_completion=None if seconds is None else timedelta(seconds=seconds),
    )


def _held(totals: Totals) -> dict[str, int]:
    return {name: getattr(totals, name) for name in ("workflows", "pipelines", "stages", "approvals")}
