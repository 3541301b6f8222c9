"""Date questions: a day of the calendar, in bounds, with the days two answers may differ by.

An answer is a text such as ``1806-05-11`` (ISO 8601, the Gregorian calendar), so that files and
programs read it the same everywhere. How a date is written for a person is the page's to decide.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import cast

from canut.core.kinds.shared.fields import ANSWER, QUESTION, QuestionPath, number_of
from canut.core.kinds.shared.merging import normalised_votes, vote
from canut.core.kinds.shared.trades import ANNOTATING, Trade

EARLIEST, LATEST = "0001-01-01", "9999-12-31"
MOST_DAYS = 3_660
WRITTEN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
AGREES_WITHIN = 0.5
"""Answers agree within this distance: at most the question's tolerance in days."""

QUESTION_SHAPE: Mapping[str, object] = {
    "earliest": {"type": "string", "pattern": WRITTEN},
    "latest": {"type": "string", "pattern": WRITTEN},
    "tolerance": {"type": "integer", "minimum": 0, "maximum": MOST_DAYS},
}
ANSWER_SHAPE: Mapping[str, object] = {"type": "string", "pattern": WRITTEN}

type Question = Mapping[str, object]


def trade(question: Question) -> Trade:
    """Return the trade of this work."""
    del question
    return ANNOTATING


def check_question(question: Question) -> dict[str, object]:
    """Return the question in normal form; by default any date, and only equal dates agree.

    Raises:
        BadQuestion: a field is malformed, or the bounds are the wrong way round.
    """
    earliest = _checked(QUESTION.of("earliest"), question.get("earliest", EARLIEST))
    latest = _checked(QUESTION.of("latest"), question.get("latest", LATEST))
    if earliest > latest:
        QUESTION.of("latest").refuse(latest, f"a date not before {earliest}", "range")
    tolerance = QUESTION.of("tolerance").whole(question.get("tolerance", 0), 0, MOST_DAYS)
    return {"earliest": earliest, "latest": latest, "tolerance": tolerance}


def check_answer(question: Question, value: object) -> str:
    """Return an answer in normal form: a date of the calendar, in bounds.

    Raises:
        BadAnswer: no date written as ``YYYY-MM-DD``, or out of bounds.
    """
    earliest, latest = str(question["earliest"]), str(question["latest"])
    written = _checked(ANSWER, value)
    if not earliest <= written <= latest:
        ANSWER.refuse(written, f"a date from {earliest} to {latest}", "range")
    return written


def _checked(at: QuestionPath, value: object) -> str:
    """Return a text that names a day of the calendar."""
    text = at.text(value, len(LATEST), len(LATEST))
    try:
        day = date.fromisoformat(text)
    except ValueError:
        at.refuse(text, "a date written as YYYY-MM-DD")
    if day.isoformat() != text:  # a week date, or without hyphens
        at.refuse(text, "a date written as YYYY-MM-DD")
    return text


def label_of(question: Question, value: object) -> str:
    """Return the text of an answer: itself.

    Example:
        >>> label_of(check_question({}), "1806-05-11")
        '1806-05-11'
    """
    return check_answer(question, value)


def value_of(question: Question, label: str) -> str:
    """Decode an answer from that text.

    Raises:
        BadAnswer: the text is no answer to this question.
    """
    return check_answer(question, label)


def _days_apart(first: str, second: str) -> int:
    return abs((date.fromisoformat(first) - date.fromisoformat(second)).days)


def distance(question: Question, first: object, second: object) -> float:
    """Return d / (1 + d), 0 to 1, with d the days apart in units of the tolerance.

    It is a metric, since the function is concave. Dates as far apart as the tolerance have distance
    1/2; without one, two different dates are further apart than that.
    """
    unit = max(number_of(question, "tolerance"), 0.5)
    apart = _days_apart(check_answer(question, first), check_answer(question, second)) / unit
    return apart / (1 + apart)


def merge(
    question: Question, values: Sequence[object], weights: Sequence[float] | None = None
) -> str:
    """Return the date that most weight gave, or gave within the tolerance of it.

    Ties go to the date with most weight of its own, then to the earlier one. It is always a date
    that somebody gave: the middle of two dates would be one that nobody read.

    Raises:
        BadInput: no answer, or not one weight for each.
    """
    normal, shares, _ = normalised_votes(
        values, weights, lambda value: check_answer(question, value)
    )
    dates = cast("list[str]", normal)
    days = number_of(question, "tolerance")
    near = {
        each: sum(
            share
            for other, share in zip(dates, shares, strict=True)
            if _days_apart(each, other) <= days
        )
        for each in dict.fromkeys(sorted(dates))
    }
    best = max(near.values())
    supported = [each for each in near if round(near[each], 12) >= round(best, 12)]
    own = [share if each in supported else 0.0 for each, share in zip(dates, shares, strict=True)]
    return vote(dates, own, supported)
