"""The hook that a model's configuration calls before a start."""

from __future__ import annotations

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError

from django_workflow_engine.choices import AttachmentStatus, ErrorCode
from django_workflow_engine.errors import ActionNotRegistered, Forbidden, InvalidInput
from django_workflow_engine.models import WorkflowAttachment, WorkflowConfiguration
from django_workflow_engine.services.hooks import before_start
from tests.engine.configuration import hooks
from tests.factories import UserFactory
from tests.testapp.models import Deal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def calls():
    hooks.calls.clear()
    return hooks.calls


@pytest.fixture
def actor():
    return UserFactory()


def attachment(status=AttachmentStatus.NOT_STARTED) -> WorkflowAttachment:
    content_type = ContentType.objects.get_for_model(Deal)
    return WorkflowAttachment(content_type=content_type, object_id="1", status=status)


def before(name: str) -> WorkflowConfiguration:
    return WorkflowConfiguration(pre_start_hook=name and f"{hooks.HERE}.{name}")


@pytest.mark.parametrize("name", ["note", "note_context"])
def test_the_hook_before_the_start_is_called_in_both_signatures(name, actor, calls):
    before_start(attachment(), actor, before(name))
    assert calls == [(name, AttachmentStatus.NOT_STARTED, actor)]


def test_without_a_hook_nothing_is_called(actor, calls):
    before_start(attachment(), actor, before(""))
    assert calls == []


def test_whatever_the_hook_raises_refuses_the_start(actor):
    with pytest.raises(RuntimeError, match="the shop is closed"):
        before_start(attachment(), actor, before("refuse"))


def test_a_validation_error_is_a_refusal_of_the_engine(actor):
    with pytest.raises(InvalidInput) as refused:
        before_start(attachment(), actor, before("invalid"))
    assert (refused.value.message, refused.value.path) == ("The amount is too low.", ("target",))


def test_a_denied_permission_is_a_refusal_of_the_engine(actor):
    with pytest.raises(Forbidden) as refused:
        before_start(attachment(), actor, before("forbidden"))
    assert (refused.value.message, refused.value.code) == ("Ask the finance department.", ErrorCode.FORBIDDEN)


@pytest.mark.parametrize("path", [f"{hooks.HERE}.unregistered", "os.system", "no.such.module", "nothing"])
def test_a_function_that_nobody_registered_is_never_called(path, actor, calls):
    with pytest.raises(ActionNotRegistered) as refused:
        before_start(attachment(), actor, WorkflowConfiguration(pre_start_hook=path))
    assert refused.value.function_path == path
    assert calls == []


def test_a_broken_statement_of_the_hook_is_not_hidden(actor):
    with pytest.raises(DatabaseError):
        before_start(attachment(), actor, before("break_sql"))
    assert WorkflowConfiguration.objects.count() == 0  # the transaction around it is whole
