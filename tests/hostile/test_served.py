"""Hostile requests to a server that runs: no connection is dropped, no process ends.

What the bulk shows in this process (``test_hostile``) is shown here of a part, over sockets: deep
JSON on the small stacks of a server's threads, bytes that are hardly HTTP, megabytes.
"""

import json
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from tests.hostile.asking import Application, faults_kept
from tests.hostile.battery import Battery, Dice, Report
from tests.hostile.cases import Case, all_cases
from tests.hostile.conftest import connection_kept
from tests.hostile.ground import Actor, make_ground
from tests.hostile.targets import Target, all_targets
from tests.hostile.wire import DROPPED, bytes_of, exchange, malformed
from tests.soak.stage import Stage, stage
from tests.support.factories import make_tasks
from tests.support.invariants import broken
from tests.support.pay_pages import make_statement

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("loggable"),
    pytest.mark.process,
]
TARGETS = [target for target in all_targets() if target.name != "account_logout"]
WITH_BODIES = [t for t in TARGETS if t.is_for_programs and not {"GET", "DELETE"} & {*t.methods}]
TASKS = 100
DEEPEST = {"deep-list", "deep-object"}


def ready(battery: Battery, targets: list[Target]) -> list[tuple[Target, Actor, list[Case]]]:
    """Fill in addresses for good, and list the cases of each with somebody who gets in."""
    known = []
    for target in targets:
        for actor, each in battery.ways_in(target):
            known.append((target, actor, all_cases(each)))
    return known


def flood(tmp_path: Path, settings: Settings, targets: list[Target], per_target: int) -> None:
    """Send hostile requests to a server on the test's database, and see it stand."""
    rng = Dice("served")
    statuses: Counter[int] = Counter()
    wrong: list[str] = []
    with connection_kept():
        is_file = connection.vendor == "sqlite"
        name = str(connection.settings_dict["NAME"])
        folder = Path(name).parent if is_file else tmp_path / "data"
        settings.DATA, settings.MEDIA_ROOT = folder, folder / "media"
        with faults_kept() as faults:
            ground = make_ground()
            make_tasks(ground.house.project, TASKS)  # nothing that an address needs is undone
            make_statement(ground.house)
            battery = Battery(ground, Application(faults), Report())
            known = ready(battery, targets)
        with stage(tmp_path, 1) as where:
            (port,) = where.ports
            serving = where.children(port, "spawn_main")
            for target, actor, cases in known:
                for case in rng.sample(cases, per_target):
                    answered = exchange(port, bytes_of(actor.ask(case.make()), port))
                    statuses[answered.status] += 1
                    if answered.status >= 500 and answered.status not in {503, 505}:
                        wrong.append(f"{target.name} {case.point} {case.value}: {answered.status}")
                    if answered.status == DROPPED:
                        wrong.append(f"{target.name} {case.point} {case.value}: dropped")
            wrong += send_deep(where, known, statuses)
            wrong += send_malformed(where, statuses)
            assert where.asked("healthz") == 200
            assert where.children(port, "spawn_main") == serving
            assert wrong == []
            assert where.faults() == []
    assert broken() == []
    counts = {str(status): number for status, number in sorted(statuses.items())}
    sys.stdout.write(f"\nserved: {json.dumps(counts)}\n")


def send_deep(
    where: Stage, known: list[tuple[Target, Actor, list[Case]]], statuses: Counter[int]
) -> list[str]:
    """Send JSON that is deeper than a thread's stack to whatever reads JSON."""
    wrong = []
    (port,) = where.ports
    for target, actor, cases in known:
        if not target.is_for_programs:
            continue
        for case in cases:
            is_in_json = case.point.startswith(("body", "member"))
            if is_in_json and case.value in DEEPEST:
                answered = exchange(port, bytes_of(actor.ask(case.make()), port))
                statuses[answered.status] += 1
                if not 200 <= answered.status < 500:
                    wrong.append(f"{target.name} {case.point} {case.value}: {answered.status}")
    return wrong


def send_malformed(where: Stage, statuses: Counter[int]) -> list[str]:
    """Send what is hardly HTTP; it is refused or left, and the server stands."""
    wrong = []
    (port,) = where.ports
    for path in ("/", "/work/a/answers", "/api/v1/projects"):
        for name, raw in malformed(port, path):
            answered = exchange(port, raw)
            statuses[answered.status] += 1
            if answered.status >= 500 and answered.status not in {501, 505}:
                wrong.append(f"{path} {name}: {answered.status}")
            if where.asked("healthz") != 200:
                wrong.append(f"{path} {name}: the server is gone")
    return wrong


def test_served_instance_answers_a_few_hostile_requests(tmp_path: Path, settings: Settings) -> None:
    rng = Dice("addresses")
    flood(tmp_path, settings, rng.sample(TARGETS, 20) + rng.sample(WITH_BODIES, 6), 3)


@pytest.mark.soak
def test_served_instance_answers_many_hostile_requests(tmp_path: Path, settings: Settings) -> None:
    flood(tmp_path, settings, TARGETS, 12)
