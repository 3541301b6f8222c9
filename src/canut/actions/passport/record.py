"""The passport's tables of a work record: what is shown, lessons, credentials, those brought.

``actions.work.work_record`` calls it by the setting ``RECORD_TABLES``: the record is below the
passport and does not know it. A credential's text is not among them: its holder has the file.
"""

from canut.actions.passport.shown import acts_of, lesson_times, lessons_passed
from canut.core.clock import MINUTE_MS
from canut.core.passport.brought import issuer_of
from canut.core.passport.skills import RULE
from canut.core.work.work_record import Row
from canut.store.passport.brought import brought_of
from canut.store.passport.credentials import credentials_of
from canut.store.passport.evidence import skills_of
from canut.store.tables.lessons import LessonAttempt
from canut.store.tables.people import Person

LONGEST = 400


def passport_tables(person: Person, now_ms: int) -> dict[str, list[Row]]:
    """Return the rows of each of the passport's tables.

    Args:
        person: whose.
        now_ms: when, milliseconds since 1970 UTC.
    """
    return {
        "shown": _shown(person, now_ms),
        "lessons": _lessons(person, now_ms),
        "attestations": [
            {
                "type": row.kind,
                "of": row.of,
                "level": row.level,
                "number": str(row.number),
                "made_ms": row.made_ms,
                "expires_ms": row.expires_ms,
                "revoked_ms": row.withdrawn_ms,
            }
            for row in reversed(credentials_of(person))
        ],
        "credentials_brought": [
            {
                "sha256": row.sha256,
                "name": str(document.get("name", ""))[:LONGEST],
                "issuer": issuer_of(document)[:LONGEST],
                "standing": row.standing,
                "at_ms": row.at_ms,
            }
            for row, document in reversed(brought_of(person))
        ],
    }


def _shown(person: Person, now_ms: int) -> list[Row]:
    counted: list[Row] = [
        {
            "skill": each.skill,
            "level": each.level,
            "rule_version": RULE,
            "n": each.answered,
            "right": each.right,
            "low_thousandths": each.low_thousandths,
            "first_ms": each.first_ms,
            "last_ms": each.last_ms,
        }
        for each in skills_of(person.pk, now_ms)
    ]
    acts: list[Row] = [
        {
            "skill": each.skill,
            "level": each.level,
            "rule_version": RULE,
            "n": each.counted,
            "right": each.right,
            "low_thousandths": each.low_thousandths,
            "first_ms": each.first_ms,
            "last_ms": each.last_ms,
        }
        for each in acts_of(person.pk, now_ms)
    ]
    return counted + acts


def _lessons(person: Person, now_ms: int) -> list[Row]:
    """Return every attempt that ended, and whether it counts as passed."""
    attempts = LessonAttempt.objects.filter(person=person, ended_ms__isnull=False).order_by("id")
    if not attempts:
        return []
    times = lesson_times(person.pk, now_ms)
    passed = {(each.lesson, each.version) for each in lessons_passed(person.pk)}
    return [
        {
            "lesson": attempt.lesson,
            "version": attempt.version,
            "minutes": times.get(attempt.number, 0) // MINUTE_MS,
            "auto_thousandths": attempt.auto_thousandths,
            "case_halves": attempt.case_halves,
            "mastered": attempt.has_passed or (attempt.lesson, attempt.version) in passed,
            "at_ms": attempt.ended_ms,
        }
        for attempt in attempts
    ]
