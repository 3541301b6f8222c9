"""Programs read which lessons there are and how far markers agree, and nobody's attempts."""

import pytest

from canut.actions.lessons.catalogue import list_lessons
from canut.actions.lessons.marking import mark_case
from canut.web.api.addresses import ENDPOINTS
from tests.support.factories import NOW_MS, make_person
from tests.support.lessons import REASONS, make_marker, send_case
from tests.web.api.program import program

pytestmark = pytest.mark.django_db


def test_lessons_are_listed_with_their_versions() -> None:
    rows = program("worker").get("lessons")["items"]
    assert [row["id"] for row in rows] == [lesson.id for lesson in list_lessons()]
    first = rows[0]
    assert (first["number"], first["minutes"], first["reviewed"]) == (1, 30, False)
    assert first["title"] == {"fr": "Ce que devient un clic", "en": "What becomes of a click"}


def test_figures_are_null_under_twenty_cases_and_then_as_measured() -> None:
    bot = program("worker")
    markers = [make_marker(NOW_MS) for _ in range(2)]
    for number in range(20):
        script = send_case(make_person(), NOW_MS)
        for marker in markers:
            mark_case(script.pk, [number % 3 + 1] * 4, REASONS, by=marker, now_ms=NOW_MS)
        if number == 18:
            few = bot.get("lessons/click-life/figures")
            assert (few["cases"], few["alpha_total"], few["third_marker_percent"]) == (
                19,
                None,
                None,
            )
    many = bot.get("lessons/click-life/figures")
    assert (many["cases"], many["alpha_total"], many["third_marker_percent"]) == (20, 1.0, 0)
    assert many["alpha"] == {"path": 1.0, "people": 1.0, "unknown": 1.0, "plain": 1.0}
    assert bot.ask("GET", "lessons/never-made/figures").status_code == 404


def test_no_address_lists_attempts() -> None:
    assert {each.address for each in ENDPOINTS if "lesson" in each.address} == {
        "lessons",
        "lessons/{lesson}/figures",
    }
