"""Each language is one whole folder: what it is, messages, translations, the words of scripts."""

import json
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.pofile import read_po

from canut.core.messages import arguments, catalogue_files, parse, read_catalogue
from tests.house.tree import ROOT
from tools.words import CATALOG, LOCALE, begin, texts_in, waits

FOLDERS = sorted(path.parent for path in LOCALE.glob("*/language.json"))
ENGLISH = LOCALE / "en"
HUNDREDS = range(201)

each_language = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


def test_french_and_english_are_there() -> None:
    assert {"fr", "en"} <= {folder.name for folder in FOLDERS}


@each_language
def test_language_says_what_it_is(folder: Path) -> None:
    about = json.loads((folder / "language.json").read_text("utf-8"))
    known = Locale.parse(folder.name)

    assert about["name"]
    assert Locale.parse(about["locale"], sep="-").language == known.language
    assert about["direction"] == ("rtl" if known.character_order == "right-to-left" else "ltr")
    assert folder == ENGLISH or (folder / CATALOG).is_file()


def test_no_language_waits_for_a_translation() -> None:
    assert not [*waits(LOCALE)], "run make words, then write what is missing"


@each_language
def test_scripts_have_the_words_of_english_and_no_others(folder: Path) -> None:
    assert _words(folder).keys() == _words(ENGLISH).keys()


@each_language
def test_words_take_the_same_facts_in_every_language(folder: Path) -> None:
    english = _words(ENGLISH)

    broken = {
        where: text
        for where, text in _words(folder).items()
        if _facts(text) != _facts(english[where])
    }

    assert not broken


@each_language
def test_words_have_the_plural_forms_of_their_language(folder: Path) -> None:
    known = Locale.parse(folder.name)
    rules = {"plural": known.plural_form, "selectordinal": known.ordinal_form}
    wanted = {by: {rule(n) for n in HUNDREDS} | {"other"} for by, rule in rules.items()}

    wrong = []
    for where, text in _words(folder).items():
        for argument in arguments(parse(text)):
            forms = {form for form in argument.forms if not form.startswith("=")}
            if argument.by in rules and forms not in (wanted[argument.by], {"other"}):
                wrong.append((where, argument.name, sorted(wanted[argument.by])))

    assert not wrong


def test_no_list_of_languages_stands_in_scripts() -> None:
    apart = {"material_words.ts", "phrases.ts", "verify_page.ts"}  # a verifier brings its own words
    named = [
        path.name
        for path in (ROOT / "frontend/src").rglob("*.ts")
        if path.name not in apart
        and not path.name.endswith(".test.ts")
        and any(text in path.read_text() for text in ('=== "fr"', '=== "en"', "fr: {", "fr-CA"))
    ]

    assert not named


def test_new_language_is_a_folder_with_everything_to_translate(tmp_path: Path) -> None:
    made = begin("pl", tmp_path)

    about = json.loads((made / "language.json").read_text("utf-8"))
    with (made / CATALOG).open("rb") as source:
        catalog = read_po(source)
    assert about == {"name": "Polski", "locale": "pl", "direction": "ltr"}
    assert catalog.num_plurals > 2
    assert _words(made).keys() == _words(ENGLISH).keys()
    assert not any(_words(made).values())
    assert _messages(made).keys() == _messages(ENGLISH).keys()
    assert not any(text for texts in _messages(made).values() for text in texts.values())


def test_word_that_is_not_translated_is_told(tmp_path: Path) -> None:
    begin("en", tmp_path)
    begin("pl", tmp_path)
    for path in (tmp_path / "en").rglob("*.json"):
        path.write_text((ENGLISH / path.relative_to(tmp_path / "en")).read_text("utf-8"), "utf-8")

    told = [*waits(tmp_path)]

    assert ("pl", "kinds.json: text, lacks") in told
    assert ("pl", "pay.json: refusal.bad-account.title") in told
    assert len(told) == len(_words(ENGLISH)) + sum(map(len, _messages(ENGLISH).values()))


def test_new_language_from_right_to_left_says_so(tmp_path: Path) -> None:
    about = json.loads((begin("he", tmp_path) / "language.json").read_text("utf-8"))

    assert about["direction"] == "rtl"


def _messages(folder: Path) -> dict[str, dict[str, str]]:
    return {path.name: read_catalogue(path) for path in catalogue_files(folder)}


def _words(folder: Path) -> dict[tuple[str, ...], str]:
    return {
        (path.stem, *where): text
        for path in sorted((folder / "words").glob("*.json"))
        for where, text in texts_in(json.loads(path.read_text("utf-8")))
    }


def _facts(text: str) -> set[str]:
    return {argument.name for argument in arguments(parse(text))}
