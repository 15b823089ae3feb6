"""Deadlines through the forms: taken beside an approval, refused at their keys, and shown with the template."""

from __future__ import annotations

from typing import Any

import pytest

from django_workflow_engine.models import Pipeline, Stage, WorkFlow
from django_workflow_engine.serializers import WorkFlowSerializer
from django_workflow_engine.services import get_detailed_workflow_data
from tests.engine.deadlines.deadlines import within
from tests.engine.serializers.forms import errors
from tests.factories import STRATEGIES, UserFactory, by_self, template_for

pytestmark = pytest.mark.django_db
HOLDERS: dict[int, Any] = {1: (Stage, "stage_info"), 2: (Pipeline, "pipeline_info"), 3: (WorkFlow, "workflow_info")}


def form(strategy: int, *approvals: Any) -> WorkFlowSerializer:
    """A form for a template with one position that asks these approvals."""
    holder: dict[str, Any] = {HOLDERS[strategy][1]: {"approvals": list(approvals)}}
    if strategy == 1:
        holder = {"stages": [{"name_en": "Stage"} | holder]}
    if strategy != 3:
        holder = {"pipelines": [{"name_en": "Pipeline"} | holder]}
    return WorkFlowSerializer(data={"name_en": "Purchases", "strategy": int(strategy)} | holder)


def at_the_holder(strategy: int, told: Any) -> Any:
    """What is said of the position, as the whole form's errors."""
    told = {HOLDERS[strategy][1]: {"approvals": told}}
    if strategy == 1:
        told = {"stages": [told]}
    return told if strategy == 3 else {"pipelines": [told]}


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_deadline_is_taken(strategy: Any) -> None:
    said = {"after": "P2W", "remind_before": ["P1D"], "on_timeout": "fallback", "fallback_user": UserFactory().pk}
    made = form(strategy, by_self() | {"deadline": said})
    assert made.is_valid(), made.errors
    made.save()
    model, name = HOLDERS[strategy]
    (approval,) = getattr(model.objects.get(), name)["approvals"]
    assert approval["deadline"] == said | {"after": "P14D"}


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_what_cannot_work_is_refused_at_its_key(strategy: Any) -> None:
    wrong = [
        ({"after": "soon"}, {"after": ["INVALID"]}),
        ({"after": "P2D", "remind_before": ["P1D", "P3D"]}, {"remind_before": [{}, ["INVALID"]]}),
        ({"after": "P2D", "on_timeout": "fallback"}, {"fallback_user": ["REQUIRED"]}),
        ({"after": "P2D", "on_timeout": "fallback", "fallback_user": 10**9}, {"fallback_user": ["NOT_FOUND"]}),
    ]
    for said, told in wrong:
        found = errors(form(strategy, by_self(), by_self() | {"deadline": said}))
        assert found == at_the_holder(strategy, [{}, {"deadline": told}]), said


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_details_of_a_template_have_it_and_can_be_sent_back(strategy: Any) -> None:
    template = template_for(strategy, [[within(by_self(), "P2D", on_timeout="reject"), by_self()]])
    detail = get_detailed_workflow_data(workflow_id=template.pk)
    assert detail is not None
    if strategy != 3:
        (detail,) = detail["pipelines"]
    if strategy == 1:
        (detail,) = detail["stages"]
    shown = detail["approval_configuration"]["approvals"]
    assert [one.get("deadline") for one in shown] == [{"after": "P2D", "on_timeout": "reject"}, None]
    assert form(strategy, *shown).is_valid()
