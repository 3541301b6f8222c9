"""The list of lessons, and one lesson screen by screen: no timer, no rank, back always."""

from datetime import date
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from canut.actions.lessons.attempts import (
    answer_items,
    begin_lesson,
    check_version,
    end_lesson,
    erase_attempt,
    move_to,
    next_begin_ms,
    send_question,
    write_case,
)
from canut.actions.lessons.catalogue import get_lesson, list_lessons
from canut.actions.lessons.figures import figures_of
from canut.actions.lessons.labs import lesson_of, sources_of
from canut.actions.lessons.long_time import lesson_time
from canut.actions.lessons.recall import offers
from canut.actions.platform.system_clock import now_ms
from canut.core.clock import MINUTE_MS, local_day
from canut.core.errors import Conflict, Missing, Refusal
from canut.core.lessons.figures import LEAST_SCRIPTS
from canut.core.lessons.lesson import MOST_MARK, ItemKind, Lesson
from canut.store.lessons.attempts import (
    answers_of,
    attempts_of,
    is_passed,
    newest_questions,
    open_attempt,
    reviews_of,
    script_of,
    signed_texts,
)
from canut.store.lessons.marking import marks_of, scripts_to_mark
from canut.store.models import LessonAttempt, Person, Role
from canut.store.people.work_terms import zone_of
from canut.web.kit.access import get_person, roles_anywhere
from canut.web.kit.audiences import RATE_WITNESSES
from canut.web.kit.formatting import decimal_of, money
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of
from canut.web.lessons.screen_view import answers_in, explanation, item_views
from canut.web.lessons.wording import (
    ROLES,
    STATES,
    as_paragraphs,
    facts_of,
    halves_text,
    in_language,
    lesson_language,
)

PERCENT = 100
LABS = {
    "own": "page.lessons.lab_own",
    "instance": "page.lessons.lab_instance",
    "sample": "page.lessons.lab_sample",
}
THOUSAND = 1000
BEGINNING = "#main"  # else a browser goes on at the part of the page before, below what is new


class LessonLine(NamedTuple):
    """A lesson in the list."""

    lesson: Lesson
    title: str
    state: str
    is_signed: bool


class MarkView(NamedTuple):
    """One criterion of a case: its name, and each marker's level and reason."""

    name: str
    marks: list[tuple[int, str, str]]


class AttemptView(NamedTuple):
    """One's attempt: its state, points, and the marks of its case."""

    attempt: LessonAttempt
    state: str
    passed: bool
    auto: int | None
    case: str
    criteria: list[MarkView]
    text: str
    can_erase: bool
    waits: bool


def lessons(request: HttpRequest) -> HttpResponse:
    """List the lessons, with one's own state in each."""
    person = request.user if isinstance(request.user, Person) else None
    states: dict[str, str] = {}
    if person is not None:
        for attempt in reversed(attempts_of(person.pk)):
            before = states.get(attempt.lesson)
            states[attempt.lesson] = before if before == "passed" else _state_of(attempt)
    signed = signed_texts()
    lines = [
        LessonLine(
            lesson, in_language(lesson.title), states.get(lesson.id, ""), lesson.sha256 in signed
        )
        for lesson in list_lessons()
    ]
    roles = roles_anywhere(request)
    recalled = offers(person, now_ms()) if person and Role.WORKER in roles else []
    context = {
        "lines": lines,
        "recalled": [(offer.lesson, in_language(offer.lesson.title)) for offer in recalled],
        "minutes_ms": sum(line.lesson.minutes for line in lines) * MINUTE_MS,
        "to_mark": len(scripts_to_mark(person, now_ms())) if person else 0,
        "reads_questions": bool(roles & {Role.REPRESENTATIVE}),
    }
    return render(request, "lessons/lessons.html", context)


def _state_of(attempt: LessonAttempt) -> str:
    """Return the state of an attempt for the list; failing has no word of its own."""
    if is_passed(attempt):
        return "passed"
    return "open" if attempt.state == LessonAttempt.State.OPEN else "followed"


def lesson(request: HttpRequest, lesson_id: str) -> HttpResponse:
    """Show what a lesson is about, who pays it, who reviewed it, and one's attempts."""
    return _overview(request, get_lesson(lesson_id), None)


