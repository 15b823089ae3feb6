"""The gate: what the last released schema promised stays, unless it was deprecated there."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from gql_workflows.releases.breaking_changes import breaking_changes, last_release
from gql_workflows.releases.exported_schema import exported_schema

RELEASES = Path(__file__).parents[2] / "releases"
RELEASED = """
    enum Colour { RED GREEN }
    input Wish { colour: Colour, note: String }
    type Query { hats(wish: Wish, first: Int): [String!]! gloves: Int }
"""


def released(folder: Path, version: str, sdl: str) -> None:
    (folder / f"{version}.graphql").write_text(sdl, "utf-8")


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (" gloves: Int", "", "FIELD_REMOVED"),
        (", first: Int", "", "ARG_REMOVED"),
        ("first: Int", "first: Int!", "ARG_CHANGED_KIND"),
        ("[String!]!", "[String!]", "FIELD_CHANGED_KIND"),
        (" GREEN", "", "VALUE_REMOVED_FROM_ENUM"),
        (", note: String", "", "FIELD_REMOVED"),
        ("note: String", "note: String, size: Int!", "REQUIRED_INPUT_FIELD_ADDED"),
        ("first: Int", "first: Int, last: Int!", "REQUIRED_ARG_ADDED"),
    ],
)
def test_what_breaks_clients_is_told(old: str, new: str, kind: str) -> None:
    (change,) = breaking_changes(RELEASED, RELEASED.replace(old, new))
    assert change.type.name == kind


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (" gloves: Int", " gloves: Int scarves: Int"),
        ("gloves: Int", "gloves: Int!"),
        ("first: Int", "first: Int, last: Int = 3"),
        (" GREEN", " GREEN BLUE"),
    ],
)
def test_additions_break_nobody(old: str, new: str) -> None:
    assert breaking_changes(RELEASED, RELEASED.replace(old, new)) == []


@pytest.mark.parametrize("gone", [" gloves: Int", ", first: Int", " GREEN", ", note: String"])
def test_what_the_release_deprecated_may_go(gone: str) -> None:
    deprecated = RELEASED.replace(gone, f'{gone} @deprecated(reason: "Nobody wears them.")')
    assert breaking_changes(deprecated, RELEASED.replace(gone, "")) == []


def test_the_last_release_is_the_highest_version_and_not_the_last_name(tmp_path: Path) -> None:
    for version in ("0.9.0", "0.10.0", "0.2.11"):
        released(tmp_path, version, RELEASED)
    assert last_release(tmp_path).name == "0.10.0.graphql"


def test_the_schema_keeps_what_the_last_release_promised(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_breaking_changes", RELEASES)
    assert capsys.readouterr().out.startswith("Nothing in the schema breaks clients of ")


def test_the_gate_fails_when_a_released_field_is_gone(tmp_path: Path) -> None:
    promised = exported_schema().replace("type Viewer {", 'type Viewer {\n  "Gone since."\n  nickname: String\n')
    released(tmp_path, "0.1.0", promised)
    with pytest.raises(CommandError, match=r"FIELD_REMOVED: Field Viewer\.nickname was removed\."):
        call_command("check_breaking_changes", tmp_path)


def test_a_folder_without_a_release_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="holds no released schema"):
        call_command("check_breaking_changes", tmp_path)
