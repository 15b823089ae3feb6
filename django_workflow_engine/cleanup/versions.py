"""Frozen versions that nothing runs on any more."""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import Any, Final

from django.db import OperationalError, connections, router, transaction
from django.db.models import Exists, OuterRef, QuerySet

from django_workflow_engine.models import WorkFlow, WorkflowAttachment

logger = logging.getLogger(__name__)

WAIT_SECONDS: Final = 5


def unused_versions(*, without: QuerySet[WorkflowAttachment] | None = None) -> QuerySet[WorkFlow]:
    """The frozen versions with no attachment, or none but those in `without`, and that nothing was cloned from."""
    users = WorkflowAttachment.objects.filter(workflow=OuterRef("pk"))
    if without is not None:
        users = users.exclude(pk__in=without.order_by().values("pk"))
    return WorkFlow.objects.filter(~Exists(users), is_hidden=True, versions__isnull=True)


def drop_unused_versions(*, among: Collection[Any] | None = None) -> int:
    """Delete the unused versions, all or those of the ids in `among`, and return how many went.

    Whoever attaches at the same moment is waited for, so that nobody attaches to a version that goes; when
    that takes too long, the versions are left for the next cleanup.
    """
    unused = unused_versions() if among is None else unused_versions().filter(pk__in=among)
    if not unused.exists():
        return 0
    try:
        with transaction.atomic():
            _stop_attaching()
            _total, deleted = unused.order_by().delete()
    except OperationalError as error:
        logger.warning("Frozen versions were left for the next cleanup: %s", error)
        return 0
    return deleted.get(WorkFlow._meta.label, 0)


def _stop_attaching() -> None:
    """Hold back whatever writes attachments until this transaction ends.

    A foreign key is checked when its transaction commits, so a row lock on the version would not hold back
    somebody who has chosen it already; attaching writes the attachment first. SQLite has one writer at a time.
    """
    connection = connections[router.db_for_write(WorkflowAttachment)]
    if connection.vendor != "postgresql":
        return
    table = connection.ops.quote_name(WorkflowAttachment._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'")
        cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
