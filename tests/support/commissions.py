"""A whole commission, texts, and readers who answer about them."""

from collections.abc import Iterable, Sequence
from typing import Any

from canut.actions.commissions.commission import (
    CommissionWords,
    answer_contradiction,
    contradictions_of,
    set_acceptance,
    write_commission,
)
from canut.actions.commissions.readings import agree_to_read, answer_reading, begin_reading
from canut.actions.commissions.texts import TextFields, open_reader_test, write_text
from canut.core.commissions.commission import Aim
from canut.core.commissions.reader_tests import ReaderQuestion
from canut.store.models import Commission, Person, PlainText, Project, ReaderTest
from tests.support.factories import NOW_MS, make_project

AIMS = {
    "business": Aim("Sort the letters.", "The head of the office", "letters sorted a day"),
    "social": Aim(
        "Nobody waits without heat in winter.", "Tenants", "days without heat, by street"
    ),
    "ethical": Aim(
        "No tenant is put last for the way they write.",
        "The tenants’ council",
        "share of urgent letters found, by language",
    ),
}
ANSWER = "We know it, and the tenants’ council looks at it each month."
QUESTIONS = (
    ReaderQuestion("How many letters were read?", ("20", "200", "2,000"), 1),
    ReaderQuestion("What changes for a tenant?", ("Nothing", "Urgent letters come first"), 1),
    ReaderQuestion("What is not known?", ("Who wrote", "Whether all urgent ones were found"), 1),
)
RIGHT, WRONG = ("1", "1", "1"), ("0", "0", "1")
TEXT = "200 letters were read. Urgent ones come first. Whether all were found is not known."


def commission_words(**changes: Any) -> CommissionWords:
    """Return a commission as it is typed, without a contradiction in a calm project."""
    fields: dict[str, Any] = {
        "need": "We get 200 letters a day and find the urgent ones too late.",
        "decision_served": "Which letters are answered first",
        "aims": AIMS,
        "touched": "tenants",
        "harm_if_wrong": "Somebody stays without heat.",
        "redress": "A tenant writes or calls, and a person reads the letter the same day.",
        "is_about_people": True,
        "person_named": "Mme Roy",
    }
    return CommissionWords(**fields | changes)


def make_commission(project: Project, *, bar: int = 900, slips: int = 0) -> Commission:
    """Write the whole commission of a project, with its acceptance test and every answer."""
    by = project.created_by
    write_commission(project, commission_words(touched=""), by=by, now_ms=NOW_MS)
    commission = set_acceptance(project, bar, slips, "Mme Roy", by=by)
    answer_all(project)
    return commission


def answer_all(project: Project) -> int:
    """Answer every contradiction of a project's commission; return how many."""
    commission = Commission.objects.get(project=project)
    count = 0
    for number, line in enumerate(contradictions_of(project, commission, NOW_MS)):
        if line.answer is None:
            answer_contradiction(project, number, ANSWER, by=project.created_by, now_ms=NOW_MS)
            count += 1
    return count


def make_text(project: Project, *, of: str = "result", language: str = "en") -> PlainText:
    """Write a text of a project."""
    by = project.created_by
    return write_text(project, TextFields(of, "Letters", language, TEXT), by=by, now_ms=NOW_MS)


def make_reader_test(
    project: Project, questions: Sequence[ReaderQuestion] = QUESTIONS, *, of: str = "result"
) -> ReaderTest:
    """Put a text of a project to readers."""
    text = make_text(project, of=of)
    return open_reader_test(text, questions, by=project.created_by, now_ms=NOW_MS)


def make_readers(count: int) -> list[Person]:
    """Make workers of another project who agreed to read texts in both languages."""
    made = make_project(tasks=1, workers=count)
    people = [worker.person for worker in made.workers if worker.person is not None]
    for person in people:
        agree_to_read(person, ["fr", "en"], NOW_MS)
    return people


def read_as(person: Person, test: ReaderTest, answers: Iterable[str] = RIGHT) -> None:
    """Read a text and answer its questions."""
    begin_reading(person, test.pk, NOW_MS)
    answer_reading(person, test.pk, list(answers), NOW_MS + 240_000)
