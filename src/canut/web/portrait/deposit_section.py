"""The section “Counted by others” of the Portrait: figures of deposits next to those of here.

An edition that was out before keeps what stood next to it, with a notice where a deposit was
withdrawn or replaced since.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from django.utils.translation import get_language

from canut.actions.portrait.releases import reference
from canut.core.portrait.cells import Cell
from canut.core.portrait.charts.deposits import DepositDrawing, draw_deposits, draw_mark
from canut.core.portrait.deposits.comparison import (
    ComparedFigure,
    CountedFigure,
    bounds_of,
    contested,
    headlines,
)
from canut.core.portrait.deposits.descriptor import description_fields
from canut.core.portrait.deposits.observations import Concept
from canut.core.portrait.language import PortraitLanguage
from canut.core.portrait.occupations import PLACE
from canut.core.portrait.privacy import Release
from canut.store.portrait.deposits import deposits_beside, deposits_in, with_figures
from canut.store.tables.portrait import PortraitRelease
from canut.web.kit.messages import message_now
from canut.web.portrait.deposit_wording import (
    GRADES,
    BoundsText,
    DepositLine,
    bounds_words,
    contest_words,
    counted,
    deposit_line,
    fact_words,
)

SECTIONS_KEPT = 8
MOST_CONTESTED = 20
BOUNDED = (Concept.CLICK, Concept.MICROWORK)


class DepositSection(NamedTuple):
    """What the section shows.

    Args:
        drawing: None where nobody deposited a figure.
        legend: each mark with what it means.
        contested: sentences with both figures.
        bounds: between how many people, by concept.
        deposits: what stands here, with those that ended since.
    """

    drawing: DepositDrawing | None
    legend: Sequence[tuple[str, str]]
    contested: Sequence[str]
    bounds: Sequence[BoundsText]
    deposits: Sequence[DepositLine]


def deposit_section(
    earlier: PortraitRelease | None, release: Release | None, language: str
) -> DepositSection:
    """Return the section of today, or of an earlier edition.

    It is worked out once for the same deposits, release and language.

    Args:
        earlier: the edition that is shown, if it is not the newest.
        release: its content.
        language: ``fr`` or ``en``.
    """
    rows = deposits_in() if earlier is None else deposits_beside(earlier)
    states = tuple((row.pk, row.sha256, row.ended_ms) for row in rows)
    return _section(states, release, language, get_language() or language)


@lru_cache(maxsize=SECTIONS_KEPT)
def _section(
    states: tuple[tuple[int, str, int | None], ...],
    release: Release | None,
    language: str,
    _page_language: str,
) -> DepositSection:
    voice = PortraitLanguage(language)
    deposits = with_figures(number for number, _sha256, _ended_ms in states)
    figures = counted(deposits)
    cells: tuple[Cell, ...] = release.cells if release else ()
    headline_figures, facts = headlines(figures), reference().facts
    drawing = _draw(headline_figures, release, language) if headline_figures else None
    described = [(deposit, description_fields(deposit.row.descriptor)) for deposit in deposits]
    compared = [
        ComparedFigure(fields.compared, deposit.row.publisher, deposit.grade)
        for deposit, fields in described
        if fields.compared is not None
    ]
    bounds = [bounds_of(figures, compared, cells, concept, PLACE) for concept in BOUNDED]
    return DepositSection(
        drawing,
        [(draw_mark(mark), message_now(GRADES[mark])) for mark in drawing.marks] if drawing else [],
        [
            *(contest_words(*pair, voice) for pair in contested(headline_figures)[:MOST_CONTESTED]),
            *(
                fact_words(deposit.row, contest, facts, voice)
                for deposit, fields in described
                for contest in fields.contests
            ),
        ],
        [
            bounds_words(part, voice)
            for part in bounds
            if part.concept is Concept.CLICK or part.lowers or part.bounds.upper
        ],
        [deposit_line(deposit.row, voice) for deposit in deposits],
    )


def _draw(
    figures: Sequence[CountedFigure], release: Release | None, language: str
) -> DepositDrawing:
    if release is None:
        return draw_deposits(figures, (), "", "", language)
    return draw_deposits(figures, release.cells, release.period, release.currency, language)
