"""Which runs still need a template, or a place in it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import ngettext

from django_workflow_engine.choices import RUNNING
from django_workflow_engine.i18n import isolated
from django_workflow_engine.models import Pipeline, Stage, WorkFlow, WorkflowAttachment


@dataclass(frozen=True, kw_only=True)
class Use:
    """A row that cannot be deleted: `runs` stand or ended on it, `running` of them are in progress."""

    row: Any
    runs: int
    running: int

    @property
    def sentence(self) -> str:
        """The same for people."""
        facts = {"name": isolated(self.row), "runs": self.runs, "running": self.running}
        return (
            ngettext(
                "“%(name)s” is in use by %(runs)d run (in progress: %(running)d).",
                "“%(name)s” is in use by %(runs)d runs (in progress: %(running)d).",
                self.runs,
            )
            % facts
        )


def runs_of(template_ids: Sequence[int]) -> QuerySet[Any]:
    """The attachments to these templates, to whichever of their versions, or to the templates themselves."""
    versions = Q(workflow__cloned_from__in=template_ids, workflow__is_hidden=True)
    return WorkflowAttachment.objects.filter(Q(workflow__in=template_ids) | versions)


def used_among(template_ids: Collection[int]) -> set[int]:
    """Those of these templates to which, or to whose versions, an object is attached; one statement."""
    attachments = WorkflowAttachment.objects.order_by()
    own = attachments.filter(workflow=OuterRef("pk"))
    of_versions = attachments.filter(workflow__cloned_from=OuterRef("pk"), workflow__is_hidden=True)
    used = WorkFlow.objects.filter(Exists(own) | Exists(of_versions), pk__in=template_ids).order_by()
    return set(used.values_list("pk", flat=True))


def uses_of(rows: Sequence[WorkFlow | Pipeline | Stage]) -> Iterator[Use]:
    """The uses of these rows, which are all of one kind; rows that nothing uses are left out. One statement."""
    by_key = {row.pk: row for row in rows}
    counted: dict[int, list[int]] = {}
    for keys, runs, running in _counts(rows):
        for key in {*keys} & by_key.keys():
            total = counted.setdefault(key, [0, 0])
            total[0] += runs
            total[1] += running
    for key, (runs, running) in counted.items():
        yield Use(row=by_key[key], runs=runs, running=running)


def _counts(rows: Sequence[Any]) -> Iterator[tuple[tuple[Any, ...], int, int]]:
    """The keys of rows of this kind that attachments need, with how many there are and how many are in progress."""
    ids = [row.pk for row in rows]
    found, columns = _needing(type(rows[0]), ids) if rows else (WorkflowAttachment.objects.none(), ("pk",))
    in_progress = Count("pk", filter=Q(status__in=RUNNING))
    grouped = found.order_by().values_list(*columns).annotate(runs=Count("pk"), running=in_progress)
    for *keys, runs, running in grouped:
        yield tuple(keys), runs, running


def _needing(kind: type[Any], ids: Sequence[int]) -> tuple[QuerySet[Any], tuple[str, ...]]:
    if kind is WorkFlow:
        return runs_of(ids), ("workflow_id", "workflow__cloned_from_id")
    if kind is Pipeline:
        standing = WorkflowAttachment.objects.filter(Q(current_pipeline__in=ids) | Q(current_stage__pipeline__in=ids))
        return standing, ("current_pipeline_id", "current_stage__pipeline_id")
    return WorkflowAttachment.objects.filter(current_stage__in=ids), ("current_stage_id",)
