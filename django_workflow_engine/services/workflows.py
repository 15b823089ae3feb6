"""Creating templates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from django_workflow_engine import conf
from django_workflow_engine.choices import ErrorCode, WorkflowStatus
from django_workflow_engine.definitions.specs import WorkflowSpec, build_tree, in_order, referenced
from django_workflow_engine.definitions.tree import WorkflowTree
from django_workflow_engine.errors import Fault, InvalidDefinition, Path
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.models.keys import to_primary_key
from django_workflow_engine.services.versions import workflow_row, write_content
from django_workflow_engine.strategies import strategy_for


@transaction.atomic
def create_workflow(*, spec: WorkflowSpec, actor: Any = None) -> WorkFlow:
    """Create a whole template, with a number of statements that does not grow with it.

    A template that is to be active but is not complete is stored as a draft. Raises InvalidDefinition with
    every fault at once, each with its path in the spec; nothing is created then.
    """
    faults: list[Fault] = []
    tree = build_tree(spec, faults)
    faults += strategy_for(spec.strategy).structure_faults(tree)
    faults += _missing_rows(spec, tree)
    if faults:
        raise InvalidDefinition(faults)
    status = _status(spec, tree)
    workflow = workflow_row(
        tree,
        status=status,
        is_active=status == WorkflowStatus.ACTIVE,
        company_id=spec.company_id,
        created_by=actor,
        modified_by=actor,
    )
    workflow.save()
    write_content(workflow, in_order(_with_departments(tree)))
    return workflow


def _status(spec: WorkflowSpec, tree: WorkflowTree) -> WorkflowStatus:
    incomplete = strategy_for(spec.strategy).completeness_problem(tree) is not None
    if spec.status == WorkflowStatus.ACTIVE and incomplete:
        return WorkflowStatus.DRAFT
    return spec.status


def _missing_rows(spec: WorkflowSpec, tree: WorkflowTree) -> Sequence[Fault]:
    """A fault for each user, role, department or company that the spec names and that does not exist."""
    wanted: dict[str, list[tuple[Path, Any]]] = defaultdict(list)
    for path, name, key in referenced(tree):
        wanted[name].append((path, key))
    if spec.company_id is not None:
        wanted["approval_user"].append((("company_id",), spec.company_id))
    models = {
        "approval_user": get_user_model(),
        "user_role": conf.role_model(),
        "department_id": conf.department_model(),
    }
    return [
        Fault(code=ErrorCode.NOT_FOUND, message=_("There is no such row."), path=path)
        for name, entries in wanted.items()
        for path, _key in _unknown(models[name], entries)
    ]


def _unknown(model: type[Model] | None, entries: list[tuple[Path, Any]]) -> list[tuple[Path, Any]]:
    """The entries whose key belongs to no row of the model; one statement."""
    keys = {to_primary_key(model, key) for _path, key in entries} - {None} if model else set()
    known = set(model._default_manager.filter(pk__in=keys).values_list("pk", flat=True)) if model and keys else set()
    return [(path, key) for path, key in entries if model is None or to_primary_key(model, key) not in known]


def _with_departments(tree: WorkflowTree) -> WorkflowTree:
    """The tree with the content type of its departments, whose model the settings name."""
    model = conf.department_model()
    if model is None:
        return tree
    content_type = ContentType.objects.get_for_model(model)
    pipelines = (
        replace(pipeline, department_content_type_id=content_type.pk) if pipeline.department_id else pipeline
        for pipeline in tree.pipelines
    )
    return replace(tree, pipelines=tuple(pipelines))
