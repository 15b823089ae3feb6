"""Lists of the admin at any number of rows: nothing is counted or gone through as a whole, and the page says so."""

from __future__ import annotations

import re
from typing import Any

import pytest
from approval_workflow.models import ApprovalFlow, ApprovalInstance
from django.contrib import admin as site
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from django_workflow_engine.admin import counting, finding, newest
from django_workflow_engine.models import ActionRun, WorkFlow, WorkflowAttachment, WorkflowEvent
from tests.engine.admin.pages import Admin
from tests.engine.admin.test_costs import run

pytestmark = pytest.mark.django_db
OF_RUNS = [WorkflowAttachment, WorkflowEvent, ActionRun, ApprovalFlow, ApprovalInstance]
OWN = [
    model for model, own in site.site._registry.items() if type(own).__module__.startswith("django_workflow_engine.")
]
ASKED: list[dict[str, str]] = [
    {},
    {"q": "approve"},
    {"q": "a b"},
    {"o": "1"},
    {"o": "-2"},
    {"p": "2"},
    {"_facets": "1"},
]
NARROWED = "No index answers this filter or order: only the newest {} are looked at."
SEARCHED = "Only the newest {} were searched for this text; a whole key is found among all."


def may(model: Any, parameters: dict[str, str]) -> bool:
    """Templates are few: who asks for the number of rows of each choice gets it."""
    return model in OF_RUNS or "_facets" not in parameters


def asked(admin: Admin, model: Any, **parameters: str) -> list[str]:
    """The statements of a list page."""
    with CaptureQueriesContext(connection) as captured:
        assert admin.list(model, **parameters).status_code == 200
    return [query["sql"] for query in captured]


def goes_through_all(statement: str) -> bool:
    """Whether a statement counts or compares all rows of a table; one that counts for a row of its own does not."""
    counts_all = re.match(r"SELECT COUNT\(", statement) and "LIMIT" not in statement
    return bool(counts_all or "DISTINCT" in statement or "DATE_TRUNC" in statement.upper())


def notes(admin: Admin, model: Any, **parameters: str) -> list[str]:
    page = admin.list(model, **parameters)
    told = re.findall(r'<p class="help note-of-list">(.*?)</p>', page.content.decode())
    assert told == [*page.context["cl"].notes]
    return told


def in_arabic(administrator: User) -> Admin:
    client = Client(headers={"Accept-Language": "ar"})
    client.force_login(administrator)
    return Admin(client)


def test_all_lists_of_the_engine_are_walked():
    assert {*OF_RUNS, WorkFlow} <= {*OWN}
    assert len(OWN) == 12


@pytest.mark.parametrize(
    ("model", "parameters"), [(model, asked) for model in OWN for asked in ASKED if may(model, asked)]
)
def test_no_list_counts_or_compares_all_rows(model, parameters, admin, monkeypatch):
    monkeypatch.setattr(newest, "NEWEST", 1)
    for _ in range(2):
        run()
    assert [one for one in asked(admin, model, **parameters) if goes_through_all(one)] == []


@pytest.mark.parametrize("parameters", ASKED[1:4])
@pytest.mark.parametrize("model", OF_RUNS)
def test_what_is_dear_costs_the_same_for_few_rows_and_for_many(model, parameters, admin, monkeypatch):
    monkeypatch.setattr(newest, "NEWEST", 1)
    for _ in range(2):
        run()
    asked(admin, model, **parameters)
    few = len(asked(admin, model, **parameters))
    for _ in range(4):
        run()
    assert len(asked(admin, model, **parameters)) == few


@pytest.mark.parametrize("model", [*OF_RUNS, WorkFlow])
def test_a_number_that_is_a_bound_is_called_so(model, admin, administrator, monkeypatch):
    for _ in range(3):
        run()
    rows, names = model.objects.count(), model._meta.verbose_name_plural
    monkeypatch.setattr(counting, "COUNTED", 2)
    shown = {"frozen": "all"} if model is WorkFlow else {}
    assert f"More than 2 {names}; the pages lead to the first 2 of them." in admin.list(model, **shown).content.decode()
    page = in_arabic(administrator).list(model, **shown).content.decode()
    assert "More than" not in page
    assert "أكثر من 2" in page
    monkeypatch.setattr(counting, "COUNTED", rows)
    page = admin.list(model, **shown).content.decode()
    assert "More than" not in page
    assert f"{rows} {names}" in " ".join(page.split())


