"""Draw each edition of the Portrait once, in both languages, and keep the drawings.

A release that was made before drawings were kept is drawn as today's program draws it, until
the next release stores its drawing too.
"""

import hashlib
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from canut.actions.portrait.inputs import Quarter, quarter_named
from canut.actions.portrait.releases import floor_on, last_floor, reference, release_quarter
from canut.actions.portrait.words import print_words
from canut.core.clock import Ms, from_ms
from canut.core.portrait.chart_set import charts_of, people_of
from canut.core.portrait.charts.frame import PortraitChart
from canut.core.portrait.charts.picture import EditionIdentity
from canut.core.portrait.charts.stored import Drawing, read_drawing, write_drawing
from canut.core.portrait.charts.three_bars import three_bars
from canut.core.portrait.occupations import rings
from canut.core.portrait.released import open_release, read_release
from canut.store.portrait.drawings import operator_name, releases_without_drawing, stored_drawing
from canut.store.tables.portrait import PortraitDrawing, PortraitRelease

LANGUAGES = ("fr", "en")
INSTANCE_LETTERS = 8
DRAWINGS_CACHED = 8


def publish_quarter(
    quarter: Quarter, now_ms: Ms, *, is_correction: bool = False
) -> PortraitRelease:
    """Release a quarter, print what workers wrote, and store the drawings that are missing.

    Raises:
        Conflict: as ``release_quarter``.
        NotReady: the log cannot be signed.
    """
    release = release_quarter(quarter, now_ms, is_correction=is_correction)
    print_words(release, now_ms)
    store_drawings()
    return release


@transaction.atomic
def store_drawings() -> int:
    """Store the missing drawings of all editions; return how many were stored."""
    count = 0
    for language in LANGUAGES:
        for release in releases_without_drawing(language):
            content = _draw(release.content, release.made_ms, language, publisher())
            PortraitDrawing.objects.create(
                release=release,
                language=language,
                content=content.decode(),
                sha256=hashlib.sha256(content).hexdigest(),
            )
            count += 1
    return count


def drawing_of(release: PortraitRelease | None, language: str) -> Drawing:
    """Return the charts of an edition: as they were stored, else as they are drawn today.

    Args:
        release: None before the first; then only the reference charts have figures.
        language: ``fr`` or ``en``.
    """
    if release is None:
        return read_drawing(_draw(None, 0, language, ""))
    stored = stored_drawing(release, language)
    if stored is not None:
        return _read(stored.content)
    return read_drawing(_draw(release.content, release.made_ms, language, publisher()))


def publisher() -> str:
    """Return who publishes the Portrait: the operator's organisation, else this host."""
    return operator_name() or f"Canut, {urlsplit(settings.URL).hostname}"


def identity_of(release: PortraitRelease) -> EditionIdentity:
    """Return the permanent id and address of an edition."""
    return _identity(release.content, release.made_ms, publisher())


@lru_cache(maxsize=DRAWINGS_CACHED)
def _read(content: str) -> Drawing:
    return read_drawing(content.encode())


def _identity(content: str, made_ms: int, publisher_name: str) -> EditionIdentity:
    signed = open_release(content.encode())
    release = signed.release
    instance = hashlib.sha256(signed.signature.public).hexdigest()[:INSTANCE_LETTERS]
    address = f"{settings.URL.rstrip('/')}/portrait/{release.period}/e{release.edition}/"
    return EditionIdentity(
        id=f"canut.portrait:{instance}:{release.period}:e{release.edition}",
        address=address,
        publisher=publisher_name,
        sha256=release.sha256,
        period=release.period,
        edition=release.edition,
        made=from_ms(made_ms).date(),
    )


@lru_cache(maxsize=DRAWINGS_CACHED)
def _draw(content: str | None, made_ms: int, language: str, publisher_name: str) -> bytes:
    identity = None if content is None else _identity(content, made_ms, publisher_name)
    return write_drawing(_charts(content, language), language, identity)


def _charts(content: str | None, language: str) -> list[PortraitChart]:
    """Draw all charts of an edition, the finding of the first screen first."""
    release = None if content is None else read_release(content.encode())
    others = reference()
    floor = floor_on(quarter_named(release.first_period).first) if release else None
    figures = rings(others.occupations, others.facts, people_of(release))
    return [
        three_bars(figures, language),
        *charts_of(release, others, floor or last_floor(), language),
    ]
