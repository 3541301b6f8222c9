"""Texts, their tests, and who reads or marks them. Reads only.

A reader agreed to it, works here, and has nothing to do with the project or its organisation.
Simulated readers read texts of simulated projects alone, and real ones no such text. Who
marks an answer in words is a reader too, of the same language, and read another text.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from canut.core.clock import DAY_MS
from canut.core.commissions.reader_tests import ReaderQuestion, settle_marks
from canut.store.tables.commissions import (
    PlainText,
    Reader,
    ReaderTest,
    Reading,
    ReadingMark,
)
from canut.store.tables.people import Membership, Person
from canut.store.tables.projects import Project
from canut.store.tables.work import Worker

SEAT_MS = DAY_MS
"""How long a reader's place is kept without an answer."""
MOST_LISTED = 50


class MarkWanted(NamedTuple):
    """An answer in words that waits for a mark; never with its author's name."""

    reading: int
    question: int
    ask: str
    answer: str
    text: PlainText


def texts_of(project_id: int) -> list[PlainText]:
    """List the texts of a project, newest first, with their tests."""
    rows = PlainText.objects.filter(project=project_id)
    return list(rows.select_related("reader_test", "by").order_by("-id"))


def text_or_none(project_id: int, number: int) -> PlainText | None:
    """Return a text of a project; None if it has no such text."""
    rows = PlainText.objects.filter(project=project_id, pk=number)
    return rows.select_related("reader_test", "project").first()


def reader_test_of(text: PlainText) -> ReaderTest | None:
    """Return the test of a text; None if there is none."""
    return ReaderTest.objects.filter(text=text).first()


def next_version(project_id: int, of: str, name: str, language: str) -> int:
    """Return the number of the next version of a text."""
    rows = PlainText.objects.filter(project=project_id, of=of, name=name, language=language)
    newest = rows.order_by("-version").values_list("version", flat=True).first()
    return (newest or 0) + 1


def questions_of_test(test: ReaderTest) -> list[ReaderQuestion]:
    """Return the questions of a test."""
    return [ReaderQuestion(ask, tuple(options), key) for ask, options, key in test.questions]


def readings_of(test: ReaderTest) -> list[Reading]:
    """List the answered readings of a test, in the order they came."""
    rows = Reading.objects.filter(test=test, answered_ms__isnull=False)
    return list(rows.order_by("answered_ms", "id"))


def reader_of(person: Person) -> Reader | None:
    """Return that a person agreed to read; None if they did not."""
    return Reader.objects.filter(person=person).first()


def own_readings(person: Person) -> list[Reading]:
    """List what a person read, newest first."""
    rows = Reading.objects.filter(person=person, answered_ms__isnull=False)
    return list(rows.select_related("test__text").order_by("-id")[:MOST_LISTED])


def open_reading(person: Person, test: ReaderTest) -> Reading | None:
    """Return the reading that a person is in the middle of."""
    return Reading.objects.filter(person=person, test=test).first()


def readable_tests(person: Person, now_ms: int) -> list[ReaderTest]:
    """List the tests a person may read now, oldest first; their own begun ones among them."""
    reader = reader_of(person)
    if reader is None or not person.is_active:
        return []
    rows = ReaderTest.objects.filter(closed_ms=None, text__language__in=reader.languages)
    rows = rows.exclude(
        Exists(Reading.objects.filter(test=OuterRef("pk"), person=person, answered_ms__gt=0))
    )
    places = Reading.objects.filter(test__closed_ms=None).exclude(person=person)
    places = places.filter(Q(answered_ms__isnull=False) | Q(begun_ms__gt=now_ms - SEAT_MS))
    seats = Counter(places.values_list("test", flat=True))
    near = projects_near(person)
    rows = rows.filter(text__project__is_simulated=_is_simulated(person))
    tests = rows.select_related("text__project__organisation").order_by("opened_ms", "text_id")
    return [
        test
        for test in tests[: MOST_LISTED * 4]
        if seats[test.pk] < test.asked and test.text.project_id not in near
    ][:MOST_LISTED]


def projects_near(person: Person) -> set[int]:
    """Return the projects a person has or had to do with: works there, has a role, wrote for it."""
    own = set(Worker.objects.filter(person=person).values_list("project", flat=True))
    members = Membership.objects.filter(person=person)
    own |= {project for project in members.values_list("project", flat=True) if project}
    organisations = [number for number in members.values_list("organisation", flat=True) if number]
    own |= set(Project.objects.filter(organisation__in=organisations).values_list("id", flat=True))
    return own | set(PlainText.objects.filter(by=person).values_list("project", flat=True))


def marks_by_question(reading: Reading) -> dict[int, list[bool]]:
    """Return the marks of a reading's answers in words, by question, in the order given."""
    marks: dict[int, list[bool]] = {}
    rows = ReadingMark.objects.filter(reading=reading).order_by("id")
    for question, is_right in rows.values_list("question", "is_right"):
        marks.setdefault(question, []).append(is_right)
    return marks


def marks_wanted(person: Person) -> list[MarkWanted]:
    """List the answers in words that a person may mark, oldest first."""
    reader = reader_of(person)
    if reader is None or not person.is_active:
        return []
    near = projects_near(person)
    rows: list[MarkWanted] = []
    for reading in _unmarked(reader.languages, person):
        if reading.test.text.project_id in near:
            continue
        marked = set(
            ReadingMark.objects.filter(reading=reading, marker=person).values_list(
                "question", flat=True
            )
        )
        marks = marks_by_question(reading)
        questions = questions_of_test(reading.test)
        for number, right in enumerate(reading.right):
            if (
                right is not None
                or number in marked
                or settle_marks(marks.get(number, ())) is not None
            ):
                continue
            rows.append(
                MarkWanted(
                    reading.pk,
                    number,
                    questions[number].ask,
                    str(reading.answers[number]),
                    reading.test.text,
                )
            )
    return rows[:MOST_LISTED]


def _is_simulated(person: Person) -> bool:
    """Return whether all the work of a person is simulated."""
    return not Worker.objects.filter(person=person, kind=Worker.Kind.HUMAN).exists()


def _unmarked(languages: Sequence[str], person: Person) -> QuerySet[Reading]:
    rows = Reading.objects.filter(
        test__closed_ms=None,
        answered_ms__isnull=False,
        test__text__language__in=list(languages),
        test__text__project__is_simulated=_is_simulated(person),
    ).exclude(test__readings__person=person)
    return rows.select_related("test__text").order_by("answered_ms", "id")[: MOST_LISTED * 2]
