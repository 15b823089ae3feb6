"""Named filters and locks, in the words of the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.lookups import Exact
from django.utils.translation import gettext as _

from django_workflow_engine.choices import ErrorCode, WorkflowStatus
from django_workflow_engine.models import verbs
from django_workflow_engine.models.identity import IdentifiedQuerySet
from django_workflow_engine.models.keys import key_text
from django_workflow_engine.models.locks import for_update
from django_workflow_engine.transactions import atomic

if TYPE_CHECKING:
    from django_workflow_engine.models.attachments import WorkflowAttachment
    from django_workflow_engine.models.workflows import WorkFlow  # noqa: F401  # it is named below in quotes


class WorkFlowQuerySet(IdentifiedQuerySet["WorkFlow"]):
    """Workflows: templates and their frozen versions."""

    def templates(self) -> WorkFlowQuerySet:
        """What people edit; frozen versions left out."""
        return self.filter(is_hidden=False)

    def shared(self) -> WorkFlowQuerySet:
        """Templates that are everybody's: those that never had a company, or were taken from it on purpose."""
        return self.templates().filter(company__isnull=True, company_deleted=False)

    def active(self) -> WorkFlowQuerySet:
        """Templates that may be attached."""
        return self.templates().filter(is_active=True)

    def update(self, **values: Any) -> int:
        """Change these rows at once; of `status` and `is_active` the one that is not named follows the other.

        The versions and runs of a template follow it to another company. Raises IntegrityError where both are named
        and disagree.
        """
        moved = {"company", "company_id"} & values.keys()
        if not moved:
            return super().update(**_agreeing(values))
        with atomic():
            keys = list(self.values_list("pk", flat=True))
            changed = super().update(**_agreeing(values))
            verbs.call("follow_company", keys)
        return changed


def _agreeing(values: dict[str, Any]) -> dict[str, Any]:
    """The values with both of `status` and `is_active`, where one of them is there; either may be an expression."""
    if "status" in values and "is_active" not in values:
        status = _expression(values["status"])
        is_active = models.Case(models.When(Exact(status, WorkflowStatus.ACTIVE), then=True), default=False)
        return {**values, "is_active": is_active}
    if "is_active" in values and "status" not in values:
        switched_on = models.When(
            Exact(_expression(values["is_active"]), True), then=models.Value(WorkflowStatus.ACTIVE)
        )
        switched_off = models.When(status=WorkflowStatus.ACTIVE, then=models.Value(WorkflowStatus.INACTIVE))
        return {**values, "status": models.Case(switched_on, switched_off, default=models.F("status"))}
    return values


def _expression(value: Any) -> Any:
    return value if hasattr(value, "resolve_expression") else models.Value(value)


def owned_by(companies: Any) -> models.Q:
    """What is true of the attachments whose template one of these companies owns; its versions follow it.

    `companies` are primary keys of users, or a queryset of them.
    """
    return models.Q(workflow__company__in=companies)


def is_of(obj: models.Model) -> models.Q:
    """What is true of the attachment of one object, and never of that of a deleted one with the same key."""
    return _has_key_of(obj) & models.Q(tombstone=0)


def _has_key_of(obj: models.Model) -> models.Q:
    content_type = ContentType.objects.get_for_model(obj)
    return models.Q(content_type=content_type, object_id=key_text(obj.__class__, obj.pk))


AttachmentRow = TypeVar("AttachmentRow", bound="WorkflowAttachment")


class WorkflowAttachmentQuerySet(models.QuerySet[AttachmentRow]):
    """Attached objects and their runs."""

    def for_object(self, obj: models.Model) -> Self:
        """The attachment of one object; at most one row, and never that of a deleted one with the same key."""
        return self.filter(is_of(obj))

    def of_key(self, obj: models.Model) -> Self:
        """The attachments of one object and of those that had its key before it."""
        return self.filter(_has_key_of(obj))

    def locked(self, **lookup: Any) -> AttachmentRow:
        """The one attachment that matches, with its workflow, locked until the transaction ends.

        Raises WorkflowAttachment.DoesNotExist.
        """
        return self._to_lock().get(**lookup)

    def locked_all(self, **lookup: Any) -> list[AttachmentRow]:
        """The attachments that match, as `locked` gives one, locked in the order of their ids."""
        return list(self._to_lock().filter(**lookup).order_by("pk"))

    def _to_lock(self) -> models.QuerySet[AttachmentRow]:
        return for_update(self.select_related("workflow"), keys_stay=True)


def running() -> ValidationError:
    """The refusal to delete an attachment whose run is in progress."""
    return ValidationError(_("A run in progress is cancelled before it is deleted."), code=ErrorCode.IN_USE.value)


def running_on(workflow: Any, prefix: str = "") -> models.Q:
    """What is true of the attachments that run on this workflow (a primary key), or on a frozen version of it.

    `prefix` leads from other rows to the attachments.
    """
    version = models.Q(**{f"{prefix}workflow__is_hidden": True, f"{prefix}workflow__cloned_from": workflow})
    return models.Q(**{f"{prefix}workflow": workflow}) | version
