"""A third language, from right to left, is served as French and English are."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.test import Client, override_settings
from django.utils import timezone, translation

from canut.core.messages import PACKAGE_FOLDER, set_folders
from canut.store.models import Worker
from canut.web.kit import formatting
from canut.web.kit.catalogs import compile_catalogs
from canut.web.kit.languages import filled, language_now, languages_in, locale_of, two_sided
from canut.web.kit.messages import message_now
from tests.support import pseudo_language
from tests.support.factories import answer_next
from tests.support.instance import House
from tools.words import LOCALE

AR = {"accept-language": "ar"}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Put a language beside the data, as an operator would."""
    folder = tmp_path_factory.mktemp("data")
    pseudo_language.make(folder / "locale")
    return folder


@pytest.fixture
def third(data: Path) -> Iterator[None]:
    """Have that language in the settings, as a start of Canut would."""
    folders = [data / "locale", LOCALE]
    known = languages_in(folders)
    before = set_folders([data / "locale", PACKAGE_FOLDER])
    with override_settings(
        LOCALE_PATHS=folders,
        LANGUAGES_KNOWN=known,
        LANGUAGES=[(one.code, one.name) for one in known.values()],
        LANGUAGES_BIDI=["ar"],
    ):
        yield
    set_folders(before)


@pytest.mark.django_db
@pytest.mark.usefixtures("third")
@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/portrait/", "/rules/", "/terms/"])
def test_public_page_is_served_from_right_to_left(client: Client, path: str) -> None:
    answer = client.get(path, headers=AR)
    page = answer.content.decode()

    assert answer.status_code == 200
    assert '<html lang="ar" dir="rtl">' in page
    assert page.count("⟦") > 10


@pytest.mark.usefixtures("third")
def test_worker_is_served_in_a_third_language(house: House) -> None:
    Worker.objects.filter(project=house.project).update(practised_ms=1)
    answer_next(house.worker, now_ms=int(timezone.now().timestamp() * 1000) - 6_000)
    worker = house.client("worker")

    for path in ("/work/", "/time/", "/pay/", "/work/exposure", "/decisions/", "/offline"):
        answer = worker.get(path, headers=AR)
        assert answer.status_code == 200, path
        assert '<html lang="ar" dir="rtl">' in answer.content.decode(), path


@pytest.mark.usefixtures("third")
def test_workbench_is_told_its_language_and_direction(house: House) -> None:
    page = house.client("worker").get(f"/work/{house.project.slug}/", headers=AR).content.decode()

    assert '<html lang="ar" dir="rtl">' in page
    assert '"language": "ar", "direction": "rtl"' in page


@pytest.mark.usefixtures("third")
def test_words_of_scripts_come_with_the_page_where_no_build_has_them(house: House) -> None:
    worker, work = house.client("worker"), f"/work/{house.project.slug}/"
    pages = [worker.get(path, headers=AR) for path in ("/", "/offline", work)]

    for page in pages:
        found = re.search(r'<script id="own-words"[^>]*>(.*?)</script>', page.content.decode())
        assert found
        brought = json.loads(found[1])
        assert (brought["language"], brought["locale"]) == ("ar", "ar-EG")
        assert brought["words"]["kinds"]["text"]["lacks"] == "⟦Write your answer.⟧"
    assert "own-words" not in worker.get(work, headers={"accept-language": "fr"}).content.decode()


def test_word_that_waits_is_brought_in_english() -> None:
    english = {"a": "A", "b": ["B", "C"], "d": {"e": "E"}}

    assert filled(english, {"a": " ", "b": ["b"], "d": {"e": "é", "f": "F"}}) == {
        "a": "A",
        "b": ["b", "C"],
        "d": {"e": "é"},
    }


@pytest.mark.django_db
@pytest.mark.usefixtures("third")
def test_language_control_lists_all_and_the_choice_is_kept(client: Client) -> None:
    page = client.get("/", headers={"accept-language": "fr"}).content.decode()
    control = re.search(r'<form class="lang".*?</form>', page, re.DOTALL)

    assert control
    named = re.findall(r'<button [^>]*value="(\w+)"[^>]*>([^<]+)<', control[0])
    assert named == [("en", "English"), ("ar", "⟦Pseudo⟧")]
    assert ">Français</summary>" in control[0]
    answer = client.post("/language", {"language": "ar", "next": "/"})
    assert answer.status_code == 302
    assert 'dir="rtl"' in client.get("/", headers={"accept-language": "en"}).content.decode()


@pytest.mark.django_db
def test_language_control_is_one_button_between_two(client: Client) -> None:
    page = client.get("/", headers={"accept-language": "en"}).content.decode()
    control = re.search(r'<form class="lang".*?</form>', page, re.DOTALL)

    assert control
    assert "<details" not in control[0]
    assert re.findall(r'<button [^>]*lang="(\w+)">([^<]+)<', control[0]) == [("fr", "Français")]


@pytest.mark.usefixtures("third")
def test_third_language_has_its_plural_forms() -> None:
    with translation.override("ar"):
        said = [message_now("page.decision_view.days", n=n) for n in (0, 1, 2, 3, 11, 100)]

    forms = ["zero", "one", "two", "few", "many", "other"]
    assert [text.strip("⟦⟧").split()[0] for text in said] == forms


@pytest.mark.usefixtures("third")
def test_numbers_and_dates_follow_the_locale() -> None:
    with translation.override("ar"):
        assert formatting.locale() == "ar_EG"
        assert "نوفمبر" in formatting.moment(1_795_000_000_000)
        assert "نوفمبر" in formatting.day(timezone.now().replace(year=2026, month=11, day=26))
        assert formatting.calendar_day(date(2026, 11, 26)) == "26 نوفمبر 2026"


@pytest.mark.usefixtures("third")
def test_what_is_in_two_languages_alone_is_shown_in_english() -> None:
    with translation.override("ar"):
        assert (two_sided(), language_now().direction) == ("en", "rtl")
    with translation.override("fr"):
        assert two_sided() == "fr"


def test_folder_beside_the_data_is_a_language(data: Path) -> None:
    told = "from canut import settings as s; print(s.LANGUAGES, s.LANGUAGES_BIDI)"

    said = subprocess.run(
        [sys.executable, "-c", told],
        env=os.environ | {"CANUT_DATA": str(data)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert "('ar', '⟦Pseudo⟧')" in said.stdout
    assert "['ar']" in said.stdout


def test_locale_that_is_not_known_falls_back_on_its_language() -> None:
    assert locale_of("fr-XX") == "fr"
    assert locale_of("xx-YY") == "en"


def test_language_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "es").mkdir()
    (tmp_path / "es/language.json").write_text('{"name": "Español"}')

    with pytest.raises(ValueError, match=r"es.language\.json"):
        languages_in([tmp_path])


def test_text_without_translation_stays_in_english(tmp_path: Path) -> None:
    folder = tmp_path / "es/LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
        'msgid "Stop"\nmsgstr ""\n\nmsgid "Close"\nmsgstr "Cerrar"\n'
    )

    compile_catalogs(tmp_path, LOCALE)

    spanish = override_settings(LOCALE_PATHS=[tmp_path], LANGUAGES=[("es", "Español")])
    with spanish, translation.override("es"):
        said = [translation.gettext(text) for text in ("Stop", "Close", "Sign in")]
    assert said == ["Stop", "Cerrar", "Sign in"], "“Sign in” is not in the file at all"