def _overview(request: HttpRequest, chosen: Lesson, refusal: Refusal | None) -> HttpResponse:
    roles = roles_anywhere(request)
    person = request.user if isinstance(request.user, Person) else None
    agreement = figures_of(chosen)
    alpha = agreement.measured.total
    context: dict[str, Any] = {
        "agreement": agreement,
        "alpha": "–" if alpha is None else decimal_of(alpha),
        "least": LEAST_SCRIPTS,
        "lesson": chosen,
        "title": in_language(chosen.title),
        "screens": len(chosen.screen_ids()),
        "reviews": [
            (review, message_now(ROLES[review.role]))
            for review in reviews_of(chosen.id, chosen.version, chosen.sha256)
        ],
        "may_review": bool(roles & RATE_WITNESSES.roles),
        "may_begin": Role.WORKER in roles,
        "error": words_of(refusal) if refusal else None,
    }
    if person is not None:
        attempts = attempts_of(person.pk, chosen.id)
        again_ms = next_begin_ms(person, chosen, now_ms())
        context |= {
            "attempts": [_attempt_view(attempt, chosen) for attempt in attempts],
            "current": next((row for row in attempts if row.state == row.State.OPEN), None),
            "again": again_ms if again_ms > now_ms() else None,
            "time_ms": sum(
                row.ms
                for row in lesson_time(person.pk, chosen.number, attempts[-1].started_ms, now_ms())
            )
            if attempts
            else 0,
        }
    return render(request, "lessons/lesson.html", context, status=409 if refusal else 200)


def _attempt_view(attempt: LessonAttempt, chosen: Lesson) -> AttemptView:
    """Return one's attempt with its result."""
    script = script_of(attempt)
    is_marked = attempt.state == LessonAttempt.State.MARKED
    marks = marks_of(script) if script is not None and is_marked else []
    criteria = [
        MarkView(
            in_language(criterion.name),
            [
                (
                    mark.levels[number],
                    in_language(criterion.levels[mark.levels[number]]),
                    mark.reasons[number],
                )
                for mark in marks
            ],
        )
        for number, criterion in enumerate(chosen.case.criteria)
    ]
    auto = attempt.auto_thousandths
    return AttemptView(
        attempt,
        message_now(STATES[attempt.state]),
        is_passed(attempt),
        None if auto is None else auto * PERCENT // THOUSAND,
        halves_text(attempt.case_halves) if attempt.case_halves is not None else "",
        criteria if marks else [],
        script.text if script else "",
        attempt.state in {LessonAttempt.State.MARKED, LessonAttempt.State.ENDED},
        attempt.state == LessonAttempt.State.WAITING,
    )


def begin(request: HttpRequest, lesson_id: str) -> HttpResponse:
    """Begin a lesson, or go on where one stopped."""
    chosen = get_lesson(lesson_id)
    try:
        attempt = begin_lesson(get_person(request), chosen, now_ms())
        check_version(attempt, chosen)
    except Refusal as refusal:
        return _overview(request, chosen, refusal)
    return redirect("lesson_screen", chosen.id, attempt.screen)


def erase(request: HttpRequest, lesson_id: str, number: int) -> HttpResponse:
    """Erase the answers, the text and the result of one's attempt."""
    chosen = get_lesson(lesson_id)
    try:
        erase_attempt(number, get_person(request))
    except Conflict as refusal:
        return _overview(request, chosen, refusal)
    return redirect("lesson", chosen.id)


def screen(request: HttpRequest, lesson_id: str, screen_id: str) -> HttpResponse:
    """Show one screen of one's attempt, or take what was answered there."""
    chosen, person = get_lesson(lesson_id), get_person(request)
    if screen_id not in chosen.screen_ids():
        raise Missing(f"lesson {chosen.id} has no screen {screen_id[:10]}")
    attempt = open_attempt(person.pk, chosen.id)
    if attempt is None:
        return redirect("lesson", chosen.id)
    if request.method != "POST":
        return _screen(request, chosen, attempt, screen_id, None)
    try:
        return _take(request, chosen, attempt, screen_id)
    except Refusal as refusal:
        return _screen(request, chosen, attempt, screen_id, refusal)


