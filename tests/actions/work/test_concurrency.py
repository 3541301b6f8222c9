"""What is never broken, after a crowd of processes worked, stumbled and was killed."""

import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db.models import Count, F, Max, Min, Q, Sum

from canut.actions.work.leases import expire_leases, lease_tasks
from canut.store.models import Answer, EntryPending, Lease, PayLine, TaskState
from tests.support.databases import environment
from tests.support.factories import (
    PIECE_MICRO,
    Made,
    answer_next,
    make_project,
    make_worker,
    opened,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.dialect]
ROOT = Path(__file__).resolve().parents[3]
FAR_MS = 4_000_000_000_000


def work(made: Made, folder: Path, *, seed: int, kills: int, overlaps: list[int]) -> None:
    """Run the crowd as a program of its own, on the database of this test."""
    plan = {
        "project": made.project.pk,
        "workers": [worker.pk for worker in made.workers],
        "folder": str(folder),
        "seed": seed,
        "kills": kills,
        "overlaps": overlaps,
    }
    ended = subprocess.run(
        [sys.executable, "-m", "tests.support.simulated_crowd", json.dumps(plan)],
        cwd=ROOT,
        env=environment() | {"CANUT_SECRET_KEY": settings.SECRET_KEY},
        check=False,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, f"seed {seed}: {ended.stderr[-3000:]}"


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def check_tasks(folder: Path) -> None:
    """Counted and live are what they say, and never more than the overlap in force."""
    live = Counter(Lease.objects.filter(state=0).values_list("task", flat=True))
    counted = Counter(Answer.objects.filter(counted=True).values_list("task", flat=True))
    for state in TaskState.objects.all():
        assert (state.live, state.counted) == (live[state.task_id], counted[state.task_id])
        assert state.live == 0 or state.live + state.counted <= state.overlap
        assert (state.state == "closed") == (state.counted >= state.overlap)
        assert (state.label is None) == (state.counted == 0)
    for task in TaskState.objects.filter(counted__gt=F("overlap")):  # counted before it was lowered
        last = Answer.objects.filter(task=task.task_id, counted=True, replaces=None)
        until = read(folder / "overlap.log")[-1]["until_ms"]
        assert all(ms <= until for ms in last.values_list("answered_ms", flat=True))


def check_workers() -> None:
    """Nobody got a task twice, and no second of anybody is paid twice."""
    counted = Answer.objects.filter(counted=True).values("worker", "task")
    assert not counted.annotate(n=Count("id")).filter(n__gt=1).exists()
    taken = Lease.objects.filter(state__lte=2).values("worker", "task")
    assert not taken.annotate(n=Count("id")).filter(n__gt=1).exists()
    for row in Answer.objects.values("worker").annotate(
        seconds=Sum("elapsed_ms"), since=Min("lease__lent_ms"), until=Max("answered_ms")
    ):
        assert row["seconds"] <= row["until"] - row["since"]


def check_acknowledged(folder: Path) -> int:
    """Every answer that was acknowledged is there, as it was acknowledged."""
    kept = {answer.client_key: answer for answer in Answer.objects.all()}
    said = [line for path in folder.glob("member-*.log") for line in read(path)]
    receipts = [line for line in said if line["what"] == "kept" and "refused" not in line]
    for receipt in receipts:
        answer = kept[receipt["key"]]
        assert (answer.pk, answer.worker_id) == (receipt["answer"], receipt["worker"])
    refused = Counter(line["refused"] for line in said if "refused" in line)
    assert set(refused) <= {"correction-too-old"}, refused
    sent = {line["key"] for line in said if line["what"] == "sent"}
    assert sent >= set(kept)
    assert sent - set(kept) <= {line["key"] for line in said if "refused" in line}
    return len(receipts)


def check_money() -> None:
    """Answers, pay lines and entries are as many, and the cost is their sum to the micro-unit."""
    answers = list(Answer.objects.values_list("worker", "task"))
    lines = dict(PayLine.objects.values_list("answer", "piece_micro"))
    entries = [json.loads(opened(e).payload) for e in EntryPending.objects.filter(type="answer")]
    assert len(answers) == len(lines) == len(entries)
    assert sum(lines.values()) == sum(entry["micro"] for entry in entries)
    assert sum(lines.values()) == PIECE_MICRO * len(set(answers))  # once a person and task
    time_ms = PayLine.objects.aggregate(all=Sum("elapsed_ms"))["all"]
    assert time_ms == sum(entry["ms"] for entry in entries)


def finish(made: Made) -> None:
    """Every task can still be completed by people who have not seen it."""
    expire_leases(made.project.pk, FAR_MS)
    assert not Lease.objects.filter(state=0).exists()
    for _ in range(5):
        worker = make_worker(made.project)
        while lease_tasks(worker.pk, 1, FAR_MS).tasks:
            answer_next(worker, now_ms=FAR_MS)
    assert not TaskState.objects.exclude(state="closed").exists()
    assert not TaskState.objects.filter(Q(live__gt=0) | Q(counted__lt=F("overlap"))).exists()


def hammer(folder: Path, *, overlap: int, overlaps: list[int], kills: int, seed: int) -> None:
    made = make_project(tasks=300, workers=6, overlap=overlap, lease_seconds=0)
    made.project.lease_seconds = 1
    made.project.save()

    begun = time.monotonic()
    work(made, folder, seed=seed, kills=kills, overlaps=overlaps)
    took = time.monotonic() - begun

    acknowledged = check_acknowledged(folder)
    sys.stdout.write(
        f"seed {seed}: {kills} kills, overlap {[overlap, *overlaps]}, {acknowledged} "
        f"acknowledgements, {Answer.objects.count()} kept, {took:.1f} s\n"
    )
    assert acknowledged > 250
    check_tasks(folder)
    check_workers()
    check_money()
    finish(made)
    check_tasks(folder)
    check_money()


@pytest.mark.slow
@pytest.mark.parametrize(("overlap", "overlaps"), [(1, []), (3, [2])])
def test_crowd_that_is_killed_breaks_nothing(
    tmp_path: Path, overlap: int, overlaps: list[int]
) -> None:
    hammer(tmp_path, overlap=overlap, overlaps=overlaps, kills=12, seed=20261125)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(20), ids="seed-{}".format)
@pytest.mark.parametrize(("overlap", "overlaps"), [(1, [2, 1]), (3, [2, 4, 1, 3])])
def test_crowd_breaks_nothing_however_often(
    tmp_path: Path, overlap: int, overlaps: list[int], seed: int
) -> None:
    hammer(tmp_path, overlap=overlap, overlaps=overlaps, kills=60, seed=seed)
