"""The pages of readers: texts that wait, a text with its questions, answers to mark. Paid time."""

from typing import NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.commissions.readings import (
    agree_to_read,
    answer_reading,
    begin_reading,
    mark_answer,
    stop_reading,
)
from canut.actions.platform.system_clock import now_ms
from canut.core.commissions.reader_tests import LONGEST_ANSWER, QUESTIONS
from canut.core.errors import Missing, Refusal
from canut.store.commissions.texts import (
    marks_wanted,
    open_reading,
    own_readings,
    questions_of_test,
    readable_tests,
    reader_of,
)
from canut.store.models import PlainText
from canut.web.commissions.forms import SORTS
from canut.web.kit.access import get_person
from canut.web.kit.messages import message_now
from canut.web.kit.numbers import number_named
from canut.web.kit.refusals import words_of

SURFACE = "reading"


class QuestionView(NamedTuple):
    """A question as a reader sees it: its options, and what was chosen or typed."""

    name: str
    ask: str
    options: list[tuple[str, str, bool]]
    typed: str


def waiting(request: HttpRequest) -> HttpResponse:
    """List the texts I may read and the answers I may mark; the time here is paid."""
    person = get_person(request)
    context = {
        "reader": reader_of(person),
        "tests": [
            (test, SORTS[PlainText.Of(test.text.of)]) for test in readable_tests(person, now_ms())
        ],
        "wanted": marks_wanted(person),
        "own": own_readings(person),
        "surface": SURFACE,
    }
    return render(request, "commissions/readers.html", context)


def choice(request: HttpRequest) -> HttpResponse:
    """Join or leave the pool of readers."""
    person = get_person(request)
    if request.POST.get("do") == "stop":
        stop_reading(person)
        messages.success(request, message_now("page.readers.stopped"))
        return redirect("account")
    try:
        agree_to_read(person, request.POST.getlist("languages"), now_ms())
    except Refusal as refusal:
        text = words_of(refusal)
        messages.error(request, f"{text.title}. {text.detail}")
        return redirect("account")
    messages.success(request, message_now("page.readers.joined"))
    return redirect("readers")


def read(request: HttpRequest, number: int) -> HttpResponse:
    """Show a text with its three questions, or take my answers."""
    person, at_ms = get_person(request), now_ms()
    test = next((each for each in readable_tests(person, at_ms) if each.pk == number), None)
    if test is None:
        raise Missing("this text waits for no answer of yours", code="reader-none")
    do, error = request.POST.get("do", ""), None
    if do == "begin":
        begin_reading(person, number, at_ms)
        return redirect("reader_text", number)
    typed = [request.POST.get(name, "") for name in QUESTIONS]
    reading = open_reading(person, test)
    if do == "answer":
        try:
            answer_reading(person, number, typed, at_ms)
        except Missing:
            raise
        except Refusal as refusal:
            error = words_of(refusal)
        else:
            messages.success(request, message_now("page.readers.thanks"))
            return redirect("readers")
    context = {
        "test": test,
        "text": test.text,
        "sort": SORTS[PlainText.Of(test.text.of)],
        "is_begun": reading is not None,
        "questions": [
            QuestionView(
                name,
                each.ask,
                [(str(at), option, chosen == str(at)) for at, option in enumerate(each.options)],
                chosen,
            )
            for name, each, chosen in zip(QUESTIONS, questions_of_test(test), typed, strict=True)
        ],
        "longest": LONGEST_ANSWER,
        "error": error,
        "surface": SURFACE,
    }
    return render(request, "commissions/read.html", context, status=422 if error else 200)


def mark(request: HttpRequest) -> HttpResponse:
    """Say whether an answer in words is right."""
    person = get_person(request)
    reading = number_named(request.POST.get("reading", ""))
    question = number_named(request.POST.get("question", ""))
    answer = next(
        (
            each
            for each in marks_wanted(person)
            if (each.reading, each.question) == (reading, question)
        ),
        None,
    )
    if answer is None:
        raise Missing("this answer waits for no mark of yours", code="reader-none")
    mark_answer(person, answer, is_right=request.POST.get("right") == "1", now_ms=now_ms())
    messages.success(request, message_now("page.readers.marked"))
    return redirect("readers")
