"""Keys of people: made at first need, bound to whose they are, used by nobody once destroyed."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from canut.actions.people.bank_accounts import own_account, set_account
from canut.actions.platform.person_keys import destroy_keys, key_for, keys_for
from canut.actions.work.leases import lease_tasks
from canut.actions.work.submission import Submission, submit
from canut.core.errors import NotReady
from canut.core.pay.payment_file import Account
from canut.core.proofs.canonical import commitment
from canut.store.datasets.answer_usage import places_of
from canut.store.models import BankDetails, EntryPending, Person, PersonKey
from canut.store.platform.person_keys import open_entries
from tests.support.factories import NOW_MS, Made, answer_next, make_person, make_project

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]
WORK, PAY = PersonKey.Use.WORK, PersonKey.Use.PAY


def worked(*, tasks: int = 3) -> tuple[Made, Person]:
    made = make_project(tasks=tasks)
    person = make_person()
    made.worker.person = person
    made.worker.save()
    answer_next(made.worker)
    return made, person


def test_an_answer_is_sealed_under_the_key_of_whoever_gave_it() -> None:
    made, person = worked()

    entry = EntryPending.objects.get(type="answer")

    key = PersonKey.objects.get(person=person.pk)
    assert (entry.payload, bytes(entry.nonce), entry.sealed_by) == ("", b"", key.pk)
    assert made.worker.public_id.encode() not in bytes(entry.sealed or b"")
    opened = open_entries([entry])[entry.pk]
    assert json.loads(opened.payload)["w"] == made.worker.public_id
    assert commitment(opened.payload.encode(), opened.nonce) == bytes(entry.commitment)


def test_whoever_answered_still_sees_what_opens_their_entry() -> None:
    made, _ = worked()
    key = made.worker.answer_set.get().client_key

    place = places_of(made.worker, [key])[key]

    assert json.loads(place.payload)["key"] == key
    assert len(bytes.fromhex(place.nonce)) == 32


def test_one_key_a_person_and_use_however_often_it_is_needed() -> None:
    made, person = worked()
    answer_next(made.worker)

    again = key_for(person.pk)

    assert key_for(person.pk, PAY).key != again.key
    assert PersonKey.objects.filter(person=person.pk, use=WORK).count() == 1
    assert keys_for([person.pk, make_person().pk], WORK)[person.pk] == again


def test_a_key_costs_a_submit_no_statement_once_it_is_made() -> None:
    def count(*, with_person: bool) -> int:
        made, _ = worked()
        if not with_person:
            made.worker.person = None
            made.worker.save()
        (lent,) = lease_tasks(made.worker.pk, 1, NOW_MS).tasks
        with CaptureQueriesContext(connection) as said:
            submit(made.worker.pk, Submission(lent.lease, "b", {"q": "oui"}), NOW_MS)
        return len(said)

    assert count(with_person=True) == count(with_person=False)


def test_a_key_swapped_with_another_persons_is_refused() -> None:
    made, person = worked()
    other = key_for(make_person().pk)
    theirs = PersonKey.objects.get(pk=other.id).wrapped
    PersonKey.objects.filter(person=person.pk).update(wrapped=theirs)

    with pytest.raises(NotReady, match="not theirs"):
        answer_next(made.worker)

    assert EntryPending.objects.count() == 1


def test_a_sealed_entry_moved_to_another_row_does_not_open() -> None:
    made, _ = worked()
    answer_next(made.worker)
    first, second = EntryPending.objects.order_by("id")
    EntryPending.objects.filter(pk=second.pk).update(sealed=first.sealed)

    with pytest.raises(NotReady, match="damaged"):
        open_entries(EntryPending.objects.all())


def test_another_secret_key_takes_answers_under_another_key(settings: Settings) -> None:
    made, person = worked()
    settings.SECRET_KEY = "another" * 9

    answer_next(made.worker)

    first, second = EntryPending.objects.order_by("id")
    assert list(open_entries([first, second])) == [second.pk]
    assert PersonKey.objects.filter(person=person.pk, use=WORK).count() == 2


def test_whoever_goes_on_after_being_erased_has_a_new_key() -> None:
    made, person = worked()
    (before,) = destroy_keys(person.pk, PersonKey.Use)

    answer_next(made.worker)

    assert PersonKey.objects.get(person=person.pk).pk != before
    first, second = EntryPending.objects.order_by("id")
    assert list(open_entries([first, second])) == [second.pk]


def test_no_two_seals_share_a_fresh_number() -> None:
    made, _ = worked(tasks=20)
    for _ in range(19):
        answer_next(made.worker)

    fresh = {bytes(one.sealed or b"")[1:13] for one in EntryPending.objects.all()}

    assert len(fresh) == 20


def test_an_account_is_sealed_under_the_persons_key_and_goes_with_it() -> None:
    person = make_person()
    set_account(person, "bank", Account(holder="Ada", iban="DE89370400440532013000"), NOW_MS)
    kept = BankDetails.objects.get(person=person)
    seen = own_account(person)

    destroy_keys(person.pk, [PAY])

    assert kept.sealed_by is not None
    assert seen is not None
    assert seen.ends == "3000"
    assert own_account(person) is None
