"""Creating templates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext as _

from django_workflow_engine.approvals import roles
from django_workflow_engine.choices import ErrorCode, WorkflowStatus
from django_workflow_engine.definitions.specs import WorkflowSpec, build_tree, in_order, referenced
from django_workflow_engine.definitions.tree import WorkflowTree
from django_workflow_engine.errors import Fault, InvalidDefinition
from django_workflow_engine.models import WorkFlow
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
    write_content(workflow, in_order(tree))
    return workflow


def _status(spec: WorkflowSpec, tree: WorkflowTree) -> WorkflowStatus:
    incomplete = strategy_for(spec.strategy).completeness_problem(tree) is not None
    if spec.status == WorkflowStatus.ACTIVE and incomplete:
        return WorkflowStatus.DRAFT
    return spec.status


def _missing_rows(spec: WorkflowSpec, tree: WorkflowTree) -> Sequence[Fault]:
    """A fault for each user, role or company that the spec names and that does not exist."""
    wanted = defaultdict(list)
    for path, name, key in referenced(tree):
        wanted[name].append((path, key))
    if spec.company_id is not None:
        wanted["approval_user"].append((("company_id",), spec.company_id))
    known = {
        "approval_user": _existing_users({key for _path, key in wanted["approval_user"]}),
        "user_role": set(roles.find_roles({key for _path, key in wanted["user_role"]})),
    }
    return [
        Fault(code=ErrorCode.NOT_FOUND, message=_("There is no such row."), path=path)
        for name, entries in wanted.items()
        for path, key in entries
        if key not in known[name]
    ]


def _existing_users(keys: set[Any]) -> set[Any]:
    model = get_user_model()
    wanted = {key: roles.to_primary_key(model, key) for key in keys}
    found = (
        set(
            model._default_manager.filter(pk__in=[key for key in wanted.values() if key is not None]).values_list(
                "pk", flat=True
            )
        )
        if wanted
        else set()
    )
    return {given for given, key in wanted.items() if key in found}
