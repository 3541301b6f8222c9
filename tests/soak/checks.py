"""What must hold after any number of deaths, as the journals and the database tell it."""

from collections import Counter
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from django.db.models import Count, F

from canut.actions.work.leases import expire_leases, lease_tasks
from canut.store.models import Answer, EntryPending, Lease, PayLine, TaskState
from tests.soak.stage import Stage
from tests.support.factories import Made, answer_next, make_worker
from tests.support.invariants import broken

FAR_MS = 4_000_000_000_000
RETRYABLE = {"503 database-away", "507 no-room"}
REFUSALS = {"correction-too-old"}
FINISHERS = 4


@dataclass(frozen=True)
class Seen:
    """How a run ended."""

    acknowledged: int
    answers: int
    lost: int
    twice: int
    again: Counter[str]


def look(made: Made, where: Stage, retryable: AbstractSet[str] = frozenset(RETRYABLE)) -> Seen:
    """Compare what was acknowledged with what is kept, and everything else with what must hold.

    Args:
        made: the project; a journal's number is the place of its person among the workers.
        where: what ran.
        retryable: the refusals that may have been answered with "send it again".
    """
    noted = where.journals()
    assert not [line for line in noted if line["what"] == "wrong"]
    receipts = [line for line in noted if line["what"] == "kept" and "problem" not in line]
    refused = {line["problem"]["code"] for line in noted if "problem" in line and "key" in line}
    assert refused <= REFUSALS
    sent = {line["one"]["key"]: line for line in noted if line["what"] == "sent"}
    kept: dict[str, Answer] = {}
    twice = 0
    for answer in Answer.objects.filter(project=made.project):
        twice += answer.client_key in kept
        kept[answer.client_key] = answer
    assert set(kept) <= set(sent), "an answer that nobody sent"
    lost = 0
    for receipt in receipts:
        found = kept.get(receipt["key"])
        who = made.workers[receipt["person"]].pk
        lost += found is None or (found.pk, found.worker_id) != (receipt["answer"], who)
    again = Counter(line["problem"] for line in noted if line["what"] == "again")
    told = {problem for problem in again if problem[0].isdigit()}
    assert told <= retryable, told
    return Seen(len({r["key"] for r in receipts}), len(kept), lost, twice, again)


def check(made: Made, seen: Seen) -> None:
    """Nothing is lost or twice, every count is true, and every task can be completed."""
    assert (seen.lost, seen.twice) == (0, 0), seen
    _check_rules(made)
    expire_leases(made.project.pk, FAR_MS)
    assert not Lease.objects.filter(project=made.project, state=0).exists()
    _check_rules(made)


def finish(made: Made) -> None:
    """Complete every task that is left, by people who have seen none."""
    for _ in range(FINISHERS):
        worker = make_worker(made.project)
        while lease_tasks(worker.pk, 1, FAR_MS).tasks:
            answer_next(worker, now_ms=FAR_MS)
    left = TaskState.objects.filter(project=made.project).exclude(
        state="closed", live=0, counted=F("overlap")
    )
    assert not left.exists()
    _check_rules(made)


def _check_rules(made: Made) -> None:
    assert broken() == []
    states = TaskState.objects.filter(project=made.project)
    assert not states.filter(counted__gt=F("overlap")).exists()
    assert not states.filter(counted__gt=F("overlap") - F("live")).exists()
    taken = Lease.objects.filter(project=made.project, state__lte=2).values("worker", "task")
    assert not taken.annotate(n=Count("id")).filter(n__gt=1).exists()
    answers = Answer.objects.filter(project=made.project).count()
    lines = PayLine.objects.filter(project=made.project).count()
    entries = EntryPending.objects.filter(project=made.project, type="answer").count()
    assert answers == lines == entries
