"""What stays behind where a condition could not be read: an incident, until it can be, or somebody skips it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from django_workflow_engine.conditions.comparing import Incomparable, literal_of
from django_workflow_engine.conditions.fields import fields_of
from django_workflow_engine.definitions.conditions.expressions import comparisons
from django_workflow_engine.definitions.conditions.reading import read_condition
from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.registry import called_by_the_engine


class ConditionBroken(Exception):
    """A condition looks at what the object's model does not have any more."""


@called_by_the_engine
def check_condition(
    workflow_attachment: WorkflowAttachment, action_parameters: Mapping[str, Any], **context: Any
) -> bool:
    """Fail while the condition in the parameters cannot be read for the attachment's object."""
    expression = read_condition(action_parameters["condition"], (), [])
    model = workflow_attachment.content_type.model_class()
    if expression is None or model is None:
        raise ConditionBroken(_("The condition, or the object's model, is gone."))
    for _path, compared in comparisons(expression):
        try:
            literal_of(compared, fields_of(model))
        except Incomparable as problem:
            raise ConditionBroken(f"{model._meta.label}: {problem.message}") from problem
    return True


CHECK: Final = f"{check_condition.__module__}.{check_condition.__qualname__}"
