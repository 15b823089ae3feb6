"""What hangs on attachments: target objects of any model, and the audit trail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.db.models import Count, Model, prefetch_related_objects

from django_workflow_engine.access.owners import people_of, read_people, requester_of
from django_workflow_engine.models import WorkflowAttachment, WorkflowEvent
from django_workflow_engine.models.objects import find_objects, model_of, texts_of
from django_workflow_engine.services.cancellation import CancelObstacle, obstacle_to_cancelling
from gql_workflows.dataloaders.paging import PageKey, grouped_pages, last_rows

ObjectKey = tuple[int, str]
MOST_EVENTS: Final = 200


def rows(context: Any, keys: Sequence[int]) -> dict[int, WorkflowAttachment]:
    """Attachments by id, for holders of something that shows them; one statement."""
    return WorkflowAttachment.objects.select_related("workflow").in_bulk(keys)


def by_flow(context: Any, flow_ids: Sequence[int]) -> dict[int, WorkflowAttachment]:
    """Attachments by the approval flow of their steps; one statement."""
    found = WorkflowAttachment.objects.select_related("workflow").filter(approval_flow__in=flow_ids)
    return {row.approval_flow_id: row for row in found if row.approval_flow_id is not None}


def texts(context: Any, keys: Sequence[ObjectKey]) -> dict[ObjectKey, str]:
    """The texts of rows of any model by (content type, key as text); one statement for each model.

    They are made here, in a thread: a project's `__str__` may follow a foreign key.
    """
    return {
        (content_type_id, key): text
        for content_type_id, model, object_ids in _by_model(keys)
        for key, text in texts_of(model, object_ids).items()
    }


def owners(context: Any, keys: Sequence[ObjectKey]) -> dict[ObjectKey, frozenset[Any]]:
    """The primary keys of everybody whose object each of these is; one statement for each model."""
    return {key: people_of(row) for key, row in _objects(keys)}


def requesters(context: Any, keys: Sequence[ObjectKey]) -> dict[ObjectKey, Any]:
    """The primary key of each object's own person, None where it has none; one statement for each model."""
    return {key: requester_of(row) for key, row in _objects(keys)}


def obstacles_to_cancelling(
    context: Any, rows: Sequence[WorkflowAttachment]
) -> dict[WorkflowAttachment, CancelObstacle | None]:
    """What keeps the viewer from cancelling each of these runs now."""
    return {row: obstacle_to_cancelling(row, context.user) for row in rows}


def mendable(context: Any, rows: Sequence[WorkflowAttachment]) -> dict[WorkflowAttachment, bool]:
    """Whether the viewer may put right who is asked in each of these runs; a statement where workflows are missing."""
    prefetch_related_objects(rows, "workflow")
    return {row: context.policy.may_mend(context.user, row) for row in rows}


def _objects(keys: Sequence[ObjectKey]) -> Iterator[tuple[ObjectKey, Model]]:
    """The rows that exist and can be read, with their people, by their keys; one statement for each model."""
    for content_type_id, model, object_ids in _by_model(keys):
        rows = {key: row for key, row in find_objects(model, object_ids).items() if row is not None}
        read_people(model, [*rows.values()])
        yield from (((content_type_id, key), row) for key, row in rows.items())


def _by_model(keys: Sequence[ObjectKey]) -> Iterator[tuple[int, type[Model], list[str]]]:
    """The keys of each content type with its model; nothing for a model that is installed no more."""
    by_type: dict[int, list[str]] = defaultdict(list)
    for content_type_id, object_id in keys:
        by_type[content_type_id].append(object_id)
    for content_type_id, object_ids in by_type.items():
        model = model_of(content_type_id)
        if model is not None:
            yield content_type_id, model, object_ids


def events(context: Any, attachment_ids: Sequence[int]) -> dict[int, list[Any]]:
    """The last events of each attachment, oldest first; one statement."""
    queryset = WorkflowEvent.objects.filter(attachment__in=attachment_ids)
    return last_rows(queryset, "attachment_id", MOST_EVENTS)


def event_pages(context: Any, keys: Sequence[PageKey]) -> dict[PageKey, Any]:
    """Pages of events below many attachments; one statement for each set of paging arguments."""

    def rows(attachment_ids: Sequence[int]) -> Any:
        return WorkflowEvent.objects.filter(attachment__in=attachment_ids)

    return grouped_pages(rows, "attachment_id", keys, context.loaders.event_counts)


def event_counts(context: Any, attachment_ids: Sequence[int]) -> dict[int, int]:
    """The number of events of each attachment; one statement."""
    rows = WorkflowEvent.objects.filter(attachment__in=attachment_ids).order_by()
    return dict(rows.values_list("attachment_id").annotate(number=Count("pk")))
