"""The table of the API's settings says what the code reads, with its defaults."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from django.test import override_settings

from gql_workflows import conf
from tests.docs.guide import ROOT

PAGE = ROOT / "docs" / "settings.md"
DEBUG = "DEBUG"  # the one default that another setting gives


def rows() -> list[list[str]]:
    """The cells of the table, without its head."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def default_of(name: str) -> Any:
    """What the code takes where the key is left out; a dictionary of limits is then that of its class."""
    return {} if name in ("LIMITS", "SUBSCRIPTIONS") else getattr(conf, name.lower())()


def test_every_key_is_told_and_no_other() -> None:
    assert [name.strip("`") for name, *_rest in rows()] == sorted(conf.SHAPES)


@override_settings(GQL_WORKFLOWS={})
def test_every_default_is_the_one_that_the_code_takes() -> None:
    told = {name.strip("`"): default.strip("`") for name, _type, default, _meaning in rows()}
    assert told.pop("GRAPHIQL") == DEBUG
    assert {name: ast.literal_eval(default) for name, default in told.items()} == {
        name: default_of(name) for name in told
    }


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
