"""Public pages of the Portrait: click work among the other digital occupations.

The newest release is shown, or one that is named; each chart's data, the signed release and the
data package stand beside it. Before the first release, what others counted is shown all the same.
"""

import io
import zipfile

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from canut.actions.portrait.releases import reference
from canut.core.errors import Missing
from canut.core.portrait.chart_set import KEYS, rows_of
from canut.core.portrait.language import PortraitLanguage
from canut.core.portrait.package import package
from canut.store.portrait.inputs import newest_release, release_of, releases
from canut.store.tables.portrait import PortraitRelease
from canut.web.kit.numbers import number_named
from canut.web.portrait.chapter import FORMS, chapter_file
from canut.web.portrait.wording import edition_of, language_now

KEEP = "public, max-age=31536000, immutable"
LONG_AGO = (1980, 1, 1, 0, 0, 0)


def portrait(request: HttpRequest) -> HttpResponse:
    """Show the newest edition."""
    return _page(request, newest_release())


def portrait_release(request: HttpRequest, name: str) -> HttpResponse:
    """Show one edition, such as ``2026-Q3-1``."""
    return _page(request, _named(name))


def portrait_csv(request: HttpRequest, key: str) -> HttpResponse:
    """Send the data of one chart of the newest edition."""
    return _csv(newest_release(), key)


def portrait_release_csv(request: HttpRequest, name: str, key: str) -> HttpResponse:
    """Send the data of one chart of an edition."""
    return _csv(_named(name), key)


def portrait_signed(request: HttpRequest, name: str) -> HttpResponse:
    """Send a release exactly as it was signed."""
    stored = _named(name)
    answer = HttpResponse(stored.content, content_type="application/json; charset=utf-8")
    return _named_file(answer, f"canut-portrait-{name}.json", keep=True)


def portrait_package(request: HttpRequest, name: str) -> HttpResponse:
    """Send the data package of a release as one file."""
    release = edition_of(_named(name), language_now()).release
    if release is None:
        raise Missing("there is no such release")
    others = reference()
    files = package(release, rows_of(release, others), others.facts, others.terms)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as whole:
        for path, content in files.items():
            whole.writestr(zipfile.ZipInfo(path, LONG_AGO), content)
    answer = HttpResponse(packed.getvalue(), content_type="application/zip")
    return _named_file(answer, f"canut-portrait-{name}.zip", keep=True)


def portrait_chapter(request: HttpRequest, form: str) -> HttpResponse:
    """Send “Le chapitre manquant” of the newest edition in the page's language."""
    language = language_now()
    content, kind = chapter_file(newest_release(), form, language)
    return _named_file(HttpResponse(content, content_type=kind), f"canut-{language}.{form}")


def _page(request: HttpRequest, stored: PortraitRelease | None) -> HttpResponse:
    edition = edition_of(stored, language_now())
    charts = {chart.key.lower(): chart.html() for chart in edition.charts.values()}
    charts["c1"] = charts["c1"].replace('class="cv-t"', 'class="cv-t sr"', 1)  # the page says it
    every, voice = releases(), PortraitLanguage(language_now())
    context = {
        "edition": edition,
        "charts": charts,
        "kept": stored,
        "releases": [(one, voice.period(one.period)) for one in every],
        "forms": list(FORMS),
        "is_newest": stored is None or stored.pk == every[0].pk,
    }
    return render(request, "portrait/portrait.html", context)


def _csv(stored: PortraitRelease | None, key: str) -> HttpResponse:
    if key.upper() not in KEYS:
        raise Missing("there is no such chart")
    language = language_now()
    text = edition_of(stored, language).charts[key.upper()].table.csv(language)
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    return _named_file(answer, f"canut-portrait-{key.lower()}.csv")


def _named(name: str) -> PortraitRelease:
    period, _, edition = name.rpartition("-")
    stored = release_of(period, number_named(edition))
    if stored is None:
        raise Missing("there is no such release")
    return stored


def _named_file(answer: HttpResponse, name: str, *, keep: bool = False) -> HttpResponse:
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    if keep:
        answer["Cache-Control"] = KEEP
    return answer
