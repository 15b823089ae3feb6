"""Frozen versions that nothing runs on any more."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet

from django_workflow_engine.models import WorkFlow, WorkflowAttachment
from django_workflow_engine.models.locks import for_update
from django_workflow_engine.transactions import reading_where_it_is_written, verb

BATCH: Final = 200


def unused_versions(*, without: QuerySet[WorkflowAttachment] | None = None) -> QuerySet[WorkFlow]:
    """The frozen versions with no attachment, or none but those in `without`, and that nothing was cloned from."""
    users = WorkflowAttachment.objects.filter(workflow=OuterRef("pk"))
    if without is not None:
        users = users.exclude(pk__in=without.order_by().values("pk"))
    return WorkFlow.objects.filter(~Exists(users), is_hidden=True, versions__isnull=True)


@reading_where_it_is_written()
def drop_unused_versions(*, among: Collection[Any] | None = None) -> int:
    """Delete the unused versions, all or those of the ids in `among`, and return how many went.

    Whoever attaches holds the version that was chosen: it is left for the next cleanup, and nobody waits for another.
    Each batch is a transaction of its own.
    """
    unused = unused_versions() if among is None else unused_versions().filter(pk__in=among)
    keys = list(unused.order_by("pk").values_list("pk", flat=True))
    return sum(_drop(keys[start : start + BATCH]) for start in range(0, len(keys), BATCH))


@verb
def _drop(keys: Sequence[Any]) -> int:
    """Delete those of the versions that nobody holds, and that are still unused then."""
    free = for_update(WorkFlow.objects.filter(pk__in=keys), skip_locked=True).order_by("pk")
    locked = list(free.values_list("pk", flat=True))
    _total, deleted = unused_versions().filter(pk__in=locked).order_by().delete()
    return deleted.get(WorkFlow._meta.label, 0)
