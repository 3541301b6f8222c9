"""What people are shown about the automated systems says nine things of each, in plain words."""

from typing import Any

import pytest

from canut.core.decisions.automated_systems import SYSTEMS
from canut.core.decisions.system_notice import (
    ALL,
    MAY_TURN_OFF,
    Contact,
    ModelInUse,
    contact_of,
    notice_content,
    notice_digest,
    versions_digest,
)
from canut.core.participation.policies_in_force import SHIPPED, written
from canut.core.people.readability import long_sentences
from tools.reading_level import measure

SETTINGS = {language: written(SHIPPED, language) for language in ("en", "fr")}
FIELDS = (
    *("purpose", "watched", "decides", "factors", "cannot", "setting", "change", "off"),
    *("effect", "contact", "version", "since_ms", "changed_on", "may_turn_off", "key", "name"),
)
EASE = 70
"""Reading ease from which a child of thirteen, in the eighth or ninth year, reads a text."""


def content(**contacts: Contact) -> dict[str, Any]:
    return notice_content(SETTINGS, contacts, {}, [ModelInUse("text", 1, 0)])


def said(value: Any, language: str) -> list[str]:
    """List the sentences of one language in a part of the document."""
    if isinstance(value, dict):
        if language in value:
            return [str(value[language])]
        return [text for part in value.values() for text in said(part, language)]
    return [text for part in value for text in said(part, language)] if type(value) is list else []


def test_every_system_has_all_nine_fields_in_both_languages() -> None:
    listed = content()["systems"]

    assert [one["key"] for one in listed] == list(SYSTEMS)
    for one in listed:
        assert one.keys() == {*FIELDS}
        assert one["factors"]
        texts = {language: said(one, language) for language in ("en", "fr")}
        assert len(texts["en"]) == len(texts["fr"]) >= 8
        assert all(texts["en"])
        assert all(texts["fr"])
        assert not set(texts["en"]) & set(texts["fr"])


@pytest.mark.parametrize("language", ["en", "fr"])
def test_text_is_one_that_a_pupil_of_the_ninth_year_reads(language: str) -> None:
    texts = [
        text
        for one in [*content()["systems"], content()["model"]]
        for name in ("watched", "decides", "factors", "cannot", "off")
        for text in said(one[name], language)
    ]

    level = measure(texts, language)

    assert level.ease >= EASE
    assert [text for text in texts if long_sentences(text)] == []


def test_name_that_answers_for_one_system_comes_before_the_one_for_all() -> None:
    contacts = {ALL: Contact("Léa Roy", "lea@x.example"), "caps": Contact("Ana Diaz")}

    assert contact_of(contacts, "caps").name == "Ana Diaz"
    assert contact_of(contacts, "hours").name == "Léa Roy"
    assert contact_of({}, "hours") == Contact("", "")


def test_only_practice_is_turned_off_by_oneself() -> None:
    assert SYSTEMS.keys() >= MAY_TURN_OFF
    assert {"practice"} == MAY_TURN_OFF


def test_another_name_makes_another_text_of_the_same_versions() -> None:
    before, after = content(), content(all=Contact("Léa Roy"))

    assert notice_digest(before) != notice_digest(after)
    assert before["versions"] == after["versions"] == versions_digest()
