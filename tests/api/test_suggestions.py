"""A misspelt name is told what it may have meant, while clients may read the schema, and where that costs little."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings
from graphql.pyutils.suggestion_list import LexicalDistance

from tests.api.conftest import Office
from tests.api.listening import run, socket
from tests.client import Api

pytestmark = pytest.mark.django_db
LONG = 30_000
BY_STATUS = "query ($value: WorkflowStatus) { workflows(filters: { status: $value }) { totalCount } }"
BY_FILTERS = "query ($value: WorkflowFilter) { workflows(filters: $value) { totalCount } }"
MISSPELT = [
    ("{ workflow_s { totalCount } }", None, "Did you mean 'workflows'"),
    ("{ node(id: 1) { nameEn } }", None, "Did you mean to use an inline fragment on"),
    ("{ workflows(frst: 1) { totalCount } }", None, "Did you mean 'first' or 'last'?"),
    ("{ workflows { ... on WorkflowConection { totalCount } } }", None, "Did you mean 'WorkflowConnection'"),
    ("{ workflows(filters: { serch: 1 }) { totalCount } }", None, "Did you mean 'search'?"),
    (
        "{ workflows(filters: { status: ACTIV }) { totalCount } }",
        None,
        "Did you mean the enum value 'ACTIVE' or 'INACTIVE'?",
    ),
    ("{ viewer @skp(if: true) { user { id } } viewer @skip(iff: true) { user { id } } }", None, "Did you mean 'if'?"),
    (BY_STATUS, "ACTIV", "Did you mean the enum value 'ACTIVE' or 'INACTIVE'?"),
    (BY_FILTERS, {"serch": "x"}, "Did you mean 'search'?"),
]


def messages(user: Any, document: str, value: Any) -> list[str]:
    return [error["message"] for error in Api(user).errors(document, value=value)]


@pytest.mark.parametrize(("document", "value", "suggestion"), MISSPELT)
def test_a_misspelt_name_is_told_what_is_like_it(office: Office, document: str, value: Any, suggestion: str) -> None:
    assert suggestion in " ".join(messages(office.owner, document, value))


@pytest.mark.parametrize(("document", "value", "suggestion"), MISSPELT)
@override_settings(GQL_WORKFLOWS={"INTROSPECTION": False})
def test_nothing_is_suggested_of_a_schema_that_may_not_be_read(
    office: Office, document: str, value: Any, suggestion: str
) -> None:
    assert "Did you mean" not in " ".join(messages(office.owner, document, value))


def test_an_operation_over_a_websocket_is_told_so_too(office: Office) -> None:
    async def scenario() -> None:
        async with socket(office.owner) as client:
            await client.subscribe("subscription { myApprovalsCont }")
            (error,) = (await client.receive())["payload"]
            assert error["message"].endswith("Did you mean 'myApprovalsCount'?")

    run(scenario)


@pytest.mark.parametrize(
    ("document", "value"),
    [
        ("{ workflow_s { totalCount } %s }" % ("n" * LONG), None),
        ("{ workflows(%s: 1) { totalCount } }" % ("n" * LONG), None),
        ("{ workflows(filters: { status: %s }) { totalCount } }" % ("N" * LONG), None),
        (BY_STATUS, "N" * LONG),
        (BY_STATUS, ["ACTIV", "N" * LONG]),
        (BY_FILTERS, {"serch": "x", "n" * LONG: 1}),
        (BY_FILTERS, {"serch": {"a": ["n" * 1_000] * 30}}),
        (BY_FILTERS, {f"serch{number}": 1 for number in range(1_000)}),
    ],
)
def test_nothing_is_looked_for_in_a_long_text(
    office: Office, document: str, value: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    monkeypatch.setattr(LexicalDistance, "__init__", lambda self, text: looked.append(text))
    assert messages(office.owner, document, value)
    assert looked == []


def test_many_misspelt_names_are_told_of_a_few(office: Office) -> None:
    fragments = " ".join("... on WorkflowConection { totalCount }" for _ in range(90))
    said = messages(office.owner, f"{{ workflows {{ {fragments} }} }}", None)
    suggesting = [message for message in said if "Did you mean" in message]
    assert (len(said), len(suggesting)) == (90, 5)
