"""Administrators who save or delete at the same moment: nobody is shown an error of the database."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.db import OperationalError
from django.test import Client

from django_workflow_engine.admin.workflows import WorkFlowAdmin
from django_workflow_engine.errors import Conflict
from django_workflow_engine.models import WorkFlow, WorkflowAttachment
from django_workflow_engine.services import attach_workflow_to_object, register_model_for_workflow
from tests.engine.admin.pages import Admin, filled
from tests.factories import DocumentFactory, by_user, template_for
from tests.postgres.threads import at_once
from tests.testapp.models import Deal

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 3


@pytest.fixture
def people(boss: User) -> Callable[[], Admin]:
    """Browsers of one administrator, each with a session of its own."""
    boss.is_staff = boss.is_superuser = True
    boss.save()

    def browser() -> Admin:
        client = Client()
        client.force_login(boss)
        return Admin(client)

    return browser


def sent(admin: Admin, row: Any) -> Callable[[], Any]:
    """The row's page as it was opened, ready to be sent."""
    data = filled(admin.open(row))
    return lambda: admin.client.post(admin.address(row, "change"), data).status_code


@pytest.mark.server
def test_a_page_that_several_save_is_saved_by_each_of_them(level: str, boss: User, people: Any) -> None:
    template = template_for(1, [[by_user(boss)]] * 2)
    configuration = register_model_for_workflow(Deal)
    for row in (template, configuration) * ROUNDS:
        assert at_once([sent(people(), row) for _ in range(3)]) == [302] * 3


@pytest.mark.server
def test_a_template_that_is_deleted_and_attached_at_once_goes_or_stays(level: str, boss: User, people: Any) -> None:
    for _round in range(ROUNDS):
        template, document = template_for(3, [[by_user(boss)]]), DocumentFactory()
        chosen = {"action": "delete_selected", "_selected_action": [template.pk], "post": "yes"}
        admins = [people(), people()]
        address = admins[0].address(WorkFlow, "changelist")
        calls = [
            partial(admins[0].client.post, address, chosen),
            partial(admins[1].delete, template),
            partial(attach_workflow_to_object, document, template, boss),
        ]
        *pages, attached = at_once(calls)
        assert {page.status_code for page in pages} <= {200, 302}
        went = not WorkFlow.objects.filter(pk=template.pk).exists()
        assert went is not isinstance(attached, WorkflowAttachment)


def test_what_was_begun_anew_is_said_once(boss: User, people: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    template, admin = template_for(1, [[by_user(boss)]]), people()
    save, tried = WorkFlowAdmin.log_change, []

    def failing_once(self: Any, request: Any, *args: Any) -> Any:
        tried.append(len(get_messages(request)._queued_messages))
        self.message_user(request, "Saved")
        if len(tried) == 1:
            raise OperationalError("database is locked")
        return save(self, request, *args)

    monkeypatch.setattr(WorkFlowAdmin, "log_change", failing_once)
    page = admin.client.post(admin.address(template, "change"), filled(admin.open(template)), follow=True)
    assert tried == [0, 0]
    assert [str(message) for message in page.context["messages"]].count("Saved") == 1


def test_who_is_not_let_through_is_told_so_on_the_page(
    boss: User, people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*args: Any) -> Any:
        raise Conflict("Others were at work.")

    template, admin = template_for(1, [[by_user(boss)]]), people()
    monkeypatch.setattr(WorkFlowAdmin, "save_related", refused)
    name, address = template.name_en, admin.address(template, "change")
    page = admin.client.post(address, filled(admin.open(template)) | {"name_en": "Other"}, follow=True)
    assert page.redirect_chain == [(address, 302)]
    assert [str(message) for message in page.context["messages"]] == ["Others were at work."]
    assert WorkFlow.objects.get(pk=template.pk).name_en == name
