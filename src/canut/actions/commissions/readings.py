"""Read a text as one of its paid readers, answer three questions, and mark answers in words.

Readers agree to it first and may stop at any time. Their time on these pages (surface ``reading``)
is measured and paid by the statement, as a lesson's is; nothing here counts seconds. Whether
somebody understood a text changes no task, price or score of theirs: the text is tested.
"""

from collections.abc import Sequence

from django.db import transaction

from canut.core.clock import Ms
from canut.core.commissions.reader_tests import (
    LONGEST_ANSWER,
    ReaderQuestion,
    has_understood,
    settle_marks,
)
from canut.core.errors import BadInput, Conflict, Forbidden, Incomplete, Missing
from canut.core.outside_text import read_whole
from canut.store.commissions.texts import (
    MarkWanted,
    marks_by_question,
    marks_wanted,
    open_reading,
    questions_of_test,
    readable_tests,
    readings_of,
)
from canut.store.tables.commissions import Reader, ReaderTest, Reading, ReadingMark
from canut.store.tables.people import Person
from canut.store.tables.work import Worker

LANGUAGES = ("fr", "en")


def agree_to_read(person: Person, languages: Sequence[str], now_ms: Ms) -> Reader:
    """Put a worker in the pool of readers, for texts of some languages.

    Raises:
        Forbidden: ``reader-worker``: they do not work here, so their time could not be paid.
        BadInput: ``reader-languages``: no language, or one in which no text is written.
    """
    works = Worker.objects.filter(person=person, ended_at=None, project__is_own_staff=False)
    if not works.exclude(kind=Worker.Kind.MODEL).exists():
        raise Forbidden("people who work here read texts", code="reader-worker")
    if not languages or set(languages) - set(LANGUAGES):
        raise BadInput("choose French, English or both", code="reader-languages", field="languages")
    reader, _is_new = Reader.objects.update_or_create(
        person=person,
        defaults={"languages": [each for each in LANGUAGES if each in languages], "at_ms": now_ms},
    )
    return reader


def stop_reading(person: Person) -> None:
    """Take a person out of the pool of readers; what they answered stays and is paid."""
    Reader.objects.filter(person=person).delete()


@transaction.atomic
def begin_reading(person: Person, number: int, now_ms: Ms) -> Reading:
    """Take a place among the readers of a text, or return to it; a place is kept for a day.

    Raises:
        Missing: ``reader-none``: no such text waits for this person.
    """
    test = ReaderTest.objects.select_for_update().filter(pk=number).first()
    if test is None or test.pk not in {each.pk for each in readable_tests(person, now_ms)}:
        raise Missing("this text waits for no answer of yours", code="reader-none")
    reading = open_reading(person, test)
    if reading is None:
        reading = Reading(test=test, person=person)
    reading.begun_ms = now_ms
    reading.save()
    return reading


@transaction.atomic
def answer_reading(person: Person, number: int, answers: Sequence[str], now_ms: Ms) -> Reading:
    """Store a reader's answers; options are marked at once, and the last one closes the test.

    Args:
        person: who reads.
        number: of the text.
        answers: one for each question: the position of an option, or words.
        now_ms: the moment.

    Raises:
        Missing: ``reader-none``: they did not begin, or somebody took their place since.
        Incomplete: ``reader-unanswered``: a question has no answer.
        BadInput: an answer is no option, or too long.
    """
    test = ReaderTest.objects.select_for_update().filter(pk=number).first()
    reading = open_reading(person, test) if test else None
    if test is None or reading is None or reading.answered_ms is not None or test.closed_ms:
        raise Missing("this text waits for no answer of yours", code="reader-none")
    if len(readings_of(test)) >= test.asked:
        raise Missing("this text has all its readers", code="reader-none")
    questions = questions_of_test(test)
    tidy = [answer.strip() for answer in answers]
    if len(tidy) != len(questions) or not all(tidy):
        raise Incomplete("answer all three questions", code="reader-unanswered", field="answers")
    reading.answers = [_read(each, answer) for each, answer in zip(questions, tidy, strict=True)]
    reading.right = [
        None if each.key is None else answer == each.key
        for each, answer in zip(questions, reading.answers, strict=True)
    ]
    reading.answered_ms = now_ms
    reading.save()
    _close_if_whole(test, now_ms)
    return reading


@transaction.atomic
def mark_answer(person: Person, answer: MarkWanted, *, is_right: bool, now_ms: Ms) -> ReadingMark:
    """Say whether an answer in words is right; two people do, and a third where they differ.

    Raises:
        Conflict: ``reader-marked``: it has its marks, or is not this person's to mark.
    """
    reading = Reading.objects.select_for_update().select_related("test").get(pk=answer.reading)
    current = {(each.reading, each.question) for each in marks_wanted(person)}
    if (answer.reading, answer.question) not in current:
        raise Conflict("this answer has its marks", code="reader-marked")
    mark = ReadingMark.objects.create(
        reading=reading,
        question=answer.question,
        marker=person,
        is_right=is_right,
        at_ms=now_ms,
    )
    settled = settle_marks(marks_by_question(reading)[answer.question])
    if settled is not None:
        reading.right[answer.question] = settled
        reading.save(update_fields=["right"])
        _close_if_whole(reading.test, now_ms)
    return mark


def _read(question: ReaderQuestion, answer: str) -> int | str:
    """Return the position of the option that is chosen, or the words."""
    if question.key is None:
        if len(answer) > LONGEST_ANSWER:
            raise BadInput(
                f"the answer has {len(answer)} characters; at most {LONGEST_ANSWER}",
                code="too-long",
                field="answers",
                limit=LONGEST_ANSWER,
            )
        return answer
    position = read_whole(answer, len(question.options) - 1)
    if position is None:
        raise BadInput("choose one of the options", code="reader-option", field="answers")
    return position


def _close_if_whole(test: ReaderTest, now_ms: Ms) -> None:
    """Close a test once all its readers answered and every answer is marked."""
    readings = readings_of(test)
    if len(readings) < test.asked or any(None in reading.right for reading in readings):
        return
    test.closed_ms = now_ms
    test.understood = sum(has_understood(reading.right) for reading in readings)
    test.save(update_fields=["closed_ms", "understood"])
