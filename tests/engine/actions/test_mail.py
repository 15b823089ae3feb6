"""The mail helpers: Django's mail or the project's function, one recipient's failure is its own."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import override_settings

from django_workflow_engine.notifications import send_bulk_workflow_emails, send_workflow_email
from tests.factories import UserFactory

TEMPLATES = {
    "letter.txt": "{{ user.username }}: {{ workflow_name }}",
    "letter.html": "<p>{{ workflow_name }}</p>",
    "page.html": "<p>Only <b>{{ workflow_name }}</b></p>",
    "note.txt": "A note about {{ workflow_name }}",
    "broken.txt": "{% include 'missing.txt' %}",
}
ENGINE = {
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "OPTIONS": {"loaders": [("django.template.loaders.locmem.Loader", TEMPLATES)]},
}
CONTEXT = {"workflow_name": "Purchase", "current_stage": "Budget", "user": None, "subject": "About it"}
sent_by_project: list[dict] = []


def send(name, email, subject, context, user=None):
    """A project's own mail function: it answers by what the address says."""
    sent_by_project.append({"name": name, "email": email, "subject": subject, "context": context, "user": user})
    if email.startswith("broken"):
        raise ConnectionError("No route to host")
    return {"refused@example.com": False, "silent@example.com": None}.get(email, True)


@pytest.fixture
def own_function():
    sent_by_project.clear()
    with override_settings(WORKFLOW_SEND_EMAIL_FUNCTION=f"{__name__}.send"):
        yield


@pytest.fixture
def templates():
    with override_settings(TEMPLATES=[ENGINE]):
        yield


def test_without_a_template_the_text_is_made_of_the_context():
    assert send_workflow_email("nothing", "a@example.com", "Subject", CONTEXT) is True
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["a@example.com"], "Subject")
    assert message.body == "Workflow name: Purchase\nCurrent stage: Budget"
    assert message.alternatives == []


def test_a_message_in_the_context_is_the_text():
    send_workflow_email("nothing", "a@example.com", "Subject", {"message": "Come at once", "stage": "Budget"})
    assert mail.outbox[0].body == "Come at once"


@pytest.mark.usefixtures("templates")
@pytest.mark.parametrize(
    ("name", "text", "html"),
    [
        ("letter", "ann: Purchase", ["<p>Purchase</p>"]),
        ("page", "Only Purchase", ["<p>Only <b>Purchase</b></p>"]),
        ("note", "A note about Purchase", []),
    ],
)
def test_templates_of_the_name_are_used(name, text, html):
    send_workflow_email(name, "a@example.com", "Subject", CONTEXT, user=UserFactory.build(username="ann"))
    (message,) = mail.outbox
    assert message.body == text
    assert [content for content, _kind in message.alternatives] == html


@pytest.mark.usefixtures("templates")
def test_a_template_that_lacks_a_part_is_a_failure_not_a_plain_text():
    assert send_workflow_email("broken", "a@example.com", "Subject", CONTEXT) is False
    assert mail.outbox == []


def test_a_subject_of_several_lines_becomes_one():
    send_workflow_email("nothing", "a@example.com", "Subject\nBcc: everybody@example.com", CONTEXT)
    assert mail.outbox[0].subject == "Subject Bcc: everybody@example.com"


@pytest.mark.usefixtures("own_function")
def test_the_project_s_function_gets_it_all():
    user = UserFactory.build()
    assert send_workflow_email("letter", "a@example.com", "Subject", CONTEXT, user=user) is True
    assert sent_by_project == [
        {"name": "letter", "email": "a@example.com", "subject": "Subject", "context": CONTEXT, "user": user}
    ]
    assert mail.outbox == []


@pytest.mark.usefixtures("own_function")
def test_false_and_an_exception_count_as_failed_and_the_others_get_theirs():
    recipients = ["broken@example.com", "a@example.com", "refused@example.com", "silent@example.com"]
    result = send_bulk_workflow_emails(name="letter", recipients=recipients, context=CONTEXT)
    assert result == {"sent": 2, "failed": 2, "skipped": 0, "total": 4}


def test_a_mail_server_that_does_not_answer_is_a_failure(monkeypatch):
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", lambda *args: 1 / 0)
    assert send_bulk_workflow_emails("letter", ["a@example.com"], CONTEXT)["failed"] == 1


@pytest.mark.parametrize(("deduplicate", "sent", "skipped"), [(True, 2, 3), (False, 4, 1)])
def test_repeated_and_missing_addresses_are_skipped(deduplicate, sent, skipped):
    user = UserFactory.build(email="b@example.com")
    recipients = ["a@example.com", "A@example.com", user, "b@example.com", ""]
    result = send_bulk_workflow_emails("letter", recipients, CONTEXT, deduplicate=deduplicate)
    assert result == {"sent": sent, "failed": 0, "skipped": skipped, "total": 5}
    assert len(mail.outbox) == sent


@pytest.mark.parametrize(
    ("context", "subject", "expected"),
    [
        ({"subject": "About it"}, "Given", "Given"),
        ({"subject": "About it"}, None, "About it"),
        ({}, None, "Custom approved"),
    ],
)
def test_the_subject_is_given_or_in_the_context_or_made_of_the_name(context, subject, expected):
    send_bulk_workflow_emails("custom_approved", ["a@example.com"], context, subject=subject)
    assert mail.outbox[0].subject == expected


@override_settings(WORKFLOW_DISABLE_EMAILS=True)
@pytest.mark.parametrize("function", [None, f"{__name__}.send"])
def test_switched_off_nothing_is_sent_and_nothing_failed(function):
    sent_by_project.clear()
    with override_settings(WORKFLOW_SEND_EMAIL_FUNCTION=function):
        assert send_workflow_email("letter", "a@example.com", "Subject", CONTEXT) is True
        result = send_bulk_workflow_emails("letter", ["a@example.com", "b@example.com", ""], CONTEXT)
    assert result == {"sent": 0, "failed": 0, "skipped": 3, "total": 3}
    assert (mail.outbox, sent_by_project) == ([], [])
