"""The table of the API's settings is the code's own."""

from __future__ import annotations

import pytest
from django.test import override_settings

from gql_workflows import conf
from gql_workflows.conf.options import API
from tests.docs.guide import ROOT

PAGE = ROOT / "docs" / "settings.md"


def rows() -> list[list[str]]:
    """The cells of the table, without its head."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_table_is_the_one_in_the_code() -> None:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert lines == API.rows()


def test_the_rows_are_in_order() -> None:
    assert list(API.options) == sorted(API.options)


@pytest.mark.parametrize("debug", [True, False])
def test_graphiql_is_there_while_debug_is_on(debug: bool) -> None:
    with override_settings(GQL_WORKFLOWS={}, DEBUG=debug):
        assert conf.graphiql() is debug


@override_settings(GQL_WORKFLOWS={})
def test_limits_that_are_left_out_are_those_of_their_class() -> None:
    assert (conf.limits(), conf.subscriptions()) == (conf.Limits(), conf.Subscriptions())


def test_every_row_has_a_type_a_default_and_a_meaning() -> None:
    assert [row for row in rows() if len(row) != 4 or not all(row) or not row[3].endswith(".")] == []


def test_the_how_to_leads_to_it() -> None:
    assert "(settings.md)" in (ROOT / "docs" / "mounting.md").read_text(encoding="utf-8")
