"""Templates and decisions through the forms of Django REST framework."""

from __future__ import annotations

import pytest

from django_workflow_engine.serializers import WorkflowApprovalSerializer, WorkFlowSerializer
from django_workflow_engine.services import attach_workflow_to_object
from tests.worlds.journey.conftest import Office
from tests.worlds.journey.rows import request_of
from tests.worlds.journey.test_running import by, open_steps, status


@pytest.mark.parametrize("strategy", [1, 2, 3])
def test_a_template_is_made_and_decided_by_forms(office: Office, strategy: int) -> None:
    asked = {"approvals": [by(office.boss) | {"approval_user": str(office.boss.pk)}]}
    data = {"name_en": "Purchase approval", "strategy": strategy, "company": office.boss.pk}
    if strategy == 3:
        data["workflow_info"] = asked
    else:
        stages = {"stages": [{"name_en": "S", "stage_info": asked}]} if strategy == 1 else {"pipeline_info": asked}
        data["pipelines"] = [{"name_en": "P", **stages}]
    form = WorkFlowSerializer(data=data)
    assert form.is_valid(), form.errors
    made = form.save()
    assert made.company == office.boss
    request = request_of(office.requester)
    attach_workflow_to_object(request, made, office.requester)
    (step,) = open_steps(request)
    decision = WorkflowApprovalSerializer(
        instance=request, data={"action": "APPROVED", "step_id": step.pk}, context={"request": _Request(office.boss)}
    )
    assert decision.is_valid(), decision.errors
    decision.save()
    assert status(request) == "completed"


class _Request:
    """What a view hands to a form."""

    def __init__(self, user: object) -> None:
        self.user = user
