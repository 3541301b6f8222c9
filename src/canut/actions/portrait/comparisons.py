"""Collect what a release is compared with: other quarters, its last edition, and public cards.

The rules are in ``core.portrait.disclosure``, the attacks in
``core.portrait.attacks.release_attacks``.

Reads only.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from canut.actions.portrait.inputs import Quarter, QuarterInputs, quarter_named
from canut.core.errors import Conflict
from canut.core.money import Money
from canut.core.portrait.attacks.release_attacks import (
    AttackInputs,
    CardPeople,
    hides_hours,
    shows_few,
)
from canut.core.portrait.chart_set import Reference
from canut.core.portrait.counts import FEWEST
from canut.core.portrait.disclosure.edition_changes import EditionInputs, amounts_of
from canut.core.portrait.disclosure.hidden_quarters import (
    PastQuarter,
    first_covered,
    is_in_span,
    span_of,
)
from canut.core.portrait.extra_figures import PeriodFacts
from canut.core.portrait.machine_figures import INSIDE, MODEL, Machines
from canut.core.portrait.privacy import Release
from canut.core.portrait.released import read_release
from canut.store.portrait import edition_inputs
from canut.store.portrait import inputs as kept
from canut.store.portrait.deposits import deposits_in, with_figures


class AttackScene(NamedTuple):
    """What charts are drawn with: facts and the floor of the place; and who taught models."""

    reference: Reference
    floor: Money
    machines: Machines


def pooled(quarter: Quarter, editions: Sequence[Release]) -> Quarter:
    """Return a quarter with the earlier ones that its edition covers, under its own name.

    Args:
        quarter: to be released.
        editions: its own earlier editions; a correction covers what the first edition covered.

    Raises:
        Conflict: ``portrait-covered``: the edition of a later quarter covers it already.
    """
    if editions:
        first = editions[-1].first_period
        return quarter._replace(first=quarter_named(first).first)
    others = _real_editions()
    later = [edition.span for edition in others if edition.period > quarter.name]
    covering = [span for span in later if is_in_span(quarter.name, span)]
    if covering:
        raise Conflict(
            f"{quarter.name} came out with {covering[0]}; alone it would show the difference",
            code="portrait-covered",
            period=quarter.name,
        )
    past = {
        edition.period: PastQuarter(edition.first_period, hides_hours(edition))
        for edition in others
        if edition.period < quarter.name
    }
    first = first_covered(quarter.name, past, _has_work)
    return quarter._replace(first=quarter_named(first).first)


def covers_of(quarter: Quarter) -> str:
    """Name the quarters that a pooled one covers; empty for one quarter."""
    first = quarter_named(f"{quarter.first.year}-Q{(quarter.first.month + 2) // 3}").name
    return span_of(first, quarter.name)


def _appeals_by_person(quarter: Quarter) -> dict[int, dict[str, int]]:
    """Return the appeals of each real person: opened, won, and milliseconds to answers."""
    people: dict[int, dict[str, int]] = {}
    for by, is_won, ms in kept.appeals_between(quarter.begin_ms, quarter.end_ms):
        amounts = people.setdefault(by, {})
        for name, amount in (("opened", 1), ("won", int(is_won)), ("ms", ms or 0)):
            if amount:
                key = f"appeals.{name}"
                amounts[key] = amounts.get(key, 0) + amount
    return people


def collect_inputs(quarter: Quarter, period: QuarterInputs) -> EditionInputs:
    """Return what an edition is computed from, to compare it with the next edition."""
    content = period.given
    people = amounts_of([*period.work, *content.hands, *content.tasks, *content.placed])
    for person, amounts in amounts_of(content.home).items():
        people.setdefault(person, {}).update(
            {f"home.{name}": amount for name, amount in amounts.items()}
        )
    if not period.is_simulated:
        for person, amounts in _appeals_by_person(quarter).items():
            people[person] = {**people.get(person, {}), **amounts}
    return EditionInputs(people, {} if period.is_simulated else _shared(period.given))


def projects_withheld(quarter: Quarter) -> list[int]:
    """List the projects whose exact card would show few people beside this edition."""
    return [
        project
        for project, (inside, outside) in _card_people(quarter).items()
        if shows_few(CardPeople(inside, outside, is_public=True))
    ]


def attack_inputs(
    release: Release,
    quarter: Quarter,
    period: QuarterInputs,
    withheld: Sequence[int],
    scene: AttackScene,
) -> AttackInputs:
    """Collect what the attacks on a release know."""
    rows = kept.editions_of(release.period)
    before = edition_inputs.inputs_of(rows[-1]) if rows else None
    public = edition_inputs.public_card_projects(withheld)
    cards = [
        CardPeople(inside, outside, project in public)
        for project, (inside, outside) in _card_people(quarter).items()
    ]
    earlier = [edition for edition in _real_editions() if edition.period < release.period]
    return AttackInputs(
        work=period.work,
        hands=period.given.hands,
        home=period.given.home,
        placed=period.given.placed,
        reference=scene.reference,
        floor=scene.floor,
        inputs=collect_inputs(quarter, period),
        before=before,
        earlier=earlier,
        cards=cards,
        machines=scene.machines,
        deposited=[
            figure
            for deposit in with_figures(row.pk for row in deposits_in())
            for figure in deposit.figures
        ],
    )


def tellable_machines(
    quarter: Quarter, tellable: frozenset[str], *, is_simulated: bool
) -> frozenset[str]:
    """Return whose hours may be told of machines: no model's that few people taught.

    Before the first edition, figures over all time would also show the few who worked before it.
    """
    if is_simulated:
        return tellable
    is_first = not any(edition.period < quarter.name for edition in _real_editions())
    if is_first and 0 < edition_inputs.people_before(quarter.begin_ms) < FEWEST:
        return tellable - {MODEL, INSIDE}
    return tellable - {MODEL} if edition_inputs.models_of_few() else tellable


def waiting_quarters(name: str) -> tuple[str, ...]:
    """List the other quarters of which a correction waits."""
    return tuple(
        row.period
        for row in edition_inputs.last_editions()
        if row.waiting_ms is not None and row.period != name
    )


def _real_editions() -> list[Release]:
    """Return the last edition of each quarter, oldest first, without simulated ones."""
    rows = edition_inputs.last_editions()
    return [read_release(row.content.encode()) for row in rows if not row.is_simulated]


def _has_work(name: str) -> bool:
    quarter = quarter_named(name)
    return kept.has_real_work(quarter.begin_ms, quarter.end_ms)


def _card_people(quarter: Quarter) -> Mapping[int, tuple[int, int]]:
    """Count the real people in and outside each project of the quarter."""
    people = edition_inputs.people_by_project(quarter.begin_ms, quarter.end_ms)
    everybody = set[int]().union(*people.values())
    return {project: (len(each), len(everybody - each)) for project, each in people.items()}


def _shared(facts: PeriodFacts) -> dict[str, int]:
    """Return the inputs of a quarter that are no single person's."""
    shared = {"floor": facts.floor_micro or 0}
    if facts.population is not None:
        shared |= facts.population._asdict()
    if facts.chain is not None:
        shared |= {"chain.price": facts.chain.price_micro, "chain.people": facts.chain.people}
        shared["chain.undisclosed"] = facts.chain.undisclosed
        for number, link in enumerate(facts.chain.links, 1):
            shared[f"chain.{number}.{link.role}.{link.country}"] = link.micro or 0
    for number, material in enumerate(facts.materials, 1):
        stem = f"material.{number}.{material.client}"
        shared[stem] = int(material.is_declared)
        for gesture in material.gestures:
            least, most = gesture.tenths or (-1, -1)
            for end, tenths in (("least", least), ("most", most)):
                name = f"{stem}.{gesture.gesture}.{end}"
                shared[name] = shared.get(name, 0) + tenths
    return shared
