"""What people may freely do costs them nothing: skipping, giving back, flagging, appealing."""

import ast

import numpy as np
import pytest

from canut.actions.decisions.appeals import AppealReply, answer_appeal, appeal
from canut.actions.decisions.rejections import reject_answer
from canut.actions.quality.estimates import estimate_labels
from canut.actions.work.leases import flag_task, lease_tasks, release_leases, skip_task
from canut.store.models import Answer, Decision, Worker
from tests.house.tree import SOURCE, at, files, tree
from tests.support.decisions import EVIDENCE, make_due
from tests.support.factories import (
    NOW_MS,
    answer_next,
    make_project,
    make_representative,
    make_worker,
)

pytestmark = pytest.mark.django_db
ROUTING = (
    "store/sql",
    "actions/work/leases.py",
    "actions/work/overlap.py",
    "actions/work/leases.py",
)
SCORING = (
    "actions/quality/estimates.py",
    "actions/quality/inference.py",
    "actions/tasks/consensus.py",
    "actions/quality/estimates.py",
    "actions/tasks/consensus.py",
    "core/quality",
)
UNREAD = {
    *("appeal", "appeals", "Appeal", "complaint", "complaints", "message", "messages", "Message"),
    *("rating", "ratings", "Rating", "representative", "REPRESENTATIVE", "ballot", "Ballot"),
    *("reviews", "opinion", "Opinion"),
}


def read_by(*places: str) -> list[str]:
    """List every name that code in these places uses of what it must not read."""
    named = [SOURCE / place for place in places if place.endswith(".py")]
    under = [place for place in places if not place.endswith(".py")]
    sources = [*named, *(f for place in under for f in files(".py", under=f"src/canut/{place}"))]
    assert len(sources) > 3
    return [
        f"{at(file, node.lineno)} {name}"
        for file in sources
        for node in ast.walk(tree(file))
        for name in _names(node)
        if name in UNREAD and isinstance(node, ast.expr | ast.stmt | ast.keyword)
    ]


def _names(node: ast.AST) -> list[str]:
    """Name what a piece of code uses: names, fields, imports, and tables in statements."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return [name]
        case ast.keyword(arg=str(name)):
            return [name]
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return [alias.name.split(".")[-1] for alias in names]
        case ast.Constant(value=str(text)) if "store_" in text:
            return text.replace("store_", " ").split()
    return []


def test_routing_and_scoring_read_no_complaint_no_rating_and_no_representative() -> None:
    assert read_by(*ROUTING, *SCORING) == []


def scores() -> list[tuple[float | None, int | None, int | None]]:
    return list(Worker.objects.order_by("id").values_list("accuracy", "agreed", "compared"))


@pytest.mark.parametrize("seed", range(3))
def test_skipping_giving_back_and_flagging_change_no_score_and_no_access(seed: int) -> None:
    rng = np.random.default_rng(seed)
    made = make_project(tasks=20, workers=3, overlap=4)
    for worker in made.workers:
        for _ in range(8):
            answer_next(worker, str(rng.choice(["oui", "oui", "non"])))
    estimate_labels(made.project.pk, NOW_MS)
    before, skipped = scores(), 0

    for _ in range(6):
        (lent,) = lease_tasks(made.worker.pk, 1, NOW_MS).tasks
        act = str(rng.choice(["skip", "release", "flag"]))
        if act == "flag":
            flag_task(made.worker.pk, lent.lease, "Unclear.", NOW_MS)
        if act == "skip":
            skip_task(made.worker.pk, lent.lease, "not-sure", NOW_MS)
            skipped += 1
        else:
            release_leases(made.worker.pk, [lent.lease], NOW_MS)
    estimate_labels(made.project.pk, NOW_MS)

    assert scores() == before
    assert len(lease_tasks(made.worker.pk, 20, NOW_MS).tasks) == 12 - skipped
    assert not Decision.objects.exists()


def test_two_who_answer_alike_are_offered_and_scored_alike_whoever_appeals() -> None:
    due = make_due(workers=3, tasks=12, overlap=7)
    loud, quiet, won, unhurt = (make_worker(due.made.project) for _ in range(4))
    for worker in (*due.made.workers[1:], loud, quiet, won, unhurt):
        for _ in range(6):
            answer_next(worker)
    for worker, outcome in ((loud, "upheld"), (quiet, None), (won, "overturned")):
        mine = Answer.objects.filter(worker=worker).latest("id")
        decision = reject_answer(
            mine.pk, by=due.author, code="no-answer", evidence=EVIDENCE, now_ms=NOW_MS + 60_000
        )
        if outcome:
            assert worker.person is not None
            make_representative(worker.person, due.made.project.organisation)
            made = appeal(decision.pk, by=worker.person, words="No!", now_ms=NOW_MS + 61_000)
            reply = AppealReply(outcome, "It says nothing.")
            answer_appeal(made.pk, reply, by=due.independent, now_ms=NOW_MS + 62_000)

    estimate_labels(due.made.project.pk, NOW_MS)

    for one, other in ((loud, quiet), (won, unhurt)):
        pair = [Worker.objects.get(pk=worker.pk) for worker in (one, other)]
        assert pair[0].accuracy == pair[1].accuracy is not None
        offered = [
            {task.task for task in lease_tasks(worker.pk, 4, NOW_MS + 70_000).tasks}
            for worker in pair
        ]
        assert offered[0] == offered[1] != set()
