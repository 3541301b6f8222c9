"""Hold a lesson's time above twice its announced minutes for a person to look at.

Nobody is refused anything: it is paid after seven days unless a named person gives reasons, as any
time held by the limits on time.
"""

from canut.actions.decisions.record import Ruling, decide
from canut.actions.time.measure import TimeInterval, stretches
from canut.core.clock import DAY_MS, MINUTE_MS, Ms
from canut.core.lessons.lesson import Lesson
from canut.core.time.spans import Span
from canut.store.decisions.automated_systems import is_on
from canut.store.tables.decisions import Decision
from canut.store.tables.lessons import LessonAttempt
from canut.store.tables.time import Claim

TIMES = 2
DECIDE_MS = 7 * DAY_MS
CODE = "lesson-long"


def lesson_time(person_id: int, number: int, begin_ms: Ms, end_ms: Ms) -> list[TimeInterval]:
    """List the measured time of a person in a lesson, in order."""
    surface = f"lesson:{number}"
    rows = stretches([person_id], begin_ms, end_ms)
    return [row for row in rows if row.project is None and row.surface == surface]


def hold_long_time(attempt: LessonAttempt, lesson: Lesson, now_ms: Ms) -> Claim | None:
    """Hold the time of an attempt beyond twice the announced minutes; None where there is none.

    Less than a minute too much is left alone.
    """
    if not is_on("caps"):
        return None
    rows = lesson_time(attempt.person_id, attempt.number, attempt.started_ms, now_ms)
    limit_ms = TIMES * lesson.minutes * MINUTE_MS
    total_ms = sum(row.ms for row in rows)
    excess_ms = total_ms - limit_ms
    if excess_ms < MINUTE_MS:
        return None
    spans: list[Span] = []
    for row in reversed(rows):
        if excess_ms <= 0:
            break
        begin = max(row.begin_ms, row.end_ms - excess_ms)
        spans.append((begin, row.end_ms))
        excess_ms -= row.end_ms - begin
    claim = Claim(
        person_id=attempt.person_id,
        begin_ms=attempt.started_ms,
        end_ms=now_ms,
        pending=[[begin, end] for begin, end in reversed(spans)],
        kind=Claim.Kind.HELD,
        why=Claim.Why.TOO_LONG,
        state=Claim.State.PENDING,
        made_ms=now_ms,
        due_ms=now_ms + DECIDE_MS,
    )
    minutes = claim.pending_ms // MINUTE_MS
    claim.decision = decide(
        Ruling(
            person=attempt.person_id,
            kind=Decision.Kind.TIME_HELD,
            code=CODE,
            system="caps",
            text_en=f"{minutes} min of lesson {attempt.number} are above twice the time announced"
            f" for it ({lesson.minutes} min). A person looks at them; without an answer within 7"
            " days they are paid.",
            text_fr=f"{minutes} min de la leçon {attempt.number} dépassent deux fois la durée"
            f" annoncée ({lesson.minutes} min). Une personne les regarde\u202f; sans réponse sous"
            " 7 jours, elles sont payées.",
            inputs={
                "begin_ms": claim.begin_ms,
                "end_ms": claim.end_ms,
                "held_ms": claim.pending_ms,
            },
            factors=[
                {"name": "window_ms", "value": limit_ms},
                {"name": "accepted_ms", "value": total_ms - claim.pending_ms},
            ],
        ),
        now_ms,
    )
    claim.save()
    return claim
