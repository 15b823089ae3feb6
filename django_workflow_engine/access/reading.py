"""What principals see, read from the rows that the verbs wrote."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any, Final

from django.db.models import Q, QuerySet

from django_workflow_engine.access import principals
from django_workflow_engine.access.standing import StandIn, participations
from django_workflow_engine.models import RunParticipation, VersionReadership, WorkflowAttachment

KNOWN_RUNS: Final = 1_000  # of each principal, the newest


def runs_of(names: Collection[str], standing: Sequence[StandIn] = ()) -> QuerySet[RunParticipation, Any]:
    """The keys of the attachments in whose runs these principals take part, as a subquery.

    Those where somebody has an open seat for whom the reader stands in, as `standing` says, are among them.
    """
    seen = reduce(or_, participations(standing), Q(principal__in=names))
    return RunParticipation.objects.filter(seen).order_by().values("attachment")


def workflows_of(names: Collection[str]) -> QuerySet[VersionReadership, Any]:
    """The keys of the workflows on which these principals take, or took, part in a run, as a subquery."""
    return VersionReadership.objects.filter(principal__in=names).order_by().values("workflow")


def workflows_used() -> QuerySet[VersionReadership, Any]:
    """The keys of the workflows on which anybody takes, or took, part in a run, as a subquery."""
    return VersionReadership.objects.order_by().values("workflow")


def people_on(workflows: Any) -> QuerySet[VersionReadership, Any]:
    """The keys of the users who take, or took, part in a run on these workflows, as a subquery."""
    readers = VersionReadership.objects.filter(workflow__in=workflows, person__isnull=False)
    return readers.order_by().values("person")


def people_met(names: Collection[str]) -> set[Any]:
    """The primary keys of the users who take part in the newest runs of these principals: KNOWN_RUNS of each.

    The number keeps the look-up from growing with the history of whoever has decided for years. A statement for each
    principal, and one more.
    """
    newest = (RunParticipation.objects.filter(principal=name).order_by("-created_at", "-attachment") for name in names)
    return _people({key for rows in newest for key in rows.values_list("attachment", flat=True)[:KNOWN_RUNS]})


def people_on_runs(attachments: QuerySet[WorkflowAttachment]) -> set[Any]:
    """The primary keys of the users who take part in the first KNOWN_RUNS of these runs; two statements."""
    return _people(attachments.values_list("pk", flat=True)[:KNOWN_RUNS])


def _people(runs: Iterable[Any]) -> set[Any]:
    users = RunParticipation.objects.filter(attachment__in=list(runs), principal__startswith=principals.USER)
    return principals.user_keys(users.order_by().values_list("principal", flat=True).distinct())
