from datetime import UTC, datetime, timedelta

import pytest

from canut.actions.people.accounts import (
    accept_invitation,
    add_operator,
    create_invitation,
    end_membership,
    invitation_token,
    join_as_worker,
    make_one_time_link,
    name_oneself,
    open_one_time_link,
    read_invitation,
    revoke_invitation,
)
from canut.actions.projects.setup import create_project
from canut.core.clock import to_ms
from canut.core.errors import BadInput, Conflict, Forbidden, Incomplete, Missing
from canut.store.models import Invitation, Membership, Organisation, Person, Project, Role, Worker

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
PASSWORD = "une navette rapide"
pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> Person:
    return add_operator("ines", PASSWORD, "Labo", to_ms(NOW))


@pytest.fixture
def project(operator: Person) -> Project:
    return create_project(Organisation.objects.get(), "Avis", by=operator, now_ms=to_ms(NOW))


def invite(project: Project, uses: int = 2, role: Role = Role.WORKER) -> Invitation:
    return create_invitation(
        project,
        role,
        by=project.created_by,
        expires_at=NOW + timedelta(days=7),
        max_uses=uses,
        note="",
        now_ms=to_ms(NOW),
    )


def test_operator_also_asks_for_labels_in_the_same_organisation(operator: Person) -> None:
    roles = set(Membership.objects.filter(person=operator).values_list("role", flat=True))

    assert roles == {"operator", "requester"}
    assert operator.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("name", "password", "code"),
    [
        ("INES", PASSWORD, "name-taken"),
        ("a b", PASSWORD, "name-form"),
        ("paul", "12345", "weak-password"),
    ],
)
@pytest.mark.usefixtures("operator")
def test_account_that_would_be_unsafe_is_refused(name: str, password: str, code: str) -> None:
    with pytest.raises(BadInput) as refusal:
        add_operator(name, password, "Labo", to_ms(NOW))

    assert refusal.value.case == code
    assert Person.objects.count() == 1


def test_invitation_makes_a_nameless_worker_with_a_random_id(project: Project) -> None:
    person = accept_invitation(invitation_token(invite(project)), None, "fr", to_ms(NOW))

    worker = Worker.objects.get(person=person, project=project)
    assert not person.has_named_themselves
    assert worker.public_id not in person.username
    assert len(worker.public_id) == 12


def test_same_person_uses_an_invitation_once(project: Project) -> None:
    invitation = invite(project, uses=1)
    token = invitation_token(invitation)
    person = accept_invitation(token, None, "fr", to_ms(NOW))

    with pytest.raises(Conflict) as refusal:
        accept_invitation(token, person, "fr", to_ms(NOW))

    invitation.refresh_from_db()
    assert refusal.value.case == "invitation-used-up"
    assert invitation.uses == 1


def test_invitation_refuses_in_words_once_revoked_expired_or_used_up(project: Project) -> None:
    revoked, expired, used = invite(project), invite(project), invite(project, uses=1)
    revoke_invitation(revoked, to_ms(NOW))
    accept_invitation(invitation_token(used), None, "fr", to_ms(NOW))
    late = NOW + timedelta(days=8)

    cases = []
    for invitation, moment in ((revoked, NOW), (expired, late), (used, NOW)):
        with pytest.raises(Conflict) as refusal:
            read_invitation(invitation_token(invitation), to_ms(moment))
        cases.append(refusal.value.case)

    assert cases == ["invitation-revoked", "invitation-expired", "invitation-used-up"]


@pytest.mark.parametrize("forged", ["{token}x", "9{token}", "x"])
def test_forged_invitation_is_unknown(project: Project, forged: str) -> None:
    token = invitation_token(invite(project))

    with pytest.raises(Missing):
        read_invitation(forged.format(token=token), to_ms(NOW))


def test_invitation_for_a_reviewer_makes_no_worker(project: Project) -> None:
    token = invitation_token(invite(project, role=Role.REVIEWER))

    person = accept_invitation(token, None, "fr", to_ms(NOW))

    assert not Worker.objects.exists()
    assert Membership.objects.get(person=person).role == "reviewer"


@pytest.mark.parametrize(("uses", "days"), [(0, 7), (20_000, 7), (1, -1)])
def test_invitation_that_could_never_be_used_is_refused(
    project: Project, uses: int, days: int
) -> None:
    with pytest.raises(BadInput):
        create_invitation(
            project,
            Role.WORKER,
            by=project.created_by,
            expires_at=NOW + timedelta(days=days),
            max_uses=uses,
            note="",
            now_ms=to_ms(NOW),
        )


def test_one_time_address_signs_in_once(operator: Person) -> None:
    token = make_one_time_link(operator, "/work/", to_ms(NOW))

    person, leads_to = open_one_time_link(token, to_ms(NOW))

    assert (person, leads_to) == (operator, "/work/")
    with pytest.raises(Missing):
        open_one_time_link(token, to_ms(NOW))


def test_one_time_address_ends_after_a_day(operator: Person) -> None:
    token = make_one_time_link(operator, "/work/", to_ms(NOW))

    with pytest.raises(Missing):
        open_one_time_link(token, to_ms(NOW + timedelta(hours=25)))


@pytest.mark.parametrize("place", ["https://elsewhere.example/", "//elsewhere.example"])
def test_one_time_address_leads_nowhere_else(operator: Person, place: str) -> None:
    with pytest.raises(BadInput):
        make_one_time_link(operator, place, to_ms(NOW))


def test_nameless_person_may_name_themselves_once(project: Project) -> None:
    person = accept_invitation(invitation_token(invite(project)), None, "fr", to_ms(NOW))

    name_oneself(person, "nadia", PASSWORD)

    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    with pytest.raises(Forbidden):
        name_oneself(person, "autre", PASSWORD)


def test_empty_name_is_refused(project: Project) -> None:
    person = accept_invitation(invitation_token(invite(project)), None, "fr", to_ms(NOW))

    with pytest.raises(Incomplete):
        name_oneself(person, " ", PASSWORD)


def test_worker_who_left_may_come_back_as_the_same_worker(project: Project) -> None:
    person = accept_invitation(invitation_token(invite(project)), None, "fr", to_ms(NOW))
    first = Worker.objects.get(person=person)
    end_membership(Membership.objects.get(person=person), to_ms(NOW))

    again = join_as_worker(project, person, to_ms(NOW))

    assert again.id == first.id
    assert again.ended_at is None
