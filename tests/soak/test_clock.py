"""The clock is set by hours, days and a month, forward and back, while people answer.

Nobody waits long for a task, nothing is lost or paid twice, entries of the log keep their order,
and whoever was signed in stays so.
"""

import time
from pathlib import Path

import pytest
from django.db.models import Sum

from canut.store.models import Answer, EntryPending, Lease, PayLine
from tests.soak.checks import check, finish, look
from tests.soak.stage import HOUR, Stage, plans, stage
from tests.soak.test_kills import OVERLAP, answered, feed, servers, tell, until
from tests.support.factories import PIECE_MICRO, Made, make_project

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("loggable"),
]
DAY = 24 * HOUR
STEPS = (3 * HOUR, -5 * HOUR, 2 * DAY, -3 * DAY, 30 * DAY, 0)
FEW = 12
STUCK_SECONDS = 90.0


def work_on(made: Made, where: Stage, wrong: int) -> None:
    """Set the clock, and see that answers go on and that no lease is held for long."""
    where.set_clock(wrong)
    until(made, where, answered(made) + FEW)
    end = time.monotonic() + STUCK_SECONDS
    while held_ahead(made, wrong):
        assert time.monotonic() < end, "a lease of the clock before is held"
        feed(made)
        time.sleep(0.5)


def held_ahead(made: Made, wrong: int) -> int:
    """Count the leases that run far longer than any may by the clock as it is set."""
    longest_ms = round(1000 * (time.time() + wrong)) + 1000 * (made.project.lease_seconds + 120)
    leases = Lease.objects.filter(project=made.project, state=0, expires_ms__gt=longest_ms)
    return leases.count()


def run(folder: Path, steps: tuple[int, ...], seed: int) -> None:
    """Let six people answer while the clock takes these steps; then look, and complete it all."""
    made = make_project(tasks=120, workers=6, overlap=OVERLAP, lease_seconds=5)
    with stage(folder, servers(), with_jobs=True) as where:
        for number, plan in enumerate(plans(made, where, seed)):
            where.begin(number, plan)
        until(made, where, FEW)
        for wrong in steps:
            work_on(made, where, wrong)
        where.settle()
        faults = where.faults()
    seen = look(made, where)
    tell(seed, where, f"{seen}")
    check(made, seen)
    _check_pay(made)
    finish(made)
    assert faults == []


def _check_pay(made: Made) -> None:
    """Each person is paid each task once, and no negative time; entries keep their order."""
    pairs = set(Answer.objects.filter(project=made.project).values_list("worker", "task"))
    paid = PayLine.objects.filter(project=made.project).aggregate(all=Sum("piece_micro"))["all"]
    assert paid == PIECE_MICRO * len(pairs)
    assert not PayLine.objects.filter(elapsed_ms__lt=0).exists()
    entries = EntryPending.objects.filter(project_id=made.project.pk, type="answer")
    worker_of = dict(Answer.objects.filter(project=made.project).values_list("id", "worker"))
    by_worker: dict[int, list[int]] = {}
    for answer in entries.order_by("id").values_list("answer", flat=True):
        by_worker.setdefault(worker_of[answer or 0], []).append(answer or 0)
    assert all(answers == sorted(answers) for answers in by_worker.values())


def test_clock_that_jumps_under_load_loses_and_sticks_nothing(tmp_path: Path) -> None:
    run(tmp_path, (2 * DAY, -3 * DAY, 0), seed=20261130)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2), ids="seed-{}".format)
def test_clock_that_jumps_by_hours_days_and_a_month_loses_nothing(
    tmp_path: Path, seed: int
) -> None:
    run(tmp_path, STEPS, seed)
