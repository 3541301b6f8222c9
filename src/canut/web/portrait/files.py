"""Files of the Portrait: a chart as SVG, PNG, CSV, JSON or citation, the release, its data package.

An edition has permanent addresses, ``/portrait/2026-Q4/e1/c4.fr.svg``; they serve its stored
drawings. Only the embedded chart may stand in a frame of another site, and it has no script.
"""

import io
import json
import zipfile
from functools import lru_cache

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_exempt

from canut.actions.portrait.drawings import drawing_of, identity_of
from canut.actions.portrait.releases import reference
from canut.core.errors import Missing
from canut.core.portrait.chart_set import KEYS, rows_of
from canut.core.portrait.charts.picture import LICENCE, EditionIdentity
from canut.core.portrait.charts.stored import StoredChart
from canut.core.portrait.package import package
from canut.store.portrait.drawings import stored_drawing
from canut.store.portrait.inputs import newest_release, release_of
from canut.store.tables.portrait import PortraitRelease
from canut.web.kit.drawing.png import draw_png
from canut.web.kit.drawing.print_fonts import with_print_fonts
from canut.web.kit.numbers import number_named
from canut.web.portrait.chapter import chapter_file
from canut.web.portrait.citations import LICENCE_URL, cite
from canut.web.portrait.wording import edition_of, language_now

KEEP = "public, max-age=31536000, immutable"
LONG_AGO = (1980, 1, 1, 0, 0, 0)
LANGUAGES = ("fr", "en")
PACKAGE_LANGUAGE = "en"
"""The data package is one file for everybody: its texts are English."""
EDITION_KEY = "edition"
FILE_KEYS = frozenset({"c0", *(key.lower() for key in KEYS), EDITION_KEY, "release", "package"})
PICTURES_CACHED = 24
PICTURE_TEXT = 15
NO_SCRIPT = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
FRAMED = (
    "default-src 'none'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
)
TYPES = {
    "svg": "image/svg+xml; charset=utf-8",
    "png": "image/png",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "bib": "application/x-bibtex; charset=utf-8",
    "csl": "application/vnd.citationstyles.csl+json; charset=utf-8",
    "cff": "text/yaml; charset=utf-8",
}
SHOWN_INLINE = frozenset({"svg", "png"})


def release_named(period: str, edition: int) -> PortraitRelease:
    """Return an edition.

    Raises:
        Missing: there is no such edition.
    """
    stored = release_of(period, edition)
    if stored is None:
        raise Missing("there is no such release")
    return stored


def chart_named(stored: PortraitRelease | None, key: str, language: str) -> StoredChart:
    """Return a chart of an edition, or of the reference figures before the first.

    Raises:
        Missing: there is no such chart.
    """
    chart = drawing_of(stored, language).charts.get(key.upper())
    if chart is None:
        raise Missing("there is no such chart")
    return chart


def portrait_file(
    request: HttpRequest, period: str, edition: int, key: str, form: str
) -> HttpResponse:
    """Send a file of an edition: ``c4.fr.svg``, ``edition.fr.bib``, ``release.json``."""
    stored = release_named(period, edition)
    if (key, form) == ("release", "json"):
        return _signed(stored)
    if (key, form) == ("package", "zip"):
        return _package(stored)
    language, _, kind = form.partition(".")
    if language not in LANGUAGES or kind not in TYPES:
        raise Missing("there is no such form of it")
    content = _content(stored, key, language, kind)
    name = f"canut-portrait-{stored.name}-{key}-{language}.{_suffix(kind)}"
    answer = HttpResponse(content, content_type=TYPES[kind])
    keep = stored_drawing(stored, language) is not None
    named = _named_file(answer, name, keep=keep, inline=kind in SHOWN_INLINE)
    if kind == "svg":
        named["Content-Security-Policy"] = NO_SCRIPT
    return named


@xframe_options_exempt
def portrait_embed(
    request: HttpRequest, period: str, edition: int, key: str, language: str
) -> HttpResponse:
    """Show one chart as a page of its own, without script, for a frame of any site."""
    if language not in LANGUAGES:
        raise Missing("there is no such language")
    stored = release_named(period, edition)
    chart = chart_named(stored, key, language)
    parts = (period, edition, key)
    context = {
        "chart": chart,
        "language": language,
        "picture": reverse("portrait_file", args=[*parts, f"{language}.svg"]),
        "address": reverse("portrait_chart", args=parts),
    }
    answer = render(request, "portrait/embed.html", context)
    answer["Content-Security-Policy"] = FRAMED
    if stored_drawing(stored, language) is not None:
        answer["Cache-Control"] = KEEP
    return answer


