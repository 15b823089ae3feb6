"""Starting a workflow when a row of a model is created.

A setting (AUTO_START_WORKFLOWS) decides, else the start rules, else the model's configuration. The row has been saved
by then; what goes wrong here is logged, rolled back by itself, and never reaches the one who saved the row.
"""

from __future__ import annotations

import logging
from typing import Any, Final

from django.core.exceptions import FieldError, ImproperlyConfigured, ValidationError
from django.core.signals import setting_changed
from django.db import DataError
from django.db.models import Model
from django.dispatch import receiver

from django_workflow_engine import conf
from django_workflow_engine.access.owners import owner_of
from django_workflow_engine.conf import AutoStart
from django_workflow_engine.models import WorkFlow, WorkflowConfiguration
from django_workflow_engine.services.attachments import attach_on_behalf_of
from django_workflow_engine.services.configuration.reading import called, configuration_of
from django_workflow_engine.services.start_rules import matching_workflow
from django_workflow_engine.transactions import verb

logger = logging.getLogger(__name__)

_told: Final[set[type[Model]]] = set()  # the models whose wrong rules this process has logged

# Rows that no project sends through a workflow unless it names their model: what the engine itself writes, and Django.
_INFRASTRUCTURE: Final = ("django.contrib.", "approval_workflow", conf.APP)


class _WrongRule(ImproperlyConfigured):
    """A rule of AUTO_START_WORKFLOWS that cannot be used, whatever the row."""


def start_on_creation(sender: type[Model], instance: Model, created: bool, raw: bool, **kwargs: Any) -> None:
    """The receiver of `post_save`: start the workflow that the settings or the configuration name."""
    if not created or raw:
        return
    try:
        if may_start(sender):
            _start(sender, instance)
    except _WrongRule as wrong:
        if _is_news(sender):
            logger.error("%s No workflow is started on new rows.", wrong, exc_info=wrong.__cause__)
    except Exception:  # the row is saved, whatever a workflow, a hook or the database makes of it
        logger.exception("No workflow was started on the new %s(%s)", sender._meta.label, instance.pk)


def may_start(model: type[Model]) -> bool:
    """Whether rows of the model can take workflows as far as the settings tell; no statement."""
    return may_take_workflows(model) or conf.said_of(model, conf.auto_starts()) is not None


def may_take_workflows(model: type[Model]) -> bool:
    """Whether the settings name the model, or where they name none, whether it is the project's own; no statement."""
    if conf.enabled_models():
        return conf.is_listed(model)
    return not model._meta.app_config.name.startswith(_INFRASTRUCTURE)


@verb
def _start(model: type[Model], instance: Model) -> None:
    """Attach the workflow that is named for the model, as the system itself, on behalf of the row's own person."""
    if (
        not conf.unusable_auto_starts().keys().isdisjoint(conf.labels_of(model))
    ):  # the configuration does not stand in for what the project meant to say
        raise _WrongRule(f"AUTO_START_WORKFLOWS of {model._meta.label} is no rule.")
    configuration, rule = configuration_of(model), conf.said_of(model, conf.auto_starts())
    if configuration is not None and not configuration.is_enabled:
        return
    if rule is None:
        workflow = _by_start_rules(instance) or _by_configuration(configuration)
    else:
        workflow = _by_rule(instance, rule)
    if workflow is None:
        return
    attach_on_behalf_of(owner_of(instance), instance, workflow)


def _is_news(model: type[Model]) -> bool:
    """Whether the model's rule fails for the first time since the settings changed: it will fail at every save."""
    news = model not in _told
    _told.add(model)
    return news


@receiver(setting_changed)
def _tell_again(**kwargs: Any) -> None:
    _told.clear()


def _by_rule(instance: Model, rule: AutoStart) -> WorkFlow | None:
    """The workflow that the setting names, or None where its conditions do not all hold for the stored row."""
    stored = type(instance)._base_manager.using(instance._state.db).filter(pk=instance.pk)
    try:
        holds = stored.filter(**rule.conditions).exists()
    except (FieldError, ValidationError, TypeError, ValueError, DataError) as error:
        raise _WrongRule(
            f"AUTO_START_WORKFLOWS of {instance._meta.label} has conditions that cannot be asked."
        ) from error
    if not holds:
        return None
    found = list(called(WorkFlow.objects.active(), rule.workflow_slug)[:2])
    if len(found) == 1:
        return found[0]
    problem = "several active workflows answer" if found else "no active workflow answers"
    logger.error("AUTO_START_WORKFLOWS of %s: %s to '%s'", instance._meta.label, problem, rule.workflow_slug)
    return None


def _by_start_rules(instance: Model) -> WorkFlow | None:
    """The workflow of the start rule that the object falls under, where that rule starts new objects."""
    found = matching_workflow(instance)
    return found.workflow if found.rule is not None and found.rule.auto_start else None


def _by_configuration(configuration: WorkflowConfiguration | None) -> WorkFlow | None:
    if configuration is None or not configuration.auto_start_workflow:
        return None
    return configuration.default_workflow
