"""Cases are marked blind by two, by a third where they lie apart; a failed case changes nothing."""

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from canut.actions.decisions.appeals import AppealReply, answer_appeal, appeal, take_appeal
from canut.actions.lessons.marking import TextReview, mark_case, review_text
from canut.actions.people.accounts import add_member
from canut.core.errors import BadInput, Conflict, Forbidden
from canut.store.decisions.appeals import independent_of
from canut.store.lessons.attempts import has_passed, reviews_of, signed_texts
from canut.store.lessons.marking import scripts_to_mark
from canut.store.models import Decision, LessonMark, Organisation, Role
from tests.support.factories import NOW_MS, make_person, make_project
from tests.support.lessons import (
    REASONS,
    lesson_one,
    make_marker,
    mark,
    refreshed,
    send_case,
    train,
)

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]


def test_two_marks_make_the_mean_and_pass() -> None:
    person = make_person()
    script = send_case(person, NOW_MS)

    mark(script, [2, 2, 2, 2], NOW_MS)
    assert refreshed(script).state == "waiting"
    mark(script, [3, 2, 2, 2], NOW_MS + 1)

    attempt = refreshed(script)
    assert (attempt.state, attempt.case_halves, attempt.has_passed) == ("marked", 17, True)
    assert attempt.decision is None
    assert has_passed(person.pk, "click-life")


@pytest.mark.parametrize(
    ("first", "second", "third", "halves"),
    [
        ([3, 3, 3, 3], [2, 2, 2, 2], [2, 2, 2, 3], 18),  # 12 and 8 are four apart
        ([2, 2, 2, 2], [2, 2, 2, 1], [1, 1, 1, 1], 14),  # 8 and 7 straddle a pass
    ],
)
def test_third_marker_where_two_lie_apart_then_the_median(
    first: list[int], second: list[int], third: list[int], halves: int
) -> None:
    script = send_case(make_person(), NOW_MS)
    mark(script, first, NOW_MS)
    mark(script, second, NOW_MS)
    assert refreshed(script).state == "waiting"

    mark(script, third, NOW_MS)

    assert refreshed(script).case_halves == halves


def test_case_passes_only_with_seventy_per_cent_of_the_items() -> None:
    script = send_case(make_person(), NOW_MS, right=False)
    mark(script, [3, 3, 3, 3], NOW_MS)
    mark(script, [3, 3, 3, 3], NOW_MS)
    assert refreshed(script).has_passed is False


def test_marker_shares_no_project_and_no_organisation_with_the_author() -> None:
    person = make_person()
    made = make_project(workers=1)
    add_member(person, Role.REVIEWER, NOW_MS, project=made.project)
    script = send_case(person, NOW_MS)
    of_project, of_client, stranger, far = (make_person() for _ in range(4))
    add_member(of_project, Role.REVIEWER, NOW_MS, project=made.project)
    add_member(of_client, Role.REQUESTER, NOW_MS, organisation=made.project.organisation)
    add_member(of_client, Role.REVIEWER, NOW_MS, project=make_project(tasks=1).project)
    add_member(far, Role.REVIEWER, NOW_MS, project=make_project(tasks=1).project)

    for marker in (person, of_project, of_client, far):
        train(marker, NOW_MS)

    assert scripts_to_mark(person, NOW_MS) == []
    assert scripts_to_mark(of_project, NOW_MS) == []
    assert scripts_to_mark(of_client, NOW_MS) == []
    assert scripts_to_mark(stranger, NOW_MS) == []
    assert [each.pk for each in scripts_to_mark(far, NOW_MS)] == [script.pk]
    with pytest.raises(Forbidden):
        mark_case(script.pk, [2] * 4, REASONS, by=of_project, now_ms=NOW_MS)


def test_who_passed_the_lesson_may_mark_it_once_trained() -> None:
    first, second = make_person(), make_person()
    script = send_case(first, NOW_MS)
    mark(script, [3] * 4, NOW_MS)
    mark(script, [3] * 4, NOW_MS)
    other = send_case(second, NOW_MS)
    assert scripts_to_mark(first, NOW_MS) == []

    train(first, NOW_MS)

    assert [each.pk for each in scripts_to_mark(first, NOW_MS)] == [other.pk]


def test_mark_needs_a_level_and_a_reason_for_each_criterion() -> None:
    script = send_case(make_person(), NOW_MS)
    marker = make_marker(NOW_MS)
    for levels, reasons in (([2, 2, 2], REASONS), ([4] * 4, REASONS), ([2] * 4, ["court"] * 4)):
        with pytest.raises(BadInput):
            mark_case(script.pk, levels, reasons, by=marker, now_ms=NOW_MS)
    mark_case(script.pk, [2] * 4, REASONS, by=marker, now_ms=NOW_MS)
    with pytest.raises(Conflict):
        mark_case(script.pk, [2] * 4, REASONS, by=marker, now_ms=NOW_MS)
    with pytest.raises(DatabaseError), transaction.atomic():
        LessonMark.objects.update(total=12)


def test_case_not_passed_is_appealed_to_a_fourth_person_and_won() -> None:
    person = make_person()
    script = send_case(person, NOW_MS)
    markers = [mark(script, [1] * 4, NOW_MS), mark(script, [1] * 4, NOW_MS)]
    decision = Decision.objects.get(person=person)
    operators = Organisation.objects.create(
        name="Canut", kind=Organisation.Kind.OPERATOR, created_at=timezone.now()
    )
    fourth = make_person()
    for operator in (*markers, fourth):
        add_member(operator, Role.OPERATOR, NOW_MS, organisation=operators)
    assert list(independent_of(decision)) == [fourth]

    sent = appeal(decision.pk, by=person, words="J’ai dit les quatre arrêts.", now_ms=NOW_MS)
    take_appeal(sent.pk, by=fourth, now_ms=NOW_MS)
    answer_appeal(sent.pk, AppealReply("overturned", "Oui, ils y sont."), by=fourth, now_ms=NOW_MS)

    assert has_passed(person.pk, "click-life")


def test_signature_is_for_one_version_of_the_text() -> None:
    lesson = lesson_one()
    note = TextReview("Anne Martel", "teacher", signs=False, words="La phrase 2 est longue.")
    review_text(lesson, note, by=make_person(), now_ms=NOW_MS)
    assert lesson.sha256 not in signed_texts()
    signed = TextReview("Anne Martel", "teacher", signs=True, words="")

    review_text(lesson, signed, by=make_person(), now_ms=NOW_MS)

    assert lesson.sha256 in signed_texts()
    assert [row.signs for row in reviews_of(lesson.id, lesson.version, lesson.sha256)] == [
        False,
        True,
    ]
    assert reviews_of(lesson.id, 1, "0" * 64) == []
    for bad in (
        TextReview("", "teacher", signs=True, words=""),
        TextReview("Anne", "friend", signs=True, words=""),
        TextReview("Anne", "ethics", signs=False, words=" "),
    ):
        with pytest.raises(BadInput):
            review_text(lesson, bad, by=make_person(), now_ms=NOW_MS)
