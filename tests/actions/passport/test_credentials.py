"""A credential is made of what was shown, sealed, logged without a name, and can be taken back."""

import json
from typing import Any

import pytest

from canut.actions.passport.credentials import (
    MOST_A_DAY,
    CredentialRequest,
    draft_credential,
    make_credential,
    withdraw_credential,
)
from canut.actions.passport.issuer import did_document, did_web, issuer_now, passport_secret
from canut.actions.people.erasure import erase_entries
from canut.core.clock import DAY_MS
from canut.core.errors import BadInput, Missing, NotProven, TooMany
from canut.core.passport.status_lists import is_set
from canut.core.proofs.data_integrity import verify_document
from canut.core.proofs.did_key import did_of
from canut.core.proofs.signing import public_of
from canut.store.models import (
    Answer,
    PassportCredential,
    Person,
    PlatformEntry,
    StatusList,
    TaskState,
)
from canut.store.passport.credentials import documents_of, status_bits
from canut.store.passport.evidence import skills_of, work_of
from tests.support.factories import NOW_MS, make_person, make_worker
from tests.support.known_tasks import add_answer, answered_known, pay_hours

pytestmark = pytest.mark.django_db
CAREFUL = CredentialRequest("skill", "S01", "fr")


def nadia(right: int = 60, wrong: int = 0) -> Person:
    person = answered_known(right, wrong).worker.person
    assert person is not None
    person.email = "nadia@exemple.org"
    person.save()
    return person


def document(credential: PassportCredential) -> dict[str, Any]:
    (only,) = documents_of([credential])
    return only


def test_credential_says_what_was_shown_and_holds_by_the_key_of_its_name() -> None:
    person = nadia(57, 3)

    made = make_credential(person, CAREFUL, "", NOW_MS)

    signed = document(made)
    public = public_of(passport_secret())
    method = signed["proof"][0]["verificationMethod"]
    assert signed["name"] == "Étiqueter avec soin, niveau 2"
    assert len(verify_document(signed, {method: public}).signatures) == 2
    assert method.partition("#")[2] == did_of(public).removeprefix("did:key:")
    assert did_document()["verificationMethod"][0]["id"] == method
    with pytest.raises(NotProven):
        verify_document({**signed, "name": "Étiqueter, niveau 3"}, {method: public})


def test_nobody_else_is_named_and_the_holder_only_by_a_hash_or_a_key() -> None:
    person = nadia()
    did = did_of(public_of(bytes(32)))

    by_email = json.dumps(document(make_credential(person, CAREFUL, "", NOW_MS)))
    by_key = document(make_credential(person, CAREFUL._replace(holder=did), "", NOW_MS))

    assert person.username not in by_email
    assert "nadia" not in by_email.lower()
    assert by_key["credentialSubject"]["id"] == did
    assert "identifier" not in by_key["credentialSubject"]


def test_draft_is_what_is_made_but_for_number_place_and_signature() -> None:
    person = nadia()
    draft = draft_credential(person, CAREFUL, "", NOW_MS)
    made = document(make_credential(person, CAREFUL, "", NOW_MS))

    assert "proof" not in draft
    subject: Any = draft["credentialSubject"]
    assert subject["achievement"] == made["credentialSubject"]["achievement"]


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (CAREFUL._replace(of="S03"), Missing),
        (CAREFUL._replace(of="S99"), Missing),
        (CAREFUL._replace(kind="speed"), Missing),
        (CredentialRequest("work", "CAN-ANNOT", "fr"), Missing),
        (CAREFUL._replace(language="de"), BadInput),
        (CAREFUL._replace(holder="did:web:a"), BadInput),
    ],
)
def test_what_was_not_shown_is_not_said(
    request_: CredentialRequest, expected: type[Exception]
) -> None:
    person = nadia(20)

    with pytest.raises(expected):
        make_credential(person, request_, "", NOW_MS)

    assert not PassportCredential.objects.exists()
    assert not StatusList.objects.exists()


def test_account_without_an_address_asks_for_a_key() -> None:
    person = nadia()
    person.email = ""

    with pytest.raises(BadInput, match="address"):
        make_credential(person, CAREFUL, "", NOW_MS)


