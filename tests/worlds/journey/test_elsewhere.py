"""Objects in another database than the workflows: every door refuses them, and the others go on."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connections, router

from django_workflow_engine.errors import InvalidDefinition, ModelNotEnabled
from django_workflow_engine.models import WorkflowAttachment, WorkflowConfiguration
from django_workflow_engine.services import (
    ConfigurationChanges,
    attach_workflow_to_object,
    configure_model,
    register_model_for_workflow,
)
from gql_workflows.ids import global_id
from tests.api.documents import ATTACH
from tests.worlds.journey.conftest import Office
from tests.worlds.journey.rows import model, world
from tests.worlds.journey.test_api import Session
from tests.worlds.journey.test_running import by, template

pytestmark = pytest.mark.skipif(not world().is_elsewhere, reason="this world has no such objects")


@pytest.fixture
def paper(office: Office) -> Any:
    """A row of the other database."""
    return model(world().is_elsewhere).objects.create(title="A paper")


def test_the_object_is_in_the_other_database(paper: Any) -> None:
    assert (paper._state.db, router.db_for_write(WorkflowAttachment)) == ("second", "default")
    assert "world_paper" not in connections["default"].introspection.table_names()


def test_no_run_is_begun_with_it(paper: Any, office: Office) -> None:
    with pytest.raises(ModelNotEnabled) as refused:
        attach_workflow_to_object(paper, template(1, by(office.boss)), office.requester)
    assert refused.value.path == ("target",)
    assert not WorkflowAttachment.objects.exists()


def test_its_model_is_enabled_by_nobody(paper: Any) -> None:
    before = list(WorkflowConfiguration.objects.values())
    for enable in (
        lambda: register_model_for_workflow(type(paper)),
        lambda: configure_model(model=type(paper), changes=ConfigurationChanges(is_enabled=True)),
    ):
        with pytest.raises(InvalidDefinition, match="is in another database than the workflows"):
            enable()
    assert list(WorkflowConfiguration.objects.values()) == before


def test_the_api_knows_no_such_model(paper: Any, office: Office) -> None:
    made = template(1, by(office.boss))
    sent = {"workflowId": global_id("Workflow", made.pk), "target": {"model": "world.Paper", "id": str(paper.pk)}}
    answer = Session(office.administrator).run(ATTACH, input=sent)["attachWorkflow"]
    assert answer["attachment"] is None
    assert [(error["code"], error["path"]) for error in answer["errors"]] == [
        ("MODEL_NOT_ENABLED", ["target", "model"])
    ]
    assert not WorkflowAttachment.objects.exists()
