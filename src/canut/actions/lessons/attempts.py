"""Go through a lesson: begin, answer, write the case, end; erase an attempt.

Time is measured as on any page (surface ``lesson:NUMBER``) and paid by the statement; nothing here
counts seconds. What somebody answered changes no task, price, score or review.
"""

from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction

from canut.actions.lessons.labs import freeze_labs, lesson_of
from canut.actions.lessons.long_time import hold_long_time
from canut.actions.lessons.own_hour import own_hour
from canut.core.clock import DAY_MS, Ms, local_day
from canut.core.errors import BadInput, Conflict, Missing
from canut.core.lessons.lesson import Item, ItemKind, Lesson
from canut.core.lessons.scoring import auto_score, match_key, read_number, score_item
from canut.store.lessons.attempts import attempts_since, open_attempt
from canut.store.people.work_terms import zone_of
from canut.store.tables.lessons import (
    LessonAnswer,
    LessonAttempt,
    LessonLab,
    LessonQuestion,
    LessonRecall,
    LessonScript,
)
from canut.store.tables.people import Person

MOST_CASE = 6_000
MOST_QUESTION = 1_000
MOST_FREE = 2_000
THOUSAND = 1000


def next_begin_ms(person: Person, lesson: Lesson, now_ms: Ms) -> int:
    """Return when a person may begin this lesson again: now, or once an attempt is old enough."""
    every_ms = lesson.every_days * DAY_MS
    starts = attempts_since(person.pk, lesson.id, now_ms - every_ms)
    if len(starts) < lesson.paid_attempts:
        return now_ms
    return starts[-lesson.paid_attempts] + every_ms


def begin_lesson(person: Person, lesson: Lesson, now_ms: Ms) -> LessonAttempt:
    """Begin a lesson, or return the attempt the person is in the middle of.

    What its screens show of this instance is read now, and stays so until the attempt is erased.

    Raises:
        Conflict: the paid attempts of these days are used; it can begin again later.
    """
    attempt = open_attempt(person.pk, lesson.id)
    if attempt is not None:
        return attempt
    again_ms = next_begin_ms(person, lesson, now_ms)
    if again_ms > now_ms:
        day = local_day(again_ms, zone_of(person.pk, now_ms)).isoformat()
        raise Conflict(
            f"{lesson.paid_attempts} attempts in {lesson.every_days} days are used; from {day} on"
            " you can begin again",
            code="lesson-attempts-used",
            day=day,
        )
    hour = own_hour(person.pk, now_ms)
    try:
        with transaction.atomic():
            attempt = LessonAttempt.objects.create(
                person=person,
                lesson=lesson.id,
                number=lesson.number,
                version=lesson.version,
                sha256=lesson.sha256,
                hour_micro=hour.micro if hour else 0,
                currency=hour.currency if hour else "",
                screen=lesson.screen_ids()[0],
                started_ms=now_ms,
            )
            freeze_labs(attempt, lesson, now_ms)
            return attempt
    except IntegrityError:  # begun at the same moment in another window
        attempt = open_attempt(person.pk, lesson.id)
        if attempt is None:
            raise
        return attempt


def check_version(attempt: LessonAttempt, lesson: Lesson) -> None:
    """Raise ``Conflict`` where an attempt was begun on another text than the lesson has now."""
    if attempt.sha256 != lesson.sha256:
        raise Conflict(
            f"lesson {lesson.id} has another version since; end this attempt and begin again",
            code="lesson-version",
        )


@transaction.atomic
def answer_items(
    attempt_id: int,
    lesson: Lesson,
    screen_id: str,
    answers: Mapping[str, Sequence[str]],
    now_ms: Ms,
) -> int:
    """Store the answers to the items of a screen; answered ones stay as they are.

    Args:
        attempt_id: of the person.
        lesson: its lesson.
        screen_id: the screen.
        answers: by item; an item without an answer stays open.
        now_ms: the moment.

    Returns:
        How many items were answered now.

    Raises:
        BadInput: an answer is none the item allows, or a number cannot be read.
        Conflict: the attempt has ended.
    """
    attempt = _lock(attempt_id)
    check_version(attempt, lesson)
    lesson = lesson_of(attempt, lesson)
    before = set(LessonAnswer.objects.filter(attempt=attempt).values_list("item", flat=True))
    rows: list[LessonAnswer] = []
    for item in lesson.items_of(screen_id):
        answer = [part.strip() for part in answers.get(item.id, ()) if part.strip()]
        if item.id in before or not answer or item.kind is ItemKind.QUESTION:
            continue
        check_answer(lesson, item, answer)
        score = None if not item.is_marked else int(score_item(item, answer) * THOUSAND)
        rows.append(
            LessonAnswer(
                attempt=attempt, item=item.id, answer=answer, score_thousandths=score, at_ms=now_ms
            )
        )
    LessonAnswer.objects.bulk_create(rows)
    return len(rows)


