"""Objects in another database than the workflows: no transaction holds both, so nothing is begun with them."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.core.checks import run_checks
from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, connections
from django.test import override_settings
from django.utils.functional import SimpleLazyObject

from django_workflow_engine.errors import InvalidDefinition, ModelNotEnabled
from django_workflow_engine.models import WorkflowAttachment, WorkflowConfiguration
from django_workflow_engine.services import (
    ConfigurationChanges,
    attach_workflow_to_object,
    configure_model,
    register_model_for_workflow,
)
from gql_workflows.demo.models import Department
from tests.engine.databases.routers import Elsewhere
from tests.factories import DocumentFactory, UserFactory, by_user, template_for
from tests.runs import approve, asked
from tests.testapp.models import Deal, Document

ELSEWHERE = override_settings(DATABASE_ROUTERS=[Elsewhere(Document)])


def test_a_listed_model_is_an_error_with_a_hint():
    with ELSEWHERE:
        (found,) = [found for found in run_checks() if found.id == "django_workflow_engine.E030"]
    assert "testapp.document" in found.msg.lower()
    assert "DATABASE_ROUTERS" in found.hint


@pytest.mark.parametrize("referred", [User, Group, Department])
def test_what_the_engines_rows_refer_to_is_an_error_with_a_hint(referred):
    with override_settings(DATABASE_ROUTERS=[Elsewhere(referred)]):
        (found,) = [found for found in run_checks() if found.id == "django_workflow_engine.E031"]
    assert referred._meta.label in found.msg
    assert "DATABASE_ROUTERS" in found.hint


def test_such_an_object_takes_no_workflow_and_nothing_is_asked_of_a_database(db, django_assert_num_queries):
    boss, document = UserFactory(), DocumentFactory()
    template = template_for(1, [[by_user(boss)]])
    with ELSEWHERE, django_assert_num_queries(3), pytest.raises(ModelNotEnabled) as refused:  # the savepoint's
        attach_workflow_to_object(document, template, boss)
    assert refused.value.path == ("target",)
    assert not WorkflowAttachment.objects.exists()


def test_a_run_of_before_is_not_decided(db):
    boss, document = UserFactory(), DocumentFactory()
    attach_workflow_to_object(document, template_for(1, [[by_user(boss)]]), boss)
    with ELSEWHERE, pytest.raises(ModelNotEnabled):
        approve(document, boss)
    assert asked(document) == [boss]


@pytest.mark.parametrize(
    "enable",
    [
        lambda: register_model_for_workflow(Document),
        lambda: configure_model(model=Document, changes=ConfigurationChanges(is_enabled=True)),
        lambda: WorkflowConfiguration(content_type=ContentType.objects.get_for_model(Document)).save(),
    ],
)
def test_such_a_model_is_not_enabled_by_any_door(db, enable):
    with ELSEWHERE, pytest.raises((InvalidDefinition, ValidationError), match="another database"):
        enable()
    assert not WorkflowConfiguration.objects.exists()


def test_such_a_model_can_still_be_switched_off(db):
    register_model_for_workflow(Document)
    with ELSEWHERE:
        configure_model(model=Document, changes=ConfigurationChanges(is_enabled=False))
    assert not WorkflowConfiguration.objects.get().is_enabled


def test_other_models_take_workflows_as_ever(db):
    boss = UserFactory()
    with ELSEWHERE:
        deal = Deal.objects.create(title="A deal")
        attach_workflow_to_object(deal, template_for(1, [[by_user(boss)]]), boss)
        assert asked(deal) == [boss]


def test_a_database_that_commits_nothing_by_itself_is_an_error_with_a_hint(monkeypatch):
    monkeypatch.setitem(connections.settings[DEFAULT_DB_ALIAS], "AUTOCOMMIT", False)
    (found,) = [found for found in run_checks() if found.id == "django_workflow_engine.E032"]
    assert "ATOMIC_REQUESTS" in found.hint


def test_a_verb_takes_the_user_of_a_request_whatever_the_router_asks_of_a_model(db):
    boss, document = UserFactory(), DocumentFactory()
    asked = Elsewhere()
    asked.db_for_write = lambda model, **hints: "default" if model._meta.label else None
    with override_settings(DATABASE_ROUTERS=[asked]):
        template = template_for(1, [[by_user(boss)]])
        attachment = attach_workflow_to_object(document, template, SimpleLazyObject(lambda: boss))
    assert attachment.started_by == boss
