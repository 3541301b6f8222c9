"""Recall an ethics reviewer by ballot: two thirds of yes and no, or the term goes on.

Nothing else dismisses one. A representative opens the ballot with reasons; who worked in the last
ninety days votes for seven days, in secret, as in an election.
"""

from django.db import transaction

from canut.actions.participation.ballot_box import cast_ballot
from canut.actions.participation.elections import active_people
from canut.actions.platform.row_faults import attempt_each
from canut.core.clock import DAY_MS, Ms
from canut.core.errors import BadInput, Conflict, Forbidden
from canut.core.ethics.holds import check_reasons
from canut.core.ethics.office import KEEP, RECALL, RECALL_DAYS, is_recalled
from canut.store.ethics.offices import council_ids
from canut.store.tables.ethics import EthicsRecall, EthicsRecallVoter, EthicsTerm
from canut.store.tables.people import Person

CHOICES = {"recall": [RECALL], "keep": [KEEP], "blank": []}


@transaction.atomic
def open_recall(term_id: int, reasons: str, *, by: Person, now_ms: Ms) -> EthicsRecall:
    """Open a ballot on recalling a reviewer.

    Raises:
        Forbidden: the person is no representative.
        BadInput: nobody serves that term.
        Conflict: a ballot on it runs, or nobody could vote.
        Incomplete: there are fewer than three lines of reasons.
    """
    if by.pk not in council_ids():
        raise Forbidden("representatives open a recall", code="not-a-representative")
    term = EthicsTerm.objects.select_for_update().filter(id=term_id, ended_ms=None).first()
    if term is None:
        raise BadInput("nobody serves that term", code="ethics-no-term")
    if EthicsRecall.objects.filter(term=term, counted_ms=None).exists():
        raise Conflict("a ballot on it runs", code="election-running")
    active = active_people(now_ms)
    if not active:
        raise Conflict("nobody worked here in the last ninety days", code="no-voters")
    recall = EthicsRecall.objects.create(
        term=term,
        reasons=check_reasons(reasons),
        by=by,
        opened_ms=now_ms,
        closes_ms=now_ms + RECALL_DAYS * DAY_MS,
        voters=len(active),
    )
    EthicsRecallVoter.objects.bulk_create(
        [EthicsRecallVoter(recall=recall, person_id=person) for person in sorted(active)],
        batch_size=500,
    )
    return recall


@transaction.atomic
def vote_on_recall(recall_id: int, choice: str, *, by: Person, now_ms: Ms) -> None:
    """Put an anonymous ballot in the box.

    Raises:
        BadInput: the choice is none of ``recall``, ``keep`` and ``blank``.
        Conflict: no such ballot is open, or the right is used.
        Forbidden: the person may not vote.
    """
    if choice not in CHOICES:
        raise BadInput(f"{choice[:20]!r} is not recall, keep or blank", code="ethics-choice")
    recall = EthicsRecall.objects.select_for_update().filter(id=recall_id).first()
    if recall is None or recall.counted_ms is not None or now_ms >= recall.closes_ms:
        raise Conflict("voting is not open", code="not-voting-time")
    right = EthicsRecallVoter.objects.filter(recall=recall, person=by)
    if not right.exists():
        raise Forbidden("you are not of the electorate", code="not-a-voter")
    cast_ballot(recall, right, CHOICES[choice])


def close_recalls(now_ms: Ms) -> int:
    """Count the ballots that are closed; return how many."""
    closed = EthicsRecall.objects.filter(counted_ms=None, closes_ms__lte=now_ms)
    return attempt_each(
        "ethicsrecall",
        list(closed.values_list("id", flat=True)),
        lambda number: _count_recall(number, now_ms),
    )


@transaction.atomic
def _count_recall(recall_id: int, now_ms: Ms) -> bool:
    recall = EthicsRecall.objects.select_for_update().select_related("term").get(id=recall_id)
    if recall.counted_ms is not None:
        return False
    to_recall, to_keep = recall.box.count([RECALL]), recall.box.count([KEEP])
    blank = len(recall.box) - to_recall - to_keep
    passed = is_recalled(to_recall, to_keep, blank, recall.voters)
    recall.counted_ms = now_ms
    recall.result = {"recall": to_recall, "keep": to_keep, "blank": blank, "passed": passed}
    recall.save(update_fields=["counted_ms", "result"])
    if passed:
        running = EthicsTerm.objects.filter(id=recall.term_id, ended_ms=None)
        running.update(ended_ms=now_ms, ended_why=EthicsTerm.Why.RECALLED)
    return True
