"""MySQL does not tell the keys of rows that are written in bulk; any database can be made to keep them to itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from django_workflow_engine.models import ActionRun, Pipeline, Stage, WorkFlow, WorkflowEvent
from django_workflow_engine.services import attach_workflow_to_object, create_action, delegate_step
from tests.engine.templates.trees import notify
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_role, by_user, group_of, template_for
from tests.runs import approve, asked, attachment_of, history, seat

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def untold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(connection.features), "can_return_rows_from_bulk_insert", False)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_run_is_made_and_goes_its_way(strategy: Any, django_capture_on_commit_callbacks: Any) -> None:
    boss, friend, *members = UserFactory.create_batch(5)
    positions = [[by_role(group_of(*members), "consensus"), by_user(boss)]] * (1 if strategy == 3 else 3)
    template = template_for(strategy, positions)
    create_action(action=notify(), workflow_id=template.pk)
    other, document = DocumentFactory(), DocumentFactory()
    with django_capture_on_commit_callbacks(execute=True):
        for attached in (other, document):
            attach_workflow_to_object(attached, template, boss)
        for _position in positions:
            assert asked(document) == members
            for member in reversed(members):
                approve(document, member)
            delegate_step(step_id=seat(document, boss).pk, actor=boss, user_id=friend.pk)
            approve(document, friend)
    assert (attachment_of(document).status, asked(other)) == ("completed", members)
    assert WorkFlow.objects.filter(cloned_from=template).count() == 1
    approved = [int(key) for kind, key in history(document, "step_id") if kind == "approved"]
    assert len(set(approved)) == len(positions) * 4
    runs = ActionRun.objects.filter(attachment=attachment_of(document))
    assert {run.event for run in runs} <= set(WorkflowEvent.objects.filter(attachment=attachment_of(document)))
    assert {(run.status, run.event.kind) for run in runs} == {("succeeded", "approved")}


def test_a_version_s_parts_are_below_each_other() -> None:
    template = template_for(1, [[by_user(UserFactory())]] * 4)
    version = attach_workflow_to_object(DocumentFactory(), template).workflow
    assert Pipeline.objects.filter(workflow=version).count() == 2
    assert Stage.objects.filter(pipeline__workflow=version).count() == 4
    assert [stage.name_en for node in version.tree().pipelines for stage in node.stages] == [
        stage.name_en for node in template.tree().pipelines for stage in node.stages
    ]
