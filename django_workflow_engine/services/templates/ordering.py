"""Putting all pipelines of a template, or all stages of a pipeline, into a new order at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from django_workflow_engine.choices import ErrorCode
from django_workflow_engine.definitions.readers import invalid, missing
from django_workflow_engine.errors import Fault
from django_workflow_engine.models import Pipeline, Stage
from django_workflow_engine.models.keys import to_primary_key
from django_workflow_engine.services.templates.activity import touch
from django_workflow_engine.services.templates.checking import check_kind, raise_faults
from django_workflow_engine.services.templates.locking import locked_pipeline, locked_workflow
from django_workflow_engine.transactions import verb


@verb
def reorder_pipelines(*, workflow_id: Any, pipeline_ids: Sequence[Any], actor: Any = None) -> list[Pipeline]:
    """Put the template's pipelines into this order; every one of them must be named once.

    The orders that the pipelines have are dealt out anew. Raises NotFound, Frozen, and InvalidDefinition with the
    path of each id that is no pipeline of the template or comes twice, and of the list when one is left out.
    """
    check_kind(pipeline_ids, Sequence, "pipeline_ids")
    workflow = locked_workflow(workflow_id, path=("workflow_id",))
    rows = _deal(Pipeline.objects.filter(workflow=workflow).order_by("order"), pipeline_ids, "pipeline_ids")
    touch(workflow, actor)
    return rows


@verb
def reorder_stages(*, pipeline_id: Any, stage_ids: Sequence[Any], actor: Any = None) -> list[Stage]:
    """Put the pipeline's stages into this order; the same contract as `reorder_pipelines`."""
    check_kind(stage_ids, Sequence, "stage_ids")
    pipeline = locked_pipeline(pipeline_id, path=("pipeline_id",))
    rows = _deal(Stage.objects.filter(pipeline=pipeline).order_by("order"), stage_ids, "stage_ids")
    touch(pipeline.workflow, actor)
    return rows


def _deal(siblings: QuerySet[Any], ids: Sequence[Any], name: str) -> list[Any]:
    """Give the orders of the siblings to them in the order of the ids."""
    rows = {row.pk: row for row in siblings}
    keys = [to_primary_key(siblings.model, key) for key in ids]
    raise_faults(_faults(keys, rows, name))
    orders = [row.order for row in rows.values()]
    sorted_rows = [rows[key] for key in keys]
    _write(siblings.model, sorted_rows, range(_free(orders), _free(orders) + len(orders)))
    _write(siblings.model, sorted_rows, orders)
    return sorted_rows


def _write(model: type[Model], rows: Sequence[Any], orders: Sequence[int]) -> None:
    """One statement; neighbours are unique at every moment, so the rows go by way of orders that nobody has."""
    for row, order in zip(rows, orders, strict=True):
        row.order = order
    model._default_manager.bulk_update(rows, ["order"])


def _free(orders: Sequence[int]) -> int:
    """The first of as many consecutive orders as there are, none of which is taken."""
    taken, count = set(orders), len(orders)
    starts = [0, *(order + 1 for order in orders)]
    return next(start for start in sorted(starts) if taken.isdisjoint(range(start, start + count)))


def _faults(keys: Sequence[Any], rows: dict[Any, Any], name: str) -> list[Fault]:
    faults, seen = [], set()
    for index, key in enumerate(keys):
        path = (name, str(index))
        if key not in rows:
            faults.append(Fault(code=ErrorCode.NOT_FOUND, message=_("There is no such row."), path=path))
        elif key in seen:
            faults.append(invalid(_("This one is named twice."), path))
        seen.add(key)
    if not faults and len(seen) < len(rows):
        faults.append(missing(_("All of them must be named."), (name,)))
    return faults
