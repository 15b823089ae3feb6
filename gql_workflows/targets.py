"""The objects that workflows are attached to, as clients name them."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q
from django.utils.translation import gettext as _

from django_workflow_engine import conf
from django_workflow_engine.errors import ModelNotEnabled, NotFound
from django_workflow_engine.models import WorkflowConfiguration
from django_workflow_engine.models.keys import to_primary_key


def content_type_of(label: str) -> ContentType | None:
    """The content type of an app_label.ModelName, or None; case is ignored."""
    model = _model(label)
    return None if model is None else ContentType.objects.get_for_model(model)


def enabled_model(label: str, *path: str) -> type[Model]:
    """The model of this name; raises ModelNotEnabled unless the API knows it.

    The API knows what ENABLED_MODELS names, and models with an enabled configuration; others do not exist.
    """
    model = _model(label)
    if model is None or not _is_enabled(model):
        raise ModelNotEnabled(_("%s takes no workflows.") % label, path=path)
    return model


def of_enabled_models() -> Q:
    """The condition on attachments that keeps the models that the API knows; no statement of its own."""
    listed = [ContentType.objects.get_for_model(model).pk for model in apps.get_models() if _is_listed(model)]
    known = Q(content_type__in=listed)
    if not conf.enabled_models():
        known |= Q(content_type__workflow_configuration__is_enabled=True)
    return known & ~Q(content_type__workflow_configuration__is_enabled=False)


def find_target(label: str, key: str, *path: str) -> Any:
    """The object; raises ModelNotEnabled, or NotFound when there is none."""
    model = enabled_model(label, *path, "model")
    parsed = to_primary_key(model, key)
    found = None if parsed is None else model._default_manager.filter(pk=parsed).first()
    if found is None:
        raise NotFound(_("There is no such object."), path=(*path, "id"))
    return found


def _model(label: str) -> type[Model] | None:
    wanted = label.lower()
    return next((model for model in apps.get_models() if model._meta.label.lower() == wanted), None)


def _is_enabled(model: type[Model]) -> bool:
    configuration = WorkflowConfiguration.objects.filter(content_type=ContentType.objects.get_for_model(model)).first()
    if configuration is not None:
        return configuration.is_enabled and (_is_listed(model) or not conf.enabled_models())
    return _is_listed(model)


def _is_listed(model: type[Model]) -> bool:
    return model._meta.label.lower() in conf.enabled_models()
