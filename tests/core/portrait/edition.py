"""One whole edition, made up: hands, tasks, chain, appeals, machines; and its release."""

from datetime import date

import numpy as np

from canut.core.portrait.chart_set import Reference
from canut.core.portrait.counts import IntervalEstimate, TimeUse
from canut.core.portrait.decision_roles import DecisionOutcome
from canut.core.portrait.decision_shares import Hours
from canut.core.portrait.extra_figures import (
    Appeals,
    PaidTask,
    PeriodFacts,
    PersonPeriod,
    Population,
    SchemeTime,
    beside,
)
from canut.core.portrait.intermediaries import ChainOf, LinkOf, WageOf
from canut.core.portrait.machine_figures import (
    DecidedIn,
    InAll,
    Machines,
    ModelWork,
    machine_figures,
)
from canut.core.portrait.measured import NO_PLACE
from canut.core.portrait.occupations import PLACE
from canut.core.portrait.places_of_work import PlacedWork, PlaceFloor
from canut.core.portrait.privacy import PersonWork, Release, cells_here
from canut.core.portrait.reading import shipped_facts, shipped_occupations, shipped_terms
from canut.core.portrait.unseen.gestures import DeclaredGesture, ProjectMaterial

HOUR, MINUTE = 3_600_000, 60_000
REFERENCE = Reference(shipped_occupations(), shipped_facts(), shipped_terms())
SCHEMES = ("qpp", "qpp2", "qpip", "ei", "cnesst")
MACHINES = Machines(
    decided=(
        DecidedIn("2026-07", {DecisionOutcome.HUMAN: 300, DecisionOutcome.ACCEPTED: 200}, "v1"),
        DecidedIn(
            "2026-08",
            {
                DecisionOutcome.UNTOUCHED: 580,
                DecisionOutcome.AUDITED: 120,
                DecisionOutcome.HUMAN: 300,
            },
        ),
    ),
    models=(ModelWork("v1", 3000, 14.4, 2.1), ModelWork("v2", 7000, 19.542857, 10.285714)),
    hours=Hours(
        created={"label": 120.0, "verify": 30.0},
        displaced=IntervalEstimate(88.0, 70.0, 104.0),
    ),
    repaired=1,
    inside=InAll(50 * HOUR),
    inside_people=dict.fromkeys(range(40), HOUR + HOUR // 4),
)


def hand(person: int, *, is_simulated: bool = False) -> PersonPeriod:
    """Make up one person: a little over ten hours, some of it unseen."""
    more = person * MINUTE
    time = {
        TimeUse.PAID: 10 * HOUR + more,
        TimeUse.READING: 40 * MINUTE,
        TimeUse.SEARCH: 20 * MINUTE + more // 2,
        TimeUse.TRAINING: 15 * MINUTE,
        TimeUse.BREAKS: 10 * MINUTE,
    }
    whole = sum(time.values())
    return PersonPeriod(
        person=person,
        pay_micro=(200 + person) * 1_000_000,
        time_ms=time,
        schemes={
            "qpp": SchemeTime(whole, 0, whole),
            "qpip": SchemeTime(whole, whole),
            "ei": SchemeTime(whole, 0),
        },
        exposed_ms=30 * MINUTE,
        top_up_micro=5_000_000 + person,
        is_simulated=is_simulated,
    )


def work_of(hands: list[PersonPeriod], row: str = "CAN-ANNOT") -> list[PersonWork]:
    """Put everything a hand did into one occupation."""
    return [
        PersonWork(
            one.person, row, one.pay_micro, one.all_ms, one.all_ms, one.time_ms[TimeUse.TRAINING],
            one.is_simulated,
        )
        for one in hands
    ]  # fmt: skip


CHAIN = ChainOf(
    1_000_000,
    (LinkOf("intermediary", "FR", 123_333), LinkOf("undisclosed", "", None),
     LinkOf("worker", "", 580_001)),
    40,
    1,
    wages=(WageOf("FR", "EUR", 12_020_000), WageOf("XK", "", None)),
    workers={PLACE: dict.fromkeys(range(30), 12_000), "KE-30": dict.fromkeys(range(30, 55), 8_800)},
)  # fmt: skip
FLOORS = {
    PLACE: PlaceFloor("CAD", 16_600_000, 16_600_000),
    "KE-30": PlaceFloor("KES", 92_520_000, 990_000),
}


CAPTCHAS = DeclaredGesture("captcha_image", (5_139, 28_611))
MATERIALS = (
    ProjectMaterial("FR", is_declared=True, gestures=[CAPTCHAS]),
    ProjectMaterial("FR", is_declared=True),
)
PEOPLE = Population(64, 41, 15, 8, 7)
APPEALS = Appeals(3, 4, 1, (2, 3, 9))


def given(
    hands: list[PersonPeriod],
    *,
    population: Population | None = PEOPLE,
    appeals: Appeals | None = APPEALS,
    chain: ChainOf | None = CHAIN,
) -> PeriodFacts:
    """Say what was gathered of some hands."""
    tasks = [
        PaidTask(one.person, "CAN-ANNOT", one.pay_micro, one.all_ms, one.time_ms[TimeUse.PAID],
                 one.is_simulated)
        for one in hands
    ]  # fmt: skip
    simulated = bool(hands) and hands[0].is_simulated
    return PeriodFacts(
        hands, hands, tasks, 16_600_000, SCHEMES, population, appeals, chain,
        placed=placed_of(hands), floors=FLOORS,
        materials=[one._replace(is_simulated=simulated) for one in MATERIALS],
    )  # fmt: skip


def placed_of(
    hands: list[PersonPeriod], place: str = PLACE, client: str = "FR"
) -> list[PlacedWork]:
    """Put everything a hand did into one place, for the clients of one country."""
    return [
        PlacedWork(
            one.person, place, client or NO_PLACE, "CAD", "employee", one.all_ms, one.pay_micro,
            has_scheme=True, is_simulated=one.is_simulated,
        )
        for one in hands
    ]  # fmt: skip


def release(people: int = 40, *, is_simulated: bool = False) -> Release:
    """Work a whole edition out."""
    hands = [hand(person, is_simulated=is_simulated) for person in range(people)]
    rng = np.random.default_rng(7)
    cells = cells_here(work_of(hands), rng)
    said = given(hands, population=None, appeals=None) if is_simulated else given(hands)
    figures = beside(said, cells, rng)
    return Release(
        "2026-Q3", 1, date(2026, 10, 8), "ab" * 32, "CAD", cells, "",
        (*figures, *machine_figures(MACHINES._replace(is_simulated=is_simulated))),
    )  # fmt: skip
