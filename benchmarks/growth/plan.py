"""The tables from which runs are multiplied, in a schema of their own beside the project's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Max

from benchmarks.growth.multiplying import MINUTES_APART
from benchmarks.growth.shape import Course, Shape
from benchmarks.growth.templates import Cast
from django_workflow_engine.models import Stage, WorkFlow, WorkflowAttachment, WorkflowEvent
from django_workflow_engine.models.steps import Flow, Step
from gql_workflows.demo.models import PurchaseRequest

_DAYS: Final = 30  # that the newest run of the largest size is old

_TABLES: Final = """
DROP SCHEMA IF EXISTS growth CASCADE;
CREATE SCHEMA growth;
CREATE TABLE growth.origin (start timestamptz, templates int, purchases bigint, flows bigint, attachments bigint,
    steps bigint, events bigint);
CREATE TABLE growth.template (number int PRIMARY KEY, version_id bigint);
CREATE TABLE growth.person (number int, was int, now int, name text, PRIMARY KEY (number, was));
CREATE TABLE growth.role (number int, was text, now text, PRIMARY KEY (number, was));
CREATE TABLE growth.place (number int, was_stage bigint, now_pipeline bigint, now_stage bigint,
    PRIMARY KEY (number, was_stage));
CREATE TABLE growth.course (bucket int PRIMARY KEY, attachment_id bigint, created_at timestamptz);
CREATE TABLE growth.step (id bigint PRIMARY KEY, attachment_id bigint, place int);
CREATE TABLE growth.event (id bigint PRIMARY KEY, attachment_id bigint, place int);
"""

_COPIED: Final = f"""
INSERT INTO growth.step SELECT s.id, a.id, row_number() OVER (PARTITION BY a.id ORDER BY s.id)
    FROM {Step._meta.db_table} s JOIN {WorkflowAttachment._meta.db_table} a ON a.approval_flow_id = s.flow_id;
INSERT INTO growth.event SELECT id, attachment_id, row_number() OVER (PARTITION BY attachment_id ORDER BY id)
    FROM {WorkflowEvent._meta.db_table};
ANALYZE growth.origin, growth.template, growth.person, growth.role, growth.place;
ANALYZE growth.course, growth.step, growth.event;
"""


def write_plan(
    shape: Shape, casts: Sequence[Cast], patterns: Mapping[Course, WorkflowAttachment], *, most: int
) -> None:
    """Write down how the patterns become runs on each cast's version; the newest of `most` runs is a month old."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TABLES)
        cursor.execute(
            f"INSERT INTO growth.origin SELECT now() - %s * interval '{MINUTES_APART} minutes' - %s * interval '1 day',"
            " %s, %s, %s, %s, %s, %s",
            [
                most,
                _DAYS,
                len(casts),
                *map(_last_key, (PurchaseRequest, Flow, WorkflowAttachment, Step, WorkflowEvent)),
            ],
        )
        _write("template", ((number, cast.version.pk) for number, cast in enumerate(casts)))
        _write("person", _people(casts))
        _write("role", ((n, str(casts[0].role.pk), str(cast.role.pk)) for n, cast in enumerate(casts)))
        _write("place", _places(casts))
        _write("course", _courses(shape, patterns))
        cursor.execute(_COPIED)


def _write(table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    lines = list(rows)  # they may be read on the connection that is busy then
    with connection.cursor() as cursor, cursor.copy(f"COPY growth.{table} FROM STDIN") as copy:
        for line in lines:
            copy.write_row(line)


def _last_key(model: Any) -> int:
    return int(model.objects.aggregate(last=Max("pk"))["last"] or 0)


def _people(casts: Sequence[Cast]) -> Iterator[tuple[Any, ...]]:
    for number, cast in enumerate(casts):
        for was, now in zip(casts[0].people, cast.people, strict=True):
            yield number, was.pk, now.pk, now.username


def _places(casts: Sequence[Cast]) -> Iterator[tuple[Any, ...]]:
    """Frozen stages are made in the order of the content, so those of one version stand for those of another."""
    stages: dict[int, list[tuple[int, int]]] = {}
    for version, pipeline, stage in _stages():
        stages.setdefault(version, []).append((pipeline, stage))
    first = stages[casts[0].version.pk]
    for number, cast in enumerate(casts):
        for (_pipeline, was), (pipeline, now) in zip(first, stages[cast.version.pk], strict=True):
            yield number, was, pipeline, now


def _stages() -> Iterable[tuple[int, int, int]]:
    frozen = Stage.objects.filter(pipeline__workflow__in=WorkFlow.objects.filter(is_hidden=True))
    rows = frozen.order_by("pipeline__order", "order")
    return rows.values_list("pipeline__workflow_id", "pipeline_id", "pk")


def _courses(shape: Shape, patterns: Mapping[Course, WorkflowAttachment]) -> Iterator[tuple[Any, ...]]:
    buckets = (course for course, share in shape.courses.items() for _one in range(share))
    for bucket, course in enumerate(buckets):
        yield bucket, patterns[course].pk, patterns[course].created_at
