"""From what an action names to e-mail addresses."""

from __future__ import annotations

import logging

import pytest
from django.contrib.auth.models import AnonymousUser

from django_workflow_engine.recipient_resolver import resolve_recipients
from django_workflow_engine.services import attach_workflow_to_object
from tests.factories import DocumentFactory, UserFactory, by_role, group_of, template_for

pytestmark = pytest.mark.django_db


def person(name: str):
    return UserFactory(username=name, email=f"{name}@example.com")


@pytest.fixture
def attachment():
    """A document of Carol's, started by Sam, that Ann and Bob are asked to approve."""
    role = group_of(person("ann"), person("bob"), UserFactory(username="nomail", email=""))
    document = DocumentFactory(created_by=person("carol"))
    return attach_workflow_to_object(document, template_for(3, [[by_role(role)]]), user=person("sam"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("creator", {"carol@example.com"}),
        ("workflow_starter", {"sam@example.com"}),
        ("current_approver", {"ann@example.com", "bob@example.com"}),
        ("current_approvers", {"ann@example.com", "bob@example.com"}),
        ("next_approver", {"ann@example.com", "bob@example.com"}),
        ("next_approvers", {"ann@example.com", "bob@example.com"}),
        ("boss@example.com", {"boss@example.com"}),
        ("delegated_to", set()),
    ],
)
def test_each_name_has_its_addresses(name, expected, attachment):
    assert resolve_recipients([name], attachment) == expected
    assert resolve_recipients(recipient_types=name, workflow_attachment=attachment, user=None) == expected


def test_the_delegate_comes_from_the_context(attachment):
    delegate = person("dora")
    assert resolve_recipients(["delegated_to"], attachment, delegated_to=delegate) == {"dora@example.com"}


def test_users_and_their_keys_are_taken_in_one_statement(attachment, django_assert_num_queries):
    users = [person(f"guest-{number}") for number in range(5)]
    with django_assert_num_queries(1):
        found = resolve_recipients([users[0], *(user.pk for user in users[1:4]), str(users[4].pk)], attachment)
    assert found == {user.email for user in users}


def test_everybody_is_named_once(attachment):
    names = ["creator", "carol@example.com", attachment.target.created_by, "workflow_starter"]
    assert resolve_recipients(names, attachment) == {"carol@example.com", "sam@example.com"}


def test_who_is_unknown_is_logged_and_left_out(attachment, caplog):
    with caplog.at_level(logging.WARNING):
        assert resolve_recipients(["the boss", True, None, {}, 987_654, AnonymousUser()], attachment) == set()
    assert [record.getMessage() for record in caplog.records] == [
        "'the boss' is no recipient",
        "True is no recipient",
        "None is no recipient",
        "{} is no recipient",
    ]


def test_a_target_that_is_gone_has_no_creator(attachment):
    attachment.target.delete()
    attachment.refresh_from_db()
    assert resolve_recipients(["creator"], attachment) == set()
