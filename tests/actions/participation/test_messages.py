"""A question has a clock, an answer may help everybody, and nobody reads what is not for them."""

import pytest

from canut.actions.participation.messages import (
    answer_thread,
    ask_about,
    escalate_late,
    say_in_channel,
    write_to,
)
from canut.actions.people.accounts import add_member
from canut.actions.work.leases import lease_tasks
from canut.core.clock import DAY_MS
from canut.core.errors import Forbidden, Incomplete, Missing, TooMany
from canut.store.models import Message, Organisation, Person, Project, Role, Thread, Worker
from canut.store.participation.messages import channel, said_to_all, threads_for
from tests.support.factories import NOW, NOW_MS, make_person, make_project, make_representative

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker() -> Worker:
    return make_project(overlap=2).worker


@pytest.fixture
def requester(worker: Worker) -> Person:
    person = make_person()
    add_member(person, Role.REQUESTER, NOW_MS, organisation=project_of(worker).organisation)
    return person


@pytest.fixture
def operator() -> Person:
    home = Organisation.objects.create(name="Chez nous", kind="operator", created_at=NOW)
    person = make_person()
    add_member(person, Role.OPERATOR, NOW_MS, organisation=home)
    return person


def project_of(worker: Worker) -> Project:
    return Project.objects.get(id=worker.project_id)


def person_of(worker: Worker) -> Person:
    return Person.objects.get(workers=worker)


def asked(worker: Worker, text: str = "Et si c’est les deux ?") -> Thread:
    (lent,) = lease_tasks(worker.pk, 1, NOW_MS).tasks
    return ask_about(worker.pk, lent.lease, text, NOW_MS)


def test_question_from_a_task_waits_two_working_days(worker: Worker) -> None:
    thread = asked(worker)

    assert thread.task is not None
    assert thread.due_ms == NOW_MS + 2 * DAY_MS  # a Wednesday


def test_question_that_is_sent_again_is_asked_once(worker: Worker) -> None:
    (lent,) = lease_tasks(worker.pk, 1, NOW_MS).tasks

    asked = [ask_about(worker.pk, lent.lease, "Quoi ?", NOW_MS).pk for _ in range(2)]

    assert asked[0] == asked[1]


def test_answer_shown_to_everybody_stands_beside_the_instructions(
    worker: Worker, requester: Person
) -> None:
    thread = asked(worker)

    answer_thread(requester, thread.pk, "Alors « oui ».", NOW_MS, for_all=True)

    assert said_to_all(worker.project_id) == [("Et si c’est les deux ?", "Alors « oui ».")]


def test_answer_to_one_person_stays_with_them(worker: Worker, requester: Person) -> None:
    answer_thread(requester, asked(worker).pk, "Alors oui.", NOW_MS)

    assert said_to_all(worker.project_id) == []


def test_late_question_goes_to_the_operator_and_shows_on_both_sides(
    worker: Worker, requester: Person, operator: Person
) -> None:
    thread = asked(worker)
    due = thread.due_ms or 0
    before = escalate_late(due - 1)

    late = escalate_late(due)

    assert (before, late, escalate_late(due + 1)) == (0, 1, 0)
    seen = [
        threads_for(person_of(worker), [], is_operator=False),
        threads_for(requester, [worker.project_id], is_operator=False),
        threads_for(operator, [], is_operator=True),
    ]
    assert [[one.late_ms for one in found] for found in seen] == [[due]] * 3


def test_operator_answers_what_is_late_and_only_that(worker: Worker, operator: Person) -> None:
    thread = asked(worker)
    with pytest.raises(Missing):
        answer_thread(operator, thread.pk, "Me voici.", NOW_MS)
    escalate_late(thread.due_ms or 0)

    said = answer_thread(operator, thread.pk, "Me voici.", NOW_MS)

    thread.refresh_from_db()
    assert said.voice == Message.Voice.OPERATOR
    assert (thread.due_ms, thread.late_ms, thread.answered_ms) == (None, None, NOW_MS)


