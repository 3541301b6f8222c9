"""Texts of a project: write one with hints, put a version to readers, read what they made of it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from canut.actions.commissions.texts import (
    LANGUAGES,
    TextFields,
    open_reader_test,
    write_text,
)
from canut.actions.platform.system_clock import now_ms
from canut.core.commissions.readability import LONG_SENTENCE, ReadingHints, hints_of
from canut.core.commissions.reader_tests import (
    LONGEST_TEXT,
    QUESTIONS,
    has_understood,
    readers_asked,
    readers_to_pass,
)
from canut.core.errors import Missing
from canut.core.outside_text import read_whole
from canut.store.commissions.texts import (
    questions_of_test,
    reader_test_of,
    readings_of,
    text_or_none,
    texts_of,
)
from canut.store.models import PlainText, Project, ReaderTest
from canut.web.commissions.forms import LANGUAGES as LANGUAGE_NAMES
from canut.web.commissions.forms import SORTS, QuestionsForm, TextForm
from canut.web.commissions.wording import power_rows, result_in_words
from canut.web.kit.access import get_person
from canut.web.kit.forms import attempt
from canut.web.kit.languages import two_sided
from canut.web.kit.messages import message_now


def texts(request: HttpRequest, project: Project) -> HttpResponse:
    """List the texts of a project with what readers made of them; write one, or its next version.

    "Check" shows the hints and stores nothing.
    """
    initial: dict[str, str] = {"language": two_sided(), "of": PlainText.Of.RESULT}
    copied = read_whole(request.GET.get("from", ""))
    row = None if copied is None else text_or_none(project.pk, copied)
    if row is not None:
        initial = {"of": row.of, "name": row.name, "language": row.language, "text": row.text}
    form = TextForm(request.POST or None, initial=initial)
    is_check = request.POST.get("do") == "check"
    if request.method == "POST" and not is_check:
        stored: list[PlainText] = []
        if attempt(form, lambda: stored.append(_write(request, project, form))):
            text = stored[0]
            messages.success(request, message_now("page.texts.stored", version=text.version))
            return redirect("text", project.slug, text.pk)
    typed = str(form["text"].value() or "")
    context = {
        "project": project,
        "form": form,
        "lines": [
            (each, SORTS[PlainText.Of(each.of)], _result(reader_test_of(each), each))
            for each in texts_of(project.pk)
        ],
        "hints": _hints(typed, str(form["language"].value() or "")),
        "long_sentence": LONG_SENTENCE,
    }
    status = 422 if form.is_bound and form.errors and not is_check else 200
    return render(request, "commissions/texts.html", context, status=status)


def hints(request: HttpRequest, project: Project) -> HttpResponse:
    """Return the hints on a text that is being written; nothing is stored."""
    typed = request.POST.get("text", "")[:LONGEST_TEXT]
    context = {
        "hints": _hints(typed, request.POST.get("language", "")),
        "long_sentence": LONG_SENTENCE,
    }
    return render(request, "commissions/_hints.html", context)


def text(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Show one version of a text and its test, or put it to readers."""
    row = text_or_none(project.pk, number)
    if row is None:
        raise Missing(f"this project has no text {number}")
    form = QuestionsForm(request.POST or None)
    test = reader_test_of(row)
    if request.method == "POST" and attempt(
        form,
        lambda: open_reader_test(row, form.written(), by=get_person(request), now_ms=now_ms()),
    ):
        messages.success(request, message_now("page.texts.put_to_readers"))
        return redirect("text", project.slug, number)
    panel = test.asked if test else readers_asked(is_about_people=row.is_about_people)
    context = {
        "project": project,
        "text": row,
        "sort": SORTS[PlainText.Of(row.of)],
        "language_name": dict(LANGUAGE_NAMES)[row.language],
        "hints": hints_of(row.text, row.language),
        "long_sentence": LONG_SENTENCE,
        "test": test,
        "result": _result(test, row),
        "rows": _rows(test) if test else [],
        "answered": len(readings_of(test)) if test else 0,
        "asked": panel,
        "to_pass": readers_to_pass(panel),
        "power": power_rows(panel),
        "form": form,
    }
    return render(request, "commissions/text.html", context, status=422 if form.errors else 200)


def _write(request: HttpRequest, project: Project, form: TextForm) -> PlainText:
    fields = form.cleaned_data
    return write_text(
        project,
        TextFields(fields["of"], fields["name"], fields["language"], fields["text"]),
        by=get_person(request),
        now_ms=now_ms(),
    )


def _hints(typed: str, language: str) -> ReadingHints:
    return hints_of(typed, language if language in LANGUAGES else two_sided())


def _result(test: ReaderTest | None, row: PlainText) -> str:
    return result_in_words(test, row) if test else ""


def _rows(test: ReaderTest) -> list[tuple[str, int, int]]:
    """Return each question with how many were right, once the test is closed."""
    if test.closed_ms is None:
        return []
    readings = readings_of(test)
    asks = [each.ask for each in questions_of_test(test)]
    counts = [sum(bool(reading.right[number]) for reading in readings) for number in range(3)]
    understood = sum(has_understood(reading.right) for reading in readings)
    if len(asks) != len(QUESTIONS) or understood != test.understood:
        return []  # readings were erased since; the counts of the test stay
    return [(ask, count, len(readings)) for ask, count in zip(asks, counts, strict=True)]
