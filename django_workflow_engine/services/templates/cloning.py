"""Copies of templates that are edited on their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from django.utils.translation import gettext as _

from django_workflow_engine.choices import WorkflowStatus
from django_workflow_engine.definitions.changes import WorkflowChanges
from django_workflow_engine.definitions.declared import Home, stored_in
from django_workflow_engine.definitions.readers import invalid
from django_workflow_engine.definitions.sizes import growth_faults, parts_of
from django_workflow_engine.definitions.specs import WorkflowSpec
from django_workflow_engine.definitions.tree import WorkflowTree
from django_workflow_engine.errors import Fault, WorkflowIncomplete
from django_workflow_engine.models import WorkFlow
from django_workflow_engine.models.verbs import method_of_a_model
from django_workflow_engine.services.actors import check_editor
from django_workflow_engine.services.templates.checking import check_kind, raise_faults, relocated
from django_workflow_engine.services.templates.locking import locked_workflow
from django_workflow_engine.services.templates.workflows import check_workflow_changes
from django_workflow_engine.services.templates.writing import columns_of, write
from django_workflow_engine.services.versions import copy_name, workflow_row, write_content
from django_workflow_engine.strategies import strategy_for
from django_workflow_engine.transactions import verb

NAMES: Final = ("name_en", "name_ar")


@method_of_a_model
@verb
def clone_workflow(
    *,
    id: Any,
    modified_keys: Sequence[str] = NAMES,
    overrides: WorkflowChanges | None = None,
    actor: Any = None,
) -> WorkFlow:
    """Copy a template with its pipelines, stages, approvals and actions into a new template.

    The names in `modified_keys` get " (Copy)", cut so that they fit; `overrides` replace values of the copy. It says
    `cloned_from`, belongs to the same company and has the source's status; an active one that is not complete
    becomes a draft. Raises NotFound, Frozen, InvalidDefinition with the faults below ("overrides",) and
    ("modified_keys",), and WorkflowIncomplete when an override asks for an active copy that is not complete.
    """
    check_kind(modified_keys, Sequence, "modified_keys")
    if overrides is not None:
        check_kind(overrides, WorkflowChanges, "overrides")
    check_editor(actor)
    source = locked_workflow(id, path=("id",))
    values, faults = check_workflow_changes(source, overrides or WorkflowChanges())
    raise_faults([*_unknown_keys(modified_keys), *relocated(faults, inside=(), to=("overrides",))])
    wanted = values.get("status")
    tree = source.tree()
    inside = {name: values[name] for name in stored_in(WorkflowSpec, Home.INFO) if name in values}
    columns = columns_of(values, WorkflowSpec, source, "workflow_info")
    tree = replace(tree, **inside, info=columns["workflow_info"])
    raise_faults([invalid(fault.message, ("id",)) for fault in growth_faults(parts_of(tree))])
    names = {name: copy_name(getattr(tree, name)) for name in modified_keys}
    kept = {name: getattr(source, name) for name in ("company_id", "company_deleted", "status")}
    clone = workflow_row(tree, cloned_from=source, created_by=actor, modified_by=actor, **kept | names | columns)
    write(clone, _settled(tree, clone.status, wanted))
    write_content(clone, tree)
    return clone


def _unknown_keys(names: Sequence[str]) -> list[Fault]:
    message = _("Only names get the suffix of a copy.")
    places = [("modified_keys", str(index)) for index, name in enumerate(names) if name not in NAMES]
    return [invalid(message, path) for path in places]


def _settled(tree: WorkflowTree, status: str, wanted: Any) -> dict[str, Any]:
    """The status of a copy with this content."""
    problem = strategy_for(tree.strategy).problem(tree)
    if status == WorkflowStatus.ACTIVE and problem is not None:
        if wanted is not None:
            raise WorkflowIncomplete(problem, path=("overrides", "status"))
        status = WorkflowStatus.DRAFT
    return {"status": status, "is_active": status == WorkflowStatus.ACTIVE}
