"""What the chain of actors tells the Portrait of a quarter."""

import pytest

from canut.actions.learning.provenance import note_actors
from canut.actions.learning.provenance_report import decision_shares
from canut.actions.portrait.releases import release_quarter
from canut.actions.quality.estimates import estimate_labels
from canut.core.clock import to_ms
from canut.core.portrait.cells import CellState
from canut.core.portrait.decision_roles import DecisionOutcome
from canut.core.portrait.machine_figures import models_of, periods_of
from canut.core.portrait.measured import Figures
from canut.core.portrait.released import read_release
from canut.store.models import Project
from tests.actions.learning.test_provenance_report import train
from tests.actions.portrait.test_releases import OVER, QUARTER, paid
from tests.support.factories import Made
from tests.support.payroll import moment

pytestmark = pytest.mark.django_db


def decided(count: int, *, simulated: bool = False) -> Made:
    """Let so many people decide, be paid, and have it noted who did what."""
    made = labelled(count, simulated=simulated)
    note_actors(made.project.pk, moment(QUARTER.last), is_forced=True)
    return made


def labelled(count: int, *, simulated: bool = False) -> Made:
    """Let so many people decide and be paid."""
    made = paid(count, simulated=simulated)
    Project.objects.filter(id=made.project.pk).update(overlap=count)
    estimate_labels(made.project.pk, to_ms(OVER))
    return made


def figures() -> Figures:
    return Figures(read_release(release_quarter(QUARTER, to_ms(OVER)).content.encode()).figures)


def test_decisions_of_the_quarter_are_told_month_by_month_and_add_up() -> None:
    made = decided(22)
    who = decision_shares([made.project.pk], QUARTER.begin_ms, QUARTER.end_ms)
    found = figures()

    periods = periods_of(found)
    assert sum(who.counts.values()) > 0
    assert {
        outcome: sum(one.shares.counts[outcome] for one in periods) for outcome in DecisionOutcome
    } == who.counts
    assert found.value("decided.touched") == 1


def test_release_tells_who_decided_though_no_job_has_read_it_yet() -> None:
    labelled(22)

    assert figures().value("decided.touched") == 1


def test_model_that_decided_nothing_bears_nothing_and_is_not_drawn() -> None:
    made = decided(22)
    train(made, "1", 3_600_000)

    assert models_of(figures()) == []


def test_hours_of_few_people_are_kept_back_beside_machines() -> None:
    decided(12)
    found = figures()

    assert found.get("created.label").state in {CellState.HIDDEN, CellState.UNKNOWN}
    assert found.get("displaced").state in {CellState.HIDDEN, CellState.UNKNOWN}


def test_simulated_hands_mark_what_they_decided() -> None:
    decided(22, simulated=True)
    told = [one for one in figures().under("decided") if one.is_known]

    assert told
    assert all(one.is_simulated for one in told)
