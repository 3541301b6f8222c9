"""Jobs and the messages of webhooks go on whatever is killed: each row once, no message missed."""

import json
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from django_tasks_db.models import DBTaskResult

from canut.actions.integrations.webhooks import WebhookSpec, create_webhook
from canut.actions.operations.jobs import read_rows
from canut.store.models import Delivery, Import, Task, TaskState
from canut.store.tables.integrations import TaskTold
from tests.soak.checks import check, finish, look
from tests.soak.stage import plans, stage
from tests.soak.test_kills import answered, tell, until
from tests.support.factories import NOW_MS, Made, make_project
from tests.support.importing import started
from tests.support.webhook_receiver import receiver

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.soak,
    pytest.mark.usefixtures("loggable"),
]
ROWS = 60_000
WAIT_SECONDS = 400.0


def bring_rows(path: Path) -> Import:
    """Ask for a file to be read by a job."""
    path.write_text("text\n" + "".join(f"avis numéro {number}\n" for number in range(ROWS)))
    source = started(make_project(tasks=0).project, path)
    read_rows.enqueue(source.id)
    return source


def closed_in(made: Made) -> set[int]:
    states = TaskState.objects.filter(project=made.project, state="closed")
    return set(states.values_list("task", flat=True))


def is_done(source: Import, closed: set[int]) -> bool:
    """Say whether the file is read, every closed task told of and every message delivered."""
    source.refresh_from_db()
    told = TaskTold.objects.filter(task_id__in=closed).count() == len(closed)
    waiting = Delivery.objects.exclude(state=Delivery.State.DELIVERED).exists()
    return source.state == "ready" and told and not waiting


@pytest.mark.parametrize("seed", range(2), ids="seed-{}".format)
def test_jobs_and_messages_go_on_after_every_kill(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    made = make_project(tasks=80, workers=4, overlap=2, lease_seconds=5)
    served = stage(tmp_path, 1, with_jobs=True, CANUT_WEBHOOKS_INSIDE="yes")
    with receiver() as there, served as where:
        by = made.project.created_by
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("django.conf.settings.WEBHOOKS_INSIDE", True)
            create_webhook(
                made.project, WebhookSpec(there.url, ["task.closed"]), by=by, now_ms=NOW_MS
            )
        source = bring_rows(tmp_path / "rows.csv")
        for number, plan in enumerate(plans(made, where, seed)):
            where.begin(number, plan)
        until(made, where, 10)
        for what in rng.permutation(["jobs", "group", "jobs", "child"]).tolist():
            time.sleep(rng.uniform(1.0, 4.0))
            where.kill(what, rng)
        where.wait(where.ports[0])
        until(made, where, min(answered(made) + 5, 150))
        where.settle()
        closed = closed_in(made)
        end = time.monotonic() + WAIT_SECONDS
        while not is_done(source, closed) and time.monotonic() < end:
            time.sleep(1)
        faults = where.faults()
    seen = look(made, where)
    job = DBTaskResult.objects.get(task_path=read_rows.module_path)
    begun, told = len(job.worker_ids), len(there.got)
    tell(seed, where, f"{seen.acknowledged} answers, {told} messages, job begun {begun} times")
    source.refresh_from_db()
    assert (source.state, source.rows_good, source.rows_bad) == ("ready", ROWS, 0)
    rows = Task.objects.filter(source=source).values_list("row", flat=True)
    assert sorted(rows) == list(range(2, ROWS + 2))
    bodies = {headers["webhook-id"]: json.loads(body) for headers, body in there.got}
    heard = Counter(one["id"] for body in bodies.values() for one in body["data"]["tasks"])
    assert set(heard) >= closed
    assert set(heard.values()) == {1}
    check(made, seen)
    finish(made)
    assert faults == []
