"""The Arabic catalogues hold every text of the source and no other, the English ones none; the compiled ones agree."""

from __future__ import annotations

import re

import pytest
from babel.messages.catalog import Message
from django.utils.translation import trans_real

from catalogues.__main__ import PLURALS, path_of
from catalogues.extraction import PACKAGES, extracted
from engine.hatch_build import compiled
from tests.languages.entries import EACH, catalog, entries, keys, originals, translations

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z]|\{\w*\}|%%")
REMEDY = "run `make messages` and translate what is new"


@pytest.mark.parametrize("package", PACKAGES)
def test_every_text_of_the_source_has_its_entry_and_no_entry_is_left_over(package: str) -> None:
    in_source, in_catalogue = keys(extracted(package)), keys(catalog(package, "ar"))
    assert in_source - in_catalogue == set(), f"without an entry: {REMEDY}"
    assert in_catalogue - in_source == set(), f"no longer in the source: {REMEDY}"


@pytest.mark.parametrize(("package", "language"), EACH)
def test_nothing_obsolete_is_kept_and_nothing_is_guessed(package: str, language: str) -> None:
    found = catalog(package, language)
    assert list(found.obsolete) == []
    assert [entry.id for entry in entries(found) if entry.fuzzy] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_english_stands_in_the_source_alone(package: str) -> None:
    assert [*entries(catalog(package, "en"))] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_every_text_has_its_arabic(package: str) -> None:
    missing = [entry.id for entry in entries(catalog(package, "ar")) if not all(translations(entry))]
    assert missing == [], "without a translation"


@pytest.mark.parametrize("package", PACKAGES)
def test_arabic_has_letters_of_its_own_in_every_text(package: str) -> None:
    copied = [text for entry in entries(catalog(package, "ar")) for text in _given(entry) if not _arabic(text)]
    assert copied == []


def _given(entry: Message) -> list[str]:
    return [text for text in translations(entry) if text]


def _arabic(text: str) -> bool:
    return re.search(r"[\u0621-\u064a]", text) is not None


@pytest.mark.parametrize("package", PACKAGES)
def test_every_arabic_plural_has_its_six_forms(package: str) -> None:
    counted = [entry for entry in entries(catalog(package, "ar")) if entry.pluralizable]
    assert {entry.id: len(translations(entry)) for entry in counted} == {entry.id: 6 for entry in counted}


@pytest.mark.parametrize(("package", "language"), EACH)
def test_the_classes_of_numbers_are_those_of_django(package: str, language: str) -> None:
    found = catalog(package, language)
    assert f"Plural-Forms: {PLURALS[language]}" in path_of(package, language).read_text(encoding="utf-8")
    django = trans_real.translation(language)
    numbers = [0, 1, 2, 3, 10, 11, 99, 100, 101, 102, 103, 111, 1000]
    own = trans_real.gettext_module.c2py(found.plural_expr)
    assert [own(number) for number in numbers] == [django.plural(number) for number in numbers]


@pytest.mark.parametrize("package", PACKAGES)
def test_placeholders_are_the_same_on_both_sides(package: str) -> None:
    wrong = []
    for entry in entries(catalog(package, "ar")):
        expected = sorted(PLACEHOLDER.findall(originals(entry)[-1]))
        wrong += [text for text in _given(entry) if sorted(PLACEHOLDER.findall(text)) != expected]
    assert wrong == []


@pytest.mark.parametrize("package", PACKAGES)
def test_several_placeholders_have_names(package: str) -> None:
    """An order that only English has cannot be translated."""
    unnamed = [re.findall(r"%[a-z]", text) for text in map(_text, keys(extracted(package)))]
    assert [found for found in unnamed if len(found) > 1] == []


def _text(key: tuple[str | None, str | tuple[str, ...]]) -> str:
    return key[1] if isinstance(key[1], str) else key[1][-1]


def test_a_text_of_both_packages_reads_the_same() -> None:
    engine, api = ({entry.id: translations(entry) for entry in entries(catalog(package, "ar"))} for package in PACKAGES)
    assert {text: engine[text] for text in engine.keys() & api.keys()} == {
        text: api[text] for text in engine.keys() & api.keys()
    }


@pytest.mark.parametrize(("package", "language"), EACH)
def test_the_compiled_catalogue_says_what_the_text_says(package: str, language: str) -> None:
    """An install compiles them; they are read where they are missing or older than the texts."""
    source = path_of(package, language)
    target = source.with_suffix(".mo")
    assert target.exists(), f"{target} is missing: run `make install`"
    assert target.read_bytes() == compiled(source), f"{target} is older than its texts: run `make install`"
