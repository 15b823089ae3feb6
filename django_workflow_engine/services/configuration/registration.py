"""Registering models: how a project's code sets up the configuration that an administrator may then edit.

A project registers its models in `AppConfig.ready()`, among others, when the tables may not exist yet and Django
discourages touching them. What is registered there is remembered, and stored after the migrations and at the latest
when a configuration is first needed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any, Final

from django.apps import AppConfig
from django.apps import apps as global_apps
from django.apps.registry import Apps
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model

from django_workflow_engine import conf
from django_workflow_engine.errors import Fault, InvalidDefinition
from django_workflow_engine.models import WorkFlow, WorkflowConfiguration
from django_workflow_engine.models.arguments import check_model, check_workflow
from django_workflow_engine.models.databases import database_faults
from django_workflow_engine.models.followed_fields import writing_faults
from django_workflow_engine.models.keys import key_faults
from django_workflow_engine.services.templates.writing import faults_of
from django_workflow_engine.transactions import alias, on_commit, verb

logger = logging.getLogger(__name__)

Values = dict[str, Any]


class _Remembered:
    """What was registered before the apps were ready, by model, and whether this process has stored it."""

    def __init__(self) -> None:
        self.values: dict[type[Model], Values] = {}
        self.stored = True

    def add(self, model: type[Model], values: Values) -> None:
        self.values.setdefault(model, {}).update(values)
        self.stored = False

    def mark_stored(self) -> None:
        self.stored = True


_remembered: Final = _Remembered()


def register_model_for_workflow(
    model: type[Model] | None = None,
    auto_start: bool | None = None,
    status_field: str | None = None,
    stage_field: str | None = None,
    default_workflow: WorkFlow | None = None,
    completion_status_value: str | None = None,
    rejection_status_value: str | None = None,
    pre_start_hook: str | None = None,
    post_complete_hook: str | None = None,
    is_enabled: bool | None = None,
    *,
    changes_requested_status_value: str | None = None,
    resubmission_status_value: str | None = None,
    model_class: type[Model] | None = None,
) -> WorkflowConfiguration:
    """Configure how the rows of a model take workflows; calling it again changes only what the call names.

    What is left out (None) keeps the stored value. On a model's first registration it takes the defaults: enabled,
    not started by itself, and the setting DEFAULT_STATUS_FIELD as its status field; "" turns status updates off. In
    `AppConfig.ready()` the row is stored later, and the returned configuration is not saved yet. `model_class` is
    another name for `model`; exactly one of them is given, else TypeError. Raises InvalidDefinition for a model whose
    keys are composite or binary, or which is in another database than the workflows, and for a field or a value that
    could never be written to an object: a field that the model does not have is done without.
    """
    if (model is None) == (model_class is None):
        raise TypeError("Name the model once: as `model` or as `model_class`.")
    registered: Any = model_class if model is None else model
    check_model(registered, "model")
    if default_workflow is not None:
        check_workflow(default_workflow, "default_workflow")
    given = {
        "auto_start_workflow": auto_start,
        "status_field": status_field,
        "stage_field": stage_field,
        "default_workflow": default_workflow,
        "completion_status_value": completion_status_value,
        "rejection_status_value": rejection_status_value,
        "changes_requested_status_value": changes_requested_status_value,
        "resubmission_status_value": resubmission_status_value,
        "pre_start_hook": pre_start_hook,
        "post_complete_hook": post_complete_hook,
        "is_enabled": is_enabled,
    }
    named = {name: value for name, value in given.items() if value is not None}
    _raise_faults(key_faults(registered, ("model",)))
    if global_apps.ready:
        return _store(registered, named)
    _raise_faults(database_faults(registered, is_enabled=is_enabled is not False))
    _raise_faults(writing_faults(registered, _for_a_new_row(named), ask=False))
    _remembered.add(registered, named)
    return WorkflowConfiguration(**_for_a_new_row(named))


def apply_remembered() -> None:
    """Store what was registered while the apps were loading, unless this process has done so."""
    if not _remembered.stored:
        _store_all()


def store_after_migrations(
    app_config: AppConfig, using: str = DEFAULT_DB_ALIAS, apps: Apps = global_apps, **kwargs: Any
) -> None:
    """The receiver of `post_migrate`: store what was registered in the database that was just migrated."""
    if app_config.name == conf.APP and using == alias() and _is_migrated(apps):
        _store_all()


def _is_migrated(state: Apps) -> bool:
    """Whether the engine's own tables were among those migrated; `migrate other_app` comes here too."""
    try:
        state.get_model(conf.APP, "WorkflowConfiguration")
    except LookupError:
        return False
    return True


@verb
def _store_all() -> None:
    for model, named in _remembered.values.items():
        try:
            _store(model, named)
        except InvalidDefinition as refused:  # what depends on rows of the database is known only now
            logger.error("The registration of %s is left out: %s", model._meta.label, refused)
    on_commit(_remembered.mark_stored)


@verb
def _store(model: type[Model], named: Values) -> WorkflowConfiguration:
    content_type = ContentType.objects.get_for_model(model)
    try:
        configuration, _created = WorkflowConfiguration.objects.update_or_create(
            content_type=content_type, defaults=named, create_defaults=_for_a_new_row(named)
        )
    except ValidationError as error:
        raise InvalidDefinition(faults_of(error)) from error
    return configuration


def _raise_faults(faults: Iterable[Fault]) -> None:
    found = list(faults)
    if found:
        raise InvalidDefinition(found)


def _for_a_new_row(named: Values) -> Values:
    return {"status_field": conf.default_status_field(), **named}
