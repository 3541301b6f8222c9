"""Many answer at once while sequencers race and are killed: one place each, and never a fork."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from canut.actions.ledger.sequencer import log_of, sequence
from canut.actions.operations.scheduler import BETWEEN_SECONDS
from canut.actions.work.leases import lease_tasks
from canut.actions.work.submission import Submission, submit
from canut.core.ledger.log import check_tiles
from canut.core.ledger.receipt import InclusionEvidence, PromiseStatus, read_receipt, standing_of
from canut.core.proofs.checkpoint import Checkpoint, open_checkpoint
from canut.core.proofs.merkle import inclusion_proof, tree_root
from canut.core.proofs.note import read_key
from canut.core.proofs.tiles import Tile, node_reader
from canut.store.ledger.logs import edge_of, read_tile
from canut.store.models import EntryPending, Log, LogEntry
from tests.support.databases import environment
from tests.support.factories import NOW_MS, Made, answer_next, make_project

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("loggable"),
    pytest.mark.dialect,
]
CROWD, EACH = 64, 2
SEQUENCER = """
import django
django.setup()
from canut.actions.ledger.sequencer import sequence
print("begun", flush=True)
while True:
    sequence(1777572000000, 3)
"""


def start(folder: Path) -> subprocess.Popen[str]:
    """Start a sequencer as a process of its own, on the database of this test."""
    named = {"CANUT_LOG_KEY": settings.LOG_KEY, "CANUT_DATA": str(folder)}
    named["DJANGO_SETTINGS_MODULE"] = "canut.settings"
    made = subprocess.Popen(
        [sys.executable, "-c", SEQUENCER],
        env=environment() | named,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert made.stdout is not None
    assert made.stdout.readline() == "begun\n"
    return made


def end_of(project: int) -> Checkpoint | None:
    log = Log.objects.filter(project=project).first()
    if log is None or not log.checkpoint:
        return None
    return open_checkpoint(log.checkpoint.encode(), [read_key(log.key)])[0]


def check(made: Made, seen: list[Checkpoint]) -> tuple[Log, Checkpoint]:
    """Check that the log is whole, and continues every end of it that was seen."""
    log, at_end = log_of(made.project.pk), end_of(made.project.pk)
    assert at_end is not None

    def read(tile: Tile) -> bytes:
        return read_tile(log, tile)

    check_tiles(read, edge_of(log))
    nodes = node_reader(read, log.size)
    for one in seen:
        assert tree_root(nodes, one.size) == one.root
    assert tree_root(nodes, log.size) == at_end.root
    return log, at_end


def promised_to(worker: int, key: str) -> str:
    """Answer one task; return the log's promise."""
    (lent,) = lease_tasks(worker, 1, NOW_MS).tasks
    promise = submit(worker, Submission(lent.lease, key, {"q": "oui"}), NOW_MS).promise
    assert promise is not None
    return promise


def test_every_promise_of_sixty_four_at_once_is_kept() -> None:
    made = make_project(tasks=CROWD * EACH, workers=CROWD)
    is_over = threading.Event()

    def answer(worker: int) -> list[str]:
        with closing(connection):
            return [promised_to(worker, f"{worker}-{number}") for number in range(EACH)]

    def place() -> None:
        with closing(connection):
            while not is_over.is_set():
                sequence(NOW_MS, 7)
                time.sleep(BETWEEN_SECONDS)

    with ThreadPoolExecutor(CROWD + 2) as pool:
        sequencers = [pool.submit(place) for _ in range(2)]
        told = list(pool.map(answer, [one.pk for one in made.workers]))
        is_over.set()
        for one in sequencers:
            one.result()
    while sequence(NOW_MS):
        pass

    promises = [promise for some in told for promise in some]
    assert len(promises) == CROWD * EACH
    log, at_end = check(made, [])
    assert log.size == EntryPending.objects.count() == CROWD * EACH

    def read(tile: Tile) -> bytes:
        return read_tile(log, tile)

    nodes = node_reader(read, log.size)
    places = {bytes(one.body): one.place for one in LogEntry.objects.filter(log=log)}
    for promise in promises:
        receipt = read_receipt(promise.encode(), read_key(log.key))
        place_of = places[receipt.entry]
        hashes = tuple(inclusion_proof(nodes, place_of, log.size))
        shown = InclusionEvidence(at_end, receipt.due_ms, place_of, hashes)
        assert standing_of(receipt, shown) is PromiseStatus.KEPT


def test_sequencers_killed_at_any_moment_never_fork_the_log(tmp_path: Path) -> None:
    made = make_project(tasks=48, workers=1)
    seen: list[Checkpoint] = []

    for round_ in range(4):
        for _ in range(12):
            answer_next(made.worker)
        one = start(tmp_path)
        time.sleep(0.01 + 0.03 * round_)
        os.kill(one.pid, signal.SIGKILL)
        one.communicate()
        end = end_of(made.project.pk)
        seen += [end] if end else []
    while sequence(NOW_MS):
        pass

    log, _ = check(made, seen)
    assert log.size == EntryPending.objects.count() == 48
    assert LogEntry.objects.filter(log=log).values("pending").distinct().count() == 48
