"""Public pages of the Portrait: the first screen, each chart by itself, facts and releases.

The newest release is shown, or one that is named. Before the first release, what others counted
is shown all the same. Files are in ``files``, trades in ``trades``, series in ``series``.
"""

from collections.abc import Container, Sequence

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html

from canut.actions.platform.system_clock import now_ms
from canut.actions.portrait.comparisons import waiting_quarters
from canut.actions.portrait.drawings import drawing_of, identity_of
from canut.actions.portrait.releases import reference
from canut.core.clock import from_ms
from canut.core.errors import Missing
from canut.core.ledger.representative_statements import StatementAbout
from canut.core.portrait.charts.picture import EditionIdentity
from canut.core.portrait.charts.stored import StoredCell, StoredChart
from canut.core.portrait.language import PortraitLanguage
from canut.core.portrait.privacy import SECOND_FORMAT
from canut.store.portrait.inputs import newest_release, releases
from canut.store.tables.portrait import PortraitRelease
from canut.web.kit.messages import message_now
from canut.web.participation.representative_statements import SpokenSection, spoken_section
from canut.web.portrait.chapter import FORMS
from canut.web.portrait.citations import cite
from canut.web.portrait.deposit_section import deposit_section
from canut.web.portrait.files import EDITION_KEY, release_named
from canut.web.portrait.page_links import (
    FIGURE_PAGES,
    GROUPS,
    ORDER,
    WHY,
    edition_address,
    page_links,
)
from canut.web.portrait.releases import coming_quarters, corrections
from canut.web.portrait.wording import Edition, edition_of, language_now

FIRST_CHART, HOME = "c0", "CA"
MOST_OPEN = 24
EMBED_HEIGHT = 520
CITE_FILES = {"bib": "BibTeX", "csl": "CSL-JSON", "cff": "CITATION.cff"}

type FigureLines = Sequence[tuple[str, str, bool]]
type HeadedCell = tuple[StoredCell, str, bool]


def portrait(request: HttpRequest) -> HttpResponse:
    """Show the newest edition."""
    newest = newest_release()
    return _first_screen(request, newest, newest)


def portrait_edition(request: HttpRequest, period: str, edition: int) -> HttpResponse:
    """Show one edition by its permanent address."""
    return _first_screen(request, release_named(period, edition), newest_release())


def portrait_latest(request: HttpRequest) -> HttpResponse:
    """Lead to the newest edition's permanent address."""
    return HttpResponseRedirect(edition_address(newest_release()))


def portrait_latest_chart(request: HttpRequest, key: str) -> HttpResponse:
    """Lead to a page of the newest edition; before the first release, show it here."""
    stored = newest_release()
    if stored is None:
        return _figure_page(request, None, key)
    if key not in ORDER:
        raise Missing("there is no such chart")
    return HttpResponseRedirect(
        reverse("portrait_chart", args=[stored.period, stored.edition, key])
    )


def portrait_chart(request: HttpRequest, period: str, edition: int, key: str) -> HttpResponse:
    """Show one chart of an edition, or one table: a page with one finding."""
    return _figure_page(request, release_named(period, edition), key)


def portrait_facts(request: HttpRequest) -> HttpResponse:
    """Show what others counted, each with its source, and how to contest a figure."""
    edition = edition_of(newest_release(), language_now())
    here = {fact.key for fact in reference().facts.by_key.values() if fact.place[:2] == HOME}
    context = {
        "edition": edition,
        "at_home": [fact for fact in edition.facts if fact.key in here],
        "elsewhere": [fact for fact in edition.facts if fact.key not in here],
    }
    return render(request, "portrait/facts.html", context)


def portrait_releases(request: HttpRequest) -> HttpResponse:
    """List the editions, the calendar of those to come, and every correction."""
    language, newest = language_now(), newest_release()
    voice = PortraitLanguage(language)
    today = from_ms(now_ms()).date()
    context = {
        "releases": [
            (item, voice.period(item.period), from_ms(item.made_ms)) for item in releases()
        ],
        "coming": [(voice.period(quarter), day) for quarter, day in coming_quarters(today)],
        "corrections": corrections(voice),
        "waiting": [voice.period(name) for name in waiting_quarters("")],
        "forms": list(FORMS),
        "citation": cite(identity_of(newest), language) if newest else None,
        "cite_files": cite_links(newest, EDITION_KEY, language),
    }
    return render(request, "portrait/releases.html", context)


def _first_screen(
    request: HttpRequest, stored: PortraitRelease | None, newest: PortraitRelease | None
) -> HttpResponse:
    language, links = language_now(), page_links(stored)
    charts = drawing_of(stored, language).charts
    chart_keys = _drawn_keys(charts)
    context = {
        **_shared(stored, newest, language),
        "spoken": _spoken(request, stored, language),
        "chart": charts[FIRST_CHART.upper()],
        "files": _file_links(stored, FIRST_CHART, language),
        "why": links[WHY],
        "groups": [
            (message_now(name), [links[key] for key in keys if key in chart_keys])
            for name, keys in GROUPS
        ],
        "others": deposit_section(
            stored if stored != newest else None, edition_of(stored, language).release, language
        ),
    }
    return render(request, "portrait/portrait.html", context)


