"""A person takes along all that is theirs, nothing of anybody else, and brings it elsewhere."""

import csv
import io
import json
import zipfile
from datetime import date

import pytest

from canut.actions.commissions.readings import agree_to_read, mark_answer
from canut.actions.decisions.appeals import appeal
from canut.actions.decisions.record import Ruling, decide
from canut.actions.participation.client_ratings import rate_client
from canut.actions.participation.messages import answer_thread, ask_about
from canut.actions.passport.credentials import CredentialRequest, make_credential
from canut.actions.pathways.destinations import follow_pathway, say_leaving
from canut.actions.people.accounts import add_member, end_membership
from canut.actions.people.terms_changes import say_place
from canut.actions.people.terms_of_use import accept_terms
from canut.actions.people.work_terms import TermsIn, set_terms
from canut.actions.work.draft_answers import keep_begun
from canut.actions.work.leases import lease_tasks
from canut.actions.work.work_record import bring_record, record_file, whole_record
from canut.core.commissions.reader_tests import ReaderQuestion
from canut.core.errors import BadFile, Conflict
from canut.core.participation.client_ratings import Comm, Rating, Recommend, Rejected
from canut.core.places.parameters import Status
from canut.core.work.work_record import TABLES, read_record, write_record
from canut.store.commissions.texts import marks_wanted
from canut.store.models import (
    Answer,
    Beat,
    Decision,
    PayAdjustment,
    Person,
    Project,
    Role,
    TermsChange,
    Worker,
)
from canut.store.tables.ethics import EthicsNominee
from canut.store.work.work_record import brought_by
from tests.support.commissions import QUESTIONS, make_reader_test, make_readers, read_as
from tests.support.comparisons import compare, join
from tests.support.factories import NOW_MS, answer_next, make_person, make_project
from tests.support.known_tasks import bring_own
from tests.support.lessons import passed_lesson
from tests.support.reviewers import ACCEPT, make_team
from tests.support.turk import know_at_requester

OF_THE_PASSPORT = {"shown", "lessons", "attestations", "credentials_brought"}
OF_RECRUITING = {
    *("pools", "qualification_requests", "qualification_tests", "prescreening", "participations"),
    "top_ups",
}
FILLED = set(TABLES) - {"brought", "reviews"} - OF_THE_PASSPORT - OF_RECRUITING
RATING = Rating(
    tos_violation=False,
    broken=True,
    reward_micro=5_000_000,
    currency="CAD",
    time_seconds=1800,
    pending_days=3,
    comm=Comm.GOOD,
    rejected=Rejected.UNFAIRLY,
    recommend=Recommend.WITH_CARE,
)
pytestmark = pytest.mark.django_db


def read_and_mark(person: Person) -> None:
    """Read a text of another project, and mark an answer in words about a second one."""
    agree_to_read(person, ["fr", "en"], NOW_MS)
    read_as(person, make_reader_test(make_project(tasks=1).project))
    in_words = (*QUESTIONS[:2], ReaderQuestion("What is not known?"))
    read_as(make_readers(1)[0], make_reader_test(make_project(tasks=1).project, in_words))
    (answer,) = marks_wanted(person)
    mark_answer(person, answer, is_right=True, now_ms=NOW_MS)


