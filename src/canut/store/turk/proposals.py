"""What programs proposed against people, and what became of it. Reads only."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from canut.core.clock import DAY_MS, Ms
from canut.core.decisions.deadlines import REJECTION_DAYS
from canut.store.tables.decisions import Decision, Sanction, WaitingRejection
from canut.store.tables.turk.people import TurkProposal
from canut.store.tables.work import Worker

MOST_SHOWN = 100


def waiting_in(organisations: Sequence[int], now_ms: Ms) -> list[TurkProposal]:
    """List the proposals that wait for a person of some organisations, oldest first."""
    proposals = _waiting(organisations, now_ms).select_related(
        "answer__project", "answer__worker", "organisation", "key", "review_action"
    )
    return list(proposals.order_by("id")[:MOST_SHOWN])


def count_proposals_waiting(organisations: Sequence[int], now_ms: Ms) -> int:
    """Count the proposals that wait for a person of some organisations."""
    return _waiting(organisations, now_ms).count()


def _waiting(organisations: Sequence[int], now_ms: Ms) -> QuerySet[TurkProposal]:
    """Select the proposals that wait for a person of some organisations.

    A rejection no longer waits once the answer is accepted by time, or somebody decided it.
    """
    open_since = now_ms - REJECTION_DAYS * DAY_MS
    decided = Decision.objects.filter(kind=Decision.Kind.REJECTION, answer__isnull=False)
    seconded = WaitingRejection.objects.values("answer")
    limited = Sanction.objects.filter(until_ms__gt=now_ms, lifted_ms=None)
    return (
        TurkProposal.objects.filter(organisation__in=organisations, outcome="")
        .exclude(Q(kind="rejection") & Q(answer__answered_ms__lte=open_since))
        .exclude(Q(kind="rejection") & Q(answer__in=decided.values("answer")))
        .exclude(Q(kind="rejection") & Q(answer__in=seconded))
        .exclude(
            Q(kind="block")
            & Q(person__in=limited.values("worker__person"))
            & Q(organisation__in=limited.values("worker__project__organisation"))
        )
    )


def workers_to_limit(proposal: TurkProposal) -> list[Worker]:
    """List where a person works for the organisation that proposes a block, newest first."""
    workers = Worker.objects.filter(
        person=proposal.person_id, project__organisation=proposal.organisation_id, ended_at=None
    )
    return list(workers.select_related("project").order_by("-id")[:MOST_SHOWN])


def proposal_numbered(organisations: Sequence[int], number: int) -> TurkProposal | None:
    """Return a proposal of some organisations; None if there is none."""
    return TurkProposal.objects.filter(organisation__in=organisations, pk=number).first()
