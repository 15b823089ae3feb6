"""What is wrong with the settings that say who stands above whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error, Warning
from django.core.exceptions import FieldDoesNotExist

from django_workflow_engine import conf


def people_settings() -> Iterator[CheckMessage]:
    """A message where heads of departments, or managers, would never be found."""
    yield from _department_head()
    yield from _manager()


def _department_head() -> Iterator[CheckMessage]:
    """An error where the project names the attribute, a warning where our default does not fit its model."""
    model, path = conf.department_model(), conf.department_head_field()
    if model is None or _leads_on(model, path):
        return
    text = f"{model._meta.label} has no attribute “{path}”: approvals by a department's head can never be decided."
    hint = "Set DJANGO_WORKFLOW_ENGINE['DEPARTMENT_HEAD_FIELD'] to the attribute that is a department's head."
    if "DEPARTMENT_HEAD_FIELD" in conf.given_options():
        yield Error(text, hint=hint, id=f"{conf.APP}.E010")
    else:
        yield Warning(text, hint=hint, id=f"{conf.APP}.W003")


def _manager() -> Iterator[CheckMessage]:
    path = conf.manager_field()
    if path is not None and not _leads_on(get_user_model(), path):
        yield Warning(
            f"APPROVAL_HEAD_MANAGER_FIELD is {path!r}, which leads nowhere from a user.",
            hint="Write the dotted path from a user to that user's manager, for example profile.manager.",
            id=f"{conf.APP}.W004",
        )


def _leads_on(model: Any, path: str) -> bool:
    """Whether the attributes of a dotted path exist, as far as the models tell."""
    for name in path.split("."):
        if model is None:  # behind a property anything may come
            return True
        if not hasattr(model, name):
            return False
        model = _related(model, name)
    return True


def _related(model: Any, name: str) -> Any:
    try:
        return model._meta.get_field(name).related_model
    except FieldDoesNotExist:
        return None
