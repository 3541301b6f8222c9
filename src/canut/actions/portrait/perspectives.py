"""Collect what became of people for a release: skills, lessons, moves, pay, tenure, exits.

Reads only; disclosure control is in ``core.portrait.people.perspectives``. People whose accounts
were erased are in no figure.
"""

from collections import Counter

from canut.actions.portrait.inputs import Quarter
from canut.core.clock import HOUR_MS
from canut.core.kinds.register import trade_of
from canut.core.kinds.schema import questions_of
from canut.core.pathways.destinations import is_moved_on
from canut.core.portrait.measured import ReleaseFigure
from canut.core.portrait.people.perspectives import Exits, PersonCourse, perspective_figures
from canut.store.lessons.attempts import passed_by_person
from canut.store.passport.evidence import skills_by_person
from canut.store.pathways.destinations import newest_replies, people_asked
from canut.store.portrait import courses as course_store
from canut.store.portrait.inputs import places_at, schemas_of

LEAST_TRADE_MS = 10 * HOUR_MS
LESSON = "lesson"


def perspectives_of(quarter: Quarter) -> tuple[ReleaseFigure, ...]:
    """Compute the figures of perspectives of a quarter; unknown where nobody real worked."""
    return perspective_figures(courses_until(quarter), exits_until(quarter.end_ms), quarter.end_ms)


def exits_until(end_ms: int) -> Exits | None:
    """Count what real people said of where they went; None where nobody was asked."""
    people, replies = people_asked(end_ms), newest_replies(end_ms)
    if not people:
        return None
    better = Counter(reply.better for reply in replies)
    helped = Counter(reply.helped for reply in replies)
    return Exits(
        asked=len(people),
        answered=len(replies),
        moved_on=sum(is_moved_on(reply.occupation) for reply in replies),
        better=better["yes"],
        said_pay=better["yes"] + better["same"] + better["no"],
        helped=helped["yes"],
        said_help=helped["yes"] + helped["no"],
    )


def courses_until(quarter: Quarter) -> list[PersonCourse]:
    """Return what the work of each real person came to by the end of a quarter."""
    end_ms = quarter.end_ms
    stays = course_store.stays(end_ms)
    if not stays:
        return []
    worked = course_store.worked_by_project(end_ms)
    trades = {
        project: trade_of(questions_of(schema)[0]).occupation
        for project, schema in schemas_of(
            {project for times in worked.values() for project in times}
        ).items()
    }
    skills, lessons = skills_by_person(end_ms), passed_by_person(end_ms)
    pays = course_store.pays_by_person(quarter.last)
    places = places_at(set(stays), end_ms)
    courses: list[PersonCourse] = []
    for person, stay in stays.items():
        by_trade: Counter[str] = Counter()
        for project, ms in worked.get(person, {}).items():
            by_trade[trades.get(project, "")] += ms
        courses.append(
            PersonCourse(
                person=person,
                place=places.get(person, ""),
                is_active=stay.last_ms >= quarter.begin_ms,
                skills=skills.get(person, frozenset()),
                has_lesson=person in lessons,
                trades=frozenset(
                    trade for trade, ms in by_trade.items() if trade and ms >= LEAST_TRADE_MS
                ),
                pays=_of_one_currency(pays.get(person, [])),
                worked_ms=sum(worked.get(person, {}).values()),
                first_ms=stay.first_ms,
                last_ms=stay.last_ms,
            )
        )
    return courses


def _of_one_currency(pays: list[tuple[str, int, int]]) -> tuple[tuple[int, int], ...]:
    """Return the pay and time of the currency in which most time was paid."""
    times: Counter[str] = Counter()
    for currency, _micro, ms in pays:
        times[currency] += ms
    main = max(times, key=lambda code: (times[code], code), default="")
    return tuple((micro, ms) for currency, micro, ms in pays if currency == main and ms)
