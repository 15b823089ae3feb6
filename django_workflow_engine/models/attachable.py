"""Which models may take workflows, as far as the settings tell."""

from __future__ import annotations

from typing import Final

from django.apps import apps
from django.db.models import Model

from django_workflow_engine import conf
from django_workflow_engine.models.keys import key_faults
from django_workflow_engine.transactions import is_elsewhere

# Apps whose rows nobody approves; one of their models takes workflows where ENABLED_MODELS names it.
_PLUMBING: Final = frozenset(
    ("admin", "approval_workflow", "contenttypes", "django_workflow_engine", "gql_workflows", "sessions")
)


def may_be_enabled(model: type[Model]) -> bool:
    """Whether ENABLED_MODELS lets the model take workflows, its configuration aside; no statement."""
    return not conf.enabled_models() or conf.is_listed(model)


def attachable_models() -> list[type[Model]]:
    """The installed models whose rows could take workflows; without a list in ENABLED_MODELS none of the plumbing's."""
    listed = bool(conf.enabled_models())
    return [
        model
        for model in apps.get_models()
        if may_be_enabled(model)
        and (listed or model._meta.app_label not in _PLUMBING)
        and not (model._meta.proxy or key_faults(model, ()) or is_elsewhere(model))
    ]
