import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from canut.actions.pay.periods import close_period
from canut.actions.portrait.inputs import gather, quarter_named, quarter_of
from canut.actions.portrait.releases import release_quarter, verify_releases
from canut.core.clock import HOUR_MS, to_ms
from canut.core.errors import BadInput, Conflict
from canut.core.places.parameters import Status
from canut.core.portrait.cells import CellMeasure, CellState
from canut.core.portrait.counts import TimeUse
from canut.core.portrait.measured import CountFrame, Figures
from canut.core.portrait.privacy import ALL, Release
from canut.core.portrait.released import open_release, read_release
from canut.store.models import (
    Person,
    PlatformEntry,
    PortraitRelease,
    Worker,
)
from tests.support.factories import Made, answer_next, make_person, make_project
from tests.support.payroll import AFTER, FIRST, agree, moment, period, policy, work_hours

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
QUARTER = quarter_named("2026Q2")
OVER = datetime(2026, 7, 2, 9, tzinfo=UTC)


def paid(count: int, *, simulated: bool = False, hours: int = 2) -> Made:
    """Make so many people who each answered one task and worked some hours, and pay them."""
    made = make_project(tasks=2, workers=count, overlap=count, piece_micro=100_000)
    for number, worker in enumerate(made.workers):
        person = worker.person
        assert person is not None
        agree(person, Status.EMPLOYEE)
        at_ms = moment(FIRST) + number * 60_000
        answer_next(worker, now_ms=at_ms)
        item = hours * HOUR_MS - HOUR_MS // 4
        work_hours(person, made.project.pk, at_ms, item, surface="page")
        work_hours(person, made.project.pk, at_ms + hours * HOUR_MS, HOUR_MS // 4)
    if simulated:
        Person.objects.filter(workers__in=made.workers).update(is_simulated=True)
        Worker.objects.filter(id__in=[one.pk for one in made.workers]).update(kind="simulated")
        made.project.answer_set.update(author_kind="simulated")
    policy()
    close_period(period().pk, make_person(), to_ms(AFTER))
    return made


def released(now: datetime = OVER) -> Release:
    return read_release(release_quarter(QUARTER, to_ms(now)).content.encode())


def cell(release: Release, row: str, measure: CellMeasure) -> CellState:
    return next(c.state for c in release.cells if (c.row, c.measure) == (row, measure))


def test_quarter_has_its_days() -> None:
    found = quarter_named("2026-q4")

    assert (found.name, found.first, found.last) == (
        "2026-Q4", date(2026, 10, 1), date(2026, 12, 31),
    )  # fmt: skip
    assert [name for name, _, _ in found.months] == ["2026-10", "2026-11", "2026-12"]
    assert quarter_of(to_ms(datetime(2026, 11, 26, tzinfo=UTC))) == found


@pytest.mark.parametrize("name", ["2026", "2026Q5", "26Q1", "Q3", ""])
def test_what_is_no_quarter_is_refused(name: str) -> None:
    with pytest.raises(BadInput) as refused:
        quarter_named(name)

    assert refused.value.case == "portrait-quarter"


def test_release_tells_bands_hours_and_both_weightings_of_real_people() -> None:
    paid(22)
    found = released()

    by_measure = {c.measure: c for c in found.cells if c.row == "CAN-ANNOT"}
    assert by_measure[CellMeasure.PEOPLE].low == Decimal(20)
    assert by_measure[CellMeasure.PEOPLE].value is None
    assert by_measure[CellMeasure.HOURS].value == Decimal("44.0")
    assert by_measure[CellMeasure.PAY_BY_PERSON].value is not None
    hour = by_measure[CellMeasure.PAY_BY_HOUR]
    assert hour.state is CellState.ESTIMATED
    assert by_measure[CellMeasure.COVERED].value == 1
    assert not any(c.is_simulated for c in found.cells)


def test_fewer_than_twenty_people_are_a_band_and_nothing_else() -> None:
    paid(19)
    found = released()

    assert cell(found, "CAN-ANNOT", CellMeasure.PEOPLE) is CellState.FEW
    assert cell(found, "CAN-ANNOT", CellMeasure.HOURS) is CellState.HIDDEN
    assert cell(found, ALL, CellMeasure.PAY_BY_HOUR) is CellState.HIDDEN
    told = [
        one for one in found.figures if one.value is not None and one.of.frame != CountFrame.LAW
    ]
    assert {one.name for one in told} <= {"chain.undisclosed"}


def test_simulated_hands_are_never_people_and_every_figure_they_touch_says_so() -> None:
    paid(22, simulated=True)
    made = release_quarter(QUARTER, to_ms(OVER))
    found = read_release(made.content.encode())

    assert made.is_simulated
    assert not [c for c in found.cells if c.measure is CellMeasure.PEOPLE]
    assert all(c.is_simulated for c in found.cells)
    figures = Figures(found.figures)
    assert figures.get("population.active").state is CellState.UNKNOWN
    touched = [one for one in found.figures if one.is_known]
    assert touched
    assert all(one.is_simulated for one in touched if one.of.frame != CountFrame.LAW)


def test_real_people_beside_simulated_hands_are_counted_alone() -> None:
    real, show = paid(22), make_project(tasks=1, workers=1)
    person = show.worker.person
    assert person is not None
    Person.objects.filter(id=person.pk).update(is_simulated=True)
    found = released()

    assert real
    assert not found.is_simulated
    assert Figures(found.figures).get("population.active").low == 20


def test_minutes_of_an_hour_add_up_to_sixty() -> None:
    paid(22)
    figures = Figures(released().figures)

    minutes = [figures.value(f"time.{kind}") for kind in TimeUse]
    assert sum(one for one in minutes if one is not None) == pytest.approx(60, abs=0.05)
    assert figures.value("time.reading") == pytest.approx(7.5, abs=0.05)
    assert figures.get("time.waiting").state is CellState.UNKNOWN


def test_effective_pay_is_under_nominal_where_time_is_not_seen() -> None:
    made = make_project(tasks=2, workers=22, overlap=22, piece_micro=100_000)
    for number, worker in enumerate(made.workers):
        assert worker.person is not None
        agree(worker.person, Status.EMPLOYEE)
        at_ms = moment(FIRST) + number * 60_000
        answer_next(worker, now_ms=at_ms)
        work_hours(worker.person, made.project.pk, at_ms, HOUR_MS, surface="review")
        work_hours(worker.person, made.project.pk, at_ms + 2 * HOUR_MS, HOUR_MS, surface="item")
        work_hours(worker.person, made.project.pk, at_ms + 4 * HOUR_MS, HOUR_MS)
    policy()
    close_period(period().pk, make_person(), to_ms(AFTER))
    figures = Figures(released().figures)

    nominal = figures.value("pay.nominal.CAN-ANNOT")
    effective = figures.value("pay.effective.CAN-ANNOT")
    assert nominal is not None
    assert effective is not None
    assert nominal > effective


def test_people_under_each_protection_are_told_by_share_of_hours() -> None:
    paid(22)
    figures = Figures(released().figures)

    assert figures.value("scheme.qpip") == 1
    assert figures.value("scheme.qpp") == 0, "such a pay is under the exemption: nothing was paid"
    assert figures.value("scheme.qpp.exempt") == 1


def test_active_new_and_left_are_bands() -> None:
    paid(22)
    figures = Figures(released().figures)

    assert figures.get("population.active").low == figures.get("population.new").low == 20
    assert figures.get("population.stayed").state is CellState.HIDDEN
    assert figures.get("population.returned").state is CellState.HIDDEN
    assert figures.get("population.left").state is CellState.FEW


def test_release_is_made_once_and_served_as_it_was() -> None:
    paid(22)
    made = release_quarter(QUARTER, to_ms(OVER))

    with pytest.raises(Conflict) as refused:
        release_quarter(QUARTER, to_ms(OVER))

    assert refused.value.case == "portrait-released"
    assert PortraitRelease.objects.get().content == made.content


def test_correction_is_a_new_edition_that_names_the_old_which_stays() -> None:
    paid(19)
    first = release_quarter(QUARTER, to_ms(OVER))
    second = release_quarter(QUARTER, to_ms(OVER), is_correction=True)

    assert (first.edition, second.edition) == (1, 2)
    assert read_release(second.content.encode()).replaces == first.sha256
    assert [one.edition for one in PortraitRelease.objects.order_by("edition")] == [1, 2]
    assert not [one for one in verify_releases() if one.wrong]


def test_quarter_that_runs_is_not_released_where_anybody_is_real() -> None:
    paid(22)
    with pytest.raises(Conflict) as refused:
        release_quarter(QUARTER, to_ms(AFTER))

    assert refused.value.case == "portrait-running"
    assert not PortraitRelease.objects.exists()


def test_quarter_that_runs_is_released_for_the_show() -> None:
    paid(22, simulated=True)

    assert release_quarter(QUARTER, to_ms(AFTER)).is_simulated


def test_release_is_signed_logged_and_a_change_is_noticed() -> None:
    paid(22)
    made = release_quarter(QUARTER, to_ms(OVER))

    signed = open_release(made.content.encode())
    assert signed.release.sha256 == made.sha256
    assert json.loads(PlatformEntry.objects.get(type="portrait").payload)["sha256"] == made.sha256
    changed = made.content.replace('"44.0"', '"45.0"')
    assert changed != made.content
    PortraitRelease.objects.update(content=changed)
    assert next(one.wrong for one in verify_releases())


def test_empty_database_gives_a_release_that_says_unknown() -> None:
    found = released()

    assert not found.cells
    assert {one.state for one in found.figures} == {CellState.UNKNOWN}


def test_chain_of_the_quarter_adds_up_to_what_clients_pay() -> None:
    from canut.actions.pay.intermediaries import ChainIn, write_chain
    from canut.core.money import Money
    from canut.core.pay.intermediaries import Party, PartyRole

    made = paid(22)
    parties = [Party(PartyRole.INTERMEDIARY, Money(33_333, "CAD"), "Relais", "FR")]
    given = ChainIn("Presse", "CA", 300_000, parties)
    write_chain(made.project, given, by=make_person(), now_ms=moment(FIRST))
    figures = Figures(released().figures)

    links = [one for one in figures.under("chain") if one.name.count(".") == 3]
    told = sum(one.value for one in links if one.value is not None)
    assert figures.value("chain.price") == 100
    assert [one.state for one in links if ".undisclosed." in one.name] == [CellState.RESIDUAL]
    assert figures.value("chain.undisclosed") == 1
    assert told == Decimal(100)


def test_own_staff_stand_in_the_numbers_of_people_alone() -> None:
    made = make_project(tasks=2, workers=22, overlap=22)
    made.project.is_own_staff = True
    made.project.save(update_fields=["is_own_staff"])
    for worker in made.workers:
        answer_next(worker, now_ms=moment(FIRST))
    found = gather(QUARTER, None)

    assert not found.work
    assert found.given.population is not None
    assert found.given.population.active == 22
