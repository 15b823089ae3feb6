"""Workflows with all that they hold, as plain dicts in the keys of the reference."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

from django.contrib.auth import get_user_model

from django_workflow_engine.models import Pipeline, Stage, WorkFlow
from django_workflow_engine.models.keys import to_primary_key
from django_workflow_engine.models.querysets import WorkFlowQuerySet
from django_workflow_engine.selectors.companies import company_names
from django_workflow_engine.selectors.configurations import Configurations, Json, text_of
from django_workflow_engine.selectors.totals import Totals
from django_workflow_engine.strategies import strategy_for

Children = dict[int, list[Json]]
_NAMES: Final = ("id", "name_en", "name_ar")


def get_detailed_workflow_data(
    workflow_id: Any = None, company_id: Any = None, include_inactive: bool = False
) -> Json | None:
    """One workflow with everything in it, or all templates; four statements whatever their number and size.

    With `workflow_id` the answer is that workflow's dict, active or not, a frozen version too; None for an id
    that does not exist. Without it: `workflows` (active templates, newest first; every template with
    `include_inactive`), `total_count` and `statistics`. `company_id` keeps to one company's. Approvals are
    shown and counted on the level that the strategy asks them on.
    """
    workflows = WorkFlow.objects.all()
    if company_id is not None:
        workflows = workflows.filter(company__in=[to_primary_key(get_user_model(), company_id)])
    if workflow_id is not None:
        found = _detailed(workflows.filter(pk=to_primary_key(WorkFlow, workflow_id)))
        return found[0] if found else None
    return _listed(_detailed(workflows.templates() if include_inactive else workflows.active()))


def _listed(workflows: list[Json]) -> Json:
    totals = sum((_totals(workflow) for workflow in workflows), start=Totals())
    return {"workflows": workflows, "total_count": len(workflows), "statistics": totals.as_dict()}


def _totals(workflow: Json) -> Totals:
    stages = [stage for pipeline in workflow["pipelines"] for stage in pipeline["stages"]]
    return Totals(
        workflows=1,
        active=int(workflow["is_active"]),
        pipelines=workflow["pipelines_count"],
        stages=len(stages),
        approvals=workflow["workflow_summary"]["total_approvals"],
        stage_approvals=_approvals(stages),
    )


def _detailed(workflows: WorkFlowQuerySet) -> list[Json]:
    configurations = Configurations()
    pipelines = _pipelines(workflows, _stages(workflows, configurations), configurations)
    rows = list(
        workflows.values(*_NAMES, "company_id", "description", "strategy", "status", "is_active").annotate(
            text=text_of("workflow_info")
        )
    )
    companies = company_names({row["company_id"] for row in rows})
    return [_workflow(row, pipelines[row["id"]], companies, configurations) for row in rows]


def _workflow(row: Json, pipelines: list[Json], companies: dict[Any, str], configurations: Configurations) -> Json:
    company, text = row.pop("company_id"), row.pop("text")
    own = configurations.read(text).as_dict() if _asks(row["strategy"], "workflow") else {}
    stages = sum(pipeline["stages_count"] for pipeline in pipelines)
    approvals = sum(_approvals([pipeline, *pipeline["stages"]]) for pipeline in pipelines) + _approvals([own])
    return {
        **row,
        "company": company,
        "company_name": companies.get(company),
        **own,
        "pipelines_count": len(pipelines),
        "total_stages_count": stages,
        "pipelines": pipelines,
        "workflow_summary": {
            "total_pipelines": len(pipelines),
            "total_stages": stages,
            "total_approvals": approvals,
        },
    }


def _pipelines(workflows: WorkFlowQuerySet, stages: Children, configurations: Configurations) -> Children:
    """The dicts of the pipelines by workflow, in order."""
    found: Children = defaultdict(list)
    rows = Pipeline.objects.filter(workflow__in=workflows.order_by()).order_by("order", "pk")
    columns = (*_NAMES, "order", "workflow_id", "workflow__strategy", text_of("pipeline_info"))
    for pk, name_en, name_ar, order, workflow_id, strategy, text in rows.values_list(*columns):
        below = stages[pk]
        pipeline = {"id": pk, "name_en": name_en, "name_ar": name_ar, "order": order}
        if _asks(strategy, "pipeline"):
            pipeline |= configurations.read(text).as_dict()
        found[workflow_id].append({**pipeline, "stages_count": len(below), "stages": below})
    return found


def _stages(workflows: WorkFlowQuerySet, configurations: Configurations) -> Children:
    """The dicts of the stages by pipeline, in order."""
    found: Children = defaultdict(list)
    rows = Stage.objects.filter(pipeline__workflow__in=workflows.order_by()).order_by("order", "pk")
    columns = (*_NAMES, "order", "is_active", "pipeline_id", text_of("stage_info"))
    for pk, name_en, name_ar, order, is_active, pipeline_id, text in rows.values_list(*columns):
        configuration = configurations.read(text)
        found[pipeline_id].append(
            {
                "id": pk,
                "name_en": name_en,
                "name_ar": name_ar,
                "order": order,
                "is_active": is_active,
                "color": configuration.color,
                **configuration.as_dict(),
            }
        )
    return found


def _asks(strategy: int, level: str) -> bool:
    return strategy_for(strategy).approvals_level == level


def _approvals(places: list[Json]) -> int:
    return sum(place.get("approvals_count", 0) for place in places)
