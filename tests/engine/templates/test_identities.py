"""What a template is known by in every database: moved by Django's own `dumpdata` and `loaddata`."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from django_workflow_engine.cleanup import cleanup_completed_workflow_attachments
from django_workflow_engine.definitions.changes import StageChanges, WorkflowChanges
from django_workflow_engine.definitions.fingerprint import fingerprint
from django_workflow_engine.definitions.specs import StageSpec
from django_workflow_engine.models import Pipeline, Stage, WorkFlow, WorkflowAction, WorkflowAttachment
from django_workflow_engine.models.identity import identity_within
from django_workflow_engine.serializers import WorkFlowSerializer
from django_workflow_engine.services import (
    attach_workflow_to_object,
    cancel_workflow,
    clone_workflow,
    create_action,
    create_stage,
    reorder_pipelines,
    update_stage,
    update_workflow,
)
from tests.engine.templates.trees import FLAT, PIPED, STAGED, complete, notify, stage_of
from tests.factories import STRATEGIES, DocumentFactory, UserFactory, by_self

pytestmark = pytest.mark.django_db

PARTS = (WorkFlow, Pipeline, Stage, WorkflowAction)


def attached(template: WorkFlow) -> WorkflowAttachment:
    return attach_workflow_to_object(DocumentFactory(created_by=UserFactory()), template)


def dumped(folder: Path) -> str:
    """The file that holds every template of this installation."""
    file = str(folder / "templates.json")
    labels = [model._meta.label for model in PARTS]
    call_command("dumpdata", *labels, natural_foreign=True, natural_primary=True, output=file)
    return file


def load(file: str) -> None:
    call_command("loaddata", file, verbosity=0)


def without_runs() -> None:
    """No run is left, and no frozen version."""
    for attachment in WorkflowAttachment.objects.all():
        cancel_workflow(
            attachment_id=attachment.pk, actor=UserFactory(is_superuser=True, is_staff=True), reason="Moved"
        )
    cleanup_completed_workflow_attachments(older_than_days=0, status="cancelled")
    assert not WorkFlow.objects.filter(is_hidden=True).exists()


def elsewhere() -> None:
    """Another installation: it has none of these rows, and its own ones have their keys."""
    without_runs()
    for template in WorkFlow.objects.all():
        template.delete()
    for name in ("One", "Two"):
        complete(1, 3, name_en=name)


def counts() -> list[int]:
    return [model.objects.count() for model in PARTS]


def identities(workflow: WorkFlow) -> set[uuid.UUID]:
    """Those of a template and of all its parts."""
    below = [node for pipeline in workflow.tree().pipelines for node in (pipeline, *pipeline.stages)]
    above = [*workflow.tree().actions, *(action for node in below for action in node.actions)]
    return {workflow.uuid, *(node.uuid for node in [*below, *above])}


def with_actions(strategy: int) -> WorkFlow:
    template = complete(strategy, 1 if strategy == FLAT else 2, actions=[notify()])
    for stage in Stage.objects.all():
        create_action(action=notify(parameters={"to": ["a"]}), stage_id=stage.pk)
    return template


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_template_arrives_in_an_installation_with_other_keys(strategy: int, tmp_path: Path) -> None:
    template = with_actions(strategy)
    known, content = identities(template), fingerprint(template.tree())
    file = dumped(tmp_path)
    elsewhere()
    load(file)
    found = WorkFlow.objects.get(uuid=template.uuid)
    assert (identities(found), fingerprint(found.tree())) == (known, content)
    assert found.pk != template.pk
    before = counts()
    load(file)
    assert (counts(), fingerprint(found.tree())) == (before, content)
    assert attached(found).status == "in_progress"


def test_loading_again_brings_what_was_changed_since(tmp_path: Path) -> None:
    template = complete(STAGED, 3)  # in two pipelines
    before = dumped(tmp_path)
    (tmp_path / "later").mkdir()
    update_workflow(id=template.pk, changes=WorkflowChanges(name_en="Renamed"))
    update_stage(id=stage_of(template).pk, changes=StageChanges(name_en="First", color="#010203"))
    create_stage(pipeline_id=template.pipelines.first().pk, stage=StageSpec(name_en="Added", approvals=[by_self()]))
    pipelines = list(template.pipelines.values_list("pk", flat=True))
    reorder_pipelines(workflow_id=template.pk, pipeline_ids=pipelines[::-1])
    content, after = fingerprint(template.tree()), dumped(tmp_path / "later")
    added = Stage.objects.get(name_en="Added")
    Stage.objects.filter(pk=added.pk).delete()
    load(before)
    assert fingerprint(template.tree()) != content
    assert list(template.pipelines.order_by("order").values_list("pk", flat=True)) == pipelines
    load(after)
    assert (fingerprint(template.tree()), WorkFlow.objects.count()) == (content, 1)
    assert Stage.objects.get(name_en="Added").uuid == added.uuid


def test_what_was_added_here_stays_behind_what_is_loaded(tmp_path: Path) -> None:
    template = complete(PIPED, 1)
    file = dumped(tmp_path)
    (loaded,) = template.pipelines.all()
    Pipeline.objects.filter(pk=loaded.pk).update(order=7)
    own = Pipeline.objects.create(workflow=template, name_en="Ours", order=0)
    load(file)
    assert list(template.pipelines.order_by("order").values_list("pk", "order")) == [(loaded.pk, 0), (own.pk, 8)]


def test_frozen_versions_arrive_and_know_where_their_parts_came_from(tmp_path: Path) -> None:
    template = with_actions(STAGED)
    version = attached(template).workflow
    known = identities(version)
    file = dumped(tmp_path)
    elsewhere()
    load(file)
    load(file)
    here, found = WorkFlow.objects.get(uuid=template.uuid), WorkFlow.objects.get(uuid=version.uuid)
    assert (found.is_hidden, found.cloned_from, identities(found)) == (True, here, known)
    for mine, own in zip(found.tree().pipelines, here.tree().pipelines, strict=True):
        assert mine.origin_id == own.id
        assert [stage.origin_id for stage in mine.stages] == [stage.id for stage in own.stages]


def test_a_part_whose_original_is_gone_is_no_copy_of_another_one(tmp_path: Path) -> None:
    template = complete(STAGED, 1)
    version = attached(template).workflow
    Stage.objects.filter(pipeline__workflow=template).delete()
    file = dumped(tmp_path)
    Stage.objects.create(
        pk=stage_of(version).origin_id, pipeline=complete(STAGED, 1, name_en="Another").pipelines.get(), name_en="Other"
    )
    load(file)
    assert Stage.objects.get(pk=stage_of(version).pk).origin_id is None


def test_the_same_content_is_the_same_version_whatever_the_template_is_known_by() -> None:
    template = with_actions(STAGED)
    version = attached(template).workflow
    for part in PARTS:
        for row in part.objects.exclude(pk=version.pk if part is WorkFlow else None):
            part.objects.filter(pk=row.pk).update(uuid=uuid.uuid4())
    assert attached(WorkFlow.objects.get(pk=template.pk)).workflow == version


def test_two_installations_make_the_same_version_of_the_same_content() -> None:
    template = with_actions(STAGED)
    first = attached(template).workflow
    known = identities(first)
    without_runs()
    again = attached(template).workflow
    assert again.pk != first.pk
    assert identities(again) == known


def test_a_copy_is_known_by_an_identity_of_its_own() -> None:
    template = with_actions(STAGED)
    clone = clone_workflow(id=template.pk)
    assert identities(template).isdisjoint(identities(clone))
    known = template.uuid
    template.pk = None  # as Django's documentation copies rows
    template.save()
    assert WorkFlow.objects.get(pk=template.pk).uuid != known


def test_nobody_gives_a_template_the_identity_of_another_one() -> None:
    template = complete(PIPED)
    sent: dict[str, Any] = {"name_en": "Mine", "strategy": 2, "uuid": str(template.uuid), "pipelines": []}
    form = WorkFlowSerializer(data=sent)
    assert form.is_valid(), form.errors
    assert form.save().uuid != template.uuid
    assert WorkFlow.objects.get(uuid=template.uuid) == template


@pytest.mark.django_db(transaction=True)
def test_the_migration_gives_every_row_an_identity_and_goes_back() -> None:
    template = with_actions(STAGED)
    version = attached(template).workflow
    try:
        MigrationExecutor(connection).migrate([("django_workflow_engine", "0009_related_names_of_users")])
        MigrationExecutor(connection).migrate([("django_workflow_engine", "0012_identities_are_unique")])
        for model in PARTS:
            given = list(model.objects.values_list("uuid", flat=True))
            assert None not in given
            assert len(set(given)) == model.objects.count()
        template.refresh_from_db()
        assert WorkFlow.objects.get(pk=version.pk).uuid == identity_within(template.uuid, version.fingerprint)
        above, original = stage_of(version).pipeline, stage_of(template)
        assert stage_of(version).uuid == identity_within(above.uuid, original.uuid)
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