@pytest.fixture
def person() -> Person:
    """Make somebody who did and heard everything a record holds, beside somebody else."""
    made = make_project(tasks=4, workers=2, overlap=2)
    worker, other = made.workers
    person = Person.objects.get(workers=worker)
    Person.objects.filter(id=person.pk).update(shown_name="Nadia", language="fr")
    Person.objects.filter(workers=other).update(shown_name="Zénobie Autre")
    asker = make_person(shown_name="Paul Demandeur")
    project = Project.objects.get(id=worker.project_id)
    add_member(asker, Role.REQUESTER, NOW_MS, organisation=project.organisation)
    membership = add_member(person, Role.WORKER, NOW_MS, project=project)
    for one in (worker, worker, other):
        answer_next(one)
    (lent,) = lease_tasks(worker.pk, 1, NOW_MS).tasks
    keep_begun(worker.pk, lent.task, 1, {"label": "half"}, (NOW_MS, NOW_MS))
    for seq in range(3):
        Beat.objects.create(
            person=person,
            project=project,
            session="page",
            seq=seq,
            mono_ms=15_000 * (seq + 1),
            visible=True,
            focused=True,
            surface=f"item:{lent.lease}",
            buckets=[[second, 2, 0, 0, 0] for second in range(15 * seq, 15 * seq + 15)],
            previous="",
            received_ms=NOW_MS - 60_000 + 15_000 * (seq + 1),
        )
    thread = ask_about(worker.pk, lent.lease, "=1+1 ?", NOW_MS)
    answer_thread(asker, thread.pk, "Non.", NOW_MS)
    (theirs,) = lease_tasks(other.pk, 1, NOW_MS).tasks
    ask_about(other.pk, theirs.lease, "Question de Zénobie", NOW_MS)
    rate_client(worker, RATING, "Paie tard", NOW_MS)
    rate_client(other, RATING, "Avis de Zénobie", NOW_MS)
    answer = Answer.objects.filter(worker=worker).earliest("id")
    decision = decide(
        Ruling(
            person=person.pk,
            kind=Decision.Kind.REJECTION,
            code="off-instructions",
            text_en="Not kept.",
            text_fr="Non retenue.",
            by=asker,
            evidence="voir la consigne",
            worker=worker.pk,
            project=project.pk,
            answer=answer.pk,
        ),
        NOW_MS,
    )
    appeal(decision.pk, by=person, words="La consigne disait autre chose.", now_ms=NOW_MS)
    PayAdjustment.objects.create(
        worker=worker,
        project=project,
        answer=answer,
        decision=decision,
        piece_micro=-210_000,
        currency="CAD",
        reason="rejection",
        at_ms=NOW_MS,
    )
    accept_terms(person, 1, "fr", NOW_MS)
    terms = TermsIn("CA-QC", "America/Toronto", Status.EMPLOYEE)
    set_terms(person, terms, by=asker, now_ms=NOW_MS)
    say_place(person, "CA-QC", NOW_MS)
    TermsChange.objects.create(
        person=person,
        place="CA-QC",
        zone="America/Toronto",
        status="volunteer",
        from_day=date(2026, 12, 1),
        from_ms=NOW_MS,
        concerns_worked_time=True,
        is_against_facts=False,
        reason="They wish to help for nothing.",
        proposed_by=asker,
        at_ms=NOW_MS,
        state=TermsChange.State.WAITING,
    )
    join(compare(made), made, worker)
    read_and_mark(person)
    follow_pathway(person, "TRA", NOW_MS)
    EthicsNominee.objects.create(person=person, cv="Ten years.", by=person, at_ms=NOW_MS)
    say_leaving(person, agrees=True, now_ms=NOW_MS)
    know_at_requester(worker)
    end_membership(membership, NOW_MS)
    person.refresh_from_db()
    return person


def test_record_holds_every_kind_of_thing_a_person_did_or_heard(person: Person) -> None:
    record = whole_record(person, NOW_MS)

    assert {name for name in TABLES if record.rows(name)} == FILLED
    assert len(record.rows("answers")) == len(record.rows("pay_lines")) == 2
    assert record.pay_by_currency() == {"CAD": 210_001}
    assert [(row["surface"], row["ms"]) for row in record.rows("time")] == [("item", 45_000)]
    assert [(m["mine"], m["from"]) for m in record.rows("messages")] == [
        (True, "worker"),
        (False, "requester"),
    ]


