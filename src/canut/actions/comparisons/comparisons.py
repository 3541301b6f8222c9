"""Open, hold, resume and end comparisons of two presentations.

A plan is fixed before anybody sees it. For harm one person's word holds it, a guard's as well;
to go on, two people's words are needed. The result is computed once, when it ends, and only where
nothing stopped it.
"""

import secrets
from collections.abc import Mapping

import numpy as np
from django.db import transaction

from canut.actions.comparisons.results import result_of
from canut.actions.ledger.entries import record_fact
from canut.core.clock import Ms
from canut.core.comparisons.assignment import SEED_BYTES
from canut.core.comparisons.guards import Harm
from canut.core.comparisons.plan import ComparisonPlan, Subject, check_plan
from canut.core.errors import BadInput, Conflict, Fact, Forbidden, Incomplete, Missing
from canut.core.kinds import Schema, questions_of
from canut.core.participation.message_deadlines import plain_text
from canut.store.comparisons.comparisons import is_representative, live_comparison
from canut.store.projects.versions import question_or_none
from canut.store.tables.comparisons import ComparedPerson, Comparison
from canut.store.tables.people import Person
from canut.store.tables.projects import Project

LONGEST_WORDS = 400
FEWEST_CHOICES = 2
State = Comparison.State


@transaction.atomic
def open_comparison(
    project: Project,
    plan: ComparisonPlan,
    *,
    by: Person,
    now_ms: Ms,
    ethics_ok_by: Person | None = None,
) -> Comparison:
    """Open a comparison: people who open the workbench from now on are drawn into it.

    Args:
        project: where; it keeps its price, its review and its floor.
        plan: what is compared and measured.
        by: who answers for it.
        now_ms: milliseconds since 1970 UTC.
        ethics_ok_by: representative or ethics reviewer who agreed.

    Raises:
        BadInput, Incomplete, TooLarge: raised by ``check_plan``; ``comparison-choices``: there is
            no order to change.
        Conflict: ``comparison-live``: there is one already; ``comparison-closed``: nobody works
            in the project now.
        Forbidden: ``comparison-ethics``: that person may not say so; ``service-actor``.
    """
    if by.is_service:
        raise Forbidden("a comparison is opened by a named person", code="service-actor")
    locked = Project.objects.select_for_update().get(pk=project.pk)
    question = question_or_none(project.pk)
    if not locked.is_lending or question is None:
        raise Conflict(
            f"the project is {locked.state}; open it first",
            code="comparison-closed",
            state=locked.state,
        )
    checked = check_plan(plan, question.instructions)
    if checked.subject == Subject.ORDER and not has_choices(question.schema):
        raise BadInput(
            "the question has no choices to put in another order",
            code="comparison-choices",
            field="subject",
        )
    if live_comparison(project.pk) is not None:
        raise Conflict("two presentations are compared already", code="comparison-live")
    if ethics_ok_by is not None and not is_representative(ethics_ok_by.pk):
        raise Forbidden(
            "only a representative or an ethics reviewer can agree to it",
            code="comparison-ethics",
            field="ethics_ok_by",
        )
    comparison = Comparison.objects.create(
        project=locked,
        question=question.number,
        subject=checked.subject,
        instructions=checked.instructions,
        hypothesis=checked.hypothesis,
        measure=checked.measure,
        margin=checked.margin,
        spread=checked.spread,
        people=checked.people,
        seed=secrets.token_bytes(SEED_BYTES),
        opened_by=by,
        opened_ms=now_ms,
        looked_ms=now_ms,
        ethics_ok_by=ethics_ok_by,
    )
    _record(comparison, "comparison.open", {"measure": checked.measure, "people": checked.people},
            now_ms)  # fmt: skip
    return comparison


@transaction.atomic
def hold_comparison(
    comparison_id: int, harm: Harm, words: str, now_ms: Ms, *, by: Person | None = None
) -> Comparison:
    """Hold a comparison for harm: everybody gets the usual presentation from now on.

    Args:
        comparison_id: which.
        harm: why.
        words: what happened, where a person says it.
        now_ms: milliseconds since 1970 UTC.
        by: the person who says so; None for a guard.

    Raises:
        Missing: ``comparison-gone``.
        Conflict: ``comparison-ended``.
        Incomplete, TooLarge: the words of a person.
    """
    comparison = lock_live(comparison_id)
    if comparison.state == State.HELD:
        return comparison
    if by is not None and not words.strip():
        raise Incomplete("say what happened", code="comparison-unsaid", field="words")
    comparison.state, comparison.harm, comparison.held_ms = State.HELD, harm, now_ms
    comparison.harm_words = plain_text(words, LONGEST_WORDS) if words.strip() else ""
    comparison.held_by, comparison.resumed_by = by, None
    comparison.save()
    _show_proposals(comparison)
    _record(comparison, "comparison.hold", {"harm": harm.value}, now_ms)
    return comparison


