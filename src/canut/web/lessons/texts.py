"""Read the whole text of a lesson with its keys, and sign it or say what must change."""

from collections.abc import Sequence
from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.lessons.catalogue import get_lesson
from canut.actions.lessons.marking import TextReview, review_text
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import Refusal
from canut.core.lessons.lesson import Item, ItemKind, Lesson, Screen
from canut.core.lessons.scoring import right_answer
from canut.store.lessons.attempts import reviews_of
from canut.web.kit.access import get_person
from canut.web.kit.messages import message_now
from canut.web.kit.refusals import words_of
from canut.web.lessons.pages import today_of
from canut.web.lessons.screen_view import item_view
from canut.web.lessons.wording import (
    ROLES,
    as_paragraphs,
    facts_of,
    in_language,
    lesson_language,
    number_text,
)


def review(request: HttpRequest, lesson_id: str) -> HttpResponse:
    """Show the text of a lesson with its keys, facts and rubric, and take a review."""
    lesson, person = get_lesson(lesson_id), get_person(request)
    error = None
    if request.method == "POST":
        words = TextReview(
            request.POST.get("name", ""),
            request.POST.get("role", ""),
            request.POST.get("signs", "") == "1",
            request.POST.get("text", ""),
        )
        try:
            review_text(lesson, words, by=person, now_ms=now_ms())
        except Refusal as refusal:
            error = words_of(refusal)
        else:
            messages.success(request, message_now("page.lessons.review_is_kept"))
            return redirect("lesson", lesson.id)
    day = today_of(person)
    language = lesson_language()
    context = {
        "lesson": lesson,
        "title": in_language(lesson.title),
        "language": language,
        "screens": [
            (
                screen,
                as_paragraphs(screen.text),
                _keyed_items(lesson, screen),
                as_paragraphs(screen.explanation),
                facts_of(lesson, screen.id, day),
            )
            for screen in lesson.screens[language]
        ],
        "criteria": [
            (in_language(each.name), [in_language(level) for level in each.levels])
            for each in lesson.case.criteria
        ],
        "reviews": [
            (row, message_now(ROLES[row.role]))
            for row in reviews_of(lesson.id, lesson.version, lesson.sha256)
        ],
        "roles": [(value, message_now(label)) for value, label in ROLES.items()],
        "typed": request.POST,
        "error": error,
    }
    return render(request, "lessons/review.html", context, status=422 if error else 200)


def _key(item: Item) -> Sequence[str]:
    """Return the key of an item, a number as people write it."""
    if item.kind is ItemKind.NUMBER and item.number is not None:
        return [number_text(item.number)]
    return right_answer(item)


def _keyed_items(lesson: Lesson, screen: Screen) -> list[object]:
    """Return the marked items of a screen, with their keys as answers."""
    return [
        replace(item_view(item, screen, _key(item), ()), verdict="")
        for item in lesson.items_of(screen.id)
        if item.is_marked
    ]
