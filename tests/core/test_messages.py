"""The cases of ``frontend/src/i18n/icu.test.ts``, and where messages come from."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from canut.core import messages
from canut.core.messages import message
from canut.web.kit.languages import writing_rules

ABOUT = {"name": "⟦Pseudo⟧", "locale": "ar-EG", "direction": "rtl"}


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Read messages from a folder of the test, then from the package again."""
    before = messages.set_folders([tmp_path])
    yield tmp_path
    messages.set_folders(before)


@pytest.fixture
def babel_rules() -> None:
    """Write numbers of other languages as the server does."""
    messages.set_rules(writing_rules)


def add(folder: Path, language: str, **texts: str) -> None:
    (folder / language).mkdir(exist_ok=True)
    (folder / language / "language.json").write_text(json.dumps(ABOUT), "utf-8")
    (folder / language / "pay.json").write_text(json.dumps(texts), "utf-8")
    messages.set_folders([folder])


def written(folder: Path, text: str, language: str = "en", /, **facts: object) -> str:
    add(folder, language, text=text)
    add(folder, "en", text=text)
    return message(language, "text", **facts)


def test_message_takes_its_facts_by_name(folder: Path) -> None:
    assert written(folder, "{k} of {total}", k=3, total=1_200) == "3 of 1,200"


def test_numbers_are_written_as_the_language_does(folder: Path) -> None:
    assert written(folder, "{k} sur {total}", "fr", k=3, total=1_200) == "3 sur 1\u00a0200"


def test_text_is_written_as_it_is(folder: Path) -> None:
    assert written(folder, "at {x}", x="1200") == "at 1200"
    assert written(folder, "# {x}", x=True) == "# True"


@pytest.mark.parametrize(
    ("language", "k", "text"),
    [
        ("en", 0, "none left"),
        ("en", 1, "1\u00a0task left"),
        ("en", 2, "2\u00a0tasks left"),
        ("en", 1_200, "1,200\u00a0tasks left"),
        ("fr", 1.5, "1,5\u00a0task left"),
        ("fr", Decimal("1.50"), "1,50\u00a0task left"),
    ],
)
def test_plural_takes_the_form_of_the_number(
    folder: Path, language: str, k: int, text: str
) -> None:
    many = "{k, plural, =0 {none} one {# task} other {# tasks}} left"

    assert written(folder, many, language, k=k) == text


@pytest.mark.usefixtures("babel_rules")
def test_plural_has_as_many_forms_as_the_language_wants(folder: Path) -> None:
    forms = ["zero", "one", "two", "few", "many", "other"]
    text = f"{{k, plural, {' '.join(f'{form} {{{form}}}' for form in forms)}}}"

    assert [written(folder, text, "ar", k=k) for k in (0, 1, 2, 3, 11, 100)] == forms


def test_ranks_are_counted(folder: Path) -> None:
    french = "{n, selectordinal, one {#er} other {#e}}"
    english = "{n, selectordinal, one {#st} two {#nd} few {#rd} other {#th}}"
    add(folder, "fr", rank=french)
    add(folder, "en", rank=english)

    assert [message("fr", "rank", n=n) for n in (1, 2)] == ["1er", "2e"]
    assert [message("en", "rank", n=n) for n in (1, 2, 3, 4, 11, 112, 21)] == [
        *("1st", "2nd", "3rd", "4th", "11th", "112th", "21st")
    ]


def test_select_chooses_by_a_word(folder: Path) -> None:
    text = "{who, select, her {elle} other {on}}"

    assert [written(folder, text, who=who) for who in ("her", "x")] == ["elle", "on"]


def test_forms_hold_messages(folder: Path) -> None:
    text = "{n, plural, one {one of {name}} other {# of {name}}}."

    assert written(folder, text, n=2, name="A") == "2\u00a0of A."


@pytest.mark.parametrize("text", ["{n", "n}", "{n, plural, one {#}", "{n, plural, one #}", "{}"])
def test_message_that_is_not_closed_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"missing|too many"):
        messages.parse(text)


def test_message_that_a_language_lacks_is_written_in_english(folder: Path) -> None:
    add(folder, "en", left="{k, plural, one {#} other {# left}}", stays="Stays")
    add(folder, "fr", left="  ")

    assert message("fr", "left", k=1_200) == "1,200\u00a0left"
    assert message("xx", "stays") == message("fr-BE", "stays") == "Stays"


def test_language_with_a_country_has_its_own_folder_or_the_one_without(folder: Path) -> None:
    add(folder, "en", text="Hello")
    add(folder, "pt_BR", text="Olá")
    add(folder, "es", text="Hola")

    assert [message(code, "text") for code in ("pt-br", "pt_BR", "pt", "es-MX")] == [
        *("Olá", "Olá", "Hello", "Hola")
    ]


def test_folder_beside_the_data_changes_single_texts(folder: Path) -> None:
    own, package = folder / "own", folder / "package"
    own.mkdir()
    package.mkdir()
    add(package, "fr", first="Un", second="Deux")
    add(own, "fr", first="Premier", second=" ")
    messages.set_folders([own, package])

    assert (message("fr", "first"), message("fr", "second")) == ("Premier", "Deux")


def test_missing_message_or_fact_is_an_error(folder: Path) -> None:
    add(folder, "en", text="{name}")

    with pytest.raises(KeyError, match="never"):
        message("en", "never")
    with pytest.raises(KeyError, match="name"):
        message("en", "text")
    assert messages.has_message("text")
    assert not messages.has_message("never")
    assert messages.facts_of("en", "text") == {"name"}


@pytest.mark.parametrize("content", ["{", "[]", '{"pay": {"title": "Nested"}}'])
def test_file_that_cannot_be_read_is_named(folder: Path, content: str) -> None:
    add(folder, "en")
    (folder / "en/pay.json").write_text(content)
    messages.set_folders([folder])

    with pytest.raises(ValueError, match=r"pay\.json"):
        message("en", "text")


def test_unknown_language_writes_numbers_as_english(folder: Path) -> None:
    add(folder, "xx", text="{n}")
    (folder / "xx/language.json").write_text('{"locale": "xx"}')
    messages.set_folders([folder])

    assert message("xx", "text", n=1_200) == "1,200"


@pytest.mark.usefixtures("babel_rules")
def test_numbers_follow_the_locale_of_a_language(folder: Path) -> None:
    add(folder, "de", text="{n}")
    (folder / "de/language.json").write_text('{"locale": "de-CH"}')
    messages.set_folders([folder])

    assert message("de", "text", n=Decimal("1200.5")) == "1’200.5"


def test_recorded_text_is_recognised_whatever_an_instance_writes_in_its_place(
    folder: Path,
) -> None:
    add(folder, "en", **{"card_phrase.not-asked": "nobody asked"})

    assert messages.ids_by_text("card_phrase")["not asked"] == "card_phrase.not-asked"
