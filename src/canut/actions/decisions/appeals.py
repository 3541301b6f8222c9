"""Appeal against a decision, and answer it: by another person within 14 days, or it is won.

The person who answers reads alone for a while, is independent of the client and of the author of
the decision, and is paid for it. Only independent people can uphold a decision; anybody who may
decide in the project can take one back. The effects of undoing are in ``undo``.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from canut.actions.decisions.record import Ruling, decide, name_of, note_in_ledger
from canut.actions.decisions.undo import undo
from canut.actions.integrations.outbox import enqueue_decision
from canut.actions.platform.row_faults import attempt_each
from canut.actions.protection.appeal_exposure import reserve_look, settle_look
from canut.core.decisions.deadlines import HOLD_MS, appeal_due, appealable_until, is_won_by_waiting
from canut.core.decisions.explanations import Sentence, explain, fact_named
from canut.core.errors import BadInput, Conflict, Forbidden, Missing, TooLate
from canut.store.decisions.appeals import may_answer
from canut.store.tables.decisions import Appeal, Decision
from canut.store.tables.people import Person

WORDS_LENGTH = 4000
BY_WAITING = "appeal-won-by-waiting"


@dataclass(frozen=True, slots=True)
class AppealReply:
    """The answer to an appeal.

    Args:
        outcome: ``upheld`` or ``overturned``.
        words: why, for the person to read.
        accepts_input: whether what the person disputes is corrected although the decision stands;
            it is where the decision is overturned.
    """

    outcome: str
    words: str
    accepts_input: bool = False


@transaction.atomic
def appeal(
    decision_id: int,
    *,
    by: Person,
    words: str,
    now_ms: int,
    disputed: Mapping[str, str] | None = None,
) -> Appeal:
    """Appeal against a decision about oneself; the receipt is its last day.

    Args:
        decision_id: the decision.
        by: whom it is about.
        words: why, in their words.
        now_ms: milliseconds since 1970 UTC.
        disputed: an input that is wrong, by name, with what it should be.

    Raises:
        Missing: there is no such decision about this person.
        Conflict: it was undone already, or appealed against already.
        TooLate: it was taken more than 90 days ago.
        BadInput: no words or too many, or the decision does not rest on what is disputed.
    """
    _check_words(words)
    decision = Decision.objects.select_for_update().filter(id=decision_id, person=by).first()
    if decision is None:
        raise Missing(f"there is no decision {decision_id} about you", code="decision-missing")
    if decision.undone_ms is not None:
        raise Conflict("this decision is undone already", code="decision-undone")
    if Appeal.objects.filter(decision=decision).exists():
        raise Conflict("you have appealed against this decision", code="already-appealed")
    if now_ms > appealable_until(decision.at_ms):
        raise TooLate("the decision is more than 90 days old", code="appeal-too-late")
    unknown = set(disputed or ()) - set(decision.inputs)
    if unknown:
        raise BadInput(
            f"the decision does not rest on {sorted(unknown)}; it rests on"
            f" {sorted(decision.inputs)}",
            code="input-unknown",
        )
    created = Appeal.objects.create(
        decision=decision,
        by=by,
        author_id=decision.made_by_id,
        words=words.strip(),
        disputed=dict(disputed or {}),
        at_ms=now_ms,
        due_ms=appeal_due(now_ms),
    )
    note_in_ledger(decision, "appeal.open", {"due": created.due_ms}, now_ms)
    return created


@transaction.atomic
def take_appeal(appeal_id: int, *, by: Person, now_ms: int) -> Appeal:
    """Reserve an appeal to read it: for half an hour, longer if reserved again.

    Raises:
        Missing: there is no such appeal.
        Forbidden: they are of the client, took the decision, or are whom it is about.
        Conflict: somebody else reads it now, or it is answered; or it is about hard material that
            does not fit into what they may bear now.
        TooLate: nobody answered in time; it is won.
    """
    appeal_row = _held(appeal_id, by, now_ms)
    reserve_look(appeal_row, by, now_ms)
    appeal_row.held_by, appeal_row.held_until_ms = by, now_ms + HOLD_MS
    appeal_row.save(update_fields=["held_by", "held_until_ms"])
    return appeal_row


@transaction.atomic
def answer_appeal(appeal_id: int, reply: AppealReply, *, by: Person, now_ms: int) -> Appeal:
    """Answer an appeal in words: the decision stands, or it is undone.

    Args:
        appeal_id: the appeal.
        reply: how it ends, and why.
        by: an independent person, other than the first decider.
        now_ms: milliseconds since 1970 UTC.

    Raises:
        Missing: there is no such appeal.
        Forbidden: they are of the client, took the decision, or are whom it is about.
        Conflict: somebody else reads it now, or it is answered.
        TooLate: nobody answered in time; it is won.
        BadInput: no words or too many, or another outcome.
    """
    _check_words(reply.words)
    if reply.outcome not in Appeal.Outcome.values:
        raise BadInput(f"{reply.outcome!r} is not upheld or overturned", code="appeal-outcome")
    appeal_row = _held(appeal_id, by, now_ms)
    _close(appeal_row, by, reply.words.strip(), reply.outcome, now_ms)
    if appeal_row.disputed and (reply.accepts_input or reply.outcome == Appeal.Outcome.OVERTURNED):
        _decide_again(appeal_row, by, now_ms)
    return appeal_row


@transaction.atomic
def take_back(decision_id: int, *, by: Person, words: str, now_ms: int) -> Decision:
    """Take a decision back, with or without an appeal: always in the person's favour.

    Args:
        decision_id: the decision.
        by: a human who may decide in the project; its author too.
        words: why, for the person to read.
        now_ms: milliseconds since 1970 UTC.

    Returns:
        The new decision, which says so to the person.

    Raises:
        Missing: there is no such decision.
        Conflict: it is undone already.
        Forbidden: a program does, or the person themselves.
        BadInput: no words or too many.
    """
    _check_words(words)
    decision = Decision.objects.select_for_update().filter(id=decision_id).first()
    if decision is None:
        raise Missing(f"there is no decision {decision_id}", code="decision-missing")
    if by.is_service or by.id == decision.person_id:
        raise Forbidden("a decision is taken back by another, named person", code="service-actor")
    if decision.undone_ms is not None:
        raise Conflict("this decision is undone already", code="decision-undone")
    waiting = Appeal.objects.filter(decision=decision, answered_ms=None).first()
    if waiting is not None:
        _close(waiting, by, words.strip(), Appeal.Outcome.OVERTURNED, now_ms)
    else:
        undo(decision, now_ms)
    reason = words.strip().rstrip(".")  # the sentence it stands in ends with a stop of its own
    explanation = explain("taken-back", {"who": name_of(by), "reason": Sentence(reason, reason)})
    return decide(_next_version(decision, by, explanation, "taken-back", words), now_ms)


def win_by_waiting(now_ms: int) -> int:
    """Decide overdue appeals in favour of those who made them; return how many."""
    overdue = Appeal.objects.filter(answered_ms=None, due_ms__lt=now_ms)
    numbers = list(overdue.order_by("due_ms").values_list("id", flat=True))
    return attempt_each("appeal", numbers, lambda number: _win(number, now_ms))


@transaction.atomic
def _win(appeal_id: int, now_ms: int) -> bool:
    overdue = _lock(appeal_id)
    if overdue is None or overdue.answered_ms is not None:
        return False
    if not is_won_by_waiting(overdue.due_ms, now_ms):
        return False
    _close(overdue, None, BY_WAITING, Appeal.Outcome.OVERTURNED, now_ms)
    return True


def _lock(appeal_id: int) -> Appeal | None:
    """Lock a decision, then its appeal, in the order in which a decision is taken back."""
    list(Decision.objects.select_for_update().filter(appeal__id=appeal_id))
    return Appeal.objects.select_for_update().filter(id=appeal_id).first()


def _held(appeal_id: int, by: Person, now_ms: int) -> Appeal:
    """Lock an appeal that this person may answer now."""
    appeal_row = _lock(appeal_id)
    if appeal_row is None:
        raise Missing(f"there is no appeal {appeal_id}", code="appeal-missing")
    if by.is_service:
        raise Forbidden("an appeal is answered by a named person", code="service-actor")
    if not may_answer(by, appeal_row.decision):
        raise Forbidden(
            "an appeal is answered by somebody who is neither of the client nor took the decision",
            code="not-independent",
        )
    if appeal_row.answered_ms is not None:
        raise Conflict("this appeal is answered", code="appeal-answered")
    if is_won_by_waiting(appeal_row.due_ms, now_ms):
        raise TooLate("nobody answered in 14 days; the appeal is won", code="appeal-over")
    is_held = appeal_row.held_until_ms is not None and appeal_row.held_until_ms > now_ms
    if is_held and appeal_row.held_by_id != by.id:
        raise Conflict("somebody else reads this appeal now", code="appeal-held")
    return appeal_row


def _close(appeal_row: Appeal, by: Person | None, words: str, outcome: str, now_ms: int) -> None:
    """Store how an appeal ended, and undo the decision if it was won."""
    if by is not None:
        settle_look(appeal_row, by, now_ms)
    appeal_row.answered_by, appeal_row.answer = by, words
    appeal_row.outcome, appeal_row.answered_ms = outcome, now_ms
    appeal_row.held_by, appeal_row.held_until_ms = None, None
    appeal_row.save()
    if outcome == Appeal.Outcome.OVERTURNED:
        undo(appeal_row.decision, now_ms)
    facts = {"outcome": outcome, "by": "human" if by else "clock"}
    note_in_ledger(appeal_row.decision, "appeal.decide", facts, now_ms)
    enqueue_decision(appeal_row.decision, outcome, now_ms)


def _decide_again(appeal_row: Appeal, by: Person, now_ms: int) -> Decision:
    """Record a new version of a decision with the corrected input; the old one stays."""
    decision = appeal_row.decision
    (name, corrected), *_others = appeal_row.disputed.items()
    code = "corrected-lifted" if decision.undone_ms else "corrected-stands"
    was = str(decision.inputs.get(name, ""))
    explanation = explain(
        code, {"who": name_of(by), "name": fact_named(name), "now": corrected, "was": was}
    )
    ruling = _next_version(decision, by, explanation, code, appeal_row.answer)
    return decide(ruling, now_ms)


def _next_version(
    decision: Decision, by: Person, explanation: Sentence, code: str, words: str
) -> Ruling:
    """Build the ruling that follows a decision, with the disputed input corrected."""
    waiting = Appeal.objects.filter(decision=decision).first()
    disputed = dict(waiting.disputed) if waiting is not None and code != "taken-back" else {}
    factors = [
        {**factor, "value": disputed.get(str(factor["name"]), factor["value"])}
        for factor in decision.factors
    ]
    return Ruling(
        person=decision.person_id,
        kind=Decision.Kind.CORRECTION,
        code=code,
        text_en=explanation.en,
        text_fr=explanation.fr,
        by=by,
        evidence=words,
        worker=decision.worker_id,
        project=decision.project_id,
        answer=decision.answer_id,
        inputs={**decision.inputs, **disputed, "follows": decision.pk},
        factors=factors,
    )


def _check_words(words: str) -> None:
    if not 0 < len(words.strip()) <= WORDS_LENGTH:
        raise BadInput(
            f"there are {len(words.strip())} characters; write 1 to {WORDS_LENGTH}",
            code="appeal-words",
            limit=WORDS_LENGTH,
        )
