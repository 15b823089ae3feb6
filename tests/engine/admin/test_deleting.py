"""Deleting templates and what is in them: whoever cannot is told why and what to do, and nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import translation

from django_workflow_engine.models import Pipeline, Stage, WorkFlow, WorkflowAttachment
from django_workflow_engine.services import attach_workflow_to_object, clone_workflow
from tests.engine.admin.pages import Admin, errors
from tests.factories import DocumentFactory, UserFactory, by_user, template_for
from tests.snapshot import unchanged

pytestmark = pytest.mark.django_db
INACTIVE = "Set its status to “Inactive” instead"
LATER = "It can be deleted once these runs stand elsewhere"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def used(*, directly: bool = False) -> WorkFlow:
    """A template with two runs, one of them over."""
    template = template_for(1, [[by_user(UserFactory())]], name_en="Leave", name_ar="إجازة")
    for status in ("completed", "in_progress"):
        document = DocumentFactory()
        attachment = attach_workflow_to_object(document, template, disable_clone=directly)
        WorkflowAttachment.objects.filter(pk=attachment.pk).update(status=status)
    return template


def selected(admin: Admin, *rows, **more: str):
    data = {"action": "delete_selected", "_selected_action": [str(row.pk) for row in rows], **more}
    return admin.client.post(admin.address(type(rows[0]), "changelist"), data)


def text(page) -> str:
    return unescape(page.content.decode())


@pytest.mark.parametrize("directly", [False, True])
def test_a_template_in_use_says_by_how_many_runs_and_what_to_do(directly, admin):
    template = used(directly=directly)
    sentence = "“Leave” is in use by 2 runs (in progress: 1)."
    with unchanged():
        pages = [admin.client.get(admin.address(template, "delete")), admin.delete(template)]
        pages += [selected(admin, template), selected(admin, template, post="yes")]
    for page in pages:
        assert page.status_code == 200
        for words in ("Cannot delete workflow", sentence, INACTIVE):
            assert words in text(page)
        assert "permission" not in text(page).lower()
    assert not LogEntry.objects.exists()
    link = f"?template={template.pk}"
    assert link in text(pages[0])
    assert len(admin.rows(WorkflowAttachment, template=str(template.pk))) == 2


def test_it_says_so_in_arabic(administrator):
    template = used()
    client = Client(headers={"Accept-Language": "ar"})
    client.force_login(administrator)
    page = text(Admin(client).delete(template))
    assert "إجازة" in page
    assert "is in use" not in page
    assert "Inactive" not in page
    assert "It cannot be deleted" not in page


def test_one_in_use_keeps_the_others_that_were_selected_with_it(admin):
    free = template_for(3, [[by_user(UserFactory())]], name_en="Free")
    template = used()
    with unchanged():
        page = selected(admin, template, free, post="yes")
    assert "“Leave” is in use" in text(page)
    assert "“Free”" not in text(page)
    selected(admin, free, post="yes")
    assert not WorkFlow.objects.filter(pk=free.pk).exists()


def test_the_runs_of_another_template_are_not_counted(admin):
    used()
    other = template_for(3, [[by_user(UserFactory())]], name_en="Other")
    assert admin.delete(other).status_code == 302
    assert not WorkFlow.objects.filter(pk=other.pk).exists()
    assert admin.rows(WorkflowAttachment, template="no number") == []


def test_a_template_that_nothing_runs_on_goes_with_its_versions_and_its_clones_stay(admin):
    template = used()
    copy = clone_workflow(id=template.pk)
    WorkflowAttachment.objects.update(status="completed")
    WorkflowAttachment.objects.all().delete()
    assert admin.delete(template).status_code == 302
    assert [*WorkFlow.objects.all()] == [copy]
    assert LogEntry.objects.get().object_id == str(template.pk)


@pytest.mark.parametrize(("model", "standing"), [(Pipeline, "pipeline"), (Stage, "stage")])
def test_a_place_where_a_run_stands_says_so(model, standing, admin):
    used(directly=True)
    row = model.objects.get()
    sentence = f"“{row}” is in use by 2 runs (in progress: 1)."
    with unchanged():
        pages = [admin.delete(row), selected(admin, row, post="yes")]
    for page in pages:
        assert sentence in text(page)
        assert LATER in text(page)
        assert "permission" not in text(page).lower()


@pytest.mark.parametrize("parent", [WorkFlow, Pipeline])
def test_a_place_that_is_deleted_on_its_parent_s_page_says_so_too(parent, admin):
    template = used(directly=True)
    template.pipelines.create(name_en="More")
    row = parent.objects.first()
    prefix = "pipelines" if parent is WorkFlow else "stages"
    child = getattr(row, prefix).first()
    with unchanged():
        page = admin.save(row, **{f"{prefix}-0-DELETE": "on"})
    said = errors(page)[prefix]
    assert said[0] == f"“{child}” is in use by 2 runs (in progress: 1)."
    assert said[1].startswith(LATER)


def test_selected_frozen_versions_say_what_they_are(admin):
    used()
    version = WorkFlow.objects.get(is_hidden=True)
    data = {"action": "delete_selected", "_selected_action": [version.pk], "post": "yes"}
    with unchanged():
        page = admin.client.post(admin.address(WorkFlow, "changelist") + "?frozen=all", data)
    assert "belongs to a frozen version" in text(page)


def test_who_may_not_delete_what_goes_with_it_is_told_of_the_missing_permission(admin):
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.add(*Permission.objects.filter(codename__in=["delete_workflow", "view_workflow"]))
    client = Client()
    client.force_login(clerk)
    template = template_for(1, [[by_user(UserFactory())]])
    with unchanged():
        page = Admin(client).client.get(admin.address(template, "delete"))
        assert Admin(client).delete(template).status_code == 403
    assert sorted(page.context["perms_lacking"]) == ["pipeline", "stage"]
    assert not page.context["protected"]


def test_a_run_that_begins_while_the_question_is_read_keeps_the_template(admin, monkeypatch):
    template = used()
    monkeypatch.setattr("django_workflow_engine.admin.deleting.uses_of", lambda rows: iter(()))
    with unchanged():
        page = admin.client.post(admin.address(template, "delete"), {"post": "yes"}, follow=True)
        assert "Objects are attached to “Leave”." in text(page)
        selected(admin, template, post="yes")
    assert not LogEntry.objects.exists()
