"""A worker on a phone takes lesson 1; two people mark its case; the statement pays the time."""

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from canut.actions.pay.periods import close_period
from canut.actions.people.accounts import add_member
from canut.core.clock import MINUTE_MS, to_ms
from canut.core.lessons.lesson import ItemKind
from canut.core.lessons.scoring import right_answer
from canut.core.pay.statement_input import LESSONS
from canut.store.models import LessonMark, LessonQuestion, LessonScript, Person, Role, Statement
from tests.support.factories import answer_next, make_person, make_representative
from tests.support.lessons import lesson_one, make_marker
from tests.support.payroll import (
    AFTER,
    content_of,
    made_with,
    moment,
    period,
    person_of,
    policy,
    work_hours,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.dialect]
FR = {"accept-language": "fr"}
PHONE = "Mozilla/5.0 (Linux; Android 14) Mobile"
MAY = date(2026, 5, 1)
BEGUN = datetime(2026, 5, 1, 19, tzinfo=UTC)  # 15:00 in Montréal
CASE = (
    "Non, ce n’est pas juste cliquer. Je regarde une image et je réponds. D’autres personnes"
    " répondent à la même image. Ensemble, nos réponses font une étiquette. Un programme apprend"
    " avec beaucoup d’étiquettes : c’est le modèle. Ensuite un service s’en sert, comme une banque"
    " qui lit des chèques. Sans nous, le programme n’apprend rien. Nous sommes payés à la tâche, et"
    " jamais sous un minimum de l’heure. Une petite part n’est pas déclarée. Je ne sais pas à qui"
    " elle va, alors j’ai posé la question à mes représentants."
)
REASON = "Les quatre arrêts sont dits, dans l’ordre."


def signed_in(person: Person) -> Client:
    client = Client(user_agent=PHONE, headers=FR)
    client.force_login(person)
    return client


def read(client: Client, path: str) -> str:
    answer = client.get(path, headers=FR)
    assert answer.status_code == 200, (path, answer.content[:1500])
    return answer.content.decode().replace("\xa0", " ").replace("\u202f", " ")


def fill_in(screen_id: str) -> dict[str, list[str]]:
    """Return the right answers of a screen as its form sends them."""
    form: dict[str, list[str]] = {"do": ["answer"]}
    for item in lesson_one().items_of(screen_id):
        if not item.is_marked:
            continue
        key = list(right_answer(item))
        is_number = item.kind is ItemKind.NUMBER
        form[item.id] = [key[0].replace(".", ",")] if is_number else key
    return form


def take_lesson(client: Client) -> None:
    """Go through all screens of the first lesson."""
    lesson = lesson_one()
    answer = client.post("/lessons/click-life/begin", headers=FR, follow=True)
    assert answer.redirect_chain == [("/lessons/click-life/s01", 302)]
    for screen_id in lesson.screen_ids():
        page = read(client, f"/lessons/click-life/{screen_id}")
        beats = re.search(r'id="beats-data"[^>]*>([^<]+)<', page)
        assert beats is not None
        assert json.loads(beats[1])["surface"] == "lesson:1"
        if [item for item in lesson.items_of(screen_id) if item.is_marked]:
            assert "lesson-why" not in page
            answer = client.post(f"/lessons/click-life/{screen_id}", fill_in(screen_id), headers=FR)
            assert answer.status_code == 302, answer.content.decode()[:3000]
            assert "Juste" in read(client, f"/lessons/click-life/{screen_id}")
        if screen_id == "s06":
            assert "à vérifier" in page
        if screen_id == lesson.screen_ids()[-1]:
            form = {"do": "end", "question": "À qui va la part non déclarée ?"}
        else:
            form = {"do": "next"} | ({"case": CASE} if screen_id == lesson.case.screen else {})
        answer = client.post(f"/lessons/click-life/{screen_id}", form, headers=FR)
        assert answer.status_code == 302


def test_lesson_is_taken_on_a_phone_marked_by_two_and_paid(
    stop_clock: Callable[[datetime], None],
) -> None:
    policy()
    made = made_with(60_000_000)
    person = person_of(made)
    add_member(person, Role.WORKER, moment(MAY, 8), project=made.project)
    answer_next(made.worker, now_ms=moment(MAY, 10))
    stop_clock(BEGUN)
    client = signed_in(person)
    assert "pas encore relue" in read(client, "/lessons/")
    assert "La plateforme paie le temps" in read(client, "/lessons/click-life/")

    take_lesson(client)
    work_hours(person, None, to_ms(BEGUN), 30 * MINUTE_MS, surface="lesson:1")

    stop_clock(BEGUN + timedelta(hours=1))
    page = read(client, "/lessons/click-life/")
    assert "En attente des notes" in page
    assert "30 min" in page
    script = LessonScript.objects.get()
    for levels in ((2, 2, 2, 2), (3, 3, 2, 2)):
        marker = make_marker(to_ms(BEGUN))
        desk = signed_in(marker)
        assert f"/marking/{script.pk}" in read(desk, "/marking/")
        sheet = read(desk, f"/marking/{script.pk}")
        assert "Je ne sais pas à qui" in sheet
        for hidden in (person.username, str(person), "100 %", "lesson-marks", REASON):
            assert hidden not in sheet.replace(marker.username, "")
        assert '"surface": "marking"' in sheet
        form = {
            f"{field}.{criterion.id}": str(level) if field == "level" else REASON
            for criterion, level in zip(lesson_one().case.criteria, levels, strict=True)
            for field in ("level", "reason")
        }
        answer = desk.post(f"/marking/{script.pk}", form, headers=FR)
        assert answer.status_code == 302, answer.content.decode()[:2000]
        assert desk.get(f"/marking/{script.pk}", headers=FR).status_code == 404
    assert LessonMark.objects.count() == 2

    page = read(client, "/lessons/click-life/")
    assert "Réussie" in page
    assert "cas : 9 sur 12" in page
    assert page.count(REASON) == 8
    representative = make_person()
    make_representative(representative, made.project.organisation)
    questions = read(signed_in(representative), "/lessons/questions")
    assert "À qui va la part non déclarée ?" in questions
    assert str(person) not in questions
    assert LessonQuestion.objects.count() == 1

    stop_clock(AFTER)
    closed = close_period(period().pk, make_person(), to_ms(AFTER))
    line = content_of(person, closed)["projects"][-1]
    assert (line["number"], line["surfaces"]) == (LESSONS, {"lesson": 30 * MINUTE_MS})
    assert line["earned_micro"] == 8_300_000
    statement = Statement.objects.get(person=person, period=closed)
    paper = read(client, f"/pay/{statement.pk}")
    assert "Leçons" in paper
