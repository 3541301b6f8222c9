"""Money is due, sent, confirmed or back; accounts are sealed, and each opening is noted."""

from datetime import UTC, date, datetime

import pytest

from canut.actions.pay.pay_rules import PayRules, set_policy
from canut.actions.pay.payments import (
    confirm,
    content_of,
    make_file,
    mark_returned,
    mark_sent,
    put_file_aside,
    send_file,
)
from canut.actions.pay.periods import close_period
from canut.actions.people.bank_accounts import LABEL, open_accounts, own_account, set_account
from canut.actions.platform.encryption import seal, unseal
from canut.core.clock import to_ms
from canut.core.errors import BadInput, Conflict, Incomplete, NotReady
from canut.core.pay.payment_file import Account
from canut.store.models import BankDetails, BankReading, Payment, PaymentFile, Person
from tests.support.factories import answer_next, make_person
from tests.support.payroll import AFTER, made_with, moment, period, person_of, policy

pytestmark = pytest.mark.django_db
BANK, MOBILE = PaymentFile.Kind.BANK, PaymentFile.Kind.MOBILE
PAYER = {"holder": "Coopérative", "iban": "FR7630006000011234567890189", "bic": "AGRIFRPPXXX"}
NUMBER = "987654321"


def owed() -> tuple[Person, Payment]:
    """Close a period in which one person earned something, with an account to pay to."""
    policy(payer=PAYER)
    made = made_with(60_000_000)
    answer_next(made.worker, now_ms=moment(date(2026, 4, 30)))
    close_period(period().pk, make_person(), to_ms(AFTER))
    account = Account("Ada Ménard", number=NUMBER, bank="000312345", system="CACPA")
    set_account(person_of(made), "bank", account, to_ms(AFTER))
    return person_of(made), Payment.objects.get()


def test_payment_is_sent_once_somebody_says_so_and_its_file_notes_who_opened_the_account() -> None:
    person, payment = owed()
    by = make_person()

    made = make_file(BANK, "CAD", by, to_ms(AFTER))

    payment.refresh_from_db()
    assert (payment.state, payment.file) == ("due", made)
    send_file(made.pk, by, to_ms(AFTER))
    payment.refresh_from_db()
    assert (payment.state, payment.sent_at) == ("sent", AFTER)
    made.refresh_from_db()
    assert (made.sent_by, made.sent_at) == (by, AFTER)
    assert NUMBER.encode() in content_of(made)
    (noted,) = BankReading.objects.filter(person=person)
    assert (noted.by, noted.why) == (by, made.message)


def send(made: PaymentFile) -> PaymentFile:
    """Say that a file was sent."""
    return send_file(made.pk, make_person(), to_ms(AFTER))


def test_nothing_is_sent_twice() -> None:
    owed()
    make_file(BANK, "CAD", make_person(), to_ms(AFTER))

    with pytest.raises(Incomplete) as refused:
        make_file(BANK, "CAD", make_person(), to_ms(AFTER))

    assert refused.value.case == "nothing-due"
    send(PaymentFile.objects.get())
    made = PaymentFile.objects.get()
    with pytest.raises(Conflict):
        send(made)
    with pytest.raises(Conflict):
        put_file_aside(made.pk)


def test_file_put_aside_frees_its_payments_and_one_that_waits_stops_payment_by_hand() -> None:
    _, payment = owed()
    made = make_file(BANK, "CAD", make_person(), to_ms(AFTER))
    with pytest.raises(Conflict) as refused:
        mark_sent(payment.pk, "cheque 12", to_ms(AFTER))
    assert refused.value.case == "payment-in-file"

    put_file_aside(made.pk)

    assert mark_sent(payment.pk, "cheque 12", to_ms(AFTER)).state == "sent"
    with pytest.raises(Conflict):
        send(made)


def test_file_for_mobile_money_leaves_out_whoever_has_a_bank() -> None:
    owed()

    with pytest.raises(Incomplete):
        make_file(MOBILE, "CAD", make_person(), to_ms(AFTER))


def test_account_numbers_are_nowhere_in_the_clear() -> None:
    person, _ = owed()
    make_file(BANK, "CAD", make_person(), to_ms(AFTER))

    kept = bytes(BankDetails.objects.get(person=person).sealed)

    assert NUMBER.encode() not in kept + bytes(PaymentFile.objects.get().sealed)
    assert b"Ada" not in kept


def test_account_sealed_for_one_person_does_not_open_for_another() -> None:
    sealed = seal(b"secret", LABEL, b"person/1")

    with pytest.raises(NotReady):
        unseal(sealed, LABEL, b"person/2")


def test_person_sees_the_last_digits_of_their_own_account_and_nobody_is_noted() -> None:
    person, _ = owed()

    seen = own_account(person)

    assert seen is not None
    assert (seen.kind, seen.holder, seen.ends) == ("bank", "Ada Ménard", "4321")
    assert not BankReading.objects.exists()


def test_opening_an_account_needs_a_reason() -> None:
    person, _ = owed()

    with pytest.raises(Incomplete):
        open_accounts([person.pk], make_person(), "  ", to_ms(AFTER))

    assert not BankReading.objects.exists()


def test_worker_confirms_or_says_that_it_did_not_arrive_and_it_is_due_again() -> None:
    _, payment = owed()
    send(make_file(BANK, "CAD", make_person(), to_ms(AFTER)))
    mark_returned(payment.pk, "not arrived", to_ms(AFTER))

    again = send(make_file(BANK, "CAD", make_person(), to_ms(AFTER)))

    assert confirm(payment.pk, to_ms(AFTER)).state == "confirmed"
    assert again.payments == 1


def test_payment_that_was_not_sent_cannot_be_confirmed() -> None:
    _, payment = owed()

    with pytest.raises(Conflict):
        confirm(payment.pk, to_ms(AFTER))


def test_payment_by_hand_says_how() -> None:
    _, payment = owed()
    with pytest.raises(Incomplete):
        mark_sent(payment.pk, "", to_ms(AFTER))

    sent = mark_sent(payment.pk, "cheque 12", to_ms(AFTER))

    assert (sent.state, sent.note) == ("sent", "cheque 12")


def test_threshold_above_one_hour_at_the_floor_is_refused() -> None:
    with pytest.raises(BadInput) as refused:
        set_policy(PayRules(threshold=(16_610_000, "CAD")), make_person(), to_ms(AFTER))

    assert (refused.value.case, refused.value.facts["place"]) == ("threshold-high", "CA-QC")


def test_small_payment_waits_for_the_threshold_but_never_longer_than_16_days() -> None:
    policy(payer=PAYER, threshold=(16_600_000, "CAD"))
    made = made_with(1_000_000)
    answer_next(made.worker, now_ms=moment(date(2026, 4, 30)))
    close_period(period().pk, make_person(), to_ms(AFTER))
    set_account(person_of(made), "bank", Account("A", number=NUMBER, bank="0003"), to_ms(AFTER))
    with pytest.raises(Incomplete):
        make_file(BANK, "CAD", make_person(), to_ms(AFTER))

    sent = make_file(BANK, "CAD", make_person(), to_ms(datetime(2026, 5, 27, tzinfo=UTC)))

    assert sent.payments == 1


@pytest.mark.parametrize(("days", "wait_days"), [(17, 7), (14, 17), (0, 0)])
def test_pay_interval_over_16_days_is_refused(days: int, wait_days: int) -> None:
    with pytest.raises(BadInput) as refused:
        set_policy(PayRules(days=days, wait_days=wait_days), make_person(), to_ms(AFTER))

    assert refused.value.case == "pay-interval"
