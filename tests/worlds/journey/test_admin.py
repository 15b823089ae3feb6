"""Every page of the admin opens: the engine's own and those of the approval package."""

from __future__ import annotations

from html import unescape

import pytest
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.test import Client
from django.urls import reverse

from django_workflow_engine.models import WorkFlow, WorkflowAttachment
from django_workflow_engine.services import attach_workflow_to_object
from tests.engine.admin.controls import controls
from tests.worlds.journey.conftest import Office
from tests.worlds.journey.rows import request_of, world
from tests.worlds.journey.test_running import by, decide, template

OURS = {"django_workflow_engine", "approval_workflow"}

pytestmark = pytest.mark.skipif(not world().has_admin, reason="nobody can enter the admin of this world")


@pytest.fixture
def client(office: Office) -> Client:
    """The administrator's browser, where a run stands in the middle."""
    request = request_of(office.requester)
    attach_workflow_to_object(request, template(1, by(office.boss), company_id=office.boss.pk), office.requester)
    decide(request, office.boss)
    browser = Client()
    browser.force_login(office.administrator)
    return browser


@pytest.mark.parametrize("language", ["en", "ar"])
def test_lists_searches_and_rows_open(client: Client, language: str) -> None:
    headers = {"accept-language": language}
    for model, page in admin.site._registry.items():
        if model._meta.app_label not in OURS:
            continue
        address = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        opened = [reverse(f"{address}_changelist"), reverse(f"{address}_changelist") + "?q=boss"]
        opened += [reverse(f"{address}_change", args=[row.pk]) for row in model._default_manager.all()[:3]]
        if page.has_add_permission(client.get(reverse("admin:index")).wsgi_request):
            opened.append(reverse(f"{address}_add"))
        for url in opened:
            assert client.get(url, headers=headers).status_code == 200, url


def test_the_page_of_a_run_leads_to_its_object(client: Client) -> None:
    attachment = WorkflowAttachment.objects.get()
    page = client.get(reverse("admin:django_workflow_engine_workflowattachment_change", args=[attachment.pk]))
    address = reverse("admin:world_request_change", args=[quote(attachment.target.pk)])
    assert f'href="{address}"' in unescape(page.content.decode())
    assert client.get(address).context["original"] == attachment.target


def test_approvals_are_edited_as_rows(client: Client, office: Office) -> None:
    workflow = template(3, by(office.boss))
    address = reverse("admin:django_workflow_engine_workflow_change", args=[workflow.pk])
    stored = workflow.workflow_info["approvals"]
    for added in ({}, {"approval_type": "role", "user_role": str(office.role.pk)}):
        sent = controls(client.get(address).content.decode())
        sent |= {f"workflow_info-1-{key}": value for key, value in added.items()}
        response = client.post(address, sent)
        assert response.status_code == 302, response.context["adminform"].form.errors
        changed = WorkFlow.objects.get(pk=workflow.pk).workflow_info["approvals"]
        assert changed[:1] == stored
        assert [str(approval["user_role"]) for approval in changed[1:]] == [*filter(None, [added.get("user_role")])]
