"""Pages that bring in what people were paid this year before Canut: by a file, or by hand."""

from collections.abc import Sequence
from typing import NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from canut.actions.pay.accounting.opening_balances import (
    confirm_openings,
    enter_openings,
    has_second_operator,
    opening_people,
    typed_fields,
    withdraw_opening,
)
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import Missing, Refusal
from canut.core.outside_text import read_whole
from canut.core.pay.accounting.opening_file import (
    MOST_BYTES,
    OpeningPerson,
    OpeningProblem,
    check_opening,
    opening_template,
    read_openings,
)
from canut.store.pay.accounting import openings_of_year
from canut.web.kit.access import get_person
from canut.web.kit.formatting import alphabetical
from canut.web.kit.messages import message_now
from canut.web.kit.numbers import number_named
from canut.web.kit.refusals import words_of
from canut.web.pay.accounting.forms import OpeningFileForm, OpeningForm

PROBLEMS = {
    "missing-column": "page.opening.problem_missing_column",
    "unknown-column": "page.opening.problem_unknown_column",
    "too-many-cells": "page.opening.problem_too_many_cells",
    "unknown-person": "page.opening.problem_unknown_person",
    "other-name": "page.opening.problem_other_name",
    "other-currency": "page.opening.problem_other_currency",
    "twice": "page.opening.problem_twice",
    "nothing": "page.opening.problem_nothing",
    "empty": "page.opening.problem_empty",
    "not-a-number": "page.opening.problem_not_a_number",
    "below-zero": "page.opening.problem_below_zero",
    "too-fine": "page.opening.problem_too_fine",
    "not-theirs": "page.opening.problem_not_theirs",
    "no-gross": "page.opening.problem_no_gross",
    "over-maximum": "page.opening.problem_over_maximum",
    "over-gross": "page.opening.problem_over_gross",
    "net-too-high": "page.opening.problem_net_too_high",
}


class ProblemRow(NamedTuple):
    """A problem as the page shows it: where it is, and what it is with what to do."""

    line: int
    column: str
    words: str


def openings(request: HttpRequest) -> HttpResponse:
    """Show the balances of the year, those that wait first."""
    return _page(request, OpeningFileForm())


def template(request: HttpRequest) -> HttpResponse:
    """Send the file to fill in: a line for each person who is paid here."""
    today = timezone.localdate()
    answer = HttpResponse(opening_template(opening_people(today.year, today)), "text/csv")
    answer["Content-Disposition"] = f'attachment; filename="canut-{today.year}-before.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def enter_file(request: HttpRequest) -> HttpResponse:
    """Check a file line by line; enter it as a whole, or name every problem."""
    form = OpeningFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    today = timezone.localdate()
    people = opening_people(today.year, today)
    try:
        lines, problems = read_openings(form.cleaned_data["file"].read(MOST_BYTES + 1), people)
        if problems:
            return _page(request, form, problems, status=422)
        source, by = form.cleaned_data["source"], get_person(request)
        holds = enter_openings(lines, today.year, source, by, now_ms())
    except Refusal as refusal:
        form.add_error(None, words_of(refusal).detail)
        return _page(request, form, status=422)
    _say(request, len(lines), holds=holds)
    return redirect("payroll_opening")


def by_hand(request: HttpRequest, number: int) -> HttpResponse:
    """Show the form of one person's balance, and enter it."""
    today = timezone.localdate()
    people = opening_people(today.year, today)
    person = people.get(number)
    if person is None:
        raise Missing("nobody who is paid here and has work terms has this number")
    form, problems = OpeningForm(request.POST or None, person=person), list[OpeningProblem]()
    if request.method == "POST" and form.is_valid():
        line, problems = check_opening(typed_fields(number, form.typed()), people)
        for problem in problems:
            form.add_error(
                problem.column if problem.column in form.fields else None, _words(problem)
            )
        if line is not None and not problems:
            source, by = form.cleaned_data["source"], get_person(request)
            try:
                holds = enter_openings([line], today.year, source, by, now_ms())
            except Refusal as refusal:
                form.add_error(None, words_of(refusal).detail)
            else:
                _say(request, 1, holds=holds)
                return redirect("payroll_opening")
    context = {"form": form, "who": person, "year": today.year}
    status = 422 if form.errors else 200
    return render(request, "pay/accounting/opening_person.html", context, status=status)


def confirm(request: HttpRequest) -> HttpResponse:
    """Confirm the balances that were read on the page, as the second operator."""
    ids = [number_named(text) for text in request.POST.getlist("balance")]
    try:
        count = confirm_openings(ids, get_person(request), now_ms())
    except Refusal as refusal:
        messages.error(request, words_of(refusal).detail)
    else:
        messages.success(request, message_now("page.opening.confirmed", count=count))
    return redirect("payroll_opening")


def withdraw(request: HttpRequest) -> HttpResponse:
    """Take a balance out."""
    number = read_whole(request.POST.get("balance", "")) or 0
    try:
        withdraw_opening(number, get_person(request), now_ms())
    except Refusal as refusal:
        messages.error(request, words_of(refusal).detail)
    else:
        messages.success(request, message_now("page.opening.taken_out"))
    return redirect("payroll_opening")


def _say(request: HttpRequest, count: int, *, holds: bool) -> None:
    words = (
        message_now("page.opening.holds", count=count)
        if holds
        else message_now("page.opening.waits", count=count)
    )
    messages.success(request, words)


def _words(problem: OpeningProblem) -> str:
    message_id = PROBLEMS[problem.code]
    return message_now(message_id, seen=problem.seen, expected=problem.expected)


def _page(
    request: HttpRequest,
    form: OpeningFileForm,
    problems: Sequence[OpeningProblem] = (),
    status: int = 200,
) -> HttpResponse:
    today, person = timezone.localdate(), get_person(request)
    people: dict[int, OpeningPerson] = opening_people(today.year, today)
    rows = list(openings_of_year(today.year))
    context = {
        "form": form,
        "year": today.year,
        "problems": [ProblemRow(item.line, item.column, _words(item)) for item in problems],
        "waiting": [row for row in rows if row.confirmed_ms is None],
        "confirmed": [row for row in rows if row.confirmed_ms is not None],
        "mine": [row.pk for row in rows if row.set_by_id == person.pk],
        "to_confirm": [
            row.pk for row in rows if row.confirmed_ms is None and row.set_by_id != person.pk
        ],
        "has_second": has_second_operator(person.pk),
        "people": sorted(people.items(), key=lambda item: alphabetical(item[1].name)),
    }
    return render(request, "pay/accounting/opening.html", context, status=status)
