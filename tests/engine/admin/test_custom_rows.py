"""Approvals of a project's own types as rows of the admin, also where the types are gone, and several wrong rows."""

from __future__ import annotations

import json

import pytest

from django_workflow_engine.definitions import approver_types
from tests.engine.admin.approval_pages import INFO, holder, info, row_errors, send, sent
from tests.engine.admin.pages import errors
from tests.engine.approvers.test_custom_types import custom
from tests.factories import STRATEGIES, UserFactory, by_user
from tests.snapshot import unchanged

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("strategy", STRATEGIES)]
MARKED = ["Correct the approvals that are marked below."]


def without_types(monkeypatch) -> None:
    own = [kind for kind in approver_types.registered_types() if kind.name in approver_types.BUILT_IN]
    monkeypatch.setattr(approver_types, "_registered", own)


def test_rows_keep_what_is_stored_and_take_what_is_changed(strategy, admin):
    row = holder(strategy, custom("by_names", names="ann", on_floor=3), custom("title_says"))
    name, before = INFO[type(row)], info(row)
    page = sent(admin, row)
    assert send(admin, row, page).status_code == 302
    assert info(row) == before
    assert send(admin, row, page | {f"{name}-0-parameters": '{"names": "bea"}'}).status_code == 302
    assert info(row) == {"approvals": [custom("by_names", names="bea"), custom("title_says")]}


def test_a_row_that_says_nothing_shows_no_json(strategy, admin):
    row = holder(strategy, by_user(UserFactory()))
    page, name = sent(admin, row), INFO[type(row)]
    assert [page[f"{name}-{index}-parameters"].strip() for index in (0, 1)] == ["", ""]


@pytest.mark.parametrize("wrong", ["{no", "[1]", '"x"', "0", "[" * 5000, ""])
def test_parameters_that_are_none_are_told_at_their_row(strategy, admin, wrong):
    row = holder(strategy, custom("by_names", names="ann"))
    name = INFO[type(row)]
    with unchanged():
        response = send(admin, row, sent(admin, row) | {f"{name}-0-parameters": wrong})
    assert errors(response) == {name: MARKED}
    assert [[*fields] for fields in row_errors(response, name)] == [["parameters"], []]


def test_several_wrong_rows_are_told_each_at_its_own(strategy, admin):
    row = holder(strategy, by_user(UserFactory()), by_user(UserFactory()))
    name = INFO[type(row)]
    with unchanged():
        nobody = {f"{name}-{index}-approval_user": "99999" for index in (0, 1)}
        response = send(admin, row, sent(admin, row) | nobody)
    assert errors(response) == {name: MARKED}
    assert row_errors(response, name) == [{"approval_user": ["There is no such row."]}] * 2 + [{}]


def test_a_type_that_is_gone_stays_to_be_seen(strategy, admin, monkeypatch):
    row = holder(strategy, custom("by_names", names="ann"))
    name = INFO[type(row)]
    without_types(monkeypatch)
    page = sent(admin, row)
    assert (page[f"{name}-0-approval_type"], page[f"{name}-0-custom_type"]) == ("custom", "by_names")
    with unchanged():
        response = send(admin, row, page)
    assert row_errors(response, name) == [{"custom_type": ["No approver type “by_names” is registered."]}, {}]
    assert 'value="custom"' not in str(response.context["adminform"].form[name]).split(f"{name}-1-approval_type")[1]


def test_the_same_is_edited_as_json(strategy, admin):
    row = holder(strategy, custom("by_names", names="ann"))
    name = INFO[type(row)]
    written = {"approvals": [custom("by_names", names="bea")]}
    response = send(admin, row, sent(admin, row) | {f"{name}-mode": "json", name: json.dumps(written)})
    assert (response.status_code, info(row)) == (302, written)