def test_pages_lead_to_the_first_rows_alone_and_hold_them_in_order(admin, monkeypatch):
    for _ in range(3):
        run()
    keys = [*WorkflowEvent.objects.order_by("-pk").values_list("pk", flat=True)]
    monkeypatch.setattr(counting, "COUNTED", 4)
    monkeypatch.setattr(site.site._registry[WorkflowEvent], "list_per_page", 2)
    assert [row.pk for row in admin.rows(WorkflowEvent)] == keys[:2]
    assert [row.pk for row in admin.rows(WorkflowEvent, p="2")] == keys[2:4]
    assert admin.list(WorkflowEvent, p="3").status_code == 302


def test_no_action_is_taken_on_more_rows_than_are_counted(admin, monkeypatch):
    for _ in range(3):
        run()
    ActionRun.objects.update(status="incident")
    offered = '<span class="all hidden">'
    monkeypatch.setattr(site.site._registry[ActionRun], "list_per_page", 1)
    assert offered in admin.list(ActionRun).content.decode()
    monkeypatch.setattr(counting, "COUNTED", 2)
    assert offered not in admin.list(ActionRun).content.decode()
    chosen = {"action": "skip_runs", "select_across": "1", "_selected_action": [ActionRun.objects.first().pk]}
    page = admin.client.post(admin.address(ActionRun, "changelist"), chosen, follow=True)
    assert [str(message) for message in page.context["messages"]] == [
        "These are more than 2 rows. Filter or search for fewer, or select them page by page."
    ]
    assert not ActionRun.objects.exclude(status="incident").exists()
    monkeypatch.setattr(counting, "COUNTED", 100)
    admin.client.post(admin.address(ActionRun, "changelist"), chosen)
    assert not ActionRun.objects.exclude(status="skipped").exists()


def test_a_filter_without_an_index_looks_at_the_newest_rows_and_says_so(admin, administrator, monkeypatch):
    for _ in range(2):
        run()
    attached = [*WorkflowEvent.objects.filter(kind="attached").order_by("-pk")]
    assert admin.rows(WorkflowEvent, kind__exact="attached") == attached
    assert notes(admin, WorkflowEvent, kind__exact="attached") == []
    since = WorkflowEvent.objects.filter(pk__gte=attached[0].pk).count()
    monkeypatch.setattr(newest, "NEWEST", since)
    assert admin.rows(WorkflowEvent, kind__exact="attached") == attached[:1]
    assert notes(admin, WorkflowEvent, kind__exact="attached") == [NARROWED.format(since)]
    assert notes(admin, WorkflowEvent, o="1") == [NARROWED.format(since)]
    assert notes(admin, WorkflowEvent) == notes(admin, WorkflowEvent, attachment__exact=attached[1].attachment_id) == []
    searched = admin.rows(WorkflowEvent, kind__exact="attached", q=attached[1].attachment.object_id)
    assert attached[1] in searched  # as is whatever has the key's digits in a username
    assert (
        "only the newest" not in in_arabic(administrator).list(WorkflowEvent, kind__exact="attached").content.decode()
    )


def test_a_filter_that_an_index_answers_looks_at_all_rows(admin, monkeypatch):
    first, second = run(), run()
    monkeypatch.setattr(newest, "NEWEST", 1)
    year = timezone.localtime(first.created_at).year
    for answered in (
        {"status__exact": "in_progress"},
        {"created_at__year": str(year)},
        {"content_type__id__exact": str(first.content_type_id)},
    ):
        assert admin.rows(WorkflowAttachment, **answered) == [second, first], answered
        assert notes(admin, WorkflowAttachment, **answered) == []
    assert admin.rows(WorkflowAttachment, workflow__strategy__exact="1") == [second]


@pytest.mark.parametrize("model", OF_RUNS)
def test_the_key_of_an_object_is_found_among_all_rows(model, admin, monkeypatch):
    first = run()
    run()
    path = {
        WorkflowAttachment: "pk",
        ApprovalFlow: "workflow_attachment",
        ApprovalInstance: "flow__workflow_attachment",
    }
    wanted = {*model.objects.filter(**{path.get(model, "attachment"): first.pk})}
    monkeypatch.setattr(newest, "NEWEST", 1)
    assert {*admin.rows(model, q=first.object_id)} >= wanted
    assert notes(admin, model, q=first.object_id) == [SEARCHED.format(1)]


