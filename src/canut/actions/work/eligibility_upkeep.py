"""Decide eligibility where facts changed since: people who joined, scores that grew, training done.

Who joins by a page is decided at once. The rest is looked at regularly: people who came through the
API, people kept out who may have earned what was missing, and gold checks in paid training. It can
only let people in sooner; nobody waits for it to be paid.
"""

from functools import partial

from canut.actions.people.accounts import UNDECIDED
from canut.actions.platform.row_faults import attempt
from canut.actions.work.eligibility import GRANT, SCORE, TEAM, TRAINING, VALUE, decide_one
from canut.actions.work.qualifications import grant_earned
from canut.core.clock import HOUR_MS, Ms, from_ms
from canut.store.tables.people import Person
from canut.store.tables.projects import Project
from canut.store.tables.work import Eligibility, Qualification, QualificationGrant, Worker

MOST = 500
MAY_EARN = (UNDECIDED, SCORE, TEAM, GRANT, TRAINING, VALUE)


def decide_newcomer(person: Person, project: Project, now_ms: Ms) -> None:
    """Decide whether somebody who just joined a project has what it asks for."""
    worker = Worker.objects.filter(person=person, project=project, ended_at=None).first()
    if worker is not None:
        decide_one(worker, now_ms)


def decide_waiting(now_ms: Ms) -> int:
    """Decide again where facts may have changed; return for how many workers it changed."""
    changed = 0
    for worker in _training():
        attempt("training", worker.pk, partial(grant_earned, worker, now_ms))
    asking = Eligibility.objects.values("project")
    active = Worker.objects.filter(ended_at=None, person__isnull=False).select_related(
        "person", "project__organisation"
    )
    joined_at = from_ms(now_ms - HOUR_MS)
    newcomers = active.filter(project__in=asking, barred="", created_at__gte=joined_at)
    barred = active.filter(barred__in=MAY_EARN)
    for rows in (newcomers, barred):
        for worker in rows.order_by("-id")[:MOST]:
            changed += attempt("eligibility", worker.pk, partial(decide_one, worker, now_ms)) or 0
    return changed


def _training() -> list[Worker]:
    """List people with gold checks in paid training who never had what it trains for."""
    trains = Qualification.objects.filter(training__isnull=False, ended_ms=None)
    workers = Worker.objects.filter(
        project__in=trains.values("training"), person__isnull=False, checks_right__gt=0
    ).select_related("person")
    past = QualificationGrant.objects.filter(qualification__in=trains)
    granted = set(past.values_list("person", "qualification__training"))
    waiting = [
        worker
        for worker in workers.order_by("-id")[: 4 * MOST]
        if (worker.person_id, worker.project_id) not in granted
    ]
    return waiting[:MOST]
