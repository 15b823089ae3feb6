"""Who stands above whom: a user's manager, the members of a role's parent, a department's head."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db.models import Model, prefetch_related_objects

from django_workflow_engine import conf, people
from django_workflow_engine.definitions.tree import PipelineNode
from django_workflow_engine.models.keys import to_primary_key


def manager_of(user: Any) -> Any:
    """The user's manager by APPROVAL_HEAD_MANAGER_FIELD, a dotted path from the user; None where there is none."""
    path = conf.manager_field()
    return None if path is None or user is None else _follow(user, path)


def active_manager_of(user: Any) -> Any:
    """The user's manager, if active; None where there is none."""
    manager = manager_of(user)
    return manager if manager is not None and people.is_active(manager) else None


def active_managers_of(users: Sequence[Any]) -> dict[Any, Any]:
    """The same of many users, by their primary keys; those parts of the path that are relations are read together."""
    related = _relations(conf.manager_field())
    if users and related:
        prefetch_related_objects(users, related)
    return {user.pk: active_manager_of(user) for user in users}


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


def _relations(path: str | None) -> str:
    """As many parts of a dotted path from users as are relations to one row, as a lookup."""
    model: Any = get_user_model()
    names: list[str] = []
    for name in (path or "").split("."):
        try:
            field = None if model is None else model._meta.get_field(name)
        except FieldDoesNotExist:
            break
        if field is None or not (field.many_to_one or field.one_to_one):
            break
        names.append(name)
        model = field.related_model
    return "__".join(names)


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
