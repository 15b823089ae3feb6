"""What an attachment is called in the admin, and the way from it to its object."""

from __future__ import annotations

import pytest
from django.contrib import admin as site
from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from django_workflow_engine.models import ActionRun, WorkflowAttachment, WorkflowEvent
from django_workflow_engine.services import attach_workflow_to_object
from tests.engine.admin.pages import Admin
from tests.engine.configuration import hooks
from tests.factories import UserFactory, by_user, template_for
from tests.runs import approve

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("users_take_workflows")]
SHOWN = [WorkflowAttachment, WorkflowEvent, ActionRun]


@pytest.fixture
def users_take_workflows(settings):
    settings.DJANGO_WORKFLOW_ENGINE = {**settings.DJANGO_WORKFLOW_ENGINE, "ENABLED_MODELS": ["auth.User"]}


@pytest.fixture
def attachment() -> WorkflowAttachment:
    """A user as the object, for users have a page in every admin; its run is complete and called an action.

    Its key is long, so that no time of day on a page reads like "content type:key".
    """
    approver = UserFactory()
    template = template_for(3, [[by_user(approver)]])
    template.actions.create(action_type="after_approve", function_path=f"{hooks.HERE}.note")
    found = attach_workflow_to_object(UserFactory(pk=90_210_777, username="<b>mona</b>"), template)
    approve(found.target, approver)
    return WorkflowAttachment.objects.get()


def test_a_title_names_the_object_and_costs_no_statement_for_it(attachment):
    ContentType.objects.get_for_id(attachment.content_type_id)
    with CaptureQueriesContext(connection) as captured:
        assert str(attachment) == f"User {attachment.object_id} (Completed)"
    assert len(captured) == 0
    assert attachment.target is not None
    assert str(attachment) == "User: <b>mona</b> (Completed)"
    with translation.override("ar"):
        assert "Completed" not in str(attachment)


def test_a_title_of_what_is_not_stored_or_has_no_model_any_more(attachment):
    assert str(WorkflowAttachment(object_id="7")) == "7 (Not started)"
    gone = ContentType.objects.create(app_label="shop", model="order")
    assert str(WorkflowAttachment(content_type=gone, object_id="7")) == "7 (Not started)"


@pytest.mark.parametrize("model", SHOWN)
def test_lists_and_pages_name_the_object(model, attachment, admin):
    for page in (admin.list(model), admin.open(model.objects.first())):
        text = page.content.decode()
        assert "User: &lt;b&gt;mona&lt;/b&gt;" in text
        assert "<b>mona" not in text
        assert f"{attachment.content_type_id}:{attachment.object_id}" not in text


@pytest.mark.parametrize("status", ["completed", "rejected", "cancelled", "not_started", "in_progress"])
def test_only_a_run_in_progress_stands_somewhere_now(status, attachment, admin):
    WorkflowAttachment.objects.update(status=status)
    assert ("· now" in admin.open(attachment).content.decode()) is (status == "in_progress")


@pytest.mark.parametrize("model", SHOWN)
def test_they_lead_to_the_object_s_own_page_for_whoever_may_see_it(model, attachment, admin):
    address = f'href="{admin.address(attachment.target, "change")}"'
    assert address in admin.list(model).content.decode()
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.add(*Permission.objects.filter(codename=f"view_{model._meta.model_name}"))
    client = Client()
    client.force_login(clerk)
    page = Admin(client).list(model)
    assert page.status_code == 200
    assert address not in page.content.decode()


def test_the_page_of_an_attachment_leads_there_too(attachment, admin):
    assert f'href="{admin.address(attachment.target, "change")}"' in admin.open(attachment).content.decode()


def test_an_object_without_a_page_is_named_without_a_link(attachment, admin):
    kept = site.site._registry.pop(User)
    try:
        page = admin.list(WorkflowEvent)
    finally:
        site.site._registry[User] = kept
    assert "User: &lt;b&gt;mona" in page.content.decode()
    assert "/auth/user/" not in page.content.decode().split('id="result_list"')[1]
