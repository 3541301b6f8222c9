"""Only a ballot gives and ends the role, and no row tells whose ballot is whose."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from canut.actions.participation import elections
from canut.actions.people.accounts import (
    accept_invitation,
    add_member,
    add_operator,
    create_invitation,
    end_membership,
    invitation_token,
)
from canut.core.clock import DAY_MS
from canut.core.errors import BadInput, Conflict, Forbidden, Incomplete
from canut.store.models import Candidate, Election, Membership, Organisation, Person, Role, Voter
from tests.support.factories import (
    NOW,
    NOW_MS,
    Made,
    answer_next,
    make_person,
    make_project,
    make_representative,
)

VOTING = NOW_MS + 8 * DAY_MS
CLOSED = NOW_MS + 15 * DAY_MS
TERM_OVER = NOW_MS + 14 * DAY_MS + 365 * DAY_MS
pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> Person:
    return add_operator("ines", None, "Coopérative", NOW_MS)


@pytest.fixture
def made() -> Made:
    """Make a project in which five people have answered."""
    made = make_project(tasks=5, workers=5)
    for worker in made.workers:
        answer_next(worker, now_ms=NOW_MS - 5000)
    return made


def people(made: Made) -> list[Person]:
    return [Person.objects.get(workers=worker) for worker in made.workers]


def opened(made: Made, operator: Person, *standing: int) -> list[Candidate]:
    """Open an election in which these workers stand."""
    elections.open_election(operator, 1, NOW_MS)
    return [elections.stand(people(made)[n], "Pour nous toutes", NOW_MS) for n in standing]


def in_office() -> list[Person]:
    held = Membership.objects.filter(role=Role.REPRESENTATIVE, ended_at=None)
    return [one.person for one in held.select_related("person")]


def test_elected_worker_holds_the_role_until_the_term_is_over(made: Made, operator: Person) -> None:
    first, second = opened(made, operator, 0, 1)
    for voter, choice in zip(people(made), (first, first, second, first, second), strict=True):
        elections.vote(voter, [choice.pk], VOTING)

    elections.close_elections(CLOSED)

    assert in_office() == [people(made)[0]]
    elections.close_elections(TERM_OVER)
    assert in_office() == []


def test_order_of_voting_leaves_no_trace(made: Made, operator: Person) -> None:
    first, second = opened(made, operator, 0, 1)
    choices = [[first.pk], [second.pk], [], [first.pk, second.pk], [second.pk]]
    boxes = []
    for order in (range(5), reversed(range(5))):
        with transaction.atomic():
            for n in order:
                elections.vote(people(made)[n], choices[n], VOTING + n)
            boxes.append(Election.objects.get().box)
            transaction.set_rollback(True)

    assert boxes[0] == boxes[1] == sorted(choices)


def test_tables_keep_no_vote_beside_a_voter() -> None:
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, "store_voter")
        tables = connection.introspection.table_names(cursor)

    assert {column.name for column in columns} == {"id", "election_id", "person_id", "has_voted"}
    assert "store_ballot" not in tables


def test_right_to_vote_is_used_once(made: Made, operator: Person) -> None:
    (first,) = opened(made, operator, 0)
    elections.vote(people(made)[0], [first.pk], VOTING)

    with pytest.raises(Conflict) as refused:
        elections.vote(people(made)[0], [], VOTING)

    assert refused.value.case == "voted"
    assert Election.objects.get().box == [[first.pk]]


def test_ballot_that_is_refused_leaves_the_right_to_vote(made: Made, operator: Person) -> None:
    opened(made, operator, 0)

    with pytest.raises(BadInput):
        elections.vote(people(made)[0], [999], VOTING)

    assert not Voter.objects.filter(has_voted=True).exists()


@pytest.mark.parametrize("now_ms", [NOW_MS, CLOSED])
def test_nobody_votes_before_or_after(made: Made, operator: Person, now_ms: int) -> None:
    opened(made, operator, 0)

    with pytest.raises(Conflict) as refused:
        elections.vote(people(made)[0], [], now_ms)

    assert refused.value.case == "not-voting-time"


def test_nobody_stands_once_voting_has_begun(made: Made, operator: Person) -> None:
    opened(made, operator)

    with pytest.raises(Conflict) as refused:
        elections.stand(people(made)[0], "Moi aussi", VOTING)

    assert refused.value.case == "not-standing-time"


def test_who_did_not_work_neither_stands_nor_votes_nor_calls(made: Made, operator: Person) -> None:
    stranger = make_person()
    with pytest.raises(Conflict):
        elections.call_election(stranger, NOW_MS)
    opened(made, operator, 0)

    for act in (
        lambda: elections.stand(stranger, "Moi", NOW_MS),
        lambda: elections.vote(stranger, [], VOTING),
    ):
        with pytest.raises(Forbidden):
            act()


@pytest.mark.usefixtures("operator")
def test_one_active_worker_in_ten_opens_an_election(made: Made) -> None:
    election = elections.call_election(people(made)[0], NOW_MS)

    assert election is not None
    assert (election.opened_by, election.voters, election.seats) == (None, 5, 1)


@pytest.mark.usefixtures("operator")
def test_call_of_too_few_waits_for_others() -> None:
    made = make_project(tasks=21, workers=21)
    for worker in made.workers:
        answer_next(worker, now_ms=NOW_MS - 5000)

    opened_by = [elections.call_election(person, NOW_MS) for person in people(made)[:3]]

    assert [one is not None for one in opened_by] == [False, False, True]


def test_two_elections_at_once_are_refused(made: Made, operator: Person) -> None:
    opened(made, operator)

    with pytest.raises(Conflict) as refused:
        elections.open_election(operator, 1, NOW_MS)

    assert refused.value.case == "election-running"


def test_election_of_nobody_is_refused(operator: Person) -> None:
    with pytest.raises(Conflict) as refused:
        elections.open_election(operator, 1, NOW_MS)

    assert refused.value.case == "no-voters"


def test_worker_alone_cannot_open_an_election(made: Made) -> None:
    with pytest.raises(Forbidden):
        elections.open_election(people(made)[0], 1, NOW_MS)


def test_instance_that_nobody_runs_has_no_election(made: Made) -> None:
    with pytest.raises(Incomplete):
        elections.call_election(people(made)[0], NOW_MS)


def test_election_without_a_quorum_changes_nobody(made: Made, operator: Person) -> None:
    before = make_person()
    make_representative(before, Organisation.objects.get(kind="operator"))
    (first,) = opened(made, operator, 0)
    elections.vote(people(made)[0], [first.pk], VOTING)

    elections.close_elections(CLOSED)

    assert in_office() == [before]
    result = Election.objects.latest("id").result
    assert result is not None
    assert result["elected"] == []


def test_new_representatives_replace_the_old(made: Made, operator: Person) -> None:
    make_representative(make_person(), Organisation.objects.get(kind="operator"))
    (first,) = opened(made, operator, 3)
    for voter in people(made):
        elections.vote(voter, [first.pk], VOTING)

    elections.close_elections(CLOSED)

    assert in_office() == [people(made)[3]]


def test_operator_can_neither_make_nor_dismiss_a_representative(operator: Person) -> None:
    home = Organisation.objects.get(kind="operator")
    held = make_representative(make_person(), home)
    project = make_project().project
    later = datetime(2027, 1, 1, tzinfo=UTC)

    for act in (
        lambda: add_member(operator, Role.REPRESENTATIVE, NOW_MS, organisation=home),
        lambda: end_membership(held, NOW_MS),
        lambda: create_invitation(
            project,
            Role.REPRESENTATIVE,
            by=operator,
            expires_at=later,
            max_uses=1,
            note="",
            now_ms=NOW_MS,
        ),
        lambda: elections.resign(operator, NOW_MS),
    ):
        with pytest.raises(Forbidden):
            act()
    assert in_office() == [held.person]


def test_invitation_of_old_makes_no_representative(operator: Person) -> None:
    later = datetime(2027, 1, 1, tzinfo=UTC)
    link = create_invitation(
        make_project().project,
        Role.AUDITOR,
        by=operator,
        expires_at=later,
        max_uses=1,
        note="",
        now_ms=NOW_MS,
    )
    type(link).objects.update(role=Role.REPRESENTATIVE)

    with pytest.raises(Forbidden) as refused:
        accept_invitation(invitation_token(link), make_person(), "fr", NOW_MS)

    assert refused.value.case == "by-ballot-only"


def test_database_holds_no_representative_without_an_election() -> None:
    home = Organisation.objects.create(name="Chez nous", kind="operator", created_at=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(
            person=make_person(), organisation=home, role=Role.REPRESENTATIVE, created_at=NOW
        )


def test_representative_may_resign() -> None:
    home = Organisation.objects.create(name="Chez nous", kind="operator", created_at=NOW)
    held = make_representative(make_person(), home)

    elections.resign(held.person, NOW_MS)

    assert in_office() == []
