"""Attack a release with the figures that others deposited and that stand next to it.

Somebody who knows the number of people or the hours of this instance could bring them as a
deposit: it would tell what the release gives as a band, or keeps back. A release beside such a
figure is not signed; the operator withdraws the deposit first.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from canut.core.clock import HOUR_MS
from canut.core.portrait.attacks.split_attacks import place_hours, place_sums
from canut.core.portrait.deposits.observations import Measure, Observation
from canut.core.portrait.disclosure.dominance import P_PERCENT, WHOLE
from canut.core.portrait.disclosure.hidden_quarters import days_of_span
from canut.core.portrait.measured import ALL_PLACES, Figures
from canut.core.portrait.places_of_work import PlacedWork
from canut.core.portrait.privacy import PersonWork, Release


def withstands_deposits(
    release: Release,
    work: Iterable[PersonWork],
    placed: Sequence[PlacedWork],
    deposited: Iterable[Observation],
) -> bool:
    """Check that no deposited figure tells what the release bands or keeps back.

    Args:
        release: with its figures by place.
        work: rows of the table.
        placed: rows of the figures by place.
        deposited: figures of deposits in force.
    """
    begin, end = days_of_span(release.span)
    same = [item for item in deposited if (item.begin, item.end) == (begin, end)]
    if not same:
        return True
    figures = Figures(release.figures)
    times = place_sums(placed, figures)
    rows: dict[str, set[int]] = {}
    for row in work:
        if not row.is_simulated:
            rows.setdefault(row.row, set()).add(row.person)
    return not any(_tells(item, times, rows, figures) for item in same)


def _tells(
    item: Observation,
    times: Mapping[str, Mapping[int, int]],
    rows: Mapping[str, set[int]],
    figures: Figures,
) -> bool:
    """Return whether a deposited figure gives the number of people, or hours kept back."""
    place = item.place if item.place in times else ALL_PLACES
    amounts = times.get(place, {})
    if item.value is None or not amounts:
        return False
    if item.measure is Measure.PEOPLE:
        people = rows.get(item.occupation)
        return item.value == len(amounts if people is None else people)
    if item.measure is Measure.HOURS and not figures.get(place_hours(place)).is_known:
        hours = Decimal(sum(amounts.values())) / HOUR_MS
        return abs(item.value - hours) * WHOLE <= P_PERCENT * hours
    return False
