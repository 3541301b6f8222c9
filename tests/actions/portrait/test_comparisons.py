"""A release beside other editions, other quarters and public cards shows nobody."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from django.db.models import F
from django.test import Client

from canut.actions.portrait.deposits import accept_deposit, bring_deposit, withdraw_deposit
from canut.actions.portrait.inputs import Quarter, quarter_named
from canut.actions.portrait.releases import release_quarter, verify_releases
from canut.core.clock import HOUR_MS, to_ms
from canut.core.errors import Conflict
from canut.core.portrait.cells import CellMeasure, CellState
from canut.core.portrait.machine_figures import InAll, Machines
from canut.core.portrait.measured import Figures
from canut.core.portrait.privacy import ALL, Release
from canut.core.portrait.released import read_release
from canut.store.models import (
    Answer,
    Period,
    Person,
    PortraitInput,
    PortraitRelease,
    StatementCost,
)
from canut.store.tables.datasets import Card
from tests.actions.portrait.test_releases import OVER, QUARTER, paid
from tests.support import deposits
from tests.support.deposits import write_package
from tests.support.factories import Made, make_project
from tests.support.payroll import FIRST

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
QUARTERS = {name: quarter_named(name) for name in ("2026-Q1", "2026-Q2", "2026-Q3")}
LATER = datetime(2026, 10, 5, 9, tzinfo=UTC)


def released(quarter: Quarter = QUARTER, now: datetime = OVER, *, again: bool = False) -> Release:
    made = release_quarter(quarter, to_ms(now), is_correction=again)
    return read_release(made.content.encode())


def costs_of(people: int) -> list[StatementCost]:
    """Return what so many people cost the project, one row a person."""
    rows = StatementCost.objects.filter(project__isnull=False).order_by("statement__person")
    return list({row.statement.person_id: row for row in rows}.values())[:people]


def add_time(people: int, hours: Sequence[float]) -> None:
    """Correct the time of some people."""
    for row, more in zip(costs_of(people), hours, strict=True):
        row.time_ms += round(more * HOUR_MS)
        row.save()


def worked(count: int, hours_each: float, name: str) -> Made:
    """Make people who worked in a quarter, and pay them."""
    earlier = list(StatementCost.objects.values_list("id", flat=True))
    days = list(Period.objects.order_by("id").values_list("id", "last_day"))
    for number, (period, _last_day) in enumerate(reversed(days), 1):
        last_day = FIRST - timedelta(days=number)  # each period begins after the last
        Period.objects.filter(id=period).update(last_day=last_day)
    answered = list(Answer.objects.values_list("id", flat=True))
    made = paid(count, hours=1)
    quarter = QUARTERS[name]
    costs = StatementCost.objects.exclude(id__in=earlier)
    own = [worker.person_id for worker in made.workers]
    costs.exclude(statement__person__in=own).delete()  # who worked in an earlier quarter
    costs.filter(time_ms__gt=0).update(time_ms=round(hours_each * HOUR_MS))
    Period.objects.filter(statement__costs__in=costs).update(
        first_day=quarter.first, last_day=quarter.last
    )
    for number, last_day in days:
        Period.objects.filter(id=number).update(last_day=last_day)
    shift_ms = quarter.begin_ms - QUARTERS["2026-Q2"].begin_ms
    answers = Answer.objects.exclude(id__in=answered)
    answers.update(answered_ms=F("answered_ms") + shift_ms)
    return made


def hours(release: Release) -> Decimal | None:
    return next(
        cell.value for cell in release.cells if (cell.row, cell.measure) == (ALL, CellMeasure.HOURS)
    )


@pytest.mark.parametrize("changes", [[0.29], [0.2] * 9, [60.0, *[0.1] * 9]])
def test_correction_that_would_show_few_people_waits_and_a_line_says_so(
    changes: list[float], client: Client
) -> None:
    paid(25)
    first = release_quarter(QUARTER, to_ms(OVER))
    add_time(len(changes), changes)

    with pytest.raises(Conflict) as refused:
        released(again=True)

    assert refused.value.case == "portrait-few"
    assert PortraitRelease.objects.get().content == first.content
    page = client.get("/portrait/releases/", headers={"accept-language": "en"}).content.decode()
    assert "A correction of Q2 2026 waits" in page
    assert released(QUARTERS["2026-Q3"], LATER).waiting == ("2026-Q2",)


def test_correction_of_ten_people_of_whom_none_has_most_is_published() -> None:
    paid(25)
    first = released()
    add_time(10, [0.5] * 10)

    second = released(again=True)

    assert second.replaces == first.sha256
    assert hours(second) == (hours(first) or 0) + 5
    assert not [one for one in verify_releases() if one.wrong]


def test_correction_in_which_nothing_changed_is_published() -> None:
    paid(22)
    first = released()

    assert released(again=True).cells == first.cells


def test_correction_takes_over_what_adds_up_over_all_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    paid(22)
    totals = iter([100, 103])
    monkeypatch.setattr(
        "canut.actions.portrait.releases.machines_between",
        lambda *_args, **_named: Machines(
            inside=InAll(next(totals) * HOUR_MS), inside_people=dict.fromkeys(range(40), HOUR_MS)
        ),
    )

    assert [Figures(released(again=bool(n)).figures).value("inside") for n in (0, 1)] == [100, 100]


def test_edition_without_stored_inputs_cannot_be_corrected() -> None:
    paid(22)
    released()
    PortraitRelease.objects.update(shared=None)

    with pytest.raises(Conflict) as refused:
        released(again=True)

    assert refused.value.case == "portrait-few"


def test_inputs_are_stored_of_real_people_alone() -> None:
    made = paid(22)
    show = [worker.person for worker in made.workers[:2]]
    Person.objects.filter(id__in=[person.pk for person in show if person]).update(is_simulated=True)
    released()

    stored = set(PortraitInput.objects.values_list("person__is_simulated", flat=True))
    assert stored == {False}
    assert PortraitInput.objects.count() == 20


def test_quarter_kept_back_is_told_with_the_next_and_cannot_be_had_by_subtraction(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inside = {"2026-Q1": 100.0, "2026-Q2": 103.4, "2026-Q3": 131.4}
    spans: list[str] = []

    def machines(
        _projects: Sequence[int],
        months: Sequence[tuple[str, int, int]],
        _rng: np.random.Generator,
        *,
        is_simulated: bool,
    ) -> Machines:
        spans.append(months[0][0])
        at = max(name for name, quarter in QUARTERS.items() if quarter.begin_ms <= months[-1][1])
        at = "2026-Q3" if months[-1][2] == QUARTERS["2026-Q3"].end_ms else at
        return Machines(
            inside=InAll(round(inside[at] * HOUR_MS)),
            is_simulated=is_simulated,
            inside_people=dict.fromkeys(range(40), HOUR_MS),
        )

    monkeypatch.setattr("canut.actions.portrait.releases.machines_between", machines)
    worked(25, 4.0, "2026-Q1")
    first = released(QUARTERS["2026-Q1"], LATER)
    worked(2, 1.7, "2026-Q2")
    second = released(QUARTERS["2026-Q2"], LATER)
    worked(28, 1.0, "2026-Q3")
    third = released(QUARTERS["2026-Q3"], LATER)

    assert [hours(one) for one in (first, second, third)] == [
        Decimal("100.0"),
        None,
        Decimal("31.4"),
    ]
    assert third.covers == "2026-Q2/2026-Q3"
    assert spans[-1] == "2026-Q2/2026-Q3"
    told = [Figures(one.figures).value("inside") for one in (first, second, third)]
    assert told == [100.0, None, 131.4]
    amounts = [100.0, 131.4, 31.4]  # all that is told of hours
    differences = {round(abs(a - b), 1) for a, b in combinations(amounts, 2)}
    differences |= {round(abs(131.4 - 100.0 - 31.4), 1)}
    assert differences.isdisjoint({3.4, 28.0})


def test_quarter_that_came_out_with_the_next_does_not_come_out_alone() -> None:
    worked(25, 2.0, "2026-Q1")
    released(QUARTERS["2026-Q1"], LATER)
    worked(24, 2.0, "2026-Q2")
    worked(23, 2.0, "2026-Q3")
    pooled = released(QUARTERS["2026-Q3"], LATER)

    assert pooled.covers == "2026-Q2/2026-Q3"
    with pytest.raises(Conflict) as refused:
        released(QUARTERS["2026-Q2"], LATER)
    assert refused.value.case == "portrait-covered"


def public_card(made: Made, people: int) -> None:
    Card.objects.create(
        project=made.project, number=1, made_ms=to_ms(OVER), people=people, is_simulated=False,
        is_public=True, content="{}", sha256=hashlib.sha256(made.project.slug.encode()).hexdigest(),
    )  # fmt: skip


def test_exact_card_of_few_people_is_not_public_beside_a_release() -> None:
    from canut.store.datasets.card_figures import public_card as shown_card

    many = paid(45)
    few = make_project(tasks=1)
    ids = [worker.pk for worker in many.workers[:15]]
    Answer.objects.filter(worker__in=ids).update(project=few.project)
    for made, people in ((few, 15), (many, 30)):
        public_card(made, people)
    assert shown_card(few.project.slug) is not None

    released()

    assert shown_card(few.project.slug) is None
    assert shown_card(many.project.slug) is None, "the Portrait less this card is fifteen people"


def test_exact_card_of_the_only_project_stays_public() -> None:
    from canut.store.datasets.card_figures import public_card as shown_card
    from canut.store.datasets.card_figures import public_cards

    made = paid(30)
    public_card(made, 30)
    released()

    assert shown_card(made.project.slug) is not None
    assert len(public_cards()) == 1


def test_release_that_fails_an_attack_is_not_signed_and_says_which(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    paid(22)
    monkeypatch.setattr("canut.core.portrait.privacy.is_safe_sum", lambda _amounts: True)
    costs = costs_of(2)
    for row in costs:
        row.time_ms *= 400
        row.save()

    with pytest.raises(Conflict) as refused:
        released()

    assert refused.value.case == "portrait-attack"
    assert "A3" in str(refused.value)
    assert not PortraitRelease.objects.exists()


def test_hours_of_two_heavy_workers_are_kept_back() -> None:
    paid(22)
    for row in costs_of(2):
        row.time_ms *= 400
        row.save()

    found = released()

    states = {c.state for c in found.cells if c.measure is CellMeasure.HOURS}
    assert states == {CellState.HIDDEN}
    assert date(2026, 7, 2) == found.on


def test_a_release_beside_a_deposit_of_its_own_head_count_waits_for_its_withdrawal(
    tmp_path: Path,
) -> None:
    paid(22)
    figure = deposits.row(value="22", n="22", weighted="false", period="2026-04-01/2026-06-30")
    deposit = bring_deposit([write_package(tmp_path, [figure])], None, to_ms(OVER))
    accept_deposit(deposit.pk, None, to_ms(OVER))

    with pytest.raises(Conflict) as refused:
        release_quarter(QUARTER, to_ms(OVER))
    assert refused.value.case == "portrait-attack"
    assert "A11" in str(refused.value)

    withdraw_deposit(deposit.pk, "It was this instance's own count.", to_ms(OVER))
    assert release_quarter(QUARTER, to_ms(OVER)).edition == 1
