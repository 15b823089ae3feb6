"""The objects of attachments, read for a whole page at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.http import HttpRequest

from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.models.keys import to_primary_key

_FIELD: Any = WorkflowAttachment._meta.get_field("target")


class AttachmentChangeList(ChangeList):
    """A list of attachments that knows their objects: a statement for each model on the page, not for each row."""

    def get_results(self, request: HttpRequest) -> None:
        """Django's page of rows, with their objects."""
        super().get_results(request)
        read_targets(self.result_list)


def target_of(attachment: WorkflowAttachment) -> Model | None:
    """The attached object; None when it, or its model, is gone."""
    if not _FIELD.is_cached(attachment):
        read_targets([attachment])
    return attachment.target


def read_targets(attachments: Iterable[WorkflowAttachment]) -> None:
    """Put their objects on these attachments; Django's own way stumbles over a model that is installed no more."""
    by_type: dict[int, list[WorkflowAttachment]] = defaultdict(list)
    for attachment in attachments:
        by_type[attachment.content_type_id].append(attachment)
    for content_type_id, group in by_type.items():
        found = _rows(content_type_id, [attachment.object_id for attachment in group])
        for attachment in group:
            _FIELD.set_cached_value(attachment, found.get(attachment.object_id))


def _rows(content_type_id: int, object_ids: Iterable[str]) -> Mapping[str, Model]:
    model = ContentType.objects.get_for_id(content_type_id).model_class()
    keys = {to_primary_key(model, object_id) for object_id in object_ids} - {None} if model else set()
    return {str(row.pk): row for row in model._base_manager.filter(pk__in=keys)} if model else {}
