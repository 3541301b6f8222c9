"""Of several processes that keep time one has the turn; it passes on when that one is silent."""

import pytest

from canut.actions.platform.instance_facts import keep_fact
from canut.actions.platform.leader_election import acquire_leadership
from canut.store.models import Fact
from tests.support.factories import NOW_MS

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]
FIRST, SECOND = "clock-1", "clock-2"


@pytest.fixture(autouse=True)
def _both_are_heard_of() -> None:
    keep_fact(FIRST, str(NOW_MS))
    keep_fact(SECOND, str(NOW_MS))


def test_one_of_two_has_the_turn_and_keeps_it() -> None:
    got = [acquire_leadership(one, NOW_MS + 1) for one in (FIRST, SECOND, FIRST)]

    assert got == [True, False, True]


def test_turn_of_a_process_that_fell_silent_passes_on() -> None:
    acquire_leadership(FIRST, NOW_MS)
    keep_fact(SECOND, str(NOW_MS + 61_000))

    assert acquire_leadership(SECOND, NOW_MS + 61_000)
    assert not acquire_leadership(FIRST, NOW_MS + 61_001)


def test_turn_of_a_process_that_ended_passes_on_at_once() -> None:
    acquire_leadership(FIRST, NOW_MS)
    Fact.objects.filter(name=FIRST).delete()

    assert acquire_leadership(SECOND, NOW_MS + 1)
