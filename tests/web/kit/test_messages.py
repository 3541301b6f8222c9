import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils import translation

from canut.core import messages
from canut.web.kit.messages import lazy_message, message_now

ENGLISH = {
    "page.pay.title": "Pay of <b>{name}</b>",
    "page.pay.left": "{n, plural, one {# task} other {# tasks}}",
}
FRENCH = {
    "page.pay.title": "Paie de <b>{name}</b>",
    "page.pay.left": "{n, plural, one {# tâche} other {# tâches}}",
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    for language, texts in (("en", ENGLISH), ("fr", FRENCH)):
        (tmp_path / language).mkdir()
        (tmp_path / language / "pay.json").write_text(json.dumps(texts), "utf-8")
    before = messages.set_folders([tmp_path])
    yield tmp_path
    messages.set_folders(before)


def render(source: str, **values: object) -> str:
    return Template(source).render(Context(values))


def test_message_is_in_the_language_of_the_page() -> None:
    with translation.override("fr"):
        assert message_now("page.pay.left", n=2) == "2\u00a0tâches"
    with translation.override(None):
        assert message_now("page.pay.left", n=1) == "1\u00a0task"


def test_lazy_message_waits_for_the_page() -> None:
    label = lazy_message("page.pay.left", n=1)

    for code, text in (("fr", "1\u00a0tâche"), ("en", "1\u00a0task")):
        with translation.override(code):
            assert str(label) == text


def test_tag_escapes_facts_and_keeps_the_markup_of_the_message() -> None:
    with translation.override("fr"):
        assert (
            render('{% msg "page.pay.title" name=who %}', who="<i>") == "Paie de <b>&lt;i&gt;</b>"
        )
        assert (
            render(
                '{% autoescape off %}{% msg "page.pay.title" name=who %}{% endautoescape %}',
                who="<",
            )
            == "Paie de <b><</b>"
        )


def test_tag_counts_and_fills_a_variable() -> None:
    with translation.override("en"):
        page = render('{% msg "page.pay.left" n=n as left %}[{{ left }}]', n=1_200)

    assert page == "[1,200\u00a0tasks]"
