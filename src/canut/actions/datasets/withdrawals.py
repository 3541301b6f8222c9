"""Ask to withdraw an item, decide about it, appeal a refusal, and forget who asked.

A request comes from anybody, without an account; nothing is searched for before a human of the
project opens it, so that the form tells nobody whether an item is here. The answer is due in thirty
days and has reasons. A refusal can be appealed for ninety days: another, independent person answers
within fourteen, or the appeal is won. What follows is in ``withdrawal_effects``.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.core.signing import BadSignature, Signer
from django.db import transaction

from canut.actions.datasets.withdrawal_effects import delete_files, withdraw_items
from canut.actions.ledger.entries import record_fact
from canut.actions.people.email_notices import answer_by_mail
from canut.actions.platform.row_faults import attempt_each
from canut.core.clock import Ms
from canut.core.datasets.withdrawal_deadlines import answer_due, emptied_from
from canut.core.decisions.deadlines import appeal_due, appealable_until, is_won_by_waiting
from canut.core.errors import BadInput, Conflict, Forbidden, Incomplete, Missing, TooLate, TooMany
from canut.store.datasets.withdrawals import (
    MOST_MATCHES,
    matches_of,
    may_answer_appeal,
    project_of_form,
    request_numbered,
    waiting_of,
)
from canut.store.models import Person, Task
from canut.store.tables.datasets import WithdrawalRequest

State, Outcome = WithdrawalRequest.State, WithdrawalRequest.AppealOutcome
ENTRY = "withdrawal"
MOST_WAITING = 500
MOST_AN_HOUR, COUNTED_SECONDS = 10, 3_600
LONGEST_ADDRESS, LONGEST_WORDS, LONGEST_CONTACT = 1_000, 2_000, 300
LONGEST_ANSWER = 4_000
SHA256 = re.compile(r"[0-9a-f]{64}")
_SIGNER = Signer(salt="canut.withdrawal")
EMPTIED = {"address": "", "sha256": "", "words": "", "contact": "", "appeal_words": ""}


@dataclass(frozen=True, slots=True)
class WithdrawalFields:
    """What somebody says on the form; the texts are trimmed.

    Args:
        address: where the item stands, or stood.
        sha256: the hash of the file, as hex.
        words: a handle, a text, or what else identifies the item.
        contact: where to answer; empty for the private page alone.
        language: in which they read.
    """

    address: str = ""
    sha256: str = ""
    words: str = ""
    contact: str = ""
    language: str = "fr"


def count_address(address: str) -> None:
    """Count one more request from a network address; an hour later it is forgotten.

    Args:
        address: where the request comes from; empty where nobody knows, which is not counted.

    Raises:
        TooMany: ``withdrawal-often``: it sent too many within an hour.
    """
    if not address:
        return
    key = f"withdraw-{hashlib.sha256(address.encode()).hexdigest()}"
    cache.add(key, 0, COUNTED_SECONDS)
    if cache.incr(key) > MOST_AN_HOUR:
        raise TooMany(
            f"over {MOST_AN_HOUR} requests within an hour; try again in an hour",
            code="withdrawal-often",
            limit=MOST_AN_HOUR,
        )


@dataclass(frozen=True, slots=True)
class WithdrawalReply:
    """The answer to a request.

    Args:
        state: ``granted``, ``refused`` or ``unfound``, where nothing matches.
        words: the reasons, for the person to read.
        tasks: what is withdrawn, where it is granted.
    """

    state: str
    words: str
    tasks: Sequence[int] = ()


def ask_withdrawal(slug: str, fields: WithdrawalFields, now_ms: Ms) -> str:
    """Store a request; return the word in the address of its private page.

    Raises:
        Missing: there is no such project, or it is a draft.
        Incomplete: ``withdrawal-nothing``: nothing identifies the item.
        BadInput: ``withdrawal-long`` or ``withdrawal-hash``: a text is too long, or no hash.
        TooMany: ``withdrawal-many``: too many requests of the project wait.
    """
    project = project_of_form(slug)
    if project is None:
        raise Missing("there is no such project", code="withdrawal-project")
    _check_fields(fields)
    if waiting_of(project.pk) >= MOST_WAITING:
        raise TooMany(
            f"{MOST_WAITING} requests of this project wait; write to those who run it",
            code="withdrawal-many",
            limit=MOST_WAITING,
        )
    with transaction.atomic():
        row = WithdrawalRequest.objects.create(
            project=project,
            language=fields.language[:2],
            address=fields.address,
            sha256=fields.sha256,
            words=fields.words,
            contact=fields.contact,
            at_ms=now_ms,
            due_ms=answer_due(now_ms),
        )
    return withdrawal_token(row)


def withdrawal_token(request: WithdrawalRequest) -> str:
    """Return the word in the address of a request's private page: its signed number."""
    return _SIGNER.sign(str(request.pk)).replace(":", ".")


