"""Three servers on one PostgreSQL behind one proxy; one is killed under load.

No acknowledged answer is lost and none is there twice, the others answer on, and what the killed
one lent is answered through them.
"""

import sys
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from canut.store.models import Answer, Lease
from tests.commands.proxies import check_is_installed
from tests.soak.checks import RETRYABLE, check, finish, look
from tests.soak.machines import APART, AWAY, LOOPBACK, machines
from tests.soak.stage import plans
from tests.soak.test_kills import answered, feed, until
from tests.support.factories import Made, make_project

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("loggable"),
    pytest.mark.postgresql,
    pytest.mark.slow,
    pytest.mark.allow_hosts(["127.0.0.1", *APART, *LOOPBACK]),
]
WAITED_MS = 10_000  # nobody waits longer for the next answer, however busy the machine


def kill_and_look(folder: Path, kills: int, answers: int) -> None:
    """Kill one server after the other under load; see that the others go on."""
    check_is_installed("nginx")
    rng = np.random.default_rng(kills)
    made = make_project(tasks=120, workers=4, overlap=3, lease_seconds=600)
    waited: list[int] = []
    handed_over = 0
    with machines(folder) as (where, proxy):
        for number, plan in enumerate(plans(made, where, 1, ports=[proxy])):
            where.begin(number, plan)
        until(made, where, 20)
        for _ in range(kills):
            for number in where.ports:
                if number not in where.servers:
                    where.serve(number)
                    where.wait(number)
            feed(made)
            victim = int(rng.choice(where.ports))
            at_ms = time.time_ns() // 1_000_000
            where.kill_server(victim)
            where.done["machine"] += 1
            until(made, where, answered(made) + answers)
            waited.append(longest_wait_ms(made, at_ms))
            handed_over += answered_after(made, at_ms)
        for number in list(where.clients):
            where.clients[number].kill()
            where.ended(number)
        where.serve(victim)
        where.settle()
        faults = where.faults()
        is_apart = where.network.is_apart
    seen = look(made, where, RETRYABLE | {AWAY})
    sys.stdout.write(
        f"\n{kills} of 3 servers killed, {'namespaces' if is_apart else 'loopback addresses'}: "
        f"{seen.acknowledged} answers acknowledged, lost {seen.lost}, twice {seen.twice}; longest "
        f"wait {max(waited)} ms; {handed_over} leases answered after the kill; "
        f"sent again {dict(seen.again)}\n"
    )
    check(made, seen)
    finish(made)
    assert faults == []
    assert handed_over > 0
    assert max(waited) < WAITED_MS


def longest_wait_ms(made: Made, at_ms: int) -> int:
    """Return the longest time without an answer of anybody, from a moment on."""
    times = Answer.objects.filter(project=made.project, answered_ms__gte=at_ms)
    moments = [at_ms, *times.order_by("answered_ms").values_list("answered_ms", flat=True)]
    return max(later - earlier for earlier, later in pairwise(moments))


def answered_after(made: Made, at_ms: int) -> int:
    """Return how many leases of before a moment were answered after it."""
    leases = Lease.objects.filter(project=made.project, state=Lease.State.ANSWERED)
    return leases.filter(lent_ms__lt=at_ms, ended_ms__gte=at_ms).count()


def test_server_killed_under_load_is_not_missed(tmp_path: Path) -> None:
    kill_and_look(tmp_path, kills=1, answers=30)


@pytest.mark.soak
def test_servers_killed_over_and_over_are_not_missed(tmp_path: Path) -> None:
    kill_and_look(tmp_path, kills=12, answers=300)
