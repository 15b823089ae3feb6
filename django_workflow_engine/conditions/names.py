"""What people call the fields that a condition looks at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from django_workflow_engine import conf
from django_workflow_engine.conditions.fields import ConditionField, fields_of
from django_workflow_engine.models.attachable import attachable_models


def field_name(name: str) -> str:
    """The field's label in the active language, as the first model that may take workflows has it; else its name."""
    known = _known(conf.enabled_models(), tuple(sorted(conf.all_condition_fields().items())))
    return known[name].label if name in known else name


@lru_cache(maxsize=8)
def _known(enabled: frozenset[str], named: Sequence[tuple[str, Sequence[str]]]) -> Mapping[str, ConditionField]:
    """The fields of all models, by name; kept for each state of the settings: a page shows hundreds of conditions."""
    known: dict[str, ConditionField] = {}
    for model in attachable_models():
        known = {**fields_of(model), **known}
    return known
