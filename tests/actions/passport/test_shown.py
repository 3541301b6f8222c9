"""Lessons, kept reviews and roles become credentials; who could be recognised by one is told."""

from datetime import UTC, datetime, timedelta

import pytest

from canut.actions.lessons.catalogue import list_lessons
from canut.actions.passport.credentials import CredentialRequest, draft_credential, make_credential
from canut.actions.passport.shown import FEW, acts_of, is_recognisable, lessons_passed
from canut.actions.people.erasure import erase_entries
from canut.core.clock import DAY_MS
from canut.core.errors import BadInput, Missing
from canut.core.passport.verdicts import Holds, check_credential
from canut.store.models import LessonAttempt, Membership, Person, Role
from canut.store.passport.credentials import documents_of
from canut.store.passport.lesson_evidence import reviews_kept, roles_of
from canut.store.tables.quality import Review, Verdict
from tests.support.factories import (
    NOW,
    NOW_MS,
    Made,
    make_person,
    make_project,
    make_representative,
    make_worker,
)
from tests.support.lessons import pass_lessons, passed_lesson

pytestmark = pytest.mark.django_db
KEY = "did:key:z6MkeTG3bFFSLYVU7VqhgZxqr6YzpaGrQtFMh1uvqGy1vDnP"
LESSON = CredentialRequest("lesson", "click-life", "fr", KEY)


def test_lesson_marked_by_two_becomes_a_credential_and_its_skills_too() -> None:
    person = passed_lesson()

    made = make_credential(person, LESSON, "", NOW_MS)
    skill = make_credential(person, LESSON._replace(kind="skill", of="S24"), "", NOW_MS)

    (document,) = documents_of([made])
    assert document["name"] == "Leçon réussie : Ce que devient un clic"
    assert "10–12 points sur 12, noté par 2 personnes" in document["evidence"][0]["narrative"]
    assert (skill.level, documents_of([skill])[0]["name"]) == (1, "Éthique de l’IA, niveau 1")
    with pytest.raises(Missing):
        draft_credential(make_person(), LESSON, "", NOW_MS)
    with pytest.raises(Missing):
        draft_credential(person, LESSON._replace(of="bias"), "", NOW_MS)


def test_course_needs_all_twelve() -> None:
    person, course = make_person(), CredentialRequest("course", "ethics", "en", KEY)
    ids = [lesson.id for lesson in list_lessons()]
    pass_lessons(person, ids[:-1])
    with pytest.raises(Missing):
        draft_credential(person, course, "", NOW_MS)

    pass_lessons(person, ids[-1:])

    assert "twelve lessons" in str(draft_credential(person, course, "", NOW_MS)["name"])
    assert {each.skill for each in acts_of(person.pk, NOW_MS)} >= {"S08", "S10", "S18", "S27"}


def test_deleted_attempt_shows_nothing_any_more_and_its_credential_still_holds() -> None:
    person = passed_lesson()
    (document,) = documents_of([make_credential(person, LESSON, "", NOW_MS)])

    LessonAttempt.objects.filter(person=person).delete()

    assert lessons_passed(person.pk) == []
    verdict = check_credential(document, b"", lambda _address: None, NOW_MS)
    assert verdict.holds is Holds.NOT_ASKED


def verdict(made: Made, person: Person, task: int, label: str, at_ms: int) -> None:
    worker = made.project.workers.filter(person=person).first()
    Verdict.objects.create(
        review=Review.objects.create(
            task=made.tasks[task], project=made.project, state="settled", why=0, asked_ms=at_ms
        ),
        task=made.tasks[task],
        project=made.project,
        worker=worker or make_worker(made.project, person=person),
        kind="accepted",
        values="{}",
        label=label,
        piece_micro=0,
        elapsed_ms=1,
        at_ms=at_ms,
    )


def test_review_is_kept_where_the_next_reviewer_says_the_same_until_yesterday() -> None:
    made, first, second = make_project(tasks=4), make_person(), make_person()
    for task, other in enumerate(["oui", "non", "oui"]):
        verdict(made, first, task, "oui", NOW_MS - 3 * DAY_MS)
        verdict(made, second, task, other, NOW_MS - 2 * DAY_MS)
    verdict(made, first, 3, "oui", NOW_MS - 2)
    verdict(made, second, 3, "oui", NOW_MS - 1)

    kept = reviews_kept(first.pk, NOW_MS)

    assert kept is not None
    assert (kept.skill, kept.right, kept.counted) == ("S09", 2, 3)
    assert reviews_kept(second.pk, NOW_MS) is None


def test_role_says_since_when_and_a_mandate_is_asked_for_twice() -> None:
    person = make_person()
    project = make_project(tasks=1).project
    for days, ended in ((9, NOW), (3, None)):
        Membership.objects.create(
            person=person,
            organisation=project.organisation,
            role=Role.REVIEWER,
            created_at=NOW - timedelta(days=days),
            ended_at=ended,
        )
    make_representative(person, project.organisation)
    mandate = CredentialRequest("role", "representative", "fr", KEY)

    first, _mandate = roles_of(person.pk)
    document = draft_credential(person, mandate._replace(of="reviewer"), "", NOW_MS)

    assert (first.role, first.last_ms) == ("reviewer", None)
    begun = datetime.fromtimestamp(first.first_ms / 1000, UTC)
    assert begun == NOW - timedelta(days=9)
    assert project.title not in str(document)
    with pytest.raises(BadInput):
        make_credential(person, mandate, "", NOW_MS)
    assert make_credential(person, mandate._replace(is_asked_twice=True), "", NOW_MS).of


def test_credential_of_fewer_than_five_people_is_told_to_be_recognisable() -> None:
    people = [make_person() for _ in range(FEW)]
    for person in people[1:]:
        pass_lessons(person, ["click-life"])
    assert is_recognisable("lesson", "click-life", 0, NOW_MS)
    assert is_recognisable("skill", "S24", 1, NOW_MS)
    assert is_recognisable("work", "CAN-ANNOT", 30, NOW_MS)

    pass_lessons(people[0], ["click-life"])

    assert not is_recognisable("lesson", "click-life", 0, NOW_MS)
    assert not is_recognisable("skill", "S24", 1, NOW_MS)
    assert is_recognisable("skill", "S24", 2, NOW_MS)
    assert is_recognisable("course", "ethics", 0, NOW_MS)
    assert is_recognisable("role", "marker", 0, NOW_MS)


@pytest.mark.django_db(transaction=True)
def test_erasure_deletes_them_here_and_the_file_given_still_verifies() -> None:
    person = passed_lesson()
    credential = make_credential(person, LESSON, "", NOW_MS)
    (document,) = documents_of([credential])

    erase_entries(person, NOW_MS)

    assert documents_of([credential]) == []
    assert check_credential(document, b"", lambda _address: None, NOW_MS).suites == 2
