"""Restrict or suspend a worker in one project: a named person, a listed act, an end date.

The person is told before it takes effect, unless waiting would harm somebody. Their past work stays
paid and in their record. The effect of a limit on leases is in ``work.leases``.
"""

from dataclasses import dataclass

from django.db import transaction

from canut.actions.decisions.record import Ruling, appeal_day, day_in_zone, decide, name_of
from canut.actions.decisions.rejections import check_evidence
from canut.core.clock import DAY_MS
from canut.core.decisions.deadlines import takes_effect
from canut.core.decisions.explanations import Sentence, explain
from canut.core.decisions.misconduct import RESTRICTION, SUSPENSION, act_in_force
from canut.core.errors import BadInput, Conflict, Missing
from canut.store.decisions.appeals import sanctions_of
from canut.store.tables.decisions import Decision, Sanction
from canut.store.tables.people import Person
from canut.store.tables.work import Worker

MOST_DAYS = 90
MOST_DAILY = 500
KINDS = {
    RESTRICTION: Decision.Kind.RESTRICTION,
    SUSPENSION: Decision.Kind.SUSPENSION,
}


@dataclass(frozen=True, slots=True)
class Limit:
    """The terms of a restriction or suspension.

    Args:
        kind: ``restriction`` or ``suspension``.
        days: how long it lasts, 1 to 90.
        code: an act of the list in force.
        evidence: what shows it, in words, for the person to read.
        daily: tasks that may be lent in 24 hours, for a restriction; ignored for a suspension.
    """

    kind: str
    days: int
    code: str
    evidence: str
    daily: int = 0


@transaction.atomic
def limit_worker(worker_id: int, limit: Limit, *, by: Person, now_ms: int) -> Sanction:
    """Restrict or suspend a worker in their project.

    Raises:
        Missing: there is no such worker.
        BadInput: the kind, its length or number is out of range, the act is not on the list in
            force, or the evidence is empty or too long.
        Conflict: a limit is on its way or in force already.
        Forbidden: a program decides, or somebody about themselves.
    """
    check_evidence(limit.evidence)
    _check_limit(limit)
    worker = Worker.objects.select_related("project", "person").filter(id=worker_id).first()
    if worker is None or worker.person is None:
        raise Missing(f"there is no worker {worker_id} who is still here")
    Worker.objects.select_for_update().get(id=worker_id)
    if sanctions_of(worker_id, now_ms):
        raise Conflict(
            "a limit is on its way or in force; take it back first", code="already-limited"
        )
    person = worker.person
    act = act_in_force(limit.code, limit.kind, day_in_zone(person.id, now_ms))
    from_ms = takes_effect(now_ms, is_safety=act.is_safety)
    until_ms = from_ms + limit.days * DAY_MS
    explanation = explain(
        limit.kind,
        {
            "who": name_of(by),
            "project": worker.project.title,
            "daily": limit.daily,
            "from_day": day_in_zone(person.id, from_ms).isoformat(),
            "until_day": day_in_zone(person.id, until_ms).isoformat(),
            "reason": Sentence(act.en, act.fr),
            "appeal_day": appeal_day(person.id, now_ms),
        },
    )
    decision = decide(
        Ruling(
            person=person.id,
            kind=KINDS[limit.kind],
            code=limit.code,
            text_en=explanation.en,
            text_fr=explanation.fr,
            by=by,
            evidence=limit.evidence,
            worker=worker.id,
            project=worker.project_id,
            inputs={"days": limit.days, "daily": limit.daily},
        ),
        now_ms,
    )
    Worker.objects.filter(id=worker.id).update(is_limited=True)
    return Sanction.objects.create(
        decision=decision,
        worker=worker,
        from_ms=from_ms,
        until_ms=until_ms,
        daily=limit.daily if limit.kind == RESTRICTION else None,
    )


def _check_limit(limit: Limit) -> None:
    is_right = (
        limit.kind in KINDS
        and 1 <= limit.days <= MOST_DAYS
        and (limit.kind != RESTRICTION or 1 <= limit.daily <= MOST_DAILY)
    )
    if not is_right:
        raise BadInput(
            f"{limit.kind} of {limit.daily} tasks a day for {limit.days} days; expected restriction"
            f" or suspension, 1 to {MOST_DAYS} days, 1 to {MOST_DAILY} tasks",
            code="limit-range",
            limit=MOST_DAYS,
        )
