"""What the page of one review shows: opinions with their answers, and what the reader may do."""

from typing import NamedTuple

from canut.core.clock import Ms
from canut.core.ethics.authority import POWERS, EthicsAct, Office
from canut.core.ethics.holds import AppealState, HoldState
from canut.core.ethics.opening import OPENS, OpeningRule, opening_rule
from canut.core.ethics.register import RegisterLine, days_held
from canut.store.ethics.offices import offices_of
from canut.store.ethics.reviews import (
    assisted_of,
    hold_begun_by,
    hold_of,
    opening_facts,
    opinions_of,
    override_of,
    questions_of,
    replies_of,
    votes_on,
    words_on,
)
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
from canut.web.ethics.wording import ground_words, rule_words, state_words, verdict_words


class PointView(NamedTuple):
    """One point the requester answers: its number, its words, and the answer."""

    number: int
    text: str
    reply: EthicsReply | None


class OpinionView(NamedTuple):
    """An opinion with what followed from it."""

    opinion: EthicsOpinion
    verdict: str
    grounds: list[str]
    points: list[PointView]
    hold: EthicsHold | None
    state: str
    until_ms: Ms
    days: int
    votes: list[EthicsVote]
    override: EthicsOverride | None
    is_newest: bool


class ReviewView(NamedTuple):
    """A review as one reader sees it.

    ``may``: the acts that the reader has the office and the moment for, by name.
    ``is_blind``: a candidate has not written yet, so that no opinion is shown to them.
    """

    review: EthicsReview
    rule: str
    waits: bool
    due_ms: Ms | None
    opinions: list[OpinionView]
    questions: list[EthicsQuestion]
    words: list[EthicsWord]
    assisted: EthicsAssisted | None
    offices: frozenset[Office]
    may: dict[str, bool]
    is_blind: bool


def opinion_view(opinion: EthicsOpinion, now_ms: Ms, *, is_newest: bool) -> OpinionView:
    """Load an opinion with its points, its hold, and what the council and the operator said."""
    replies = {reply.point: reply for reply in replies_of(opinion)}
    points = [
        PointView(number, text, replies.get(number)) for number, text in enumerate(opinion.points)
    ]
    row = hold_begun_by(opinion)
    line = row and RegisterLine(opinion.pk, row.begins_ms, row.ended_ms, row.state)
    return OpinionView(
        opinion,
        verdict_words(opinion.verdict),
        ground_words(opinion.grounds),
        points,
        row,
        state_words(row.state) if row else "",
        hold_of(row).until_ms if row else 0,
        days_held(line, now_ms) if line else 0,
        votes_on(row) if row else [],
        override_of(row) if row else None,
        is_newest,
    )


def review_view(review: EthicsReview, reader: Person | None, now_ms: Ms) -> ReviewView:
    """Load everything of a review that its reader may see and do."""
    project = review.project
    rows = opinions_of(review)
    opinions = [
        opinion_view(opinion, now_ms, is_newest=rank == 0) for rank, opinion in enumerate(rows)
    ]
    offices = frozenset[Office]()
    assisted = None
    if reader is not None and project is not None:
        offices = offices_of(reader, project, now_ms)
        assisted = assisted_of(review, reader)
    questions = questions_of(review)
    words = words_on(review)
    rule, waits, due_ms = "", False, None
    if project is not None:
        facts = opening_facts(project, now_ms)
        standing = opening_rule(facts, now_ms)
        rule, waits = _why(standing, review, opinions), standing not in OPENS
        due_ms = facts.due_ms if standing is OpeningRule.WAITS_OPINION else None
    may = _may(project, opinions, offices, now_ms)
    may["answer"] = may["answer"] and any(not row.answered_ms for row in questions)
    may["word"] = (
        may["word"] and reader is not None and all(row.by_id != reader.pk for row in words)
    )
    may["compare"] = may["compare"] and assisted is None
    if opinions and reader is not None:
        voted = any(vote.by_id == reader.pk for vote in opinions[0].votes)
        may["vote"] = may["vote"] and not voted
    is_blind = may["compare"] and offices == {Office.CANDIDATE}
    return ReviewView(
        review, rule, waits, due_ms, opinions, questions, words, assisted, offices, may, is_blind
    )


def _why(standing: OpeningRule, review: EthicsReview, opinions: list[OpinionView]) -> str:
    """Say why a project may open, or may not: of a hold, how it ended; without opinion, that."""
    if standing is OpeningRule.CLEARED and opinions and opinions[0].hold is not None:
        return opinions[0].state
    if standing is OpeningRule.CLEARED and not opinions and review.cleared_by:
        return rule_words(review.cleared_by)
    return rule_words(standing)


def _may(
    project: Project | None,
    opinions: list[OpinionView],
    offices: frozenset[Office],
    now_ms: Ms,
) -> dict[str, bool]:
    """Return which acts the offices have the power and the moment for."""
    has_power = {power.act.value: bool(power.by & offices) for power in POWERS}
    newest = opinions[0] if opinions else None
    row = newest.hold if newest else None
    is_stopping = row is not None and row.ended_ms is None
    hold = hold_of(row) if row is not None else None
    is_live = project is not None and project.state != Project.State.CLOSED
    has_open_point = newest is not None and any(point.reply is None for point in newest.points)
    moment = {
        EthicsAct.OPINION: is_live and not is_stopping,
        EthicsAct.ASK: is_live,
        EthicsAct.WORD: is_live and newest is None,
        EthicsAct.REPLY: has_open_point and (row is None or is_stopping),
        EthicsAct.RENEW: is_stopping and hold is not None and hold.state is HoldState.HELD
        and not hold.is_renewed,
        EthicsAct.LIFT: is_stopping and not has_open_point,
        EthicsAct.APPEAL: is_stopping and hold is not None and hold.appeal is AppealState.NONE,
        EthicsAct.VOTE: is_stopping and hold is not None and hold.appeal is AppealState.OPEN
        and now_ms < hold.appeal_closes_ms,
        EthicsAct.OVERRIDE: is_stopping and hold is not None and hold.state is HoldState.LAPSED
        and hold.may_be_overridden and hold.appeal is not AppealState.OPEN,
    }  # fmt: skip
    return {act: power and moment.get(EthicsAct(act), is_live) for act, power in has_power.items()}
