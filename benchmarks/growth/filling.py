"""A database filled with runs: those of a smaller size stay, and the others are added."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Max

from benchmarks.growth.bulk import bare_tables
from benchmarks.growth.multiplying import COUNTED, TABLES, statements
from benchmarks.growth.patterns import make_patterns
from benchmarks.growth.people import make_companies, make_others
from benchmarks.growth.plan import write_plan
from benchmarks.growth.progress import Progress
from benchmarks.growth.shape import Shape
from benchmarks.growth.templates import make_casts
from django_workflow_engine.models import RunParticipation, VersionReadership, WorkflowAttachment

_CHUNK: Final = 25_000
_CONNECTIONS: Final = 2
_LOOKED_AT: Final = 1_000  # of the newest runs: that what was multiplied is what a verb would have written


def make_world(shape: Shape, *, most: int) -> None:
    """What is there at every size: people, templates, and a run of each course; `most` is the largest size."""
    companies = make_companies(shape)
    make_others()
    casts = make_casts(shape, companies)
    write_plan(shape, casts, make_patterns(casts[0]), most=most)


def fill(runs: int) -> None:
    """Add runs until there are so many."""
    copies = runs - WorkflowAttachment.objects.count() + _copies()
    first = _copies() + 1
    if first <= copies:
        with bare_tables([model._meta.db_table for model in TABLES]):
            _multiply(first, copies)
        _note_readers()
        _settle()
        call_command("rebuild_workflow_access", check=True, after=_last_attachment() - _LOOKED_AT)


def _copies() -> int:
    """How many copies there are: they are numbered on from the patterns."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT attachments FROM growth.origin")
        (last_pattern,) = cursor.fetchone()
    return _last_attachment() - int(last_pattern)


def _last_attachment() -> int:
    return int(WorkflowAttachment.objects.aggregate(last=Max("pk"))["last"])


def _multiply(first: int, last: int) -> None:
    progress = Progress("runs", last - first + 1)
    chunks = [(start, min(start + _CHUNK - 1, last)) for start in range(first, last + 1, _CHUNK)]

    def write(chunk: tuple[int, int]) -> None:
        _write(*chunk)
        progress.advance(chunk[1] - chunk[0] + 1)

    with ThreadPoolExecutor(_CONNECTIONS) as threads:
        list(threads.map(write, chunks))


def _write(first: int, last: int) -> None:
    """Write the rows of these runs on a connection of this thread."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off; SET LOCAL jit = off; SET LOCAL work_mem = '64MB'")
            for statement in statements().values():
                cursor.execute(statement, {"first": first, "last": last})
    finally:
        connection.close()


def _note_readers() -> None:
    """Whoever takes part in a run reads its version."""
    attachment, participation = WorkflowAttachment._meta.db_table, RunParticipation._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"""
            INSERT INTO {VersionReadership._meta.db_table} (workflow_id, principal, person_id)
            SELECT DISTINCT a.workflow_id, p.principal, substring(p.principal from '^user:(.*)$')::int
            FROM {participation} p JOIN {attachment} a ON a.id = p.attachment_id
            WHERE p.principal NOT LIKE 'requester:%'
            ON CONFLICT DO NOTHING
        """)


def _settle() -> None:
    """What a database that has grown for years would have done: keys go on, and statistics are known."""
    with connection.cursor() as cursor:
        for model in COUNTED:
            _go_on(cursor, model)
        cursor.execute("VACUUM (ANALYZE)")


def _go_on(cursor: Any, model: Any) -> None:
    table, column = model._meta.db_table, model._meta.pk.column
    cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), max({column})) FROM {table}")
