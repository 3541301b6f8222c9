"""A year of pay for whoever keeps the books: a person's own, and everybody's for payroll."""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from canut.actions.pay.accounting.payroll_files import payroll_file
from canut.actions.pay.accounting.year_summaries import (
    made_at,
    remittances_csv,
    year_csv,
    year_of_everybody,
    year_of_person,
)
from canut.core.errors import Missing
from canut.store.models import Person
from canut.store.pay.accounting import year_totals, years_of
from canut.store.pay.statements import names_of, period_numbered, worker_numbered
from canut.web.kit.access import get_person
from canut.web.pay.accounting.year_layout import year_paper, year_pdf

LANGUAGES = ("fr", "en")
MOST_PRINTED = 200
LONG_AGO = (1980, 1, 1, 0, 0, 0)


def my_year_pdf(request: HttpRequest, year: int, language: str) -> HttpResponse:
    """Send my year as PDF, in French or in English."""
    return _pdf(get_person(request), year, language)


def my_year_file(request: HttpRequest, year: int) -> HttpResponse:
    """Send my year as JSON."""
    summary = year_of_person(get_person(request), year)
    return _download(_json(summary), "application/json", f"canut-{year}.json")


def year_of(request: HttpRequest, number: int, year: int, language: str) -> HttpResponse:
    """Send one person's year as PDF to payroll."""
    return _pdf(worker_numbered(number), year, language)


def year_end(request: HttpRequest) -> HttpResponse:
    """Show the people who were paid in a year, with its files."""
    years = years_of()
    year = years[0] if years else timezone.localdate().year
    chosen = request.GET.get("year", "")
    year = next((paid_year for paid_year in years if str(paid_year) == chosen), year)
    totals = year_totals(year)
    context = {
        "year": year,
        "years": years,
        "totals": totals,
        "is_over": year < timezone.localdate().year,
        "is_printed": len({row.person for row in totals}) <= MOST_PRINTED,
        "most_printed": MOST_PRINTED,
    }
    return render(request, "pay/accounting/year_end.html", context)


def year_table(request: HttpRequest, year: int) -> HttpResponse:
    """Send everybody's year as CSV."""
    summaries = _everybody(year)
    return _download(year_csv(summaries), "text/csv; charset=utf-8", f"canut-{year}.csv")


def year_zip(request: HttpRequest, year: int, language: str) -> HttpResponse:
    """Send everybody's year as a zip: CSV of people and remittances, JSON and PDF of each."""
    _check_language(language)
    summaries = _everybody(year)
    out = io.BytesIO()
    people = names_of([summary["person"]["number"] for summary in summaries])
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(f"canut-{year}.csv", LONG_AGO), year_csv(summaries))
        remitted = zipfile.ZipInfo(f"canut-{year}-remittances.csv", LONG_AGO)
        archive.writestr(remitted, remittances_csv(year))
        for name, content in _files(summaries, people, year, language):
            archive.writestr(zipfile.ZipInfo(name, LONG_AGO), content)
    return _download(out.getvalue(), "application/zip", f"canut-{year}-{language}.zip")


def payroll_export(request: HttpRequest, number: int) -> HttpResponse:
    """Send a closed period as CSV for payroll software."""
    period = period_numbered(number)
    name = f"canut-payroll-{period.first_day}-{period.last_day}.csv"
    return _download(payroll_file(period), "text/csv; charset=utf-8", name)


def _files(
    summaries: list[dict[str, Any]], people: dict[int, Person], year: int, language: str
) -> Iterator[tuple[str, bytes]]:
    is_printed = len(summaries) <= MOST_PRINTED
    for summary in summaries:
        number = summary["person"]["number"]
        yield f"json/{number}.json", _json(summary)
        if is_printed:
            yield f"pdf/{number}-{language}.pdf", _printed(summary, people[number], year, language)


def _everybody(year: int) -> list[dict[str, Any]]:
    summaries = list(year_of_everybody(year))
    if not summaries:
        raise Missing(f"nobody was paid in {year}")
    return summaries


def _pdf(person: Person, year: int, language: str) -> HttpResponse:
    _check_language(language)
    summary = year_of_person(person, year)
    content = _printed(summary, person, year, language)
    return _download(content, "application/pdf", f"canut-{year}-{language}.pdf")


def _printed(summary: dict[str, Any], person: Person, year: int, language: str) -> bytes:
    with translation.override(language):
        paper = year_paper(summary)
    return year_pdf(paper, made_at(person, year))


def _check_language(language: str) -> None:
    if language not in LANGUAGES:
        raise Missing(f"no summary in {language!r}; there is fr and en")


def _json(summary: dict[str, Any]) -> bytes:
    return json.dumps(summary, indent=1, ensure_ascii=False).encode()


def _download(content: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
