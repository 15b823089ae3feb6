"""The objects that workflows are attached to, as clients name them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q
from django.utils.translation import gettext as _

from django_workflow_engine import conf
from django_workflow_engine.errors import ModelNotEnabled, NotFound, WorkflowError
from django_workflow_engine.models import WorkflowAttachment, WorkflowConfiguration
from django_workflow_engine.models.keys import is_named, to_primary_key
from django_workflow_engine.services.configuration.reading import configuration_of, is_enabled
from gql_workflows.ids import global_id, key_in


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
    labels = conf.enabled_models()
    listed = {ContentType.objects.get_for_model(model).pk for model in map(conf.find_model, labels) if model}
    on, off = (WorkflowConfiguration.objects.filter(is_enabled=value).values("content_type") for value in (True, False))
    known = Q(content_type__in=listed) if labels else Q(content_type__in=on)
    return known & ~Q(content_type__in=off)


def target_id(attachment: WorkflowAttachment) -> str:
    """The global id of an attachment's object, unlike that of any other object and of any row of the API's own.

    A deleted object keeps none that another object may get with its key.
    """
    if attachment.tombstone:
        return global_id("DeletedTarget", attachment.tombstone)
    return _target_id(ContentType.objects.get_for_id(attachment.content_type_id), attachment.object_id)


def find_target(label: str, identifier: str, *path: str) -> Any:
    """The object with this primary key or global id; raises ModelNotEnabled, or NotFound when there is none."""
    model = enabled_model(label, *path, "model")
    key = _key_in(identifier, model)
    parsed = to_primary_key(model, key)
    found = None if parsed is None else model._default_manager.filter(pk=parsed).first()
    if found is None or not is_named(found, key):
        raise NotFound(_("There is no such object."), path=(*path, "id"))
    return found


def find_targets(named: Sequence[tuple[str, str]]) -> list[Any]:
    """The objects that are named by model and key or global id, in this order; in the place of each other the refusal.

    A refusal is ModelNotEnabled or NotFound, with a path below the object's. Two statements for each model at most.
    """
    found: list[Any] = [None] * len(named)
    places: dict[str, list[int]] = defaultdict(list)
    for index, (label, _identifier) in enumerate(named):
        places[label.lower()].append(index)
    for label, indexes in places.items():
        try:
            model = enabled_model(label, "model")
        except ModelNotEnabled as refused:
            rows: dict[str, Any] = {}
            missing: WorkflowError = refused
        else:
            rows = _rows(model, [named[index][1] for index in indexes])
            missing = NotFound(_("There is no such object."), path=("id",))
        for index in indexes:
            found[index] = rows.get(named[index][1], missing)
    return found


def _rows(model: type[Model], identifiers: Collection[str]) -> dict[str, Any]:
    """The rows of a model by what names them; those that nothing is named by are left out. One statement."""
    keys = {identifier: _key_in(identifier, model) for identifier in identifiers}
    parsed = {identifier: to_primary_key(model, key) for identifier, key in keys.items()}
    stored = model._default_manager.in_bulk({key for key in parsed.values() if key is not None})
    rows = {identifier: stored.get(key) for identifier, key in parsed.items() if key is not None}
    return {name: row for name, row in rows.items() if row is not None and is_named(row, keys[name])}


def _target_id(content_type: ContentType, key: str) -> str:
    return global_id("Target", f"{content_type.app_label}.{content_type.model}:{key}")


def _key_in(identifier: str, model: type[Model]) -> str:
    """The key in the global id of an object of this model; anything else is a key itself."""
    _name, _colon, key = (key_in(identifier, "Target") or "").partition(":")
    return key if _target_id(ContentType.objects.get_for_model(model), key) == identifier else identifier
