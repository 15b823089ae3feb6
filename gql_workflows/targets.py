"""The objects that workflows are attached to, as clients name them."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q
from django.utils.translation import gettext as _

from django_workflow_engine import conf
from django_workflow_engine.errors import ModelNotEnabled, NotFound
from django_workflow_engine.models.keys import to_primary_key
from django_workflow_engine.services.configuration import configuration_of, is_enabled


def content_type_of(label: str) -> ContentType | None:
    """The content type of an app_label.ModelName, or None; case is ignored."""
    model = conf.find_model(label)
    return None if model is None else ContentType.objects.get_for_model(model)


def enabled_model(label: str, *path: str) -> type[Model]:
    """The model of this name; raises ModelNotEnabled unless the API knows it.

    The API knows what ENABLED_MODELS names, and models with an enabled configuration; others do not exist.
    """
    model = conf.find_model(label)
    if model is None or not is_enabled(model, named=True):
        raise ModelNotEnabled(_("%s takes no workflows.") % label, path=path)
    return model


def configurable_model(label: str, *path: str) -> type[Model]:
    """The model of this name; raises ModelNotEnabled unless it is listed, or has a configuration, enabled or not.

    Any other model is the project's own business: it would let a configuration write into fields of any table.
    """
    model = conf.find_model(label)
    if model is None or not (conf.is_listed(model) or configuration_of(model)):
        raise ModelNotEnabled(_("%s takes no workflows.") % label, path=path)
    return model


def of_enabled_models() -> Q:
    """The condition on attachments that keeps the models that the API knows; no statement of its own."""
    listed = [ContentType.objects.get_for_model(model).pk for model in apps.get_models() if conf.is_listed(model)]
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
