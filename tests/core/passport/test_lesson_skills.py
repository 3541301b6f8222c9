"""What lessons and checked acts show, and what the credentials of them say."""

import json
from typing import Any

import pytest

from canut.core.bilingual import Bilingual
from canut.core.passport.credentials import CredentialOrder, Issuer, StatusEntry, email_holder
from canut.core.passport.lesson_credentials import (
    ROLE_NAMES,
    acts_credential,
    course_credential,
    lesson_credential,
    role_credential,
)
from canut.core.passport.lesson_skills import (
    COURSE,
    CountShown,
    LessonPassed,
    has_course,
    newest_by_lesson,
    skills_by_acts,
)
from canut.core.passport.skills import shipped_skills
from canut.core.proofs.data_integrity import sign_credential, verify_document

DAY, MINUTE = 86_400_000, 60_000
NOW_MS = 1_796_000_000_000
TITLE = Bilingual("Bias", "Biais")
ISSUER = Issuer("did:web:canut.example:passport", "Canut exemple", "https://canut.example")


def lesson(number: int = 4, halves: int | None = 17, **skills: int) -> LessonPassed:
    return LessonPassed(f"l{number}", number, 1, TITLE, skills, halves, 2, number * DAY)


def order(language: str = "fr") -> CredentialOrder:
    status = StatusEntry("https://canut.example/passport/status/1", 94_567)
    number = "7b1f3c1e-0000-4000-8000-000000000001"
    return CredentialOrder(number, email_holder("n@exemple.org", "salt"), language, status, NOW_MS)


@pytest.mark.parametrize(
    ("halves", "band"),
    [(16, "8–9"), (19, "8–9"), (20, "10–12"), (24, "10–12"), (15, ""), (None, "")],
)
def test_mark_is_told_as_a_band(halves: int | None, band: str) -> None:
    assert lesson(halves=halves).band == band


def test_lesson_counts_once_in_its_newest_version_and_the_course_is_all_twelve() -> None:
    older, newer = lesson(), lesson()._replace(version=2, at_ms=0)
    twelve = [lesson(number) for number in COURSE]

    assert newest_by_lesson([newer, older]) == [newer]
    assert has_course(twelve)
    assert not has_course(twelve[1:])


def test_lesson_shows_the_skills_it_names_at_its_level() -> None:
    first, second = lesson(1, S24=1, S20=1), lesson(12, S24=2)

    by_skill = {each.skill: each for each in skills_by_acts([first, second], [])}

    assert {skill: each.level for skill, each in by_skill.items()} == {"S20": 1, "S24": 2}
    assert by_skill["S24"].lessons == (first, second)
    assert by_skill["S24"].by_lesson


@pytest.mark.parametrize(
    ("right", "counted", "level", "by_lesson"),
    [(57, 60, 2, False), (19, 19, 1, True), (95, 100, 2, False), (10, 60, 1, True)],
)
def test_kept_reviews_show_more_than_the_lesson_only_when_there_are_enough(
    right: int, counted: int, level: int, *, by_lesson: bool
) -> None:
    count = CountShown("S09", right, counted, 1, 2)

    (shown,) = skills_by_acts([lesson(3, S09=1)], [count])

    assert (shown.level, shown.by_lesson, shown.first_ms) == (level, by_lesson, 1)


def test_too_few_reviews_alone_show_nothing_yet() -> None:
    (shown,) = skills_by_acts([], [CountShown("S09", 5, 5, 1, 2)])

    assert (shown.level, shown.counted) == (0, 5)


def documents(language: str) -> dict[str, dict[str, object]]:
    twelve = [lesson(number, S24=1) for number in COURSE]
    by_lesson, by_review = skills_by_acts([lesson(1, S24=2)], [CountShown("S09", 57, 60, 1, 2)])[
        ::-1
    ]
    skills = shipped_skills()
    made = {
        "lesson": lesson_credential(ISSUER, lesson(halves=21), order(language)),
        "appealed": lesson_credential(ISSUER, lesson(halves=12), order(language)),
        "course": course_credential(ISSUER, twelve, 130 * MINUTE, order(language)),
        "ethics": acts_credential(ISSUER, skills["S24"], by_lesson, order(language)),
        "settling": acts_credential(ISSUER, skills["S09"], by_review, order(language)),
    }
    for role in ROLE_NAMES:
        made[role] = role_credential(ISSUER, role, DAY, None, order(language))
    return made


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_is_signed_in_both_ways_and_says_no_more_than_its_line(language: str) -> None:
    for name, document in documents(language).items():
        signed = sign_credential(document, bytes(32), "2026-11-28T00:00:00Z")
        text = json.dumps(document, ensure_ascii=False)

        assert len(verify_document(signed).signatures) == 2, name
        assert len(json.dumps(signed)) < 5_000, name
        assert "21" not in text.replace("2026", ""), "the mark itself is not told"


def test_each_says_its_band_its_markers_its_minutes_and_its_lessons() -> None:
    made: dict[str, Any] = documents("fr")

    def evidence(name: str) -> str:
        return str(made[name]["evidence"][0]["narrative"])

    assert evidence("lesson") == "Cas : 10–12 points sur 12, noté par 2 personnes."
    assert "recours" in evidence("appealed")
    assert "Au moins 120 min." in evidence("course")
    assert evidence("ethics") == "Leçons : Biais."
    assert "57 actes tenus sur 60" in evidence("settling")
    assert made["ethics"]["name"] == "Éthique de l’IA, niveau 2"
    assert "validUntil" in made["ethics"]
    assert "validUntil" not in made["lesson"]
    assert "activityEndDate" not in made["reviewer"]["credentialSubject"]
    types = {
        name: each["credentialSubject"]["achievement"]["achievementType"]
        for name, each in made.items()
    }
    assert types["lesson"] == "Assessment"
    assert types["course"] == "MicroCredential"
    assert types["marker"] == "Membership"
