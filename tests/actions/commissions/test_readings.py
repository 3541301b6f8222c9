"""Five or ten readers who have nothing to do with a project say whether its text is understood."""

import pytest

from canut.actions.commissions.readings import (
    agree_to_read,
    answer_reading,
    begin_reading,
    mark_answer,
    stop_reading,
)
from canut.actions.commissions.texts import TextFields, open_reader_test, write_text
from canut.actions.people.accounts import add_member
from canut.core.clock import DAY_MS
from canut.core.commissions.reader_tests import ReaderQuestion
from canut.core.errors import BadInput, Conflict, Forbidden, Incomplete, Missing
from canut.store.commissions.texts import marks_wanted, readable_tests
from canut.store.models import PlainText, Reader, ReaderTest, Reading, Role
from tests.support.commissions import (
    QUESTIONS,
    RIGHT,
    TEXT,
    WRONG,
    make_commission,
    make_reader_test,
    make_readers,
    make_text,
    read_as,
)
from tests.support.factories import NOW_MS, make_person, make_project

pytestmark = pytest.mark.django_db
IN_WORDS = (QUESTIONS[0], QUESTIONS[1], ReaderQuestion("What is not known?"))


def result_of(test: ReaderTest) -> tuple[bool, int | None]:
    test.refresh_from_db()
    return test.closed_ms is not None, test.understood


def test_four_of_five_readers_understood_and_the_sixth_is_not_asked() -> None:
    test = make_reader_test(make_project(tasks=1).project)
    readers = make_readers(6)

    for person, answers in zip(readers[:4], (RIGHT, RIGHT, WRONG, RIGHT), strict=True):
        assert result_of(test) == (False, None)
        read_as(person, test, answers)
    begin_reading(readers[4], test.pk, NOW_MS)
    assert readable_tests(readers[5], NOW_MS) == []
    answer_reading(readers[4], test.pk, list(RIGHT), NOW_MS)

    assert result_of(test) == (True, 4)
    with pytest.raises(Missing):
        begin_reading(readers[5], test.pk, NOW_MS)


def test_decisions_about_people_are_read_by_ten() -> None:
    project = make_project(tasks=1).project
    by_sort = make_reader_test(project, of="decision")
    make_commission(other := make_project(tasks=1, state="draft").project)
    by_commission = make_reader_test(other)

    assert (by_sort.asked, by_commission.asked) == (10, 10)


def test_who_has_to_do_with_a_project_does_not_read_its_texts() -> None:
    made = make_project(tasks=1)
    test = make_reader_test(made.project)
    outsider = make_readers(1)[0]
    worker = made.worker.person
    assert worker is not None
    agree_to_read(worker, ["en"], NOW_MS)
    member = make_readers(1)[0]
    add_member(member, Role.AUDITOR, NOW_MS, organisation=made.project.organisation)
    french = make_readers(1)[0]
    agree_to_read(french, ["fr"], NOW_MS)

    seen = [bool(readable_tests(each, NOW_MS)) for each in (outsider, worker, member, french)]

    assert seen == [True, False, False, False]
    with pytest.raises(Missing):
        begin_reading(worker, test.pk, NOW_MS)
    stop_reading(outsider)
    assert readable_tests(outsider, NOW_MS) == []
    for person, languages, kind in (
        (make_person(), ["fr"], Forbidden),
        (outsider, ["de"], BadInput),
        (outsider, [], BadInput),
    ):
        with pytest.raises(kind):
            agree_to_read(person, languages, NOW_MS)


def test_a_place_without_an_answer_goes_to_somebody_else_after_a_day() -> None:
    test = make_reader_test(make_project(tasks=1).project)
    *five, sixth = make_readers(6)
    for person in five:
        begin_reading(person, test.pk, NOW_MS)
    assert readable_tests(sixth, NOW_MS + DAY_MS - 1) == []

    read_later = NOW_MS + DAY_MS
    begin_reading(sixth, test.pk, read_later)
    for person in (sixth, *five[:4]):
        answer_reading(person, test.pk, list(RIGHT), read_later)

    assert result_of(test) == (True, 5)
    with pytest.raises(Missing):
        answer_reading(five[4], test.pk, list(RIGHT), read_later)


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        (["1", "1"], Incomplete),
        (["1", "1", " "], Incomplete),
        (["1", "3", "1"], BadInput),
        (["1", "²", "1"], BadInput),
    ],
)
def test_answers_that_are_no_answers_are_refused(answers: list[str], kind: type[Exception]) -> None:
    test = make_reader_test(make_project(tasks=1).project)
    person = make_readers(1)[0]
    begin_reading(person, test.pk, NOW_MS)

    with pytest.raises(kind):
        answer_reading(person, test.pk, answers, NOW_MS)

    assert Reading.objects.get().answered_ms is None


def test_answers_in_words_are_marked_by_two_and_a_third_where_they_differ() -> None:
    test = make_reader_test(make_project(tasks=1).project, IN_WORDS)
    *five, first, second, third = make_readers(8)
    for person in five:
        read_as(person, test, ("1", "0", "All urgent ones, maybe"))
    assert result_of(test) == (False, None)
    assert marks_wanted(five[0]) == []
    assert len(marks_wanted(first)) == 5

    for marker, is_right in ((first, True), (second, True)):
        for wanted in marks_wanted(marker)[:4]:
            mark_answer(marker, wanted, is_right=is_right, now_ms=NOW_MS)
    (last,) = marks_wanted(first)
    mark_answer(first, last, is_right=True, now_ms=NOW_MS)
    mark_answer(second, last, is_right=False, now_ms=NOW_MS)
    assert result_of(test) == (False, None)
    with pytest.raises(Conflict):
        mark_answer(second, last, is_right=True, now_ms=NOW_MS)
    (wanted,) = marks_wanted(third)
    mark_answer(third, wanted, is_right=False, now_ms=NOW_MS)

    assert result_of(test) == (True, 4)


def test_each_version_of_a_text_has_one_test_of_its_own() -> None:
    project = make_project(tasks=1).project
    by = project.created_by
    first = make_text(project)
    open_reader_test(first, QUESTIONS, by=project.created_by, now_ms=NOW_MS)
    second = make_text(project)
    french = write_text(project, TextFields("result", "Letters", "fr", TEXT), by=by, now_ms=NOW_MS)

    assert [text.version for text in (first, second, french)] == [1, 2, 1]
    with pytest.raises(Conflict):
        open_reader_test(first, QUESTIONS, by=project.created_by, now_ms=NOW_MS)
    for of, language, text, kind in (
        ("poem", "en", TEXT, BadInput),
        ("result", "de", TEXT, BadInput),
        ("result", "en", " ", Incomplete),
        ("result", "en", "x" * 6001, BadInput),
    ):
        with pytest.raises(kind):
            write_text(
                project, TextFields(of, "A", language, text), by=project.created_by, now_ms=NOW_MS
            )
    assert PlainText.objects.count() == 3
    assert not Reader.objects.exists()