def test_record_holds_the_reviews_a_person_made_with_their_price() -> None:
    team = make_team(piece_micro=500_000)
    team.decide(ACCEPT)

    record = whole_record(team.people[0], NOW_MS)

    assert [(row["kind"], row["piece_micro"]) for row in record.rows("reviews")] == [
        ("accepted", 500_000)
    ]
    assert record.pay_by_currency() == {"CAD": 500_000}


def test_record_holds_nothing_of_anybody_else(person: Person) -> None:
    content = record_file(person, "json", NOW_MS).decode()

    others = Person.objects.exclude(id=person.pk)
    public = Worker.objects.exclude(person=person).values_list("public_id", flat=True)
    assert [o.username for o in others if o.username in content] == []
    assert [one for one in public if one in content] == []
    assert [w for w in ("Zénobie", "Paul", "voir la consigne") if w in content] == []


def test_record_comes_back_the_same_elsewhere(person: Person) -> None:
    packed = record_file(person, "zip", NOW_MS)
    elsewhere = make_person()

    brought = bring_record(elsewhere, packed, NOW_MS)

    assert read_record(brought.content.encode()) == whole_record(person, NOW_MS)
    (shown,) = brought_by(elsewhere)
    assert (shown.answers, shown.projects, shown.pay) == (2, 1, {"CAD": 210_001})
    assert whole_record(elsewhere, NOW_MS).rows("brought")[0]["sha256"] == brought.sha256


def test_same_record_gives_the_same_bytes(person: Person) -> None:
    assert record_file(person, "zip", NOW_MS) == record_file(person, "zip", NOW_MS)


def test_zip_holds_a_table_a_sort_of_thing_and_no_formula(person: Person) -> None:
    with zipfile.ZipFile(io.BytesIO(record_file(person, "zip", NOW_MS))) as packed:
        names = set(packed.namelist())
        said = list(csv.DictReader(io.StringIO(packed.read("messages.csv").decode("utf-8-sig"))))

    assert names == {"record.json", *(f"{name}.csv" for name in TABLES)}
    assert said[0]["text"] == "'=1+1 ?"


def test_person_whose_account_was_closed_still_has_their_record(person: Person) -> None:
    Person.objects.filter(id=person.pk).update(is_active=False)

    record = whole_record(Person.objects.get(id=person.pk), NOW_MS)

    assert len(record.rows("answers")) == 2


def test_record_is_brought_once(person: Person) -> None:
    content = record_file(person, "json", NOW_MS)
    bring_record(person, content, NOW_MS)

    with pytest.raises(Conflict) as refused:
        bring_record(person, content, NOW_MS)

    assert refused.value.case == "record-here"


def test_what_is_no_record_is_not_kept() -> None:
    person = make_person()

    with pytest.raises(BadFile):
        bring_record(person, b"nothing", NOW_MS)

    assert brought_by(person) == []


def test_record_tells_the_passport_and_one_without_it_is_read_with_empty_tables() -> None:
    person = passed_lesson(NOW_MS)
    holder = "did:key:z6MkeTG3bFFSLYVU7VqhgZxqr6YzpaGrQtFMh1uvqGy1vDnP"
    lesson = CredentialRequest("lesson", "click-life", "fr", holder)
    made = make_credential(person, lesson, "", NOW_MS)
    bring_own(person)

    record = whole_record(person, NOW_MS)
    older = json.loads(write_record(record))
    for table in OF_THE_PASSPORT:
        del older["tables"][table]
    later = json.loads(write_record(record))
    later["tables"]["not_known_yet"] = [{"a": 1}]

    assert {row["skill"]: row["level"] for row in record.rows("shown")} == {"S20": 1, "S24": 1}
    assert [(row["lesson"], row["mastered"]) for row in record.rows("lessons")] == [
        ("click-life", True)
    ]
    assert [row["number"] for row in record.rows("attestations")] == [str(made.number)]
    assert [row["name"] for row in record.rows("credentials_brought")] == ["Ailleurs"]
    assert read_record(json.dumps(older).encode()).rows("lessons") == []
    assert read_record(json.dumps(later).encode()) == record
