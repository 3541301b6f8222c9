"""Mark texts blind: the text and the rubric, never the author, another mark or the score.

A marker trains on invented texts first; later one text in ten is such a one, and is not announced.
"""

from collections.abc import Sequence
from typing import NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.lessons.calibrating import (
    TextMarks,
    check_may_train,
    mark_anchor,
    mark_text,
    next_anchor,
    standing,
    text_to_mark,
)
from canut.actions.lessons.catalogue import get_lesson, list_lessons
from canut.actions.lessons.figures import LessonFigures, all_figures
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import Missing, Refusal
from canut.core.lessons.calibration import (
    LEAST_NEAR,
    ROUND_ANCHORS,
    CalibrationState,
    calibration,
)
from canut.core.lessons.figures import LEAST_ALPHA, LEAST_SCRIPTS
from canut.core.lessons.lesson import CRITERIA, Lesson
from canut.core.lessons.marking import LEAST_REASON, MOST_REASON
from canut.core.outside_text import read_whole
from canut.store.lessons.marking import (
    calibrations_of,
    last_round,
    lessons_to_mark,
    scripts_to_mark,
)
from canut.store.models import Person
from canut.web.kit.access import get_person
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of
from canut.web.lessons.wording import as_paragraphs, in_language, lesson_language

SURFACE = "marking"
NO_LEVEL = -1


class TrainingLine(NamedTuple):
    """A lesson whose cases a person may mark once trained: how far they are, and whether one waits.

    Args:
        state: ``untrained``, or ``paused`` where the last anchors strayed.
    """

    lesson: Lesson
    title: str
    state: str
    marked: int
    has_cases: bool


class CriterionField(NamedTuple):
    """One criterion of the rubric as a form asks for it."""

    id: str
    name: str
    levels: list[tuple[int, str, bool]]
    reason: str


def waiting(request: HttpRequest) -> HttpResponse:
    """List the cases that wait for my mark, and where I must train; the time here is paid."""
    person = get_person(request)
    titles = {lesson.id: in_language(lesson.title) for lesson in list_lessons()}
    scripts = [
        (script, titles[script.attempt.lesson])
        for script in scripts_to_mark(person, now_ms())
        if script.attempt.lesson in titles
    ]
    context = {
        "scripts": scripts,
        "training": _training_lines(person),
        "anchors": ROUND_ANCHORS,
        "least_near": LEAST_NEAR,
        "criteria": ROUND_ANCHORS * CRITERIA,
        "surface": SURFACE,
    }
    return render(request, "lessons/marking.html", context)


def _training_lines(person: Person) -> list[TrainingLine]:
    """List the lessons a person may train for; those whose cases wait come first."""
    allowed, standings = lessons_to_mark(person), calibrations_of(person.pk)
    with_cases = {
        script.attempt.lesson for script in scripts_to_mark(person, now_ms(), with_untrained=True)
    }
    lines = []
    for lesson in list_lessons():
        current = standings.get(lesson.id) or calibration(())
        if current.state is CalibrationState.CALIBRATED:
            continue
        if allowed is None or lesson.id in allowed:
            lines.append(
                TrainingLine(
                    lesson,
                    in_language(lesson.title),
                    current.state.value,
                    current.marked,
                    lesson.id in with_cases,
                )
            )
    return sorted(lines, key=lambda line: (not line.has_cases, line.lesson.number))


def mark(request: HttpRequest, number: int) -> HttpResponse:
    """Show a text with its rubric, or take my mark."""
    person = get_person(request)
    reading = text_to_mark(person, number, now_ms())
    if reading is None:
        raise Missing(f"no case {number} waits for your mark")
    lesson = get_lesson(reading.script.attempt.lesson)
    levels, reasons = _typed(request, lesson)
    error = None
    if request.method == "POST":
        try:
            marks = TextMarks(request.POST.get("text", ""), levels, reasons)
            mark_text(number, marks, by=person, now_ms=now_ms())
        except Refusal as refusal:
            error = words_of(refusal)
        else:
            messages.success(request, message_now("page.lessons.mark_is_kept"))
            return redirect("lesson_marking")
    language = reading.script.language
    screen = lesson.screen(lesson.case.screen, language)
    context = {
        "title": in_language(lesson.title),
        "task": as_paragraphs(screen.text) if screen else "",
        "text": reading.text,
        "digest": reading.digest,
        "language": language,
        "criteria": _fields(lesson, levels, reasons),
        "least": LEAST_REASON,
        "most": MOST_REASON,
        "error": error,
        "surface": SURFACE,
    }
    return render(request, "lessons/mark.html", context, status=422 if error else 200)


