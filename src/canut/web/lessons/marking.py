"""Mark cases blind: the text and the rubric, never the author, another mark or the score."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.lessons.catalogue import get_lesson, list_lessons
from canut.actions.lessons.marking import mark_case
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import Missing, Refusal
from canut.core.lessons.figures import LEAST_ALPHA, LEAST_SCRIPTS, agreement
from canut.core.lessons.marking import LEAST_REASON, MOST_REASON
from canut.core.outside_text import read_whole
from canut.store.lessons.marking import levels_by_script, scripts_to_mark
from canut.web.kit.access import get_person
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of
from canut.web.lessons.wording import as_paragraphs, in_language

SURFACE = "marking"
NO_LEVEL = -1


def waiting(request: HttpRequest) -> HttpResponse:
    """List the cases that wait for my mark; the time spent here is paid."""
    titles = {lesson.id: in_language(lesson.title) for lesson in list_lessons()}
    scripts = [
        (script, titles[script.attempt.lesson])
        for script in scripts_to_mark(get_person(request), now_ms())
        if script.attempt.lesson in titles
    ]
    context = {"scripts": scripts, "surface": SURFACE}
    return render(request, "lessons/marking.html", context)


def mark(request: HttpRequest, number: int) -> HttpResponse:
    """Show a case with its rubric, or take my mark."""
    person = get_person(request)
    script = next((row for row in scripts_to_mark(person, now_ms()) if row.pk == number), None)
    if script is None:
        raise Missing(f"no case {number} waits for your mark")
    lesson = get_lesson(script.attempt.lesson)
    criteria = lesson.case.criteria
    levels = [_level(request.POST.get(f"level.{each.id}", "")) for each in criteria]
    reasons = [request.POST.get(f"reason.{each.id}", "") for each in criteria]
    error = None
    if request.method == "POST":
        try:
            mark_case(script.pk, levels, reasons, by=person, now_ms=now_ms())
        except Refusal as refusal:
            error = words_of(refusal)
        else:
            messages.success(request, message_now("page.lessons.mark_is_kept"))
            return redirect("lesson_marking")
    screen = lesson.screen(lesson.case.screen, script.language)
    context = {
        "script": script,
        "title": in_language(lesson.title),
        "lesson": lesson,
        "task": as_paragraphs(screen.text) if screen else "",
        "criteria": [
            (
                each.id,
                in_language(each.name),
                [
                    (level, in_language(text), level == chosen)
                    for level, text in enumerate(each.levels)
                ],
                reason,
            )
            for each, chosen, reason in zip(criteria, levels, reasons, strict=True)
        ],
        "least": LEAST_REASON,
        "most": MOST_REASON,
        "error": error,
        "surface": SURFACE,
    }
    return render(request, "lessons/mark.html", context, status=422 if error else 200)


def _level(text: str) -> int:
    """Return a level, or one that no criterion has."""
    level = read_whole(text, 3)
    return NO_LEVEL if level is None else level


def figures(request: HttpRequest) -> HttpResponse:
    """Publish how far markers agree, by lesson, from 20 double-marked cases on."""
    rows = []
    for lesson in list_lessons():
        measured = agreement(levels_by_script(lesson.id))
        names = [in_language(criterion.name) for criterion in lesson.case.criteria]
        rows.append(
            (
                lesson,
                in_language(lesson.title),
                measured,
                list(zip(names, measured.criteria, strict=True)),
            )
        )
    context = {"rows": rows, "least": LEAST_SCRIPTS, "bar": LEAST_ALPHA}
    return render(request, "lessons/figures.html", context)