def _take(
    request: HttpRequest, chosen: Lesson, attempt: LessonAttempt, screen_id: str
) -> HttpResponse:
    """Store what a screen was sent, and go where its button leads."""
    person, at_ms = get_person(request), now_ms()
    ids, step = chosen.screen_ids(), request.POST.get("do", "")
    number = ids.index(screen_id)
    if screen_id == chosen.case.screen and request.POST.get("case", "").strip():
        write_case(attempt.pk, chosen, request.POST["case"], lesson_language(), at_ms)
    elif step == "answer":
        answer_items(
            attempt.pk, chosen, screen_id, answers_in(request.POST, chosen, screen_id), at_ms
        )
        return redirect(reverse("lesson_screen", args=[chosen.id, screen_id]) + "#answer")
    if step == "end" and number == len(ids) - 1:
        send_question(person, chosen, request.POST.get("question", ""), at_ms)
        end_lesson(attempt.pk, chosen, at_ms)
        return redirect(reverse("lesson", args=[chosen.id]) + BEGINNING)
    following = ids[min(number + 1, len(ids) - 1)]
    move_to(attempt.pk, chosen, following)
    return redirect(reverse("lesson_screen", args=[chosen.id, following]) + BEGINNING)


def _screen(
    request: HttpRequest,
    chosen: Lesson,
    attempt: LessonAttempt,
    screen_id: str,
    refusal: Refusal | None,
) -> HttpResponse:
    """Render a screen."""
    language = lesson_language()
    chosen = lesson_of(attempt, chosen)
    content = chosen.screen(screen_id, language)
    if content is None:
        raise Missing(f"lesson {chosen.id} has no screen {screen_id}")
    ids = chosen.screen_ids()
    number = ids.index(screen_id)
    typed = answers_in(request.POST, chosen, screen_id) if request.method == "POST" else {}
    stored = answers_of(attempt)
    items = item_views(chosen, content, stored, typed)
    answerable = [item for item in items if item.kind != ItemKind.QUESTION]
    script = script_of(attempt) if screen_id == chosen.case.screen else None
    day = today_of(get_person(request))
    context = {
        "lesson": chosen,
        "attempt": attempt,
        "title": in_language(chosen.title),
        "screen": content,
        "text": as_paragraphs(content.text),
        "number": number + 1,
        "count": len(ids),
        "before": ids[number - 1] if number else "",
        "is_last": number == len(ids) - 1,
        "items": answerable,
        "is_open": any(not item.is_answered for item in answerable),
        "explanation": explanation(content)
        if content.explanation and all(item.is_answered for item in answerable)
        else "",
        "asks_question": any(item.kind == ItemKind.QUESTION for item in items)
        or number == len(ids) - 1,
        "question": request.POST.get("question", ""),
        "is_case": screen_id == chosen.case.screen,
        "case_text": request.POST.get("case", script.text if script else ""),
        "lab": message_now(LABS[source])
        if (source := sources_of(attempt, chosen).get(screen_id))
        else "",
        "facts": facts_of(chosen, screen_id, day),
        "needs_check": chosen.needs_check(screen_id, day),
        "by_lawyer": bool(chosen.lawyer_screens) and number == 0,
        "hour": money(attempt.hour_micro, attempt.currency) if attempt.hour_micro else "",
        "is_signed": chosen.sha256 in signed_texts() if number == 0 else True,
        "language": language,
        "most_mark": MOST_MARK,
        "error": words_of(refusal) if refusal else None,
        "surface": f"lesson:{chosen.number}",
    }
    return render(request, "lessons/screen.html", context, status=422 if refusal else 200)


def today_of(person: Person) -> date:
    """Return the local day of a person."""
    at_ms = now_ms()
    return local_day(at_ms, zone_of(person.pk, at_ms))


def questions(request: HttpRequest) -> HttpResponse:
    """List the questions that people asked their representatives, without names."""
    titles = {each.id: in_language(each.title) for each in list_lessons()}
    rows = [(row, titles.get(row.lesson, row.lesson)) for row in newest_questions()]
    return render(request, "lessons/questions.html", {"rows": rows})
