"""Decline what a program proposed against a person: nothing follows, and it no longer waits.

To confirm one, a person rejects the answer or limits the worker on the page of the project, for a
listed act and with evidence (``decisions.rejections``, ``decisions.sanctions``).
"""

from django.db import transaction

from canut.core.clock import Ms
from canut.core.errors import Forbidden
from canut.store.models import Person, TurkProposal


@transaction.atomic
def decline_proposal(proposal: TurkProposal, *, by: Person, now_ms: Ms) -> bool:
    """Decline a proposal; return whether it still waited.

    Raises:
        Forbidden: a program declines it.
    """
    if by.is_service:
        raise Forbidden("a proposal is decided by a named person", code="service-actor")
    waiting = TurkProposal.objects.filter(pk=proposal.pk, outcome="")
    return bool(
        waiting.update(outcome=TurkProposal.Outcome.DECLINED, settled_ms=now_ms, settled_by=by)
    )