def _figure_page(request: HttpRequest, stored: PortraitRelease | None, key: str) -> HttpResponse:
    """Show a chart, or one of the tables that are no chart."""
    language, links = language_now(), page_links(stored)
    charts = drawing_of(stored, language).charts
    chart_keys = _drawn_keys(charts)
    if key not in chart_keys:
        raise Missing("there is no such chart")
    at = chart_keys.index(key)
    context = {
        **_shared(stored, newest_release(), language),
        "spoken": _spoken(request, stored, language),
        "key": key,
        "name": links[key].name,
        "previous": links[chart_keys[at - 1]] if at else None,
        "following": links[chart_keys[at + 1]] if at + 1 < len(chart_keys) else None,
    }
    if key in FIGURE_PAGES:
        return render(request, "portrait/figure.html", context)
    chart = charts[key.upper()]
    identity = identity_of(stored) if stored else None
    context |= {
        "chart": chart,
        "rows": _headed(chart),
        "files": _file_links(stored, key, language),
        "extra": _extra(edition_of(stored, language), key),
        "citation": cite(identity, language, chart) if identity else None,
        "cite_files": cite_links(stored, key, language),
        "embed_code": _embed_code(identity, chart, language) if identity else "",
        "is_table_open": len(chart.rows) * max(1, len(chart.heads) - 1) <= MOST_OPEN,
    }
    return render(request, "portrait/chart.html", context)


def _spoken(
    request: HttpRequest, stored: PortraitRelease | None, language: str
) -> SpokenSection | None:
    """Return what representatives said of an edition.

    None before the first edition, and for one older than statements that nobody commented since.
    """
    release = edition_of(stored, language).release
    if stored is None or release is None:
        return None
    signed = {spoken.sha256 for spoken in release.statements}
    spoken = spoken_section(request, StatementAbout.RELEASE, stored.name, "lead", signed)
    is_older = release.format <= SECOND_FORMAT
    return None if is_older and not spoken.statements and not spoken.may_write else spoken


def _drawn_keys(charts: Container[str]) -> list[str]:
    """List the pages of an edition, in order: a drawing from before has fewer charts."""
    return [key for key in ORDER if key in FIGURE_PAGES or key.upper() in charts]


def _shared(
    stored: PortraitRelease | None, newest: PortraitRelease | None, language: str
) -> dict[str, object]:
    """Return what every page of an edition shows."""
    return {
        "edition": edition_of(stored, language),
        "stored": stored,
        "language": language,
        "is_newest": stored is None or newest is None or stored.pk == newest.pk,
        "edition_address": edition_address(stored),
    }


def _headed(chart: StoredChart) -> list[list[HeadedCell]]:
    """Put each cell of a chart's table beside its column's name and side."""
    return [
        [(cell, name, is_right) for cell, (name, is_right) in zip(row, chart.heads, strict=True)]
        for row in chart.rows
    ]


def _file_links(stored: PortraitRelease | None, key: str, language: str) -> list[tuple[str, str]]:
    """List the files of a chart by name; before the first release, only its data."""
    if stored is None:
        return [("CSV", reverse("portrait_csv", args=[key]))]
    parts = (stored.period, stored.edition, key)
    return [
        (kind.upper(), reverse("portrait_file", args=[*parts, f"{language}.{kind}"]))
        for kind in ("png", "svg", "csv", "json")
    ]


def cite_links(stored: PortraitRelease | None, key: str, language: str) -> list[tuple[str, str]]:
    """List the files by which programs cite an edition or a chart."""
    if stored is None:
        return []
    parts = (stored.period, stored.edition, key)
    return [
        (name, reverse("portrait_file", args=[*parts, f"{language}.{kind}"]))
        for kind, name in CITE_FILES.items()
    ]


def _embed_code(identity: EditionIdentity, chart: StoredChart, language: str) -> str:
    """Write the element that shows a chart on another site."""
    address = f"{identity.chart_address(chart.key)}embed/{language}/"
    return str(
        format_html(
            '<iframe src="{}" title="{}" width="100%" height="{}" loading="lazy"></iframe>',
            address,
            chart.title,
            EMBED_HEIGHT,
        )
    )


def _extra(edition: Edition, key: str) -> tuple[str, FigureLines] | None:
    """Return the list of figures that stands beside a chart."""
    return {
        "c6": (message_now("page.portrait.paid_learning"), edition.learning),
        "c11": (message_now("page.portrait.people_inside_models"), edition.inside),
        "c13": (message_now("page.portrait.load_breaks_appeals"), edition.load),
    }.get(key)