def test_worker_who_asks_again_starts_the_clock_again(worker: Worker, requester: Person) -> None:
    thread = asked(worker)
    answer_thread(requester, thread.pk, "Oui.", NOW_MS)

    answer_thread(person_of(worker), thread.pk, "Mais encore ?", NOW_MS + DAY_MS)

    thread.refresh_from_db()
    assert thread.due_ms == NOW_MS + 5 * DAY_MS  # Thursday, then a weekend


def test_worker_who_adds_a_word_gains_no_time_for_who_answers(worker: Worker) -> None:
    thread = asked(worker)

    answer_thread(person_of(worker), thread.pk, "Je précise.", NOW_MS + DAY_MS)

    thread.refresh_from_db()
    assert thread.due_ms == NOW_MS + 2 * DAY_MS


def test_stranger_can_neither_read_nor_write(worker: Worker) -> None:
    thread = asked(worker)
    other = make_person()
    add_member(
        other,
        Role.REQUESTER,
        NOW_MS,
        organisation=Organisation.objects.create(name="X", kind="requester", created_at=NOW),
    )

    with pytest.raises(Missing):
        answer_thread(other, thread.pk, "Moi aussi", NOW_MS)

    assert threads_for(other, [], is_operator=False) == []


def test_worker_cannot_show_an_answer_to_everybody(worker: Worker) -> None:
    with pytest.raises(Forbidden):
        answer_thread(person_of(worker), asked(worker).pk, "Oui", NOW_MS, for_all=True)


def test_task_that_was_never_lent_cannot_be_asked_about(worker: Worker) -> None:
    with pytest.raises(Missing):
        ask_about(worker.pk, 999, "Quoi ?", NOW_MS)


def test_worker_writes_to_who_asks_also_after_leaving(worker: Worker) -> None:
    Worker.objects.update(ended_at=NOW)
    to, project = Thread.To.REQUESTER, project_of(worker)

    thread = write_to(person_of(worker), to, project, "Et ma paie ?", NOW_MS)

    assert thread.project_id == worker.project_id


def test_message_needs_a_project_the_person_worked_in(worker: Worker) -> None:
    stranger = make_person()

    with pytest.raises(Incomplete):
        write_to(stranger, Thread.To.REQUESTER, None, "Allô ?", NOW_MS)
    with pytest.raises(Missing):
        write_to(stranger, Thread.To.REQUESTER, project_of(worker), "Allô ?", NOW_MS)


def test_fifty_questions_may_wait_and_no_more() -> None:
    person = make_person()
    for _ in range(50):
        write_to(person, Thread.To.OPERATOR, None, "Allô ?", NOW_MS)

    with pytest.raises(TooMany):
        write_to(person, Thread.To.OPERATOR, None, "Allô ?", NOW_MS)


def test_channel_is_written_by_workers_and_representatives(
    worker: Worker, operator: Person
) -> None:
    add_member(person_of(worker), Role.WORKER, NOW_MS, project=project_of(worker))
    speaker = make_person()
    make_representative(speaker, Organisation.objects.get(kind="operator"))

    say_in_channel(person_of(worker), "Bonjour", NOW_MS)
    say_in_channel(speaker, "Bonjour à vous", NOW_MS)

    assert [one.is_representative for one in channel()] == [True, False]
    with pytest.raises(Forbidden):
        say_in_channel(operator, "Et moi ?", NOW_MS)


def test_worker_who_also_runs_the_instance_stays_out_of_the_channel(
    worker: Worker, operator: Person
) -> None:
    add_member(operator, Role.WORKER, NOW_MS, project=project_of(worker))

    with pytest.raises(Forbidden) as refused:
        say_in_channel(operator, "Et moi ?", NOW_MS)

    assert refused.value.case == "workers-only"
