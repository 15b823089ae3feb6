"""What `loaddata` asks of rows that are here already: it writes them as they were elsewhere, one after the other."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Max, Model

from django_workflow_engine.models import Pipeline, Stage, WorkFlow, WorkflowConfiguration
from django_workflow_engine.models.identity import identity_within

_PARENT: Final = {Pipeline: "workflow", Stage: "pipeline"}


def take_the_model(instance: WorkflowConfiguration, raw: bool, using: str, **kwargs: Any) -> None:
    """The receiver of `pre_save`: what is loaded takes the place of what was registered for the same model.

    Both stand for it under keys of their own, and a model has one configuration.
    """
    if raw:
        others = WorkflowConfiguration.objects.using(using).exclude(pk=instance.pk)
        others.filter(content_type_id=instance.content_type_id).delete()


def take_the_place(sender: type[Pipeline | Stage], instance: Any, raw: bool, using: str, **kwargs: Any) -> None:
    """The receiver of `pre_save`: a loaded pipeline or stage gets its order, and who has it now goes last.

    Its own turn comes if the file holds it; else it was made here, and stays.
    """
    if raw:
        siblings = sender.objects.using(using).filter(**{_PARENT[sender]: _parent_key(instance)})
        others = siblings.exclude(pk=instance.pk).filter(order=instance.order)
        if others.exists():
            others.update(order=siblings.aggregate(last=Max("order"))["last"] + 1)


def find_the_origin(sender: type[Pipeline | Stage], instance: Any, raw: bool, using: str, **kwargs: Any) -> None:
    """The receiver of `pre_save`: a loaded part of a frozen version knows the key that its original has here."""
    if raw and instance.is_hidden:
        found = _original_of(instance, using)
        taken = sender.objects.using(using).filter(pk=instance.origin_id)
        if found is not None or taken.exists():  # the number of elsewhere may be another part's here
            instance.origin_id = found


def _original_of(instance: Pipeline | Stage, using: str) -> Any:
    """The key of the template's part that this one is a copy of, or None."""
    key = _parent_key(instance)
    above: type[Model] = WorkFlow if isinstance(instance, Pipeline) else Pipeline
    version = "workflow__versions" if isinstance(instance, Pipeline) else "pipeline__workflow__versions__pipelines"
    parts = type(instance)._base_manager.using(using).filter(**{version: key}).values_list("pk", "uuid")
    whole = above._base_manager.using(using).values_list("uuid", flat=True).get(pk=key)
    return next((pk for pk, own in parts if identity_within(whole, own) == instance.uuid), None)


def _parent_key(instance: Pipeline | Stage) -> Any:
    return getattr(instance, f"{_PARENT[type(instance)]}_id")
