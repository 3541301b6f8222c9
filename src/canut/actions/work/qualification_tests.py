"""Let people take the test of a qualification, and grant what its answer key says.

The time of a test is measured as a page of the project where the person works for the organisation
(surface ``test``), so it is paid at no less than the floor, whatever the result. The key only gives
a value: where a project then lends nothing for it, that is a decision that can be appealed. A test
without a key, or handed in after its time, waits for a named person; so does that of somebody whose
value was taken back. A later attempt lowers no value.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from canut.actions.work.qualifications import TESTED, GrantIn, grant_qualification
from canut.core.clock import SECOND_MS, Ms
from canut.core.errors import BadInput, Conflict, Missing, TooLarge
from canut.core.formats.platforms.mturk_question import PageForm, parse_question
from canut.core.formats.platforms.mturk_question_form import QuestionForm, read_question_form
from canut.core.formats.platforms.own_pages import refuse_page
from canut.core.formats.platforms.question_xml import read_xml
from canut.core.kinds.shared.fields import is_unwritable
from canut.core.turk.answer_key import read_answer_key, score_answers
from canut.core.turk.ids import RANDOM_BYTES, object_id
from canut.store.tables.people import Person
from canut.store.tables.work import (
    Qualification,
    QualificationAttempt,
    QualificationGrant,
    QualificationRequest,
)
from canut.store.work.qualification_tests import offered_test, paying_project
from canut.store.work.qualifications import newest_grant

FIELD = "test-"
"""What the name of each field of a test begins with on its page."""
MOST_CHARACTERS = 100_000

type Answers = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class QualificationTestIn:
    """A test as it is written.

    Args:
        form: XML of a QuestionForm.
        seconds: how long it may take.
        key: XML of an AnswerKey; empty where a person reads each test.
    """

    form: str
    seconds: int
    key: str = ""


@transaction.atomic
def set_test(qualification: Qualification, test_in: QualificationTestIn) -> None:
    """Give a qualification a test; who has begun the one before goes on with that.

    Raises:
        BadFile: ``own-page-…``: the form or the key cannot be read, with line and column.
        BadInput: ``qualification-test-time``; ``qualification-test-automatic``: it is granted to
            whoever asks.
    """
    page = parse_question(test_in.form)
    if page.form is not PageForm.FORM:
        refuse_page("own-page-test-root", 1, 1)
    if test_in.seconds < 1:
        raise BadInput(
            f"{test_in.seconds} seconds for the test; give it at least one",
            code="qualification-test-time",
        )
    if qualification.auto_value is not None:
        raise BadInput(
            "this qualification is granted to whoever asks; it takes no test",
            code="qualification-test-automatic",
        )
    if test_in.key:
        read_answer_key(test_in.key, form_of(test_in.form))
    qualification.test, qualification.test_s = test_in.form, test_in.seconds
    qualification.answer_key = test_in.key
    qualification.save(update_fields=["test", "test_s", "answer_key"])


def form_of(test: str) -> QuestionForm:
    """Return the questions of a test, with the names its fields have on the page."""
    return read_question_form(read_xml(test), FIELD)


def hosts_of(test: str) -> tuple[str, ...]:
    """Return the origins a test loads pictures and sounds from."""
    return parse_question(test).hosts


@transaction.atomic
def begin_test(person: Person, number: int, now_ms: Ms) -> QualificationAttempt:
    """Begin the test of a qualification, or return the attempt that is open.

    Raises:
        Missing: ``qualification-gone``: it is not offered to this person.
        Conflict: ``qualification-test-later``: it cannot be taken again, or not yet.
    """
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    offered = offered_test(person.pk, number)
    if offered is None:
        raise Missing("there is no such test here", code="qualification-gone")
    attempt, qualification = offered.attempt, offered.qualification
    may_begin = offered.begins_ms is not None and offered.begins_ms <= now_ms
    if attempt is not None and attempt.submitted_ms is None:
        if now_ms < attempt.ends_ms or not may_begin:
            return attempt
        attempt.submitted_ms = attempt.ends_ms  # it ran out, and the next one follows
        attempt.save(update_fields=["submitted_ms"])
    if not may_begin:
        raise Conflict("this test cannot be taken again by now", code="qualification-test-later")
    return QualificationAttempt.objects.create(
        qualification=qualification,
        person=person,
        project=paying_project(person.pk, qualification.organisation_id),
        test=qualification.test,
        answer_key=qualification.answer_key,
        started_ms=now_ms,
        ends_ms=now_ms + (qualification.test_s or 0) * SECOND_MS,
    )


@transaction.atomic
def hand_in_test(
    person: Person, number: int, fields: Mapping[str, Sequence[str]], now_ms: Ms
) -> QualificationAttempt:
    """Hand in the test of a qualification: score it by its key, or let a named person decide.

    Args:
        person: who took it.
        number: of the qualification.
        fields: what its page sent, by field.
        now_ms: the moment.

    Raises:
        Missing: ``qualification-gone``: no test was begun, or it was handed in.
        TooLarge: ``qualification-test-large``: over 100,000 characters.
    """
    attempt = (
        QualificationAttempt.objects.select_for_update(of=("self",))
        .select_related("qualification")
        .filter(person=person, qualification=number, submitted_ms=None)
        .first()
    )
    if attempt is None:
        raise Missing("no test was begun, or it was handed in", code="qualification-gone")
    attempt.answers, attempt.submitted_ms = answers_in(attempt.test, fields), now_ms
    newest = newest_grant(attempt.qualification_id, person.pk)
    was_revoked = newest is not None and newest.is_revoked
    if attempt.answer_key and now_ms <= attempt.ends_ms and not was_revoked:
        _score(attempt, person, now_ms)
    else:
        attempt.request, _ = QualificationRequest.objects.get_or_create(
            qualification=attempt.qualification,
            person=person,
            outcome="",
            defaults={"public_id": object_id(secrets.token_bytes(RANDOM_BYTES)), "at_ms": now_ms},
        )
    attempt.save()
    return attempt


def answers_in(test: str, fields: Mapping[str, Sequence[str]]) -> Answers:
    """Return the answers to the questions of a test among what a page sent.

    Raises:
        TooLarge: ``qualification-test-large``.
    """
    answers: Answers = {}
    for question in form_of(test).questions:
        for name in (question.name, f"{question.name}-OtherSelection"):
            texts = [_plain(text) for text in fields.get(FIELD + name, ())]
            if question.selections and name == question.name:
                texts = [text for text in texts if text in question.selections]
            if any(texts):
                answers[name] = texts
    size = sum(len(text) for texts in answers.values() for text in texts)
    if size > MOST_CHARACTERS:
        raise TooLarge(
            f"the answers have {size} characters; at most {MOST_CHARACTERS}",
            code="qualification-test-large",
            limit=MOST_CHARACTERS,
        )
    return answers


def _score(attempt: QualificationAttempt, person: Person, now_ms: Ms) -> None:
    """Score an attempt by its key, and grant the value unless a higher one stands."""
    key = read_answer_key(attempt.answer_key, form_of(attempt.test))
    score = score_answers(key, attempt.answers)
    attempt.points, attempt.value = score.points, score.granted
    standing = QualificationGrant.objects.filter(
        qualification=attempt.qualification, person=person, ended_ms=None
    )
    if not standing.filter(value__gte=score.granted).exists():
        grant_in = GrantIn(TESTED, None, value=score.granted)
        grant_qualification(attempt.qualification, person, grant_in, now_ms)


def _plain(text: str) -> str:
    writable = "".join(character for character in text if not is_unwritable(character))
    return writable.replace("\r\n", "\n").strip()
