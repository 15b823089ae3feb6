"""Settings of subscriptions that cannot work are told at start-up."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import run_checks


@pytest.mark.parametrize(
    ("own", "found"),
    [
        ({}, []),
        ({"SUBSCRIPTIONS": {"PING_SECONDS": 5, "MAX_PER_CONNECTION": 3}}, []),
        ({"SUBSCRIPTIONS": {"PING": 5}}, ["gql_workflows.E010"]),
        ({"SUBSCRIPTIONS": [1]}, ["gql_workflows.E010"]),
        ({"SUBSCRIPTIONS": {"PING_SECONDS": 0}}, ["gql_workflows.E011"]),
        ({"SUBSCRIPTIONS": {"PING_SECONDS": "5", "MAX_MESSAGE_BYTES": True}}, ["gql_workflows.E011"] * 2),
        ({"AUTHENTICATION": ["gql_workflows.authentication.session_user", "nowhere.at_all"]}, ["gql_workflows.E012"]),
    ],
)
def test_what_cannot_work_is_refused(settings: Any, own: dict[str, Any], found: list[str]) -> None:
    settings.GQL_WORKFLOWS = own
    told = [check.id for check in run_checks() if str(check.id).startswith("gql_workflows.E01")]
    assert told == found
