"""End a worker's work in a project: by a named person, for a listed act or at their own wish.

It is a decision that the person reads and may appeal, even if it is said to be at their own wish. A
listed act ends work at once only where waiting would harm somebody; otherwise a suspension comes
first, as a warning.
"""

from dataclasses import dataclass

from django.db import transaction

from canut.actions.decisions.ethics_protection import check_unprotected
from canut.actions.decisions.record import Ruling, appeal_day, day_in_zone, decide, name_of
from canut.actions.decisions.rejections import check_evidence
from canut.actions.decisions.sanctions import check_facts
from canut.actions.integrations.open_access import remove_member
from canut.core.decisions.explanations import Sentence, explain
from canut.core.decisions.misconduct import SUSPENSION, act_in_force
from canut.core.errors import Conflict, Missing
from canut.store.decisions.sanctions import tasks_named
from canut.store.models import Membership, Role
from canut.store.tables.decisions import Decision, Sanction
from canut.store.tables.people import Person
from canut.store.tables.work import Worker

OWN_WISH = "own-wish"


@dataclass(frozen=True, slots=True)
class Termination:
    """Why a worker's work ends.

    Args:
        code: ``own-wish``, or an act of the list in force that may lead to a suspension.
        evidence: what shows it, or how they asked, for the person to read.
        closes_access: whether to close the links they know, and what else they leave open.
    """

    code: str
    evidence: str
    closes_access: bool = True


@transaction.atomic
def end_work(membership_id: int, ending: Termination, *, by: Person, now_ms: int) -> Decision:
    """End a worker's membership of a project; answers, pay and record stay.

    Raises:
        Missing: there is no such worker, or they have left.
        BadInput: the act is not on the list in force, or the evidence says nothing or is too long.
        Conflict: the act asks for a suspension first, and none is in force; or the client lost an
            appeal about the same facts, or the person is protected as an ethics reviewer.
        Forbidden: a program decides, or somebody about themselves.
    """
    memberships = Membership.objects.filter(id=membership_id, role=Role.WORKER, ended_at=None)
    membership = memberships.select_related("project", "person").first()
    if membership is None or membership.project is None:
        raise Missing(f"there is no worker with the membership {membership_id}")
    worker = Worker.objects.select_for_update().get(
        project=membership.project, person=membership.person
    )
    if not memberships.exists():  # somebody else ended it while this one waited for the worker
        raise Missing(f"there is no worker with the membership {membership_id}")
    check_evidence(ending.evidence, tasks_named(worker, ending.evidence))
    person = membership.person
    code, reason = "closure-wish", Sentence("", "")
    if ending.code != OWN_WISH:
        act = act_in_force(ending.code, SUSPENSION, day_in_zone(person.pk, now_ms))
        check_unprotected(person.pk, now_ms, is_safety=act.is_safety)
        if not act.is_safety and not _is_suspended(worker, now_ms):
            raise Conflict(
                f"{ending.code} ends nobody's work at once; suspend first", code="suspend-first"
            )
        check_facts(worker, act, None, ending.evidence, now_ms)
        code, reason = "closure", Sentence(act.en, act.fr)
    explanation = explain(
        code,
        {
            "who": name_of(by),
            "project": membership.project.title,
            "appeal_day": appeal_day(person.pk, now_ms),
            **({"reason": reason} if code == "closure" else {}),
        },
    )
    decision = decide(
        Ruling(
            person=person.pk,
            kind=Decision.Kind.CLOSURE,
            code=ending.code,
            text_en=explanation.en,
            text_fr=explanation.fr,
            by=by,
            evidence=ending.evidence,
            worker=worker.pk,
            project=membership.project.pk,
        ),
        now_ms,
    )
    leaver = person if ending.code == OWN_WISH else by
    remove_member(membership, now_ms, by=leaver, closes_access=ending.closes_access)
    return decision


def _is_suspended(worker: Worker, now_ms: int) -> bool:
    suspensions = Sanction.objects.filter(worker=worker, daily=None, lifted_ms=None)
    return suspensions.filter(from_ms__lte=now_ms, until_ms__gt=now_ms).exists()
