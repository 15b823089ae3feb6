"""The business object of a run: read and locked first, and let go of when it is deleted."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, Final

from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError
from django.db.models import F, Model
from django.utils.translation import gettext as _

from django_workflow_engine.approvals import steps
from django_workflow_engine.definitions.values import KEY_LENGTH
from django_workflow_engine.errors import InvalidInput, NotFound, WorkflowError
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.models.arguments import check_row
from django_workflow_engine.models.databases import check_is_here
from django_workflow_engine.models.keys import is_named, key_faults, key_text, to_primary_key
from django_workflow_engine.models.locks import locked_row, locked_rows
from django_workflow_engine.services.announcements import announce
from django_workflow_engine.services.refusals import check_none
from django_workflow_engine.transactions import atomic, is_passing

logger = logging.getLogger(__name__)


PATH: Final = ("target",)  # what in the caller's input names the object


def check_object(obj: Any) -> None:
    """Raise InvalidInput for what is no object that one text could name."""
    check_row(obj, *PATH)
    for fault in key_faults(obj.__class__, PATH):
        raise InvalidInput(fault.message, path=PATH)


def lock_objects(model: type[Model], objects: Sequence[Any]) -> list[Any]:
    """The stored rows of objects of one model that workflows are to be attached to, locked, in the order given.

    Raises ModelNotEnabled for a model in another database, and Refused with InvalidInput and NotFound for objects.
    """
    check_is_here(model)
    keys = {obj.pk for obj in objects} - {None}
    stored = {key_text(model, row.pk): row for row in locked_rows(model, keys)} if keys else {}
    rows = [stored.get(key_text(model, obj.pk)) or _spelled_otherwise(model, obj.pk) for obj in objects]
    problems = (_problem(obj, row) for obj, row in zip(objects, rows, strict=True))
    check_none({index: problem for index, problem in enumerate(problems) if problem is not None})
    return rows


def _spelled_otherwise(model: type[Model], key: Any) -> Any:
    """The row that the database, but not Python, takes for the one with this key; None where there is none."""
    return None if key is None else locked_row(model, key)


def _problem(obj: Any, row: Any) -> WorkflowError | None:
    if row is None and (obj.pk is None or obj._state.adding):
        return InvalidInput(_("The object must be saved before a workflow is attached."), path=PATH)
    if row is None:
        return NotFound(_("There is no such object."), path=PATH)
    if len(key_text(type(row), row.pk)) > KEY_LENGTH:
        return InvalidInput(_("A key has at most %d characters.") % KEY_LENGTH, path=PATH)
    return None


def lock_target(attachment: WorkflowAttachment) -> Any:
    """The object of an attachment, locked; None where it, or its model, is gone.

    It is the first row that a verb locks: whoever changes the object and decides in one transaction holds it already.
    """
    model = ContentType.objects.get_for_id(attachment.content_type_id).model_class()
    key = None if model is None else to_primary_key(model, attachment.object_id)
    row = None if model is None or key is None or attachment.tombstone else _locked(model, key)
    return row if row is not None and is_named(row, attachment.object_id) else None


def _locked(model: type[Model], key: Any) -> Any:
    """The row, locked; raises ModelNotEnabled where no transaction of ours holds it."""
    check_is_here(model)
    return locked_row(model, key)


def leave_deleted(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    """The receiver of `post_delete`: the run of a deleted object is never that of another one with the same key.

    Its attachment gives the key free. The run stays as history, or until it is cancelled.
    """
    _give_key_free(sender, instance.pk)


def leave_replaced(sender: type[Model], instance: Model, created: bool, raw: bool, **kwargs: Any) -> None:
    """The receiver of `post_save`: a new row with the key of an attached object means that the object is gone.

    A deletion by SQL alone tells nobody. Keys that the database counts up never come back.
    """
    if created and not raw and sender._meta.auto_field is None:
        _give_key_free(sender, instance.pk)


def _give_key_free(model: type[Model], key: Any) -> None:
    """Let go of the object with this key; what goes wrong in the engine's own tables does not keep it from going.

    Only what may go well the next time is passed on: the caller's transaction is tried again as a whole.
    """
    try:
        with atomic():
            _leave(model, key)
    except DatabaseError as error:
        if is_passing(error):
            raise
        logger.exception("The attachment of the deleted %s(%s) was not let go of", model._meta.label, key)


def _leave(model: type[Model], key: Any) -> None:
    content_type = ContentType.objects.get_for_model(model)
    object_id = key_text(model, key)
    attached = WorkflowAttachment.objects.filter(content_type=content_type, object_id=object_id, tombstone=0)
    for attachment in attached:  # one at most
        attached.filter(pk=attachment.pk).update(tombstone=F("pk"))
        waiting = [] if attachment.approval_flow_id is None else steps.open_steps(attachment)
        announce(attachment.pk, user_ids=[step.assigned_to_id for step in waiting])
