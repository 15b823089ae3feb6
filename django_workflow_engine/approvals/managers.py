"""Who stands above whom: a user's manager, the members of a role's parent, a department's head."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model

from django_workflow_engine import conf
from django_workflow_engine.definitions.tree import PipelineNode
from django_workflow_engine.models.keys import to_primary_key


def manager_of(user: Any) -> Any:
    """The user's manager by APPROVAL_HEAD_MANAGER_FIELD, a dotted path from the user; None where there is none."""
    path = conf.manager_field()
    return None if path is None or user is None else _follow(user, path)


def managers_above(user: Any, levels: int) -> Iterator[Any]:
    """The user's managers from the direct one up, at most `levels` of them; a circle ends it."""
    met = {user.pk}
    for _level in range(levels):
        user = manager_of(user)
        if user is None or user.pk in met:
            return
        met.add(user.pk)
        yield user


def has_parents(role: Model) -> bool:
    """Whether the role model is a hierarchy of its own."""
    return hasattr(type(role), "parent")


def roles_above(role: Any, levels: int) -> Iterator[Any]:
    """The role's ancestors from its parent up, at most `levels` of them; a circle ends it."""
    met = {role.pk}
    for _level in range(levels):
        role = role.parent
        if role is None or role.pk in met:
            return
        met.add(role.pk)
        yield role


def department_head(pipeline: PipelineNode | None) -> Any:
    """The head of the pipeline's department by DEPARTMENT_HEAD_FIELD; None where there is none."""
    if pipeline is None or pipeline.department_content_type_id is None or pipeline.department_id is None:
        return None
    model = ContentType.objects.get_for_id(pipeline.department_content_type_id).model_class()
    named = conf.department_model()
    if model is None:
        return None
    if named is not None and issubclass(named, model) and named._meta.concrete_model is model:
        model = named  # a proxy may know the head of what it shows
    key = to_primary_key(model, pipeline.department_id)
    department = None if key is None else model._base_manager.filter(pk=key).first()
    return None if department is None else _follow(department, conf.department_head_field())


def _follow(start: Any, path: str) -> Any:
    """The value at a dotted path; None as soon as a part of it is missing."""
    for name in path.split("."):
        try:
            start = getattr(start, name, None)
        except ObjectDoesNotExist:  # a reverse one-to-one without its row
            return None
        if start is None:
            return None
    return start