def test_a_username_and_the_name_of_a_workflow_are_found_among_all_rows(admin, monkeypatch):
    first = run()
    run()
    monkeypatch.setattr(newest, "NEWEST", 1)
    step = ApprovalInstance.objects.filter(flow=first.approval_flow).order_by("pk").first()
    assert admin.rows(ApprovalInstance, q=step.assigned_to.username) == [step]
    WorkFlow.objects.filter(pk=first.workflow_id).update(name_ar="إجازة")
    monkeypatch.setattr(newest, "NEWEST", 100)
    assert admin.rows(WorkflowAttachment, q="إجازة") == [first]


def test_free_text_is_found_among_the_newest_rows_alone_without_an_index(admin, monkeypatch):
    first, second = run(), run()
    for attachment in (first, second):
        WorkflowEvent.objects.create(attachment=attachment, kind="approved", comment="Much too dear, sorry")
    found = [*WorkflowEvent.objects.filter(comment__contains="dear").order_by("-pk")]
    for words in ("DEAR", "too sorr", '"too dear"', f"dear {second.object_id}"):
        assert admin.rows(WorkflowEvent, q=words)[:1] == found[:1], words
    assert admin.rows(WorkflowEvent, q="dear") == found
    assert admin.rows(WorkflowEvent, q="dear cheap") == []
    assert notes(admin, WorkflowEvent, q="dear") == []
    monkeypatch.setattr(newest, "NEWEST", 1)
    assert admin.rows(WorkflowEvent, q="dear") == found[:1]
    assert notes(admin, WorkflowEvent, q="dear") == [SEARCHED.format(1)]
    assert admin.rows(WorkflowEvent, q=f"dear {first.object_id}") == found[1:]


def test_more_than_is_listed_is_called_so(admin, monkeypatch):
    for _ in range(2):
        run()
    newest_first = WorkflowEvent.objects.filter(kind__contains="a").order_by("-pk")
    monkeypatch.setattr(finding, "FOUND", 1)
    monkeypatch.setattr(site.site._registry[WorkflowEvent], "search_fields", ("kind",))
    assert admin.rows(WorkflowEvent, q="a") == [newest_first[0]]
    assert notes(admin, WorkflowEvent, q="a") == ["More than 1 were found; the newest of them are listed."]


def test_the_bar_of_dates_is_made_of_the_first_moment_and_the_last(admin):
    attachments = [run() for _ in range(3)]
    moments = ["2024-03-05T12:00:00+00:00", "2026-01-31T12:00:00+00:00", "2026-02-02T12:00:00+00:00"]
    for attachment, moment in zip(attachments, moments, strict=True):
        WorkflowAttachment.objects.filter(pk=attachment.pk).update(created_at=moment)
    chosen = {"created_at__year": "2026"}
    assert bar(admin) == ["2024", "2025", "2026"]
    assert bar(admin, **chosen) == ["back to All dates", "January 2026", "February 2026"]
    assert bar(admin, **chosen, created_at__month="2") == ["back to 2026", "February 1", "February 2"]
    assert bar(admin, **chosen, created_at__month="2", created_at__day="2") == ["back to February 2026"]
    assert admin.rows(WorkflowAttachment, **chosen, created_at__month="2") == attachments[2:]
    WorkflowAttachment.objects.filter(pk=attachments[0].pk).update(created_at="2026-02-01T12:00:00+00:00")
    assert bar(admin) == ["back to All dates", "January 2026", "February 2026"]
    WorkflowAttachment.objects.filter(pk=attachments[1].pk).update(created_at="2026-02-03T12:00:00+00:00")
    assert bar(admin) == ["back to 2026", "February 1", "February 2", "February 3"]


def bar(admin: Admin, **parameters: str) -> list[str]:
    """The links of the bar of dates."""
    page = admin.list(WorkflowAttachment, **parameters).content.decode()
    links = page.split('<nav class="toplinks"')[1].split("</nav>")[0]
    return [text.replace("&lsaquo;", "back to") for text in re.findall(r"<a [^>]*>(.*?)</a>", links)]