def read_withdrawal(token: str) -> WithdrawalRequest:
    """Return the request of a private page.

    Raises:
        Missing: not a private page of ours, or the request was taken back.
    """
    try:
        request = request_numbered(int(_SIGNER.unsign(token.replace(".", ":"))))
    except (BadSignature, ValueError):
        request = None
    if request is None:
        raise Missing("this is not a private page of ours", code="withdrawal-missing")
    return request


@transaction.atomic
def decide_withdrawal(
    number: int, reply: WithdrawalReply, *, by: Person, now_ms: Ms
) -> WithdrawalRequest:
    """Answer a request: grant it for some tasks, refuse it, or say that nothing matches.

    Args:
        number: the request.
        reply: the answer and its reasons.
        by: a human of the project; the caller checked their role.
        now_ms: the moment, in milliseconds since 1970 UTC.

    Raises:
        Missing: there is no such request.
        Forbidden: a program decides.
        Conflict: ``withdrawal-answered``.
        Incomplete: ``withdrawal-reasons``: no reasons; ``withdrawal-tasks``: granted for nothing.
        BadInput: ``withdrawal-outcome``, or the reasons are too long.
    """
    request = _lock(number)
    if by.is_service:
        raise Forbidden("a request is answered by a named person", code="service-actor")
    if request.state != State.WAITING:
        raise Conflict("this request has its answer", code="withdrawal-answered")
    if reply.state not in {State.GRANTED, State.REFUSED, State.UNFOUND}:
        raise BadInput(f"{reply.state!r} is no answer to a request", code="withdrawal-outcome")
    _check_reasons(reply.words)
    withdrawn: list[int] = []
    if reply.state == State.GRANTED:
        withdrawn = withdraw_items(request, _own_tasks(request, reply.tasks), now_ms)
        if not withdrawn:
            raise Incomplete("choose the tasks that are withdrawn", code="withdrawal-tasks")
    request.state, request.answer = State(reply.state), reply.words.strip()
    request.decided_by, request.decided_ms = by, now_ms
    request.save()
    _note(request, str(reply.state), len(withdrawn), now_ms)
    transaction.on_commit(lambda: _tell(request))
    return request


@transaction.atomic
def appeal_withdrawal(token: str, words: str, now_ms: Ms) -> WithdrawalRequest:
    """Appeal the refusal of one's own request.

    Raises:
        Missing: not a private page of ours.
        Conflict: ``withdrawal-not-refused`` or ``already-appealed``.
        TooLate: it was refused more than 90 days ago.
        Incomplete, BadInput: no words, or too many.
    """
    request = _lock(read_withdrawal(token).pk)
    if request.state not in {State.REFUSED, State.UNFOUND} or request.decided_ms is None:
        raise Conflict("only a refusal can be appealed", code="withdrawal-not-refused")
    if request.appeal_ms is not None:
        raise Conflict("you have appealed against this decision", code="already-appealed")
    if now_ms > appealable_until(request.decided_ms):
        raise TooLate("the decision is more than 90 days old", code="appeal-too-late")
    _check_reasons(words, LONGEST_WORDS)
    request.appeal_words = words.strip()
    request.appeal_ms, request.appeal_due_ms = now_ms, appeal_due(now_ms)
    request.save()
    return request


@transaction.atomic
def answer_withdrawal_appeal(
    number: int, outcome: str, words: str, *, by: Person, now_ms: Ms
) -> WithdrawalRequest:
    """Answer the appeal of a refusal: it stands, or the request is granted or open again.

    Raises:
        Missing: there is no such request.
        Forbidden: ``not-independent``: they are of the client, or took the decision.
        Conflict: ``appeal-answered``: there is no appeal that waits.
        TooLate: ``appeal-over``: nobody answered in time; it is won.
        Incomplete, BadInput: no words, too many, or another outcome.
    """
    request = _lock(number)
    if by.is_service or not may_answer_appeal(by, request):
        raise Forbidden(
            "an appeal is answered by somebody who is neither of the client nor took the decision",
            code="not-independent",
        )
    if request.appeal_due_ms is None or request.appeal_answered_ms is not None:
        raise Conflict("there is no appeal that waits", code="appeal-answered")
    if is_won_by_waiting(request.appeal_due_ms, now_ms):
        raise TooLate("nobody answered in 14 days; the appeal is won", code="appeal-over")
    if outcome not in Outcome.values:
        raise BadInput(f"{outcome!r} is not upheld or overturned", code="appeal-outcome")
    _check_reasons(words)
    _close_appeal(request, by, outcome, words.strip(), now_ms)
    return request


def win_withdrawals_by_waiting(now_ms: Ms) -> int:
    """Decide overdue appeals in favour of those who made them; return how many."""
    overdue = WithdrawalRequest.objects.filter(appeal_answered_ms=None, appeal_due_ms__lt=now_ms)
    numbers = list(overdue.order_by("appeal_due_ms").values_list("pk", flat=True))
    return attempt_each("withdrawal", numbers, lambda number: _win(number, now_ms))


