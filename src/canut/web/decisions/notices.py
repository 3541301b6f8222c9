"""What was decided about a person, announced in a line each until they open it.

A notice says what happened, why, what it costs and until when one can appeal; it shows the task. A
rule of the platform never accuses. What counts as new is decided in ``actions.decisions.notices``.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from django.urls import reverse

from canut.actions.decisions.notices import (
    DECISIONS,
    MESSAGES,
    TERMS,
    opened_ms,
    unseen_changes,
    unseen_counts,
    unseen_decisions,
)
from canut.core.decisions.deadlines import appealable_until
from canut.store.models import Decision, Person
from canut.web.decisions.decision_view import text_of
from canut.web.kit.formatting import calendar_day, moment, price
from canut.web.kit.messages import message_now
from canut.web.tasks.task_view import TaskContent, shown_task

MOST = 50
LONGEST = 160
Kind = Decision.Kind
GRAVITY = (
    *(
        Kind.CLOSURE,
        Kind.SUSPENSION,
        Kind.RESTRICTION,
        Kind.REJECTION,
        Kind.TIME_REFUSED,
        Kind.WORDS,
    ),
    *(Kind.QUALITY, Kind.TIME_HELD, Kind.PRICE, Kind.CORRECTION, Kind.TIME_GRANTED),
)
"""Kinds of decision, the gravest first."""
TITLES = {
    Kind.CLOSURE: "page.notices.work_ended",
    Kind.SUSPENSION: "page.notices.suspended",
    Kind.RESTRICTION: "page.notices.restricted",
    Kind.REJECTION: "page.notices.rejected",
    Kind.TIME_REFUSED: "page.notices.time_refused",
    Kind.WORDS: "page.notices.words_refused",
    Kind.QUALITY: "page.notices.answers_differ",
    Kind.TIME_HELD: "page.notices.time_held",
    Kind.PRICE: "page.notices.price",
    Kind.CORRECTION: "page.notices.correction",
    Kind.TIME_GRANTED: "page.notices.time_granted",
}
AGAINST = frozenset(GRAVITY[:6])


class Announcement(NamedTuple):
    """One announcement: its sign and colour, what happened, and where to read it."""

    icon: str
    tone: str
    title: str
    text: str
    address: str
    button: str
    content: TaskContent | None = None


def notices_for(person: Person, now_ms: int) -> list[Announcement]:
    """List what is new to a person, the gravest first; rejections together are one notice."""
    opened = opened_ms(person, now_ms)
    rows = unseen_decisions(person, opened[DECISIONS]).select_related(
        "project",
        "made_by",
        "appeal",
        "answer__task",
        "answer__project",
        "answer__question_version",
    )
    decisions = sorted(rows[:MOST], key=_gravity)
    notices = [*_of_decisions(decisions)]
    if unseen_changes(person, opened[TERMS]).exists():
        notices.append(
            Announcement(
                "clock",
                "wait",
                message_now("page.notices.terms_changed"),
                message_now("page.notices.terms_changed_text"),
                reverse("my_terms"),
                message_now("page.notices.read_it"),
            )
        )
    replies = unseen_counts(person, now_ms).get(MESSAGES, 0)
    if replies:
        title = message_now("page.notices.replies", n=replies)
        address, button = reverse("messages"), message_now("page.notices.read_it")
        notices.append(Announcement("check", "ok", title, "", address, button))
    return notices


def _gravity(decision: Decision) -> tuple[int, str, int]:
    is_settled = decision.undone_ms is not None or _is_answered(decision)
    return (
        len(GRAVITY) if is_settled else GRAVITY.index(Kind(decision.kind)),
        str(decision.kind),
        -decision.at_ms,
    )


def _is_answered(decision: Decision) -> bool:
    appeal = getattr(decision, "appeal", None)
    return appeal is not None and appeal.answered_ms is not None


def _of_decisions(decisions: Sequence[Decision]) -> Iterator[Announcement]:
    for kind, group in groupby(decisions, key=lambda each: (_gravity(each)[0], each.kind)):
        own = list(group)
        if kind == (GRAVITY.index(Kind.REJECTION), Kind.REJECTION):
            yield _of_rejections(own)
        else:
            yield from map(_of_one, own)


def _of_rejections(decisions: Sequence[Decision]) -> Announcement:
    """Announce one or several rejections, with the newest of them."""
    newest = decisions[0]
    by_currency: dict[str, int] = {}
    for decision in decisions:
        currency = str(decision.inputs.get("currency", ""))
        micro = int(decision.inputs.get("piece_micro", 0))
        by_currency[currency] = by_currency.get(currency, 0) + micro
    taken_back = " + ".join(price(micro, code) for code, micro in by_currency.items() if micro)
    facts = {
        "project": newest.project.title if newest.project else "",
        "when": moment(newest.at_ms),
        "who": str(newest.made_by),
        "evidence": _short(newest.evidence),
        "day": calendar_day(appealable_until(min(each.at_ms for each in decisions))),
    }
    text = (
        message_now("page.notices.rejected_text", taken=taken_back, **facts)
        if taken_back
        else message_now("page.notices.rejected_unpaid_text", **facts)
    )
    return Announcement(
        "warning",
        "err",
        message_now(TITLES[Kind.REJECTION], n=len(decisions)),
        text,
        _address(newest),
        message_now("page.notices.see_and_answer"),
        content_of(newest),
    )


def _of_one(decision: Decision) -> Announcement:
    project = decision.project.title if decision.project else ""
    if decision.undone_ms is not None or _is_answered(decision):
        is_won = decision.undone_ms is not None
        name = "page.notices.undone" if is_won else "page.notices.stands"
        appeal = getattr(decision, "appeal", None)
        text = _short(appeal.answer) if appeal and appeal.answer else text_of(decision)
        if is_won and (back := _price_back(decision)):
            text = f"{message_now('page.notices.price_is_back', money=back)} {text}"
        tone = ("check", "ok") if is_won else ("scales", "err")
        title = message_now(name)
        return Announcement(
            *tone, title, text, _address(decision), message_now("page.notices.read_it")
        )
    text = text_of(decision)
    if decision.kind == Kind.QUALITY:
        text = message_now("page.notices.answers_differ_text", project=project)
    is_against = decision.kind in AGAINST
    return Announcement(
        "warning" if is_against else "clock",
        "err" if is_against else "wait",
        message_now(TITLES[Kind(decision.kind)], n=1),
        text,
        _address(decision),
        message_now("page.notices.see_and_answer" if is_against else "page.notices.read_it"),
        content_of(decision),
    )


def _price_back(decision: Decision) -> str:
    """Return the piece price that an undone rejection gives back; empty if it took none."""
    micro = int(decision.inputs.get("piece_micro", 0)) if decision.kind == Kind.REJECTION else 0
    return price(micro, str(decision.inputs["currency"])) if micro else ""


def content_of(decision: Decision, size: int = 160) -> TaskContent | None:
    """Return the task a decision is about, as it was shown; None if it is about none."""
    answer = decision.answer
    if answer is None:
        return None
    return shown_task(answer.project, answer.task, answer.question_version, size)


def _address(decision: Decision) -> str:
    return f"{reverse('decisions')}#d{decision.pk}"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()}…"
