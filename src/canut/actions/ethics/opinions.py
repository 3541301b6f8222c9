"""Give an opinion on a project, begin a hold with it, and answer its points.

An opinion has at least three lines of reasons and is never changed. ``change`` opens once each
point is answered in writing; ``hold`` stops lending and takeover at once, and what was begun may be
finished and is paid. A hold on a project at work needs facts, and one after another hold new ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from canut.actions.ethics.acting import lock_review
from canut.actions.ledger.entry_types import inscribe_ethics
from canut.core.clock import Ms
from canut.core.errors import BadInput, Conflict, Forbidden, Incomplete
from canut.core.ethics.authority import EthicsAct
from canut.core.ethics.holds import (
    LONGEST_WORDS,
    Ground,
    answer_point,
    begin_hold,
    check_reasons,
    has_new_facts,
    read_lines,
)
from canut.core.ethics.opening import Verdict
from canut.core.ethics.register import HOLD, OPINION, words_sha256
from canut.core.participation.message_deadlines import plain_text
from canut.store.ethics.offices import term_of
from canut.store.ethics.reviews import hold_of, hold_stopping
from canut.store.tables.ethics import (
    EthicsAssisted,
    EthicsHold,
    EthicsOpinion,
    EthicsReply,
    EthicsReview,
)
from canut.store.tables.people import Person
from canut.store.tables.projects import Project


@dataclass(frozen=True, slots=True)
class OpinionIn:
    """An opinion as the reviewer writes it.

    Args:
        verdict: ``go``, ``change`` or ``hold``.
        reasons: at least three lines.
        points: what the requester must answer, one a line; of ``change`` and ``hold``.
        grounds: what a hold rests on.
        facts: what was seen, one a line; a hold on a project at work needs them.
    """

    verdict: str
    reasons: str
    points: str = ""
    grounds: Sequence[str] = ()
    facts: str = ""


@transaction.atomic
def give_opinion(review_id: int, opinion_in: OpinionIn, *, by: Person, now_ms: Ms) -> EthicsOpinion:
    """Publish an opinion; a hold begins with it.

    Raises:
        Forbidden: the person is not this project's reviewer.
        BadInput: the verdict or a ground is none.
        Incomplete: reasons, points, grounds or facts are missing.
        Conflict: a hold stops the project already, or the project is closed.
    """
    review, project = lock_review(review_id, EthicsAct.OPINION, by, now_ms)
    term = term_of(by, now_ms)
    verdict, grounds = _read(opinion_in)
    if term is None:
        raise Forbidden("an opinion is for who serves a term", code="ethics-office")
    if project.state == Project.State.CLOSED:
        raise Conflict("the project is closed", code="project-ended")
    if hold_stopping(review) is not None:
        raise Conflict("a hold stops this project; lift it first", code="ethics-held")
    reasons = check_reasons(opinion_in.reasons)
    points, facts = read_lines(opinion_in.points), read_lines(opinion_in.facts)
    if verdict is Verdict.CHANGE and not points:
        raise Incomplete(
            "write what must change, one point a line",
            code="ethics-points",
            field="points",
            limit=12,
        )
    if verdict is Verdict.HOLD:
        begin_hold(grounds, len(points), now_ms)
        _check_facts(review, project, facts)
    opinion = EthicsOpinion.objects.create(
        review=review,
        term=term,
        verdict=verdict,
        reasons=reasons,
        points=[] if verdict is Verdict.GO else points,
        grounds=sorted(grounds) if verdict is Verdict.HOLD else [],
        facts=facts if verdict is Verdict.HOLD else [],
        at_ms=now_ms,
        sha256=words_sha256(reasons, points, facts),
    )
    leaf = {"n": opinion.pk, "project": review.slug, "sha256": opinion.sha256}
    inscribe_ethics(OPINION, {**leaf, "verdict": verdict.value}, now_ms)
    if verdict is Verdict.HOLD:
        hold = begin_hold(grounds, len(points), now_ms)
        EthicsHold.objects.create(
            opinion=opinion, begins_ms=now_ms, override_barred=not hold.may_be_overridden
        )
        Project.objects.filter(id=project.pk).update(held_ms=now_ms)
        inscribe_ethics(
            HOLD, {**leaf, "grounds": " ".join(opinion.grounds), "until": hold.until_ms}, now_ms
        )
    EthicsAssisted.objects.filter(review=review, opinion=None).update(opinion=opinion)
    return opinion


@transaction.atomic
def reply_to_point(review_id: int, point: int, text: str, *, by: Person, now_ms: Ms) -> EthicsReply:
    """Answer one point of the newest opinion, as the requester.

    Raises:
        Forbidden: the person does not ask for the project.
        Conflict: the point has its answer, or the hold is over.
        BadInput: there is no such point.
        Incomplete, TooLarge: the text is empty or too long.
    """
    review, _project = lock_review(review_id, EthicsAct.REPLY, by, now_ms)
    opinion = EthicsOpinion.objects.filter(review=review).order_by("-id").first()
    if opinion is None or not 0 <= point < len(opinion.points):
        raise BadInput(f"there is no point {point + 1}", code="ethics-no-point")
    row = EthicsHold.objects.select_for_update().filter(opinion=opinion).first()
    if row is not None:
        answer_point(hold_of(row), point, now_ms)
    elif EthicsReply.objects.filter(opinion=opinion, point=point).exists():
        raise Conflict(f"point {point + 1} has its answer", code="ethics-point-answered")
    return EthicsReply.objects.create(
        opinion=opinion, point=point, text=plain_text(text, LONGEST_WORDS), by=by, at_ms=now_ms
    )


def _read(opinion_in: OpinionIn) -> tuple[Verdict, list[Ground]]:
    try:
        return Verdict(opinion_in.verdict), [Ground(ground) for ground in set(opinion_in.grounds)]
    except ValueError as problem:
        raise BadInput(
            f"{problem}; expected one of {', '.join(Verdict)} and grounds of the list",
            code="ethics-verdict",
        ) from problem


def _check_facts(review: EthicsReview, project: Project, facts: Sequence[str]) -> None:
    """Refuse a hold without facts where people work, or with the facts of an earlier one."""
    earlier = EthicsOpinion.objects.filter(review=review, verdict=Verdict.HOLD)
    earlier_facts = [fact for stated in earlier.values_list("facts", flat=True) for fact in stated]
    is_at_work = project.state != Project.State.DRAFT
    if is_at_work and not facts:
        raise Incomplete(
            "write the facts a hold on a project at work rests on, one a line",
            code="ethics-facts",
            field="facts",
        )
    if earlier.exists() and not has_new_facts(facts, earlier_facts):
        raise Incomplete(
            "write a fact that no earlier hold of this project names",
            code="ethics-same-facts",
            field="facts",
        )
