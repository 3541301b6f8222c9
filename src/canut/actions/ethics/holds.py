"""Renew, lift, appeal, settle and override the hold of a project.

``core.ethics.holds`` decides what may follow what; here it is stored, with its leaf in the log, and
the project lends again once nothing holds it. What the operator signs stands beside the reviewer's
words and never changes.
"""

from django.db import transaction

from canut.actions.ethics.acting import lock_hold
from canut.actions.ledger.entry_types import inscribe_ethics
from canut.actions.platform.row_faults import attempt_each
from canut.core.clock import Ms
from canut.core.errors import Conflict
from canut.core.ethics.authority import EthicsAct
from canut.core.ethics.holds import (
    AppealState,
    Hold,
    HoldState,
    advance_hold,
    appeal_hold,
    check_reasons,
    lift_hold,
    override_hold,
    renew_hold,
    settle_appeal,
)
from canut.core.ethics.opening import OpeningRule
from canut.core.ethics.register import HOLD, LIFT, OVERRIDE, words_sha256
from canut.store.ethics.reviews import hold_of
from canut.store.tables.ethics import (
    EthicsHold,
    EthicsOverride,
    EthicsReview,
    EthicsVote,
)
from canut.store.tables.people import Person
from canut.store.tables.projects import Project


@transaction.atomic
def renew(review_id: int, words: str, *, by: Person, now_ms: Ms) -> EthicsHold:
    """Renew a hold to 28 days, with reasons; once.

    Raises:
        Forbidden: the person is not this project's reviewer.
        Conflict: nothing holds it, or the hold was renewed.
        Incomplete: there are fewer than three lines of reasons.
    """
    row, review, _project = lock_hold(review_id, EthicsAct.RENEW, by, now_ms)
    hold = renew_hold(hold_of(row), now_ms)
    row.renewal_words, row.renewed_ms = check_reasons(words), now_ms
    row.save(update_fields=["renewal_words", "renewed_ms"])
    facts = {"n": row.opinion_id, "project": review.slug, "renewed": 1, "until": hold.until_ms}
    inscribe_ethics(HOLD, {**facts, "sha256": words_sha256(row.renewal_words)}, now_ms)
    return row


@transaction.atomic
def lift(review_id: int, words: str, *, by: Person, now_ms: Ms) -> EthicsHold:
    """Lift a hold whose points are all answered, and say why.

    Raises:
        Forbidden: the person is not this project's reviewer.
        Conflict: nothing holds it, or a point has no answer.
        Incomplete: there are fewer than three lines of reasons.
    """
    row, review, _project = lock_hold(review_id, EthicsAct.LIFT, by, now_ms)
    hold = lift_hold(hold_of(row), now_ms)
    row.lift_words = check_reasons(words)
    _end(row, hold, review, now_ms, words_sha256(row.lift_words))
    return row


@transaction.atomic
def appeal(review_id: int, words: str, *, by: Person, now_ms: Ms) -> EthicsHold:
    """Appeal to the council of representatives; it votes for seven days.

    Raises:
        Forbidden: the person does not ask for the project.
        Conflict: nothing holds it, or it was appealed.
        Incomplete: there are fewer than three lines of reasons.
    """
    row, _review, _project = lock_hold(review_id, EthicsAct.APPEAL, by, now_ms)
    hold = appeal_hold(hold_of(row), now_ms)
    row.appeal_words, row.appealed_by = check_reasons(words), by
    row.appeal, row.appeal_closes_ms = hold.appeal, hold.appeal_closes_ms
    row.save(update_fields=["appeal_words", "appealed_by", "appeal", "appeal_closes_ms"])
    return row


@transaction.atomic
def vote_on_appeal(
    review_id: int, words: str, *, lifts: bool, by: Person, now_ms: Ms
) -> EthicsVote:
    """Vote on an appeal by name, with reasons; once.

    Raises:
        Forbidden: the person is no representative, or is involved.
        Conflict: no appeal is open, its seven days are over, or the person voted.
        Incomplete: there are fewer than three lines of reasons.
    """
    row, _review, _project = lock_hold(review_id, EthicsAct.VOTE, by, now_ms)
    if row.appeal != AppealState.OPEN or now_ms >= row.appeal_closes_ms:
        raise Conflict("no appeal is open to a vote", code="ethics-no-appeal")
    if EthicsVote.objects.filter(hold=row, by=by).exists():
        raise Conflict("you have voted", code="voted")
    return EthicsVote.objects.create(
        hold=row, by=by, lifts=lifts, text=check_reasons(words), at_ms=now_ms
    )


@transaction.atomic
def override(review_id: int, words: str, *, by: Person, now_ms: Ms) -> EthicsOverride:
    """Sign a reasoned override of a hold whose 28 days are over; it is published for good.

    Raises:
        Forbidden: the person does not run the instance, or the hold rests on minors, illegality or
            exposure above the policy.
        Conflict: the 28 days are not over, or the council still votes.
        Incomplete: there are fewer than three lines of reasons.
    """
    row, review, _project = lock_hold(review_id, EthicsAct.OVERRIDE, by, now_ms)
    hold = override_hold(hold_of(row), now_ms)
    reasons = check_reasons(words)
    sha256 = words_sha256(reasons)
    signed = EthicsOverride.objects.create(
        hold=row, reasons=reasons, by=by, at_ms=now_ms, sha256=sha256
    )
    _end(row, hold, review, now_ms, sha256)
    if review.cleared_ms is None:
        review.cleared_ms, review.cleared_by = now_ms, OpeningRule.CLEARED
        review.save(update_fields=["cleared_ms", "cleared_by"])
    return signed


def settle_holds(now_ms: Ms) -> int:
    """Settle appeals whose vote is over, and holds whose days are over; return how many."""
    rows = EthicsHold.objects.filter(ended_ms=None)
    return attempt_each(
        "ethicshold",
        list(rows.values_list("id", flat=True)),
        lambda number: _settle(number, now_ms),
    )


@transaction.atomic
def _settle(hold_id: int, now_ms: Ms) -> bool:
    """Settle one hold; return whether anything changed."""
    row = EthicsHold.objects.select_for_update().select_related("opinion__review").get(id=hold_id)
    if row.ended_ms is not None:
        return False
    before = hold = hold_of(row)
    if hold.appeal is AppealState.OPEN and now_ms >= hold.appeal_closes_ms:
        votes = list(EthicsVote.objects.filter(hold=row).values_list("lifts", flat=True))
        hold = settle_appeal(hold, sum(votes), len(votes) - sum(votes), now_ms)
    hold = advance_hold(hold, now_ms)
    if hold == before:
        return False
    if hold.stops:
        row.state, row.appeal = hold.state, hold.appeal
        row.save(update_fields=["state", "appeal"])
        return True
    _end(row, hold, row.opinion.review, now_ms, words_sha256(row.appeal_words))
    return True


def _end(row: EthicsHold, hold: Hold, review: EthicsReview, now_ms: Ms, sha256: str) -> None:
    """Store the end of a hold with its leaf, and let the project lend again."""
    row.state, row.appeal, row.ended_ms = hold.state, hold.appeal, now_ms
    row.save(update_fields=["state", "appeal", "ended_ms", "lift_words"])
    if review.project_id is not None:
        Project.objects.filter(id=review.project_id).update(held_ms=None)
    kind = OVERRIDE if hold.state is HoldState.OVERRIDDEN else LIFT
    facts = {"n": row.opinion_id, "project": review.slug, "outcome": hold.state.value}
    inscribe_ethics(kind, {**facts, "sha256": sha256}, now_ms)
