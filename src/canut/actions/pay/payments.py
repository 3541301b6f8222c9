"""Move payments on: due, sent in a file or by hand, confirmed by the worker, or returned.

A payment is never reduced or given up: a returned payment is due again.
"""

import hashlib
from datetime import date, timedelta

from django.db import transaction

from canut.actions.ledger.entry_types import inscribe_payments
from canut.actions.pay.pay_rules import MOST_DAYS, PayRules, policy_in_force
from canut.actions.people.bank_accounts import LABEL, open_accounts
from canut.actions.platform import encryption
from canut.core.clock import Ms, from_ms
from canut.core.errors import Conflict, Incomplete, Missing
from canut.core.money import Money
from canut.core.pay.payment_file import Account, Order, Transfer, bank_file, mobile_file
from canut.store.models import BankDetails, Payment, PaymentFile, Period, Person

State = Payment.State
KIND_OF_ACCOUNT = {PaymentFile.Kind.BANK: "bank", PaymentFile.Kind.MOBILE: "mobile"}
NOTE = "Canut {first} - {last}"


@transaction.atomic
def make_file(
    kind: PaymentFile.Kind, currency: str, pay_day: date, by: Person, now_ms: Ms
) -> PaymentFile:
    """Write a file of the payments due in one currency to one kind of account.

    Raises:
        Incomplete: nothing can be sent, or the payer's account is not set.
        BadInput: an amount or account that no bank takes.
    """
    now = from_ms(now_ms)
    policy, _ = policy_in_force()
    payer = _payer(policy)
    able = _sendable(kind, currency, policy, now.date())
    number = PaymentFile.objects.count() + 1
    message = f"canut-{now:%Y%m%d-%H%M%S}-{number}"
    accounts = open_accounts([payment.person_id for payment in able], by, message, now_ms)
    due = [payment for payment in able if payment.person_id in accounts]
    if not due:
        raise Incomplete(
            f"nothing is due in {currency} to anybody with this kind of account",
            code="nothing-due",
            currency=currency,
        )
    transfers = [_transfer(payment, accounts[payment.person_id], number) for payment in due]
    order = Order(message, now.replace(microsecond=0), pay_day, payer, transfers)
    content = bank_file(order) if kind == PaymentFile.Kind.BANK else mobile_file(order)
    payment_file = PaymentFile.objects.create(
        kind=kind,
        message=message,
        currency=currency,
        total_micro=order.total.micro,
        payments=len(due),
        sha256=hashlib.sha256(content).hexdigest(),
        sealed=encryption.seal(content, LABEL, message.encode()),
        made_by=by,
        made_at=now,
    )
    ids = [payment.id for payment in due]
    Payment.objects.filter(id__in=ids).update(
        state=State.SENT, sent_at=now, file=payment_file, note=""
    )
    inscribe_payments(Payment.objects.filter(id__in=ids).order_by("id"), now_ms)
    return payment_file


def content_of(file: PaymentFile) -> bytes:
    """Return the bytes of a payment file, as first downloaded."""
    return encryption.unseal(bytes(file.sealed), LABEL, file.message.encode())


@transaction.atomic
def mark_sent(payment_id: int, note: str, now_ms: Ms) -> Payment:
    """Record that a payment was sent outside a file, and how.

    Raises:
        Incomplete: how is not said.
        Conflict: it is not due.
    """
    if not note.strip():
        raise Incomplete("say how it was paid", code="reason-missing", field="note")
    payment = _in_state(payment_id, {State.DUE, State.RETURNED})
    payment.state, payment.sent_at, payment.note = State.SENT, from_ms(now_ms), note.strip()[:300]
    payment.save()
    inscribe_payments([payment], now_ms)
    return payment


@transaction.atomic
def mark_returned(payment_id: int, note: str, now_ms: Ms) -> Payment:
    """Record that a payment came back, from the bank or as never arrived.

    Raises:
        Conflict: it was not sent.
    """
    payment = _in_state(payment_id, {State.SENT, State.CONFIRMED})
    payment.state, payment.confirmed_at = State.RETURNED, None
    payment.note = note.strip()[:300]
    payment.save()
    inscribe_payments([payment], now_ms)
    return payment


@transaction.atomic
def confirm(payment_id: int, now_ms: Ms) -> Payment:
    """Record that the worker received the payment.

    Raises:
        Conflict: it was not sent.
    """
    payment = _in_state(payment_id, {State.SENT, State.RETURNED})
    payment.state, payment.confirmed_at, payment.note = State.CONFIRMED, from_ms(now_ms), ""
    payment.save()
    inscribe_payments([payment], now_ms)
    return payment


def _in_state(payment_id: int, states: set[Payment.State]) -> Payment:
    payment = Payment.objects.select_for_update().filter(id=payment_id).first()
    if payment is None or payment.statement.period.state != Period.State.CLOSED:
        raise Missing("no such payment")
    if payment.state not in states:
        raise Conflict(
            f"payment {payment_id} is {payment.state}; expected {', '.join(sorted(states))}",
            code="payment-state",
            state=payment.state,
        )
    return payment


def _sendable(
    kind: PaymentFile.Kind, currency: str, policy: PayRules, today: date
) -> list[Payment]:
    """List payments for a file: due or returned, above the threshold or long overdue."""
    with_account = BankDetails.objects.filter(kind=KIND_OF_ACCOUNT[kind]).values("person")
    payments = Payment.objects.select_for_update(of=("self",)).filter(
        statement__period__state=Period.State.CLOSED,
        state__in=(State.DUE, State.RETURNED),
        currency=currency,
        person__in=with_account,
    )
    waits = policy.threshold[0] if policy.threshold and policy.threshold[1] == currency else 0
    long_ago = today - timedelta(days=MOST_DAYS)
    due = payments.select_related("statement__period").order_by("id")
    return [
        payment for payment in due if payment.amount_micro >= waits or payment.due_on <= long_ago
    ]


def _transfer(payment: Payment, account: Account, file: int) -> Transfer:
    """Return a transfer; a payment that came back has another reference in its next file."""
    period = payment.statement.period
    return Transfer(
        reference=f"canut-{period.pk}-{payment.pk}-{file}",
        to=account,
        amount=Money(payment.amount_micro, payment.currency),
        note=NOTE.format(first=period.first_day, last=period.last_day),
    )


def _payer(policy: PayRules) -> Account:
    if not policy.payer.get("holder"):
        raise Incomplete(
            "the account that pay comes from is not set; add it on the page of pay rules",
            code="payer-unknown",
        )
    return Account(**policy.payer)
