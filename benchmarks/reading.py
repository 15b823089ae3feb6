"""Detailed data and statistics against the same answers built object by object from prefetched models."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.db import connection, transaction

from benchmarks.ratios import Ratio, compare
from django_workflow_engine.definitions.approvals import parse_approvals
from django_workflow_engine.models import Pipeline, Stage, WorkFlow
from django_workflow_engine.selectors.configurations import describe
from django_workflow_engine.services import get_detailed_workflow_data, get_workflow_statistics
from tests.factories import UserFactory

DETAILED: Final = (300, 2, 3)  # workflows x pipelines x stages
COUNTED: Final = (2000, 3, 4)
ROLES: Final = 100
COMPANIES: Final = 20
_BATCH: Final = 1000


def rolled_back(measurement: Callable[[], Ratio]) -> Callable[[], Ratio]:
    """Measure inside a transaction that leaves no rows behind."""

    @wraps(measurement)
    def measured() -> Ratio:
        with transaction.atomic():
            ratio = measurement()
            transaction.set_rollback(True)
        return ratio

    return measured


@rolled_back
def detailed_data() -> Ratio:
    """All workflows with all that they hold."""
    _fill(*DETAILED)
    assert get_detailed_workflow_data()["workflows"] == _naive_details()
    return compare(
        "detailed data of {} workflows of {}x{}".format(*DETAILED),
        naive=_naive_details,
        ours=get_detailed_workflow_data,
        least=3,
    )


@rolled_back
def statistics() -> Ratio:
    """The overview of all workflows."""
    _fill(*COUNTED)
    assert get_workflow_statistics()["by_company"] == _naive_statistics()
    return compare(
        "statistics over {} workflows of {}x{}".format(*COUNTED),
        naive=_naive_statistics,
        ours=get_workflow_statistics,
        least=20,
    )


COMPARISONS: Final = [detailed_data, statistics]


def _fill(workflows: int, pipelines: int, stages: int) -> None:
    companies = UserFactory.create_batch(COMPANIES)
    rows = [WorkFlow(name_en=f"Workflow {n}", company=companies[n % COMPANIES]) for n in range(workflows)]
    WorkFlow.objects.bulk_create(rows, batch_size=_BATCH)
    above = [Pipeline(workflow=row, name_en=f"Pipeline {n}", order=n) for row in rows for n in range(pipelines)]
    Pipeline.objects.bulk_create(above, batch_size=_BATCH)
    below = [
        Stage(pipeline=row, name_en=f"Stage {n}", order=n, stage_info=_info(place * stages + n))
        for place, row in enumerate(above)
        for n in range(stages)
    ]
    Stage.objects.bulk_create(below, batch_size=_BATCH)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _info(number: int) -> dict[str, Any]:
    approval = {"approval_type": "role", "user_role": number * 7 % ROLES + 1, "role_selection_strategy": "anyone"}
    return {"color": "#3498db", "approvals": [approval]}


def _naive_details() -> list[dict[str, Any]]:
    return [_naive_workflow(workflow) for workflow in _prefetched()]


def _prefetched() -> Any:
    return WorkFlow.objects.active().select_related("company").prefetch_related("pipelines__stages")


def _naive_workflow(workflow: WorkFlow) -> dict[str, Any]:
    pipelines = [_naive_pipeline(pipeline) for pipeline in workflow.pipelines.all()]
    stages = [stage for pipeline in pipelines for stage in pipeline["stages"]]
    return {
        "id": workflow.pk,
        "name_en": workflow.name_en,
        "name_ar": workflow.name_ar,
        "description": workflow.description,
        "strategy": workflow.strategy,
        "status": workflow.status,
        "is_active": workflow.is_active,
        "company": workflow.company_id,
        "company_name": workflow.company.get_full_name() or workflow.company.get_username(),
        "pipelines_count": len(pipelines),
        "total_stages_count": len(stages),
        "pipelines": pipelines,
        "workflow_summary": {
            "total_pipelines": len(pipelines),
            "total_stages": len(stages),
            "total_approvals": sum(stage["approvals_count"] for stage in stages),
        },
    }


def _naive_pipeline(pipeline: Pipeline) -> dict[str, Any]:
    stages = [_naive_stage(stage) for stage in pipeline.stages.all()]
    names = {"id": pipeline.pk, "name_en": pipeline.name_en, "name_ar": pipeline.name_ar, "order": pipeline.order}
    return {**names, "stages_count": len(stages), "stages": stages}


def _naive_stage(stage: Stage) -> dict[str, Any]:
    approvals = [describe(approval) for approval in parse_approvals(stage.stage_info, path=(), faults=[])]
    return {
        "id": stage.pk,
        "name_en": stage.name_en,
        "name_ar": stage.name_ar,
        "order": stage.order,
        "is_active": stage.is_active,
        "color": stage.stage_info["color"],
        "approvals_count": len(approvals),
        "has_approvals": bool(approvals),
        "approval_configuration": {"approvals": approvals},
    }


def _naive_statistics() -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = {}
    for workflow in _prefetched():
        counts = found.setdefault(workflow.company.get_username(), Counter())
        counts["workflows"] += 1
        for pipeline in workflow.pipelines.all():
            counts["pipelines"] += 1
            for stage in pipeline.stages.all():
                counts["stages"] += 1
                counts["approvals"] += len(stage.stage_info["approvals"])
    return {company: dict(counts) for company, counts in found.items()}
