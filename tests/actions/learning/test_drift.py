"""A model that falls behind is noticed, people are asked again, and it proves itself anew."""

import pytest

from canut.actions.learning.drift import check_drift, find_drift
from canut.actions.learning.loop import set_loop_rule
from canut.actions.learning.provenance import note_actors
from canut.core.clock import DAY_MS
from canut.store.learning.incidents import open_incident
from canut.store.models import EntryPending, Incident
from tests.actions.learning.test_loop import RULE, Loop
from tests.support.factories import NOW_MS

pytestmark = pytest.mark.django_db


@pytest.fixture
def loop() -> Loop:
    made = Loop(tasks=200)
    set_loop_rule(made.project, RULE, NOW_MS)
    return made


def drifting(loop: Loop) -> None:
    """Let the model take over, then bring tasks whose words have changed sides."""
    loop.answer(140)
    loop.train()
    assert loop.taken > 10
    loop.add(120, is_other=True)
    loop.now_ms += DAY_MS
    check_drift(loop.project, loop.now_ms)


def declare_repaired(loop: Loop) -> None:
    """Declare the alarm repaired, as its owner does at the end of several steps."""
    Incident.objects.update(state="proving", repaired_ms=loop.now_ms)


@pytest.mark.slow
def test_drift_is_noticed_and_people_are_asked_again(loop: Loop) -> None:
    drifting(loop)
    taken = loop.taken
    loop.answer(60)
    loop.now_ms += DAY_MS

    check_drift(loop.project, loop.now_ms)
    incident = open_incident(loop.project.pk)

    assert incident is not None
    assert incident.tasks == taken > 40
    assert incident.facts["right"] < incident.facts["seen"]
    assert loop.taken == 0
    assert EntryPending.objects.filter(type="model.drift").count() == 1


@pytest.mark.slow
def test_nothing_is_taken_over_until_somebody_repaired_it(loop: Loop) -> None:
    drifting(loop)
    loop.answer(60)
    loop.now_ms += DAY_MS
    check_drift(loop.project, loop.now_ms)
    loop.add(20)
    check_drift(loop.project, loop.now_ms + DAY_MS)
    assert loop.taken == 0

    declare_repaired(loop)

    assert open_incident(loop.project.pk) is None


@pytest.mark.slow
def test_steady_model_opens_no_incident(loop: Loop) -> None:
    loop.answer(140)
    loop.train()
    loop.answer(60)
    note_actors(loop.project.pk, loop.now_ms, is_forced=True)

    assert find_drift(loop.project, loop.now_ms) is None


@pytest.mark.slow
def test_repaired_model_proves_itself_anew(loop: Loop) -> None:
    drifting(loop)
    loop.answer(60)
    loop.now_ms += DAY_MS
    check_drift(loop.project, loop.now_ms)
    incident = open_incident(loop.project.pk)
    declare_repaired(loop)

    same_day = loop.train()

    assert incident is not None
    assert [seen for _, seen, *_ in same_day.bands] == [0] * len(same_day.bands)
    assert loop.taken == 0

    loop.add(150, is_other=True)
    check_drift(loop.project, loop.now_ms)
    loop.truth = dict.fromkeys(loop.truth, "oui")
    loop.answer(200)
    again = loop.train()

    assert again.bands[0][1] >= 30
    assert loop.taken > 0
