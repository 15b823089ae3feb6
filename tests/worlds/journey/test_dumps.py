"""What `dumpdata` writes, `loaddata` reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from django_workflow_engine.choices import WorkflowStrategy
from django_workflow_engine.models import (
    Pipeline,
    Stage,
    WorkFlow,
    WorkflowAction,
    WorkflowConfiguration,
    WorkflowEvent,
)
from django_workflow_engine.services import (
    attach_workflow_to_object,
    get_workflow_attachment,
    register_model_for_workflow,
)
from django_workflow_engine.transactions import alias
from tests.worlds.journey.conftest import Office
from tests.worlds.journey.rows import model, request_of
from tests.worlds.journey.test_running import by, decide, status, template

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def dump(office: Office, tmp_path: Path) -> tuple[Path, Any]:
    """A dump of everything, taken in the middle of a run, and the request."""
    request = request_of(office.requester)
    attach_workflow_to_object(request, template(1, by(office.boss)), office.requester)
    decide(request, office.boss)
    file = tmp_path / "dump.json"
    call_command(
        "dumpdata",
        natural_foreign=True,
        exclude=["contenttypes", "auth.permission"],
        output=str(file),
        database=alias(),
    )
    return file, request


@pytest.mark.parametrize("registered", [False, True], ids=["empty", "registered"])
def test_a_run_goes_on_in_another_database(dump: tuple[Path, Any], office: Office, registered: bool) -> None:
    file, request = dump
    events = WorkflowEvent.objects.count()
    call_command("flush", interactive=False, verbosity=0, database=alias())
    if registered:  # by an app's `ready()`, before anything is loaded
        register_model_for_workflow(model("Department"))
        register_model_for_workflow(model("Request"), status_field="status")
    call_command("loaddata", str(file), verbosity=0, database=alias())
    assert (WorkFlow.objects.count(), WorkflowEvent.objects.count()) == (2, events)
    assert WorkflowConfiguration.objects.get(content_type__model="request").stage_field == "stage"
    found = model("Request").objects.get(pk=request.pk)
    assert get_workflow_attachment(found).target == found
    decide(found, office.boss)
    assert status(found) == "completed"


def test_a_configuration_is_known_by_its_model(dump: tuple[Path, Any], tmp_path: Path) -> None:
    file = tmp_path / "configurations.json"
    label = "django_workflow_engine.workflowconfiguration"
    call_command("dumpdata", label, natural_foreign=True, natural_primary=True, output=str(file), database=alias())
    kept = WorkflowConfiguration.objects.get().pk
    WorkflowConfiguration.objects.update(stage_field="", status_field="")
    call_command("loaddata", str(file), verbosity=0, database=alias())
    assert [(row.pk, row.stage_field) for row in WorkflowConfiguration.objects.all()] == [(kept, "stage")]


@pytest.mark.parametrize("strategy", list(WorkflowStrategy))
def test_a_template_moves_to_where_it_has_another_key(office: Office, strategy: int, tmp_path: Path) -> None:
    moved = template(strategy, by(office.boss), company_id=office.requester.pk)
    file = tmp_path / "templates.json"
    labels = [part._meta.label for part in (WorkFlow, Pipeline, Stage, WorkflowAction)]
    call_command("dumpdata", *labels, natural_foreign=True, natural_primary=True, output=str(file), database=alias())
    moved.delete()
    template(3, by(office.deputy), company_id=office.deputy.pk)
    for _again in range(2):
        call_command("loaddata", str(file), verbosity=0, database=alias())
    assert WorkFlow.objects.count() == 2
    found = WorkFlow.objects.get(uuid=moved.uuid)
    assert (found.company, found.tree().strategy) == (office.requester, strategy)
    request = request_of(office.requester)
    attach_workflow_to_object(request, found, office.requester)
    for _position in range(1 if strategy == WorkflowStrategy.WORKFLOW_ONLY else 2):
        decide(request, office.boss)
    assert status(request) == "completed"
