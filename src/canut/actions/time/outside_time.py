"""Credit time spent on another site: seen from outside, granted, and open to contest.

Canut knows when a person left and when they came back, and what they say. That time counts at once
up to what the study announced, or what such tasks take; more waits for a human, who grants or
refuses it in writing, and counts after seven days. It takes nothing of the half hour that may be
claimed freely.
"""

from typing import NamedTuple

from django.db import transaction

from canut.actions.decisions.record import Ruling, decide
from canut.actions.time.claims import DECIDE_MS, ClaimIn, uncounted_spans
from canut.core.clock import MINUTE_MS, Ms
from canut.core.decisions.explanations import explain
from canut.core.time.spans import Span
from canut.store.decisions.automated_systems import is_on
from canut.store.tables.decisions import Decision
from canut.store.tables.people import Person
from canut.store.tables.time import Claim

STUDY, OWN_PAGE = "time-held-study", "time-held-own-page"


class AtOnce(NamedTuple):
    """How much time counts at once, in milliseconds; ``case`` explains it where a part waits."""

    ms: Ms
    case: str = STUDY


@transaction.atomic
def credit_outside_time(
    person: Person, project_id: int, span: Span, at_once: AtOnce, now_ms: Ms
) -> Claim | None:
    """Credit time on another site; None where all of it is counted already.

    Args:
        person: whose; locked meanwhile.
        project_id: of the study.
        span: begin and end, in milliseconds since 1970 UTC.
        at_once: how much of it counts at once.
        now_ms: the moment.
    """
    locked = Person.objects.select_for_update().get(pk=person.pk)
    begin_ms, end_ms = span
    free = uncounted_spans(locked, ClaimIn(project_id, begin_ms, end_ms))
    if not free:
        return None
    accepted: list[list[int]] = []
    pending: list[list[int]] = []
    room_ms = at_once.ms
    for begin, end in free:
        until = min(end, begin + room_ms)
        room_ms -= until - begin
        accepted += [[begin, until]] if until > begin else []
        pending += [[until, end]] if end > until else []
    claim = Claim(
        person=locked,
        project_id=project_id,
        kind=Claim.Kind.ASKED,
        why=Claim.Why.STUDY,
        begin_ms=begin_ms,
        end_ms=end_ms,
        accepted=accepted,
        pending=pending,
        state=Claim.State.PENDING if pending else Claim.State.ACCEPTED,
        made_ms=now_ms,
        due_ms=now_ms + DECIDE_MS,
    )
    if pending and is_on("caps"):
        claim.decision = _decide_to_wait(claim, at_once, now_ms)
    claim.save()
    return claim


def _decide_to_wait(claim: Claim, at_once: AtOnce, now_ms: Ms) -> Decision:
    facts = {"held_ms": claim.pending_ms, "limit_ms": at_once.ms}
    explanation = explain(at_once.case, facts)
    return decide(
        Ruling(
            person=claim.person_id,
            kind=Decision.Kind.TIME_HELD,
            code="claim-over-limit",
            system="caps",
            project=claim.project_id,
            text_en=explanation.en,
            text_fr=explanation.fr,
            inputs={"claimed_ms": claim.end_ms - claim.begin_ms},
            factors=[{"name": "room_ms", "value": at_once.ms // MINUTE_MS * MINUTE_MS}],
        ),
        now_ms,
    )
