"""Reviews of projects with what was said of them, and what decides whether one may open.

Reads only; ``core.ethics.opening`` decides.
"""

from collections.abc import Mapping, Sequence

from canut.core.clock import Ms
from canut.core.ethics.holds import AppealState, Ground, Hold, HoldState
from canut.core.ethics.opening import OpeningFacts, Verdict
from canut.core.ethics.register import (
    KINDS,
    RegisterLine,
    YearFigures,
    recount_entries,
    year_figures,
)
from canut.store.ethics.offices import council_ids, reviewers_for
from canut.store.tables.ethics import (
    EthicsAssisted,
    EthicsHold,
    EthicsOpinion,
    EthicsOverride,
    EthicsQuestion,
    EthicsReply,
    EthicsReview,
    EthicsVote,
    EthicsWord,
)
from canut.store.tables.people import Person
from canut.store.tables.projects import Project


def review_of(project_id: int) -> EthicsReview | None:
    """Return the review of a project, if anybody asked for one or it was ever let through."""
    return EthicsReview.objects.filter(project=project_id).first()


def review_numbered(number: int) -> EthicsReview | None:
    """Return a review by its number."""
    return EthicsReview.objects.select_related("project").filter(pk=number).first()


def opinions_of(review: EthicsReview) -> list[EthicsOpinion]:
    """List the opinions on a project, newest first, with their holds."""
    rows = EthicsOpinion.objects.filter(review=review).select_related("term__person", "hold")
    return list(rows.order_by("-id"))


def newest_opinion(review: EthicsReview) -> EthicsOpinion | None:
    """Return the newest opinion on a project."""
    return EthicsOpinion.objects.filter(review=review).order_by("-id").first()


def replies_of(opinion: EthicsOpinion) -> list[EthicsReply]:
    """List the requester's answers to the points of an opinion, in their order."""
    return list(EthicsReply.objects.filter(opinion=opinion).select_related("by").order_by("point"))


def hold_stopping(review: EthicsReview) -> EthicsHold | None:
    """Return the hold that stops a project now."""
    holds = EthicsHold.objects.filter(opinion__review=review, ended_ms=None)
    return holds.select_related("opinion").order_by("-id").first()


def hold_of(row: EthicsHold) -> Hold:
    """Return a stored hold in the core's type."""
    opinion = row.opinion
    answered = EthicsReply.objects.filter(opinion=opinion).values_list("point", flat=True)
    return Hold(
        begins_ms=row.begins_ms,
        grounds=frozenset(Ground(ground) for ground in opinion.grounds),
        points=len(opinion.points),
        answered=frozenset(answered),
        is_renewed=row.renewed_ms is not None,
        state=HoldState(row.state),
        appeal=AppealState(row.appeal),
        appeal_closes_ms=row.appeal_closes_ms,
    )


def hold_begun_by(opinion: EthicsOpinion) -> EthicsHold | None:
    """Return the hold that an opinion began."""
    rows = EthicsHold.objects.filter(opinion=opinion)
    return rows.select_related("appealed_by", "opinion").first()


def override_of(hold: EthicsHold) -> EthicsOverride | None:
    """Return the override of a hold."""
    return EthicsOverride.objects.filter(hold=hold).select_related("by").first()


def words_on(review: EthicsReview) -> list[EthicsWord]:
    """List the words of representatives on a project, oldest first."""
    return list(EthicsWord.objects.filter(review=review).select_related("by").order_by("id"))


def assisted_of(review: EthicsReview, person: Person) -> EthicsAssisted | None:
    """Return a candidate's blind opinion on a project."""
    return EthicsAssisted.objects.filter(review=review, by=person).first()


def votes_on(hold: EthicsHold) -> list[EthicsVote]:
    """List the council's votes on an appeal."""
    return list(EthicsVote.objects.filter(hold=hold).select_related("by").order_by("id"))


def questions_of(review: EthicsReview) -> list[EthicsQuestion]:
    """List a reviewer's questions to the requester, oldest first."""
    rows = EthicsQuestion.objects.filter(review=review).select_related("by", "answered_by")
    return list(rows.order_by("id"))


def opening_facts(project: Project, now_ms: Ms) -> OpeningFacts:
    """Load what decides whether a project may open."""
    review = review_of(project.pk)
    opinion = newest_opinion(review) if review is not None else None
    unanswered = 0
    words: Sequence[bool] = ()
    due_ms: Ms | None = None
    if review is not None:
        words = list(review.words.values_list("agrees", flat=True))
        is_open = EthicsQuestion.objects.filter(review=review, answered_ms=None).exists()
        due_ms = None if is_open else review.due_ms
    if opinion is not None:
        unanswered = len(opinion.points) - EthicsReply.objects.filter(opinion=opinion).count()
    return OpeningFacts(
        risk=project.label or 0,
        is_held=project.held_ms is not None,
        was_cleared=review is not None and review.cleared_ms is not None,
        reviewers=len(reviewers_for(project, now_ms)),
        council=len(council_ids()),
        is_asked=review is not None and review.asked_ms is not None,
        verdict=None if opinion is None else Verdict(opinion.verdict),
        unanswered=unanswered,
        words_for=sum(words),
        words_against=len(words) - sum(words),
        due_ms=due_ms,
    )


def register_reviews(limit: int) -> list[EthicsReview]:
    """List the reviews of the register, newest first."""
    return list(EthicsReview.objects.select_related("project").order_by("-id")[:limit])


def register_lines() -> list[RegisterLine]:
    """List every hold as the register counts it."""
    rows = EthicsHold.objects.order_by("id")
    return [
        RegisterLine(opinion, begins_ms, ended_ms, "" if ended_ms is None else state)
        for opinion, begins_ms, ended_ms, state in rows.values_list(
            "opinion", "begins_ms", "ended_ms", "state"
        )
    ]


def register_years() -> list[YearFigures]:
    """Count the register by year, from its own tables."""
    opinions = EthicsOpinion.objects.values_list("at_ms", flat=True)
    unreviewed = EthicsReview.objects.exclude(ethical_aim="").filter(cleared_ms__isnull=False)
    opened_ms = unreviewed.values_list("cleared_ms", flat=True)
    return year_figures(
        opinions, register_lines(), [at_ms for at_ms in opened_ms if at_ms is not None]
    )


def years_from(entries: Sequence[tuple[str, Mapping[str, object]]]) -> list[YearFigures]:
    """Count the register by year, from entries of the platform log."""
    return recount_entries(entry for entry in entries if entry[0] in KINDS)


def verdict_pairs() -> list[tuple[str, str]]:
    """List the verdicts of blind assisted reviews beside the reviewer's."""
    rows = EthicsAssisted.objects.filter(opinion__isnull=False).order_by("id")
    return list(rows.values_list("verdict", "opinion__verdict"))


def assisted_by(person_id: int) -> int:
    """Count a person's assisted reviews that were compared with a reviewer's opinion."""
    return EthicsAssisted.objects.filter(by=person_id, opinion__isnull=False).count()
