"""The oldest releases that are allowed are those that `make test-lowest` installs; the newest are in dev.lock."""

from __future__ import annotations

import re
import tomllib

import pytest

from engine.hatch_build import ROOT
from platforms.cells import DEFAULT_DJANGO, DJANGOS, NoInterpreter, cells
from platforms.interpreters import PYTHONS, text_of

PROJECTS = [tomllib.loads((ROOT / place / "pyproject.toml").read_text("utf-8"))["project"] for place in (".", "engine")]
_BOUND = re.compile(r"([A-Za-z0-9-]+)(?:\[[^\]]*\])?>=([0-9.]+)")


def requirements() -> list[str]:
    """Everything that an install of either distribution may bring, but for themselves."""
    listed = [
        text
        for project in PROJECTS
        for group in (project["dependencies"], *project["optional-dependencies"].values())
        for text in group
    ]
    return [text for text in listed if not text.startswith(PROJECTS[0]["name"])]


def bounds() -> dict[str, str]:
    """The lower bound of everything that an install may bring; where both distributions ask for it, they agree."""
    found = [(text, _BOUND.match(text)) for text in requirements()]
    assert [text for text, bound in found if bound is None] == []
    pairs = {(bound[1].lower(), bound[2]) for _text, bound in found if bound}
    assert len(dict(pairs)) == len(pairs), sorted(pairs)
    return dict(pairs)


def pinned(name: str) -> dict[str, str]:
    lines = (ROOT / "requirements" / name).read_text("utf-8").splitlines()
    pins = (re.match(r"([a-z0-9-]+)(?:\[\S*\])?==(\S+)", line) for line in lines)
    return {pin[1]: pin[2] for pin in pins if pin}


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


@pytest.mark.parametrize("lock", sorted((ROOT / "requirements").glob("*.lock")), ids=lambda lock: lock.stem)
def test_no_lock_names_our_own_distributions(lock):
    """What is built here is never looked for in an index."""
    assert [name for name in pinned(lock.name) if name in {project["name"] for project in PROJECTS}] == []


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project["name"])
def test_every_interpreter_and_django_that_is_promised_is_tried(project):
    promised = [text.rpartition(" :: ") for text in project["classifiers"]]
    versions = {kind: [version for head, _, version in promised if head == kind] for kind, _, _ in promised}
    assert versions["Programming Language :: Python"] == [text_of(version) for version in PYTHONS]
    assert versions["Framework :: Django"] == [*DJANGOS]


@pytest.mark.parametrize("django", DJANGOS)
def test_each_django_is_tried_in_its_newest_release(django):
    lock = "dev.lock" if django == DEFAULT_DJANGO else f"django-{django}.lock"
    assert pinned(lock)["django"].startswith(f"{django}.")


@pytest.mark.parametrize(
    ("found", "default", "pairs"),
    [
        ([(3, 11), (3, 12), (3, 13)], (3, 11), ["3.12 6.0", "3.13 6.1"]),
        ([(3, 11), (3, 12), (3, 13), (3, 14)], (3, 14), ["3.11 5.2", "3.12 6.0", "3.13 6.1"]),
        ([(3, 12), (3, 13), (3, 14)], (3, 11), ["3.12 6.0", "3.13 6.1", "3.14 6.1"]),
        ([(3, 13)], (3, 13), ["3.13 6.0", "3.13 6.1"]),
        ([(3, 11), (3, 12)], (3, 11), ["3.12 6.0", "3.12 6.1"]),
    ],
)
def test_each_interpreter_and_each_django_is_tried_once(found, default, pairs):
    assert [f"{text_of(cell.python)} {cell.django}" for cell in cells(found=found, default=default)] == pairs


def test_a_django_without_its_interpreter_is_not_passed_over():
    with pytest.raises(NoInterpreter, match=r"Django 6\.0 needs Python 3\.12 or newer, and none is here"):
        cells(found=[(3, 11)], default=(3, 11))
