"""Assisted reviews: a candidate writes blind, then sees the reviewer's opinion beside their own.

Nothing of the reviewer's is shown before the candidate has written. How far verdicts agree is
published as Cohen's κ from twenty pairs on.
"""

from django.db import transaction

from canut.actions.ethics.acting import lock_review
from canut.core.clock import Ms
from canut.core.errors import BadInput, Conflict
from canut.core.ethics.agreement import verdict_kappa
from canut.core.ethics.authority import EthicsAct
from canut.core.ethics.holds import check_reasons
from canut.core.ethics.office import LEAST_PAIRS
from canut.core.ethics.opening import Verdict
from canut.store.ethics.reviews import newest_opinion, verdict_pairs
from canut.store.tables.ethics import EthicsAssisted
from canut.store.tables.people import Person


@transaction.atomic
def write_blind(
    review_id: int, verdict: str, reasons: str, *, by: Person, now_ms: Ms
) -> EthicsAssisted:
    """Write a candidate's own opinion on a project, before they see the reviewer's; once.

    Raises:
        Forbidden: the person is no candidate, or is involved in the project.
        BadInput: the verdict is none.
        Conflict: they wrote one.
        Incomplete: there are fewer than three lines of reasons.
    """
    review, _project = lock_review(review_id, EthicsAct.COMPARE, by, now_ms)
    if verdict not in Verdict:
        raise BadInput(f"{verdict[:20]!r} is not go, change or hold", code="ethics-verdict")
    if EthicsAssisted.objects.filter(review=review, by=by).exists():
        raise Conflict("you wrote yours", code="ethics-assisted-once")
    return EthicsAssisted.objects.create(
        review=review,
        by=by,
        verdict=verdict,
        reasons=check_reasons(reasons),
        at_ms=now_ms,
        opinion=newest_opinion(review),
    )


def verdict_agreement() -> tuple[int, float | None]:
    """Return how many pairs of verdicts there are, and their κ; None under twenty."""
    pairs = verdict_pairs()
    if len(pairs) < LEAST_PAIRS:
        return len(pairs), None
    return len(pairs), verdict_kappa(pairs)