def check_answer(lesson: Lesson, item: Item, answer: Sequence[str]) -> None:
    """Raise ``BadInput`` for an answer that the item does not allow, or for none."""
    if not answer:
        raise BadInput("nothing is chosen; answer the question", code="lesson-incomplete")
    if item.kind is ItemKind.FREE:
        is_good = len(answer[0]) <= MOST_FREE
    elif item.kind is ItemKind.NUMBER:
        is_good = len(answer) == 1 and read_number(answer[0]) is not None
        if not is_good:
            raise BadInput(
                f"{answer[0][:20]!r} is no number; write it as 9,99 or 9.99",
                code="lesson-number",
                item=item.id,
            )
    else:
        screen = lesson.screen(item.screen, "fr")
        options = set(screen.questions[item.id].options) if screen else set[str]()
        is_good = set(answer) <= options and (
            item.kind is ItemKind.MATCH or len(set(answer)) == len(answer)
        )
        expected_count = {
            ItemKind.ONE: 1,
            ItemKind.ORDER: len(item.options),
            ItemKind.MATCH: len(match_key(item)) if item.kind is ItemKind.MATCH else 0,
        }.get(item.kind)
        if is_good and expected_count is not None and len(answer) != expected_count:
            raise BadInput(
                f"{len(answer)} of {expected_count} are chosen; choose each once",
                code="lesson-incomplete",
                item=item.id,
            )
    if not is_good:
        raise BadInput(
            f"{item.id} does not allow {list(answer)[:5]}", code="lesson-answer", item=item.id
        )


@transaction.atomic
def move_to(attempt_id: int, lesson: Lesson, screen_id: str) -> None:
    """Keep the screen at which the person resumes.

    Raises:
        Missing: the lesson has no such screen.
        Conflict: the attempt has ended.
    """
    attempt = _lock(attempt_id)
    if screen_id not in lesson.screen_ids():
        raise Missing(f"lesson {lesson.id} has no screen {screen_id[:10]}")
    attempt.screen = screen_id
    attempt.save(update_fields=["screen"])


@transaction.atomic
def write_case(
    attempt_id: int, lesson: Lesson, text: str, language: str, now_ms: Ms
) -> LessonScript:
    """Store the text of the case; it can be written again until the lesson ends.

    Raises:
        BadInput: it has far fewer or far more words than the case asks for.
        Conflict: the attempt has ended.
    """
    attempt = _lock(attempt_id)
    check_version(attempt, lesson)
    words = len(text.split())
    least, most = lesson.case.least_words // 2, lesson.case.most_words * 2
    if not least <= words <= most or len(text) > MOST_CASE:
        raise BadInput(
            f"the text has {words} words; {lesson.case.least_words} to {lesson.case.most_words}"
            " are asked for",
            code="lesson-case-words",
            words=words,
            least=lesson.case.least_words,
            most=lesson.case.most_words,
        )
    script, _ = LessonScript.objects.update_or_create(
        attempt=attempt,
        defaults={
            "text": text.strip(),
            "language": language,
            "markers": lesson.case.markers,
            "at_ms": now_ms,
        },
    )
    return script


def send_question(person: Person, lesson: Lesson, text: str, now_ms: Ms) -> bool:
    """Store a question for the representatives, without its author; return whether there is one.

    Raises:
        BadInput: it is longer than 1,000 characters.
    """
    tidy = text.strip()
    if not tidy:
        return False
    if len(tidy) > MOST_QUESTION:
        raise BadInput(
            f"the question has {len(tidy)} characters; at most {MOST_QUESTION}",
            code="lesson-question-long",
            limit=MOST_QUESTION,
        )
    day = local_day(now_ms, zone_of(person.pk, now_ms))
    LessonQuestion.objects.create(lesson=lesson.id, text=tidy, day=day)
    return True


@transaction.atomic
def end_lesson(attempt_id: int, lesson: Lesson, now_ms: Ms) -> LessonAttempt:
    """End an attempt: count its items, and send its case to the markers.

    Time above twice the announced minutes waits for a person.

    Raises:
        Conflict: it has ended before.
    """
    attempt = _lock(attempt_id)
    answers = {
        row.item: [str(part) for part in row.answer]
        for row in LessonAnswer.objects.filter(attempt=attempt)
    }
    is_same = attempt.sha256 == lesson.sha256
    attempt.auto_thousandths = (
        int(auto_score(lesson_of(attempt, lesson), answers) * THOUSAND) if is_same else 0
    )
    has_script = LessonScript.objects.filter(attempt=attempt).exists()
    waits = has_script and is_same
    attempt.state = LessonAttempt.State.WAITING if waits else LessonAttempt.State.ENDED
    attempt.ended_ms = now_ms
    attempt.save(update_fields=["auto_thousandths", "state", "ended_ms"])
    hold_long_time(attempt, lesson, now_ms)
    return attempt


@transaction.atomic
def erase_attempt(attempt_id: int, person: Person) -> None:
    """Delete the answers, the text and the result of one's attempt; the paid time stays paid.

    Raises:
        Missing: it is not theirs.
        Conflict: its case waits for marks, or it is still open.
    """
    attempt = LessonAttempt.objects.select_for_update().filter(id=attempt_id, person=person).first()
    if attempt is None:
        raise Missing(f"you have no attempt {attempt_id}")
    if attempt.state in {LessonAttempt.State.OPEN, LessonAttempt.State.WAITING}:
        raise Conflict("end the lesson, and wait for the marks", code="lesson-not-ended")
    LessonAnswer.objects.filter(attempt=attempt).delete()
    LessonScript.objects.filter(attempt=attempt).delete()
    LessonLab.objects.filter(attempt=attempt).delete()
    LessonRecall.objects.filter(attempt=attempt).delete()
    attempt.auto_thousandths = attempt.case_halves = attempt.result_ms = None
    attempt.has_passed = False
    attempt.decision = None
    attempt.state = LessonAttempt.State.ENDED
    attempt.save()


def _lock(attempt_id: int) -> LessonAttempt:
    """Lock and return an open attempt.

    Raises:
        Conflict: it has ended.
    """
    attempt = LessonAttempt.objects.select_for_update().get(id=attempt_id)
    if attempt.state != LessonAttempt.State.OPEN:
        raise Conflict("this attempt has ended", code="lesson-ended")
    return attempt