def empty_answered(now_ms: Ms) -> int:
    """Delete the personal data of requests that were answered long ago; return how many."""
    answered = WithdrawalRequest.objects.filter(emptied_ms=None).exclude(state=State.WAITING)
    answered = answered.exclude(appeal_ms__isnull=False, appeal_answered_ms=None)
    old = answered.filter(decided_ms__lte=now_ms - emptied_from(0))
    with transaction.atomic():
        return old.update(**EMPTIED, emptied_ms=now_ms)


@transaction.atomic
def erase_request(token: str, now_ms: Ms) -> bool:
    """Delete what somebody wrote in their request; one that waits is taken back whole.

    Returns:
        Whether the request is gone; False where its answer stays to be read.

    Raises:
        Missing: not a private page of ours.
        Conflict: ``withdrawal-appealed``: its appeal waits for an answer.
    """
    request = _lock(read_withdrawal(token).pk)
    if request.state == State.WAITING and request.decided_ms is None:
        request.delete()
        return True
    if request.state == State.WAITING or (request.appeal_ms and not request.appeal_answered_ms):
        raise Conflict("the appeal waits for an answer", code="withdrawal-appealed")
    WithdrawalRequest.objects.filter(pk=request.pk).update(**EMPTIED, emptied_ms=now_ms)
    return False


def run_withdrawals(now_ms: Ms) -> int:
    """Do what time calls for: appeals won by waiting, files still to delete, old data."""
    return win_withdrawals_by_waiting(now_ms) + delete_files(now_ms) + empty_answered(now_ms)


@transaction.atomic
def _win(number: int, now_ms: Ms) -> bool:
    request = _lock(number)
    if request.appeal_due_ms is None or request.appeal_answered_ms is not None:
        return False
    if not is_won_by_waiting(request.appeal_due_ms, now_ms):
        return False
    _close_appeal(request, None, Outcome.OVERTURNED, "", now_ms)
    return True


def _close_appeal(
    request: WithdrawalRequest, by: Person | None, outcome: str, words: str, now_ms: Ms
) -> None:
    """Store how an appeal ended; one that is won grants the request, or opens it again.

    Where nothing is found that the request names, a human of the project looks again.
    """
    request.appeal_by, request.appeal_answer = by, words
    request.appeal_outcome, request.appeal_answered_ms = Outcome(outcome), now_ms
    withdrawn: list[int] = []
    if outcome == Outcome.OVERTURNED:
        matches = [task.pk for task in matches_of(request)]
        withdrawn = withdraw_items(request, matches, now_ms) if matches else []
        request.state = State.GRANTED if withdrawn else State.WAITING
    request.save()
    _note(request, f"appeal {outcome}", len(withdrawn), now_ms)
    transaction.on_commit(lambda: _tell(request))


def _lock(number: int) -> WithdrawalRequest:
    rows = WithdrawalRequest.objects.select_for_update(of=("self",)).select_related("project")
    request = rows.filter(pk=number).first()
    if request is None:
        raise Missing(f"there is no request {number}", code="withdrawal-missing")
    return request


def _own_tasks(request: WithdrawalRequest, tasks: Sequence[int]) -> list[int]:
    """Return which of the chosen tasks are of the project."""
    chosen = sorted(set(tasks))[: 2 * MOST_MATCHES]
    own = Task.objects.filter(project=request.project_id, pk__in=chosen)
    return list(own.values_list("pk", flat=True))


def _note(request: WithdrawalRequest, outcome: str, count: int, now_ms: Ms) -> None:
    """Write in the project's log that a request was answered; nothing about who asked."""
    facts = {"n": request.pk, "outcome": outcome, "tasks": count}
    record_fact(request.project_id, ENTRY, facts, now_ms)


def _tell(request: WithdrawalRequest) -> None:
    """Delete the files now, and write to the person if they left an e-mail address."""
    delete_files(request.at_ms)
    if settings.SENDS_MAIL and "@" in request.contact:
        page = f"{settings.URL.rstrip('/')}/withdraw/request/{withdrawal_token(request)}/"
        answer_by_mail(page, request.contact, request.language)


def _check_reasons(words: str, most: int = LONGEST_ANSWER) -> None:
    if not words.strip():
        raise Incomplete("give your reasons in words", code="withdrawal-reasons")
    if len(words) > most:
        raise BadInput(
            f"{len(words)} characters; at most {most}", code="withdrawal-long", limit=most
        )


def _check_fields(fields: WithdrawalFields) -> None:
    if not (fields.address or fields.sha256 or fields.words):
        raise Incomplete("say what identifies the item", code="withdrawal-nothing")
    limits = (
        (fields.address, LONGEST_ADDRESS),
        (fields.words, LONGEST_WORDS),
        (fields.contact, LONGEST_CONTACT),
    )
    for text, most in limits:
        if len(text) > most:
            raise BadInput(
                f"{len(text)} characters; at most {most}", code="withdrawal-long", limit=most
            )
    if fields.sha256 and not SHA256.fullmatch(fields.sha256):
        raise BadInput("a hash has 64 digits from 0 to f", code="withdrawal-hash")