def test_at_most_twenty_a_day() -> None:
    person = nadia()
    for _ in range(MOST_A_DAY):
        make_credential(person, CAREFUL, "", NOW_MS)

    with pytest.raises(TooMany):
        make_credential(person, CAREFUL, "", NOW_MS)
    make_credential(person, CAREFUL, "", NOW_MS + DAY_MS)


def test_taken_back_sets_its_bit_alone_and_once() -> None:
    person = nadia()
    first, other = (make_credential(person, CAREFUL, "", NOW_MS) for _ in range(2))

    withdraw_credential(person, first.pk, NOW_MS + 1)
    again = withdraw_credential(person, first.pk, NOW_MS + 2)

    bits = status_bits(first.status_list_id)
    assert bits is not None
    assert is_set(bits, first.status_index)
    assert not is_set(bits, other.status_index)
    assert again.withdrawn_ms == NOW_MS + 1
    assert PlatformEntry.objects.filter(type="credential.revoke").count() == 1
    with pytest.raises(Missing):
        withdraw_credential(make_person(), other.pk, NOW_MS)


def test_log_commits_to_it_without_its_kind_and_an_erasure_unlinks_it() -> None:
    person = nadia()
    made = make_credential(person, CAREFUL, "", NOW_MS)
    entry = PlatformEntry.objects.get(type="credential.issue")

    assert (entry.payload, len(entry.commitment)) == ("", 32)
    assert "S01" not in bytes(made.sealed).decode("latin-1")


@pytest.mark.django_db(transaction=True)
def test_erasure_deletes_credentials_and_leaves_their_places_taken() -> None:
    person = nadia()
    made = make_credential(person, CAREFUL, "", NOW_MS)

    erase_entries(person, NOW_MS)

    entry = PlatformEntry.objects.get(type="credential.issue")
    assert not PassportCredential.objects.exists()
    assert entry.sealed is None
    assert is_set(bytes(StatusList.objects.get().taken), made.status_index)


def test_practice_and_replaced_answers_show_nothing() -> None:
    made = answered_known(20, 5)
    assert made.worker.person is not None
    for task in made.tasks[20:]:
        TaskState.objects.filter(task=task).update(state=TaskState.State.PRACTICE)

    (shown,) = skills_of(made.worker.person.pk, NOW_MS)

    assert (shown.right, shown.answered) == (20, 20)


def test_answers_of_today_do_not_show_so_that_no_task_is_known_by_its_count() -> None:
    made = answered_known(20)
    assert made.worker.person is not None
    Answer.objects.filter(task=made.tasks[0]).update(answered_ms=NOW_MS)

    (today,) = skills_of(made.worker.person.pk, NOW_MS)
    (tomorrow,) = skills_of(made.worker.person.pk, NOW_MS + DAY_MS)

    assert (today.answered, tomorrow.answered) == (19, 20)


def test_level_three_asks_for_tasks_that_others_had_wrong() -> None:
    made = answered_known(100)
    assert made.worker.person is not None
    alone = skills_of(made.worker.person.pk, NOW_MS)[0].level
    other = make_worker(made.project)
    for number in range(100):
        add_answer(made, other, number, "oui" if number >= 20 else "non")

    assert alone == 3  # nobody else answered: any fifth of the tasks is as hard
    assert skills_of(made.worker.person.pk, NOW_MS)[0].level == 3


def test_work_is_told_from_ten_hours_of_closed_statements_on() -> None:
    made = answered_known(1)
    person = made.worker.person
    assert person is not None
    assert work_of(person.pk) == []

    pay_hours(made, 45)

    (time,) = work_of(person.pk)
    person.email = "n@exemple.org"
    request = CredentialRequest("work", time.occupation, "en")
    said = document(make_credential(person, request, "Data annotation", NOW_MS))
    assert said["name"] == "Data annotation: at least 30 paid hours"


def test_issuer_is_named_by_the_address_of_the_instance() -> None:
    assert did_web("https://canut.example/") == "did:web:canut.example:passport"
    assert did_web("https://a.example:8443/c") == "did:web:a.example%3A8443:c:passport"
    assert issuer_now().did == did_document()["id"]
