"""A worker on a phone takes lesson 1; people trained on anchors mark its case; all time is paid.

The second story goes on to a third marker, an appeal nobody answers, and the question that comes
back after 60 days.
"""

import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from canut.actions.decisions.appeals import win_by_waiting
from canut.actions.lessons.recall import item_of
from canut.actions.pay.periods import close_period, make_period
from canut.actions.people.accounts import add_member
from canut.core.clock import DAY_MS, MINUTE_MS, to_ms
from canut.core.lessons.lesson import ItemKind
from canut.core.lessons.scoring import right_answer
from canut.core.pay.statement_input import LESSONS
from canut.store.lessons.attempts import has_passed
from canut.store.models import (
    Appeal,
    Decision,
    LessonAnchorMark,
    LessonAttempt,
    LessonMark,
    LessonQuestion,
    LessonScript,
    Period,
    Person,
    Role,
    Statement,
)
from tests.support.factories import answer_next, make_person, make_representative
from tests.support.lessons import lesson_one, make_marker, send_case
from tests.support.payroll import (
    AFTER,
    agree,
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
BACK = BEGUN + timedelta(days=60)
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


def hidden_field(page: str) -> str:
    """Return what names the text of a page of marking."""
    named = re.search(r'name="text" value="([^"]+)"', page)
    assert named is not None
    return named[1]


def levels_form(page: str, levels: Sequence[int], reason: str = "") -> dict[str, str]:
    """Return a form of marks for the text of a page."""
    form = {"text": hidden_field(page)}
    for criterion, level in zip(lesson_one().case.criteria, levels, strict=True):
        form[f"level.{criterion.id}"] = str(level)
        if reason:
            form[f"reason.{criterion.id}"] = reason
    return form


def mark_on_page(desk: Client, script: LessonScript, levels: Sequence[int]) -> None:
    """Mark the texts that a case shows until it was the case itself: one in ten is an anchor."""
    before = LessonMark.objects.filter(script=script).count()
    while LessonMark.objects.filter(script=script).count() == before:
        page = read(desk, f"/marking/{script.pk}")
        form = levels_form(page, levels, REASON)
        answer = desk.post(f"/marking/{script.pk}", form, headers=FR)
        assert answer.status_code == 302, answer.content.decode()[:2000]
        is_case = LessonMark.objects.filter(script=script).count() > before
        assert is_case or LessonAnchorMark.objects.filter(is_training=False).exists()


def train_on_pages(desk: Client, off: int = 0) -> str:
    """Mark five anchors on the pages, so many levels off; return the page after them."""
    anchors = {anchor.id: anchor for anchor in lesson_one().case.anchors}
    for _ in range(5):
        page = read(desk, "/marking/train/click-life")
        assert '"surface": "marking"' in page
        levels = [
            (level + off if level + off <= 3 else level - off)
            for level in anchors[hidden_field(page)].marks
        ]
        answer = desk.post("/marking/train/click-life", levels_form(page, levels), headers=FR)
        assert answer.status_code == 302
    return read(desk, "/marking/train/click-life")


def paid_surfaces(person: Person, due: Period) -> dict[str, int]:
    """Return the time that a statement pays beside the projects, by surface."""
    lines = [line for line in content_of(person, due)["projects"] if line["is_platform"]]
    return {surface: ms for line in lines for surface, ms in line["surfaces"].items()}


def appeal_is_won_by_waiting(client: Client, author: Person) -> None:
    """Appeal on the page; nobody answers within 14 days, so the author is right."""
    decision = Decision.objects.get(person=author, code="lesson-case")
    words = {"words": "J’ai dit les quatre arrêts, dans l’ordre."}
    answer = client.post(f"/decisions/{decision.pk}/appeal", words, headers=FR)
    assert answer.status_code == 302
    sent = Appeal.objects.get(decision=decision)
    assert win_by_waiting(sent.at_ms + 14 * DAY_MS) == 0
    assert not has_passed(author.pk, "click-life")
    assert win_by_waiting(sent.at_ms + 14 * DAY_MS + 1) == 1
    assert has_passed(author.pk, "click-life")
    assert "Réussie" in read(client, "/lessons/click-life/")


def question_comes_back(author: Person, stop_clock: Callable[[datetime], None]) -> None:
    """Answer the one question that is offered 60 days later; it changes nothing."""
    stop_clock(BEGUN + timedelta(days=59))
    assert "60 jours après" not in read(signed_in(author), "/lessons/")
    stop_clock(BACK)
    client = signed_in(author)
    assert 'href="/lessons/click-life/recall"' in read(client, "/lessons/")
    page = read(client, "/lessons/click-life/recall")
    assert '"surface": "lesson:1"' in page
    before = LessonAttempt.objects.values().get()
    item = item_of(LessonAttempt.objects.get(), lesson_one())
    answer = client.post("/lessons/click-life/recall", {item.id: right_answer(item)}, headers=FR)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    assert "Juste" in read(client, "/lessons/click-life/recall")
    assert "60 jours après" not in read(client, "/lessons/")
    assert LessonAttempt.objects.values().get() == before


def test_marker_trains_a_third_settles_the_appeal_is_won_and_a_question_comes_back(
    stop_clock: Callable[[datetime], None],
) -> None:
    policy()
    made = made_with(60_000_000)
    author = person_of(made)
    add_member(author, Role.WORKER, moment(MAY, 8), project=made.project)
    answer_next(made.worker, now_ms=moment(MAY, 10))
    stop_clock(BEGUN)
    script = send_case(author, to_ms(BEGUN))
    work_hours(author, None, to_ms(BEGUN), 30 * MINUTE_MS, surface="lesson:1")

    marker = make_marker(to_ms(BEGUN), trained=False)
    agree(marker)
    desk = signed_in(marker)
    assert f"/marking/{script.pk}" not in read(desk, "/marking/")
    assert desk.get(f"/marking/{script.pk}", headers=FR).status_code == 404
    page = train_on_pages(desk, off=2)
    assert "0 critères sur 20" in page
    assert "il en faut 18" in page
    assert "Vous pouvez corriger cette leçon : 20 critères sur 20" in train_on_pages(desk)
    work_hours(marker, None, to_ms(BEGUN), 20 * MINUTE_MS, surface="marking")
    assert f"/marking/{script.pk}" in read(desk, "/marking/")

    mark_on_page(desk, script, [3, 3, 3, 3])
    for levels in ([2, 2, 2, 1], [1, 1, 1, 1]):
        assert LessonAttempt.objects.get().state == "waiting"
        mark_on_page(signed_in(make_marker(to_ms(BEGUN))), script, levels)
    client = signed_in(author)
    page = read(client, "/lessons/click-life/")
    assert "cas : 7 sur 12" in page
    assert "Contester" in page

    appeal_is_won_by_waiting(client, author)

    stop_clock(AFTER)
    closed = close_period(period().pk, make_person(), to_ms(AFTER))
    assert paid_surfaces(author, closed) == {"lesson": 30 * MINUTE_MS}
    assert paid_surfaces(marker, closed) == {"marking": 20 * MINUTE_MS}

    question_comes_back(author, stop_clock)
    work_hours(author, None, to_ms(BACK), 2 * MINUTE_MS, surface="lesson:1")
    stop_clock(BACK + timedelta(days=14))
    for begin in (date(2026, 5, 4) + timedelta(days=14 * number) for number in range(5)):
        due = make_period(begin, begin + timedelta(days=13), to_ms(BACK))
        closed = close_period(due.pk, make_person(), to_ms(BACK + timedelta(days=14)))
    assert paid_surfaces(author, closed) == {"lesson": 2 * MINUTE_MS}


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
        for hidden in (person.username, str(person), "100 %", "lesson-marks", REASON):
            assert hidden not in sheet.replace(marker.username, "")
        assert '"surface": "marking"' in sheet
        mark_on_page(desk, script, levels)
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