def portrait_latest_file(request: HttpRequest, key: str, form: str) -> HttpResponse:
    """Lead to a file of the newest edition."""
    stored = newest_release()
    if stored is None or key not in FILE_KEYS:
        raise Missing("there is no release yet, or no such file of it")
    address = reverse("portrait_file", args=[stored.period, stored.edition, key, form])
    return HttpResponseRedirect(address)


def portrait_csv(request: HttpRequest, key: str) -> HttpResponse:
    """Send the data of one chart of the newest edition."""
    return _csv(newest_release(), key)


def portrait_release_csv(request: HttpRequest, name: str, key: str) -> HttpResponse:
    """Send the data of one chart of an edition by its old address."""
    return _csv(_by_name(name), key)


def portrait_signed(request: HttpRequest, name: str) -> HttpResponse:
    """Send a release exactly as it was signed, by its old address."""
    return _signed(_by_name(name))


def portrait_package(request: HttpRequest, name: str) -> HttpResponse:
    """Send the data package of a release as one file, by its old address."""
    return _package(_by_name(name))


def portrait_release(request: HttpRequest, name: str) -> HttpResponse:
    """Lead from an edition's old address to its permanent one."""
    stored = _by_name(name)
    address = reverse("portrait_edition", args=[stored.period, stored.edition])
    return HttpResponseRedirect(address, status=301)


def portrait_chapter(request: HttpRequest, form: str) -> HttpResponse:
    """Send “Le chapitre manquant” of the newest edition in the page's language."""
    language = language_now()
    content, kind = chapter_file(newest_release(), form, language)
    return _named_file(HttpResponse(content, content_type=kind), f"canut-{language}.{form}")


def chart_json(chart: StoredChart, identity: EditionIdentity) -> str:
    """Write a chart for programs: its figures, its source and how to cite it."""
    document = {
        "id": identity.chart_id(chart.key),
        "address": identity.chart_address(chart.key),
        "release_sha256": identity.sha256,
        "publisher": identity.publisher,
        "released": identity.made.isoformat(),
        "licence": {"name": LICENCE, "url": LICENCE_URL},
        **chart.facts(),
    }
    return f"{json.dumps(document, ensure_ascii=False, indent=1)}\n"


def _content(stored: PortraitRelease, key: str, language: str, kind: str) -> str | bytes:
    """Return the content of one file of an edition or of a chart."""
    identity = identity_of(stored)
    chart = None if key == EDITION_KEY else chart_named(stored, key, language)
    citation = cite(identity, language, chart)
    if kind in {"bib", "csl", "cff"}:
        return {"bib": citation.bibtex, "csl": citation.csl, "cff": citation.cff}[kind]
    if chart is None:
        raise Missing("there is no such form of an edition")
    if kind == "png":
        return _png(chart.picture)
    return {"svg": chart.picture, "csv": chart.csv, "json": chart_json(chart, identity)}[kind]


@lru_cache(maxsize=PICTURES_CACHED)  # drawing takes a tenth of a second; anyone may ask
def _png(picture: str) -> bytes:
    return draw_png(with_print_fonts(picture, PICTURE_TEXT))


def _suffix(kind: str) -> str:
    return "csl.json" if kind == "csl" else kind


def _csv(stored: PortraitRelease | None, key: str) -> HttpResponse:
    text = chart_named(stored, key, language_now()).csv
    answer = HttpResponse(text, content_type=TYPES["csv"])
    return _named_file(answer, f"canut-portrait-{key.lower()}.csv")


def _signed(stored: PortraitRelease) -> HttpResponse:
    answer = HttpResponse(stored.content, content_type=TYPES["json"])
    return _named_file(answer, f"canut-portrait-{stored.name}.json", keep=True)


def _package(stored: PortraitRelease) -> HttpResponse:
    release = edition_of(stored, language_now()).release
    if release is None:
        raise Missing("there is no such release")
    others = reference()
    citation = cite(identity_of(stored), PACKAGE_LANGUAGE).cff
    files = package(release, rows_of(release, others), others.facts, others.terms, citation)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as whole:
        for path, content in files.items():
            whole.writestr(zipfile.ZipInfo(path, LONG_AGO), content)
    answer = HttpResponse(packed.getvalue(), content_type="application/zip")
    return _named_file(answer, f"canut-portrait-{stored.name}.zip", keep=True)


def _by_name(name: str) -> PortraitRelease:
    period, _, edition = name.rpartition("-")
    return release_named(period, number_named(edition))


def _named_file(
    answer: HttpResponse, name: str, *, keep: bool = False, inline: bool = False
) -> HttpResponse:
    disposition = "inline" if inline else "attachment"
    answer["Content-Disposition"] = f'{disposition}; filename="{name}"'
    if keep:
        answer["Cache-Control"] = KEEP
    return answer
