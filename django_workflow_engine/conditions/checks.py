"""What is wrong with the setting that says what conditions may look at."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.checks import CheckMessage, Error

from django_workflow_engine import conf
from django_workflow_engine.conditions.fields import read_path


def condition_settings() -> Iterator[CheckMessage]:
    """A message for each model that there is not, and for each path at whose end nothing can be looked at."""
    for label, paths in conf.all_condition_fields().items():
        model = conf.find_model(label)
        if model is None:
            yield _error(f"names “{label}”, which is no model", "Write app_label.ModelName of an installed app.")
            continue
        for path in paths:
            if read_path(model, path) is None:
                hint = "Write the dotted path over foreign keys to a plain field or a foreign key; no password."
                yield _error(f"names “{path}” of {model._meta.label}, which no condition can look at", hint)


def _error(text: str, hint: str) -> Error:
    return Error(f"DJANGO_WORKFLOW_ENGINE['CONDITION_FIELDS'] {text}.", hint=hint, id=f"{conf.APP}.E035")
