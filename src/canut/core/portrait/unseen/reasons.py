"""Why nobody counts click work: five reasons that can be tested, each with its figures.

A figure comes from the occupations' codes, from what others counted, or from the chain that clients
declared here; what nothing tells is unknown. The reasons also group the rows that have no count.
The sentences are in ``prose``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from canut.core.portrait.cells import CellState
from canut.core.portrait.facts import FactState, ReferenceFacts
from canut.core.portrait.intermediaries import CENT
from canut.core.portrait.language import Phrase
from canut.core.portrait.measured import (
    ALL_PLACES,
    NO_PLACE,
    OTHER_PLACES,
    Figures,
    ReleaseFigure,
    Unit,
)
from canut.core.portrait.occupations import Family, Match, Occupation
from canut.core.portrait.privacy import Release

HERE = "CA"
"""Work outside this country is work abroad."""
GROUP_DIGITS = 3
"""The first digits of a NOC code, which name its minor group."""
_NOT_A_PLACE = {ALL_PLACES, OTHER_PLACES, NO_PLACE}
THOUSANDTH = Decimal("0.001")
LINK_PARTS = 4
"""Parts of the name of a chain's link: ``chain.2.worker.FR``."""


class Reason(StrEnum):
    """Why a count of people misses click work."""

    NO_CODE = "no_code"
    """No classification has a code for it."""
    DIVIDED = "divided"
    """It is spread over the codes of other work."""
    NO_EMPLOYER = "no_employer"
    """A survey of employers does not see who has none."""
    ABROAD = "abroad"
    """It is done in other countries."""
    NOT_DISCLOSED = "not_disclosed"
    """Those who buy it do not tell who does it."""


REASON_NAMES = {
    Reason.NO_CODE: Phrase("portrait.reason_no_code"),
    Reason.DIVIDED: Phrase("portrait.reason_divided"),
    Reason.NO_EMPLOYER: Phrase("portrait.reason_no_employer"),
    Reason.ABROAD: Phrase("portrait.reason_abroad"),
    Reason.NOT_DISCLOSED: Phrase("portrait.reason_not_disclosed"),
}


@dataclass(frozen=True, slots=True)
class InvisibilityFigure:
    """One figure of a reason; ``value`` is None where nothing tells it."""

    key: str
    unit: Unit
    state: CellState | FactState
    value: Decimal | None
    period: str
    source: str
    is_simulated: bool = False


def reason_of(occupation: Occupation) -> Reason | None:
    """Return why an occupation of click work has no count; None for other occupations.

    Its code decides: none in the NOC, or the code of other work that is only near. Work that nobody
    pays has no employer to ask.
    """
    if occupation.family is not Family.CLICK:
        return None
    if occupation.labour_kind == "social_network":
        return Reason.NO_EMPLOYER
    code = occupation.codes["noc"]
    return Reason.DIVIDED if code.match is Match.CLOSE else Reason.NO_CODE


def rows_by_reason(occupations: Iterable[Occupation]) -> Mapping[Reason, Sequence[Occupation]]:
    """Group the rows of click work by the reason why they have no count, in file order."""
    groups: dict[Reason, list[Occupation]] = {}
    for occupation in occupations:
        reason = reason_of(occupation)
        if reason is not None:
            groups.setdefault(reason, []).append(occupation)
    return groups


def invisibility_figures(
    release: Release | None, occupations: Sequence[Occupation], facts: ReferenceFacts
) -> Iterator[InvisibilityFigure]:
    """Yield the figures of every reason.

    Args:
        release: the edition whose declared chain is read; None before the first.
        occupations: every row of the table.
        facts: what others counted.
    """
    yield from _of_codes(occupations)
    yield _share_of_facts("why.no_employer.self_employed", "F8.self_employed", "F8.all", facts)
    yield _share_of_facts("why.no_employer.main_job", "F7.main_job", "F7.all", facts)
    yield from _of_chain(release)


def _of_codes(occupations: Sequence[Occupation]) -> Iterator[InvisibilityFigure]:
    click = [row for row in occupations if row.family is Family.CLICK]
    named = [row for row in occupations if row.family is Family.NAMED]
    exact = sum(1 for row in click if row.codes["noc"].match is Match.EXACT)
    without = sum(1 for row in click if row.codes["noc"].match is Match.NONE)
    near = [row.codes["noc"].code for row in click if row.codes["noc"].match is Match.CLOSE]
    groups = {row.codes["noc"].code[:GROUP_DIGITS] for row in named}
    shared = sum(1 for code in near if code[:GROUP_DIGITS] in groups)
    for key, count in (
        ("why.no_code.exact", exact),
        ("why.no_code.without", without),
        ("why.divided.rows", len(near)),
        ("why.divided.codes", len(set(near))),
        ("why.divided.shared", shared),
    ):
        yield InvisibilityFigure(key, Unit.COUNT, CellState.EXACT, Decimal(count), "2021", "noc")


def _share_of_facts(key: str, part: str, whole: str, facts: ReferenceFacts) -> InvisibilityFigure:
    top, bottom = facts.figure(part), facts.figure(whole)
    share = None
    if top.value is not None and bottom.value:
        share = (top.value / bottom.value).quantize(THOUSANDTH)
    source = f"{part} / {whole}"
    return InvisibilityFigure(key, Unit.SHARE, FactState.DERIVED, share, bottom.fact.period, source)


def _of_chain(release: Release | None) -> Iterator[InvisibilityFigure]:
    """Yield how much of the clients' price nobody tells, and how much of pay is paid abroad."""
    figures = Figures(release.figures if release else ())
    price, period = figures.get("chain.price"), release.period if release else ""
    links = [link for link in figures.under("chain") if link.name.count(".") == LINK_PARTS - 1]
    shares = {
        "why.not_disclosed.share": _undisclosed(price, links),
        "why.abroad.pay": _abroad(figures.under("workers")),
    }
    for key, share in shares.items():
        yield InvisibilityFigure(
            key,
            Unit.SHARE,
            CellState.EXACT,
            share,
            period if share is not None else "",
            "here" if share is not None else "",
            is_simulated=price.is_simulated and share is not None,
        )


def _role(link: ReleaseFigure) -> str:
    return link.name.split(".")[LINK_PARTS - 2]


def _undisclosed(price: ReleaseFigure, links: Sequence[ReleaseFigure]) -> Decimal | None:
    """Return the part of the price that no disclosed link keeps; None if it is not known."""
    disclosed = [link for link in links if _role(link) != "undisclosed"]
    if not price.value or any(link.value is None for link in disclosed):
        return None
    disclosed_sum = sum((link.value or Decimal(0) for link in disclosed), Decimal(0))
    return ((price.value - disclosed_sum) / price.value).quantize(THOUSANDTH)


def _abroad(workers: Sequence[ReleaseFigure]) -> Decimal | None:
    """Return the part of what reaches workers that goes abroad, if every place is known."""
    countries = [figure.name.split(".")[-1] for figure in workers]
    amounts = [figure.value for figure in workers if figure.value is not None]
    total = sum(amounts, Decimal(0))
    if not _NOT_A_PLACE.isdisjoint(countries) or len(amounts) < len(workers) or total < CENT:
        return None
    at_home = sum(
        (
            amount
            for amount, country in zip(amounts, countries, strict=True)
            if country.partition("-")[0] == HERE
        ),
        Decimal(0),
    )
    return ((total - at_home) / total).quantize(THOUSANDTH)
