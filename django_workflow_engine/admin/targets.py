"""The objects of attachments: read for a whole page at once, and linked to pages of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.utils.safestring import SafeString

from django_workflow_engine.admin.links import linked, page_of
from django_workflow_engine.admin.of_runs import ListOfRuns, PageOfRuns
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.models.objects import find_objects, model_of

_FIELD: Any = WorkflowAttachment._meta.get_field("target")


class TargetChangeList(ListOfRuns):
    """A list that knows the objects of its rows: a statement for each model on the page, not for each row."""

    model_admin: ShowsTargets

    def get_results(self, request: HttpRequest) -> None:
        """Django's page of rows, with their objects and the addresses of those."""
        super().get_results(request)
        self.model_admin.find_targets(request, self.result_list)


class ShowsTargets(PageOfRuns):
    """The admin of attachments, or of rows that belong to one."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """A list that reads the objects of a page together."""
        return TargetChangeList

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The row with its object, whose name is in the page's title."""
        row = super().get_object(request, object_id, from_field)
        self.find_targets(request, [] if row is None else [row])
        return row

    def attachment_of(self, row: Any) -> Any:
        """The attachment that the row is, or belongs to; None where it belongs to none."""
        return getattr(row, "attachment", row)

    def find_targets(self, request: HttpRequest, rows: Iterable[Any]) -> None:
        """Put their objects on the attachments of these rows, with the address of each that the viewer may see."""
        attachments = [attachment for row in rows if (attachment := self.attachment_of(row)) is not None]
        read_targets(attachments)
        for attachment in attachments:
            attachment.target_address = page_of(request, self.admin_site, attachment.target)


def link_to_target(attachment: Any, text: str | None = None) -> str | SafeString:
    """The object in its own words, or in these, as a link where its page may be seen."""
    return linked(text or attachment.object_text, attachment.target_address)


def read_targets(attachments: Iterable[WorkflowAttachment]) -> None:
    """Put their objects on these attachments; Django's own way stumbles over one that is gone or cannot be read."""
    by_type: dict[int, list[WorkflowAttachment]] = defaultdict(list)
    for attachment in attachments:
        by_type[attachment.content_type_id].append(attachment)
    for content_type_id, group in by_type.items():
        model = model_of(content_type_id)
        found = find_objects(model, {attachment.object_id for attachment in group}) if model else {}
        for attachment in group:
            _FIELD.set_cached_value(attachment, found.get(attachment.object_id))