@transaction.atomic
def resume_comparison(comparison_id: int, by: Person, now_ms: Ms) -> Comparison:
    """Say that a held comparison may go on; it does on the second person's word.

    Raises:
        Missing: ``comparison-gone``.
        Conflict: ``comparison-ended``; ``comparison-open``: it is not held;
            ``comparison-question``: the question changed meanwhile.
        Forbidden: ``comparison-second``: one's own word is there already; ``service-actor``.
    """
    if by.is_service:
        raise Forbidden("two named people decide to go on", code="service-actor")
    comparison = lock_live(comparison_id)
    if comparison.state != State.HELD:
        raise Conflict("the comparison is not held", code="comparison-open")
    if has_other_question(comparison):
        raise Conflict(
            "the question changed; end this comparison and open another",
            code="comparison-question",
        )
    if comparison.resumed_by_id is None:
        comparison.resumed_by = by
        comparison.save(update_fields=["resumed_by"])
        return comparison
    if comparison.resumed_by_id == by.pk:
        raise Forbidden("another person has to agree", code="comparison-second")
    comparison.state, comparison.harm = State.OPEN, ""
    comparison.looked_ms = now_ms
    comparison.save()
    if comparison.subject == Subject.PROPOSALS:
        stayed = ComparedPerson.objects.filter(comparison=comparison, left_ms=None, arm="b")
        stayed.update(hides_proposals=True)
    _record(comparison, "comparison.resume", {"people": 2}, now_ms)
    return comparison


@transaction.atomic
def end_comparison(comparison_id: int, now_ms: Ms) -> Comparison:
    """End a comparison; the result is computed now, unless harm holds it or the question changed.

    Everybody gets the usual presentation from now on.

    Raises:
        Missing: ``comparison-gone``.
        Conflict: ``comparison-ended``.
    """
    comparison = lock_live(comparison_id)
    is_stopped = comparison.state == State.HELD or has_other_question(comparison)
    comparison.ended_ms = now_ms
    if not is_stopped:
        rng = np.random.default_rng(int.from_bytes(bytes(comparison.seed)[:8], "big"))
        comparison.result = result_of(comparison, now_ms, rng)
    comparison.state = State.STOPPED if is_stopped else State.ENDED
    comparison.save()
    people = ComparedPerson.objects.filter(comparison=comparison)
    people.update(hides_proposals=False)
    people.filter(left_ms=None).update(left_ms=now_ms)
    people.update(uses_aid=None)
    verdict = comparison.result.get("verdict", "stopped")
    _record(comparison, "comparison.end", {"verdict": verdict}, now_ms)
    return comparison


def lock_live(comparison_id: int) -> Comparison:
    """Lock and return a comparison that has not ended.

    Raises:
        Missing: ``comparison-gone``.
        Conflict: ``comparison-ended``.
    """
    comparison = Comparison.objects.select_for_update().filter(pk=comparison_id).first()
    if comparison is None:
        raise Missing("there is no such comparison here", code="comparison-gone")
    if comparison.state not in {State.OPEN, State.HELD}:
        raise Conflict("this comparison has ended", code="comparison-ended")
    return comparison


def has_other_question(comparison: Comparison) -> bool:
    """Return whether the question changed since the comparison was opened."""
    question = question_or_none(comparison.project.pk)
    return question is None or question.number != comparison.question


def has_choices(schema: Schema) -> bool:
    """Return whether some question has choices whose order can change."""
    return any(
        isinstance(choices := question.get("choices"), list) and len(choices) >= FEWEST_CHOICES
        for question in questions_of(schema)
    )


def _show_proposals(comparison: Comparison) -> None:
    ComparedPerson.objects.filter(comparison=comparison).update(hides_proposals=False)


def _record(comparison: Comparison, kind: str, facts: Mapping[str, Fact], now_ms: Ms) -> None:
    """Write a public entry: about the comparison, never about a person."""
    record_fact(comparison.project.pk, kind, {"comparison": comparison.pk, **facts}, now_ms)
