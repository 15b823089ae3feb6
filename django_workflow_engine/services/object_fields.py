"""What a run writes into its business object: the status at the end, the name of the place on the way.

Everything here runs inside the verb's transaction, after the attachment and its flow are locked: an object whose
`save()` raises rolls the decision back. Each function takes the model's configuration where the caller has read it
already, and reads it in one statement where not (None: read it).
"""

from __future__ import annotations

import enum
import logging
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Field, Model

from django_workflow_engine.models import WorkflowAttachment, WorkflowConfiguration
from django_workflow_engine.models.followed_fields import (
    arguments_of_save,
    constraint_problem,
    field_of,
    holds_text,
    is_written_by_others,
    value_problem,
)
from django_workflow_engine.models.keys import is_named, to_primary_key
from django_workflow_engine.models.locks import locked_row
from django_workflow_engine.services.configuration.reading import configuration_of

logger = logging.getLogger(__name__)


class Outcome(enum.Enum):
    """What becomes of a run that an object's status may follow, in the words of the log."""

    COMPLETION = "completion"
    REJECTION = "rejection"
    CHANGES_REQUESTED = "request for changes"
    RESUBMISSION = "resubmission"


def configuration_for(attachment: WorkflowAttachment) -> WorkflowConfiguration:
    """The configuration of the attached object's model, one with nothing set where there is none; one statement."""
    model = _model_of(attachment)
    stored = None if model is None else configuration_of(model)
    return stored or WorkflowConfiguration(content_type_id=attachment.content_type_id)


def apply_completion(attachment: WorkflowAttachment, configuration: WorkflowConfiguration | None = None) -> None:
    """Give the object the status of a completed run, where its model is configured for it."""
    configuration = configuration or configuration_for(attachment)
    _update_status(attachment, configuration, configuration.completion_status_value, Outcome.COMPLETION)


def apply_rejection(attachment: WorkflowAttachment, configuration: WorkflowConfiguration | None = None) -> None:
    """Give the object the status of a rejected run, where its model is configured for it."""
    configuration = configuration or configuration_for(attachment)
    _update_status(attachment, configuration, configuration.rejection_status_value, Outcome.REJECTION)


def apply_changes_requested(
    attachment: WorkflowAttachment, configuration: WorkflowConfiguration | None = None
) -> dict[str, Any]:
    """Give the object the status of a run that waits for its requester; gives what was written, by attribute."""
    configuration = configuration or configuration_for(attachment)
    value = configuration.changes_requested_status_value
    return _update_status(attachment, configuration, value, Outcome.CHANGES_REQUESTED)


def apply_resubmission(
    attachment: WorkflowAttachment, configuration: WorkflowConfiguration | None = None
) -> dict[str, Any]:
    """Give the object the status of a run that its requester has sent again; gives what was written, by attribute."""
    configuration = configuration or configuration_for(attachment)
    return _update_status(attachment, configuration, configuration.resubmission_status_value, Outcome.RESUBMISSION)


def follow_stage(
    attachment: WorkflowAttachment, name: str, configuration: WorkflowConfiguration | None = None
) -> dict[str, Any]:
    """Write the name of the place where the run stands now into the object's stage field, where there is one.

    A name that is longer than the field is cut, one that a constraint forbids is left out. Gives what was written, by
    attribute; nothing where nothing was.
    """
    configuration, model = configuration or configuration_for(attachment), _model_of(attachment)
    if model is None or not configuration.stage_field:
        return {}
    field = field_of(model, configuration.stage_field)
    if field is None or not holds_text(field) or is_written_by_others(field):
        logger.warning(
            "Model %s does not have field '%s', cannot update stage", model.__name__, configuration.stage_field
        )
        return {}
    shown = name[: field.max_length]
    if constraint_problem(field, shown) is not None:  # no run could ever stand there
        logger.error("%s.%s does not take '%s', nothing is updated", model.__name__, configuration.stage_field, shown)
        return {}
    return _store(attachment, model, field, shown, "on entering a position")


def _update_status(
    attachment: WorkflowAttachment, configuration: WorkflowConfiguration, value: str, outcome: Outcome
) -> dict[str, Any]:
    model = _model_of(attachment)
    if model is None:
        return {}
    if not configuration.status_field:
        logger.debug("No status_field configured for %s, skipping status update", model.__name__)
        return {}
    field = field_of(model, configuration.status_field)
    if field is None:
        message = "Model %s does not have field '%s', cannot update status on %s"
        logger.warning(message, model.__name__, configuration.status_field, outcome.value)
    elif value and (is_written_by_others(field) or value_problem(field, value) is not None):
        # configured before the model was changed: no run of it could ever end
        message = "%s.%s does not take '%s', nothing is updated on %s"
        logger.error(message, model.__name__, configuration.status_field, value, outcome.value)
    elif value:
        return _store(attachment, model, field, value, f"on workflow {outcome.value}")
    return {}


def _store(
    attachment: WorkflowAttachment, model: type[Model], field: Field[Any, Any], value: str, when: str
) -> dict[str, Any]:
    """Write one field of the object as it is in the database; gives what was written, nothing for a deleted object."""
    key = to_primary_key(model, attachment.object_id)
    row = None if attachment.tombstone else locked_row(model, key)
    if row is None or not is_named(row, attachment.object_id):
        logger.debug("%s(%s) does not exist any more, nothing is updated", model.__name__, attachment.object_id)
        return {}
    arguments = arguments_of_save(field, model)
    if arguments is None:  # configured before the model was changed
        logger.error("%s.save() demands arguments of its own, nothing is updated %s", model.__name__, when)
        return {}
    before = field.value_from_object(row)
    setattr(row, field.attname, field.to_python(value))
    row.save(**arguments)
    logger.info("Updated %s(%s).%s from '%s' to '%s' %s", model.__name__, row.pk, field.name, before, value, when)
    return {field.attname: field.value_from_object(row)}


def _model_of(attachment: WorkflowAttachment) -> type[Model] | None:
    """The class of the attached object; None when it is not installed any more. No statement: types are cached."""
    return ContentType.objects.get_for_id(attachment.content_type_id).model_class()