def train(request: HttpRequest, lesson_id: str) -> HttpResponse:
    """Show the next invented text of my training, or take its levels; the time here is paid."""
    lesson, person = get_lesson(lesson_id), get_person(request)
    check_may_train(person, lesson)
    levels, _reasons = _typed(request, lesson)
    error = None
    if request.method == "POST":
        try:
            mark_anchor(person, lesson, request.POST.get("text", ""), levels, now_ms())
        except Refusal as refusal:
            error = words_of(refusal)
        else:
            return redirect("lesson_training", lesson.id)
    anchor = next_anchor(person, lesson, lesson_language())
    current = standing(person, lesson)
    language = anchor.language if anchor else lesson_language()
    screen = lesson.screen(lesson.case.screen, language)
    context = {
        "lesson": lesson,
        "title": in_language(lesson.title),
        "task": as_paragraphs(screen.text) if screen else "",
        "anchor": anchor,
        "language": language,
        "criteria": _fields(lesson, levels, [""] * CRITERIA),
        "number": current.marked + 1,
        "anchors": ROUND_ANCHORS,
        "near": current.near,
        "of": current.of,
        "least_near": LEAST_NEAR,
        "is_calibrated": current.state is CalibrationState.CALIBRATED,
        "is_paused": current.state is CalibrationState.PAUSED,
        "compared": [] if current.marked and anchor else _compared(person, lesson),
        "error": error,
        "surface": SURFACE,
    }
    return render(request, "lessons/training.html", context, status=422 if error else 200)


def _compared(person: Person, lesson: Lesson) -> list[tuple[str, str, list[tuple[str, int, int]]]]:
    """Return the last full round: each text, and one's levels beside the reference."""
    texts = {anchor.id: anchor for anchor in lesson.case.anchors}
    names = [in_language(criterion.name) for criterion in lesson.case.criteria]
    return [
        (
            texts[row.anchor].text,
            row.language,
            list(zip(names, row.levels, row.reference, strict=True)),
        )
        for row in last_round(person.pk, lesson.id, ROUND_ANCHORS)
        if row.anchor in texts
    ]


def _typed(request: HttpRequest, lesson: Lesson) -> tuple[list[int], list[str]]:
    """Return the levels and the reasons of a posted form; a missing level is none there is."""
    criteria = lesson.case.criteria
    levels = [_level(request.POST.get(f"level.{each.id}", "")) for each in criteria]
    return levels, [request.POST.get(f"reason.{each.id}", "") for each in criteria]


def _fields(lesson: Lesson, levels: Sequence[int], reasons: Sequence[str]) -> list[CriterionField]:
    """Return the criteria of a lesson with what was typed."""
    return [
        CriterionField(
            each.id,
            in_language(each.name),
            [(level, in_language(text), level == chosen) for level, text in enumerate(each.levels)],
            reason,
        )
        for each, chosen, reason in zip(lesson.case.criteria, levels, reasons, strict=True)
    ]


def _level(text: str) -> int:
    """Return a level, or one that no criterion has."""
    level = read_whole(text, 3)
    return NO_LEVEL if level is None else level


def figures(request: HttpRequest) -> HttpResponse:
    """Publish how far markers agree, by lesson, from 20 double-marked cases on."""
    rows = [
        (each, in_language(each.lesson.title), criterion_figures(each)) for each in all_figures()
    ]
    context = {"rows": rows, "least": LEAST_SCRIPTS, "bar": LEAST_ALPHA}
    return render(request, "lessons/figures.html", context)


def criterion_figures(figures_of_lesson: LessonFigures) -> list[tuple[str, float | None]]:
    """Return the name and the agreement of each criterion."""
    names = [in_language(criterion.name) for criterion in figures_of_lesson.lesson.case.criteria]
    return list(zip(names, figures_of_lesson.measured.criteria, strict=True))
