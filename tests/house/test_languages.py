"""Each language is whole: what it is, the messages of pages, the words of scripts."""

import json
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.pofile import read_po

from canut.core.messages import arguments, catalogue_files, parse, read_catalogue
from tests.house.tree import ROOT
from tools import messages
from tools.catalogue import formatted
from tools.words import CATALOG, CATALOGUE, LOCALE, begin, texts_in, waits

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
    assert not [*waits(LOCALE, CATALOGUE)], "run make words, then write what is missing"


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
    expected = _plural_forms(folder.name)

    wrong = []
    for where, text in _words(folder).items():
        for argument in messages.arguments(messages.read(text)):
            forms = {form for form in argument.forms if not form.startswith("=")}
            if argument.by in expected and forms not in (expected[argument.by], {"other"}):
                wrong.append((where, argument.name, sorted(expected[argument.by])))

    assert not wrong


@each_language
def test_messages_have_the_plural_forms_of_their_language(folder: Path) -> None:
    expected = _plural_forms(folder.name)

    wrong = []
    for message_id, text in _messages(folder.name).items():
        for argument in arguments(parse(text)):
            forms = {form for form in argument.forms if not form.startswith("=")}
            if argument.by in expected and forms not in (expected[argument.by], {"other"}):
                wrong.append((message_id, argument.name, sorted(expected[argument.by])))

    assert not wrong


@each_language
def test_catalogue_has_the_messages_of_english_and_no_others(folder: Path) -> None:
    files = {path.name for path in catalogue_files(CATALOGUE / folder.name)}
    lengths = [len(read_catalogue(path)) for path in catalogue_files(CATALOGUE / folder.name)]

    assert files == {path.name for path in catalogue_files(CATALOGUE / "en")}
    assert _messages(folder.name).keys() == _messages("en").keys()
    assert sum(lengths) == len(_messages("en")), "an id is in one file only"


@each_language
def test_messages_take_the_same_facts_in_every_language(folder: Path) -> None:
    english = _messages("en")

    broken = [
        message_id
        for message_id, text in _messages(folder.name).items()
        if _taken(text) != _taken(english[message_id])
    ]

    assert not broken


@each_language
def test_catalogue_is_sorted_by_id(folder: Path) -> None:
    for path in catalogue_files(CATALOGUE / folder.name):
        assert path.read_text("utf-8") == formatted(read_catalogue(path)), path.name


def test_no_list_of_languages_stands_in_scripts() -> None:
    apart = {"phrases.ts", "verify_page.ts"}  # a verifier brings its own words
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
    assert catalogue_files(made)
    assert not any(text for path in catalogue_files(made) for text in read_catalogue(path).values())


def test_word_that_is_not_translated_is_told(tmp_path: Path) -> None:
    begin("en", tmp_path)
    begin("pl", tmp_path)
    for path in (tmp_path / "en/words").glob("*.json"):
        path.write_text((ENGLISH / "words" / path.name).read_text("utf-8"), "utf-8")

    told = [*waits(tmp_path)]

    assert ("pl", "kinds.json: text, lacks") in told
    assert ("pl", "kit.json: common.sign_in") in told
    assert len(told) == len(_words(ENGLISH)) + len(_messages("en"))


def test_new_language_from_right_to_left_says_so(tmp_path: Path) -> None:
    about = json.loads((begin("he", tmp_path) / "language.json").read_text("utf-8"))

    assert about["direction"] == "rtl"


@pytest.mark.parametrize("text", ["{n", "n}", "{n, plural, one {#}", "{n, plural, one #}"])
def test_message_that_is_not_closed_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"missing|too many"):
        messages.read(text)


def _words(folder: Path) -> dict[tuple[str, ...], str]:
    return {
        (path.stem, *where): text
        for path in sorted((folder / "words").glob("*.json"))
        for where, text in texts_in(json.loads(path.read_text("utf-8")))
    }


def _messages(language: str) -> dict[str, str]:
    paths = catalogue_files(CATALOGUE / language)
    return {key: text for path in paths for key, text in read_catalogue(path).items()}


def _taken(text: str) -> set[str]:
    return {argument.name for argument in arguments(parse(text))}


def _plural_forms(language: str) -> dict[str, set[str]]:
    """Return the forms that a language has for small numbers, by plural rule."""
    known = Locale.parse(language)
    rules = {"plural": known.plural_form, "selectordinal": known.ordinal_form}
    return {by: {rule(n) for n in HUNDREDS} | {"other"} for by, rule in rules.items()}


def _facts(text: str) -> set[str]:
    return {argument.name for argument in messages.arguments(messages.read(text))}
