"""The oldest releases that are allowed are those that `make test-lowest` installs; the newest are in dev.lock."""

from __future__ import annotations

import re
import tomllib

import pytest

from hatch_build import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
_BOUND = re.compile(r"([A-Za-z0-9-]+)(?:\[[^\]]*\])?>=([0-9.]+)")


def bounds() -> dict[str, str]:
    """The lower bound of everything that an install may bring."""
    given = [*PROJECT["dependencies"], *(text for extra in PROJECT["optional-dependencies"].values() for text in extra)]
    own = PROJECT["name"]
    found = [(text, _BOUND.match(text)) for text in given if not text.startswith(own)]
    assert [text for text, bound in found if bound is None] == []
    return {bound[1].lower(): bound[2] for _text, bound in found if bound}


def pinned(name: str) -> dict[str, str]:
    lines = (ROOT / "requirements" / name).read_text("utf-8").splitlines()
    pins = (line.removesuffix("\\").strip().split("==") for line in lines if "==" in line and "--hash" not in line)
    return {name.split("[")[0]: version for name, version in pins}


def numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]


@pytest.mark.parametrize(("name", "bound"), sorted(bounds().items()))
def test_the_lock_of_the_oldest_releases_begins_at_the_bounds(name, bound):
    driver = pinned("mysql.lock")  # the one lock for what only `make test-mariadb` installs
    oldest = numbers((driver | pinned("lowest.lock"))[name])
    assert oldest[: len(numbers(bound))] == numbers(bound)
    assert oldest <= numbers((driver | pinned("dev.lock"))[name])


def test_graphql_core_is_not_allowed_where_it_cannot_parse():
    """3.3.0 and 3.3.1 know no `max_source_length`, with which every document is parsed."""
    assert numbers(bounds()["graphql-core"]) >= [3, 3, 2]
