"""The project's own rows: one that cannot be read or named harms itself alone."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.db import OperationalError
from django.utils.safestring import SafeString, mark_safe

from django_workflow_engine.models import WorkflowAttachment
from django_workflow_engine.models.objects import LONGEST_TEXT, find_objects, name_of, text_of, texts_of
from django_workflow_engine.services import attach_workflow_to_object
from tests.client import Api
from tests.factories import DocumentFactory, UserFactory, by_user, template_for
from tests.testapp.models import Document

pytestmark = pytest.mark.django_db
INBOX = "{ myApprovals { edges { node { attachment { target { display } } } } } }"


def saying(text: Any) -> Any:
    """A `__str__` that fails for the document called Bad alone."""

    def say(document: Document) -> Any:
        if document.title != "Bad":
            return document.title
        if isinstance(text, Exception):
            raise text
        return text

    return say


@pytest.mark.parametrize("text", [ValueError("no"), AttributeError(), RecursionError(), None, 7, b"x", ""])
def test_a_row_that_cannot_be_named_is_called_by_its_model_and_key(text, monkeypatch):
    document = DocumentFactory(title="Bad")
    monkeypatch.setattr(Document, "__str__", saying(text))
    assert text_of(document) == f"Document {document.pk}"


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a\ud800b", "a?b"), ("x" * 10_000, "x" * (LONGEST_TEXT - 1) + "…"), ("x" * LONGEST_TEXT, "x" * LONGEST_TEXT)],
)
def test_a_text_can_be_encoded_and_has_an_end(text, shown, monkeypatch):
    monkeypatch.setattr(Document, "__str__", saying(text))
    assert text_of(DocumentFactory(title="Bad")) == shown


def test_a_text_is_never_markup(monkeypatch):
    monkeypatch.setattr(Document, "__str__", saying(mark_safe("<b>")))
    assert not isinstance(text_of(DocumentFactory(title="Bad")), SafeString)


def test_a_failure_is_logged_once(monkeypatch, caplog):
    document = DocumentFactory(title="Bad")
    monkeypatch.setattr(Document, "__str__", saying(LookupError("no")))
    with caplog.at_level(logging.WARNING, "django_workflow_engine.models.objects"):
        assert [text_of(document) for _ in range(3)] == [f"Document {document.pk}"] * 3
    assert [record.getMessage() for record in caplog.records] == [
        f"testapp.Document {document.pk} cannot be read or named"
    ]
    assert caplog.records[0].exc_info[0] is LookupError


@pytest.mark.parametrize("name", [ValueError("no"), None, "", 7])
def test_a_user_whose_full_name_fails_is_called_by_the_username(name, monkeypatch):
    def full_name(user: Any) -> Any:
        if isinstance(name, Exception):
            raise name
        return name

    user = UserFactory(username="mona")
    monkeypatch.setattr(type(user), "get_full_name", full_name)
    assert name_of(user) == "mona"


@pytest.fixture
def one_cannot_be_read(monkeypatch):
    """Two documents, and a model that fails on reading one of them."""
    good, bad = DocumentFactory(title="Good"), DocumentFactory(title="Bad")
    usual = Document.from_db.__func__

    def from_db(cls, db, names, values):
        if "Bad" in values:
            raise ValueError("cannot be decrypted")
        return usual(cls, db, names, values)

    monkeypatch.setattr(Document, "from_db", classmethod(from_db))
    return good, bad


def test_a_row_that_cannot_be_read_is_named_and_the_others_are_read(one_cannot_be_read):
    good, bad = one_cannot_be_read
    keys = [str(good.pk), str(bad.pk), "999999", "none"]
    assert find_objects(Document, keys) == {str(good.pk): good, str(bad.pk): None}
    assert texts_of(Document, keys) == {str(good.pk): "Good", str(bad.pk): f"Document {bad.pk}"}


def test_rows_are_read_together(django_assert_num_queries):
    keys = [str(DocumentFactory().pk) for _ in range(20)]
    with django_assert_num_queries(1):
        assert list(find_objects(Document, keys)) == keys


def test_a_database_that_does_not_answer_is_no_fault_of_a_row(monkeypatch, django_assert_num_queries):
    def from_db(cls, db, names, values):
        raise OperationalError("gone")

    document = DocumentFactory()
    monkeypatch.setattr(Document, "from_db", classmethod(from_db))
    with django_assert_num_queries(1), pytest.raises(OperationalError):
        find_objects(Document, [str(document.pk)])


def attached(approver: Any, *titles: str) -> None:
    template = template_for(3, [[by_user(approver)]])
    for title in titles:
        attach_workflow_to_object(DocumentFactory(title=title), template)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("text", [ValueError("no"), None, "a\ud800"])
def test_one_object_that_cannot_be_named_leaves_the_inbox_whole(text, monkeypatch):
    approver = UserFactory()
    attached(approver, "Good", "Bad")
    bad = Document.objects.get(title="Bad")
    monkeypatch.setattr(Document, "__str__", saying(text))
    edges = Api(approver).run(INBOX)["myApprovals"]["edges"]
    shown = sorted(edge["node"]["attachment"]["target"]["display"] for edge in edges)
    assert shown == sorted(["Good", f"Document {bad.pk}" if text != "a\ud800" else "a?"])


def test_one_object_that_cannot_be_named_leaves_the_admin_s_lists_whole(monkeypatch, admin_client):
    attached(UserFactory(), "Good", "Bad")
    monkeypatch.setattr(Document, "__str__", saying(ValueError("no")))
    for name in ("workflowattachment", "workflowevent"):
        page = admin_client.get(f"/admin/django_workflow_engine/{name}/").content.decode()
        assert "Good" in page
        assert f"Document {Document.objects.get(title='Bad').pk}" in page
    assert (
        admin_client.get(
            f"/admin/django_workflow_engine/workflowattachment/{WorkflowAttachment.objects.first().pk}/change/"
        ).status_code
        == 200
    )
