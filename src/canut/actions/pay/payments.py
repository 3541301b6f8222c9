"""Move payments on: due, sent in a file or by hand, confirmed by the worker, or returned.

A payment is never reduced or given up: a returned payment is due again.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from canut.actions.ledger.entry_types import inscribe_payments
from canut.actions.pay.pay_rules import PayRules, policy_in_force
from canut.actions.people.bank_accounts import LABEL, open_accounts
from canut.actions.platform import encryption
from canut.core.clock import Ms, from_ms
from canut.core.errors import BadInput, Conflict, Incomplete, Missing
from canut.core.money import Money
from canut.core.pay.cpa005 import Originator, cpa_file
from canut.core.pay.payment_file import Account, Order, Transfer, bank_file, mobile_file, why_unfit
from canut.store.models import BankDetails, Payment, PaymentFile, Period, Person

State = Payment.State
KIND_OF_ACCOUNT = {
    PaymentFile.Kind.BANK: "bank",
    PaymentFile.Kind.CPA: "bank",
    PaymentFile.Kind.MOBILE: "mobile",
}
MOST_NAMED = 50
SENDING_DAYS = 3  # what a bank takes, with a weekend
NOON = time(12)
NOTE = "Canut {first} - {last}"


@dataclass(frozen=True, slots=True)
class LeftOutPayment:
    """Somebody whose pay does not go into a file, and why.

    Args:
        payment: None for somebody who has no statement yet.
        reason: ``other-currency``, ``no-account``, ``other-kind``, ``in-a-file``, ``threshold``,
            ``unmeasured``, ``key-gone``, ``malformed``, ``not-canadian``, ``no-iban`` or
            ``no-letters``.
    """

    name: str
    payment: Payment | None
    reason: str


@dataclass(frozen=True, slots=True)
class FilePlan:
    """What a file would pay, and who is left out of it."""

    payments: list[Payment]
    left_out: list[LeftOutPayment]
    total: Money


class AccountsUnfit(Incomplete):
    """Accounts that the file cannot pay to; whoever makes it has not agreed to leave them out."""

    def __init__(self, left_out: list[LeftOutPayment]) -> None:
        names = ", ".join(sorted(row.name for row in left_out)[:MOST_NAMED])
        super().__init__(
            f"{len(left_out)} accounts cannot be paid to ({names}); leave them out or have them"
            " corrected",
            code="accounts-unfit",
            count=len(left_out),
            people=names,
        )
        self.left_out = left_out


def plan_file(kind: PaymentFile.Kind, currency: str, now_ms: Ms) -> FilePlan:
    """Name who is paid by a file and who is left out, without opening an account."""
    policy, _ = policy_in_force()
    waits = policy.threshold[0] if policy.threshold and policy.threshold[1] == currency else 0
    today = timezone.localtime(from_ms(now_ms)).date()
    due = Payment.objects.filter(
        statement__period__state=Period.State.CLOSED, state__in=(State.DUE, State.RETURNED)
    )
    rows = list(due.select_related("statement__period", "person", "file").order_by("id"))
    kinds = dict(BankDetails.objects.values_list("person", "kind"))
    able: list[Payment] = []
    left_out: list[LeftOutPayment] = []
    for payment in rows:
        account = kinds.get(payment.person_id)
        if payment.currency != currency:
            reason = "other-currency"
        elif payment.file is not None and payment.file.sent_at is None:
            reason = "in-a-file"
        elif account is None:
            reason = "no-account"
        elif account != KIND_OF_ACCOUNT[kind]:
            reason = "other-kind"
        elif payment.amount_micro < waits and may_wait(payment, today):
            reason = "threshold"
        else:
            able.append(payment)
            continue
        left_out.append(LeftOutPayment(str(payment.person), payment, reason))
    left_out += _unmeasured()
    total = sum(payment.amount_micro for payment in able)
    return FilePlan(able, left_out, Money(total, currency))


def may_wait(payment: Payment, today: date) -> bool:
    """Return whether a small payment may wait for another file without being late.

    The last day on which a file can still reach the person in time is some days before the
    sixteenth day after their period.
    """
    return today < payment.late_on - timedelta(days=SENDING_DAYS)


def make_file(
    kind: PaymentFile.Kind,
    currency: str,
    by: Person,
    now_ms: Ms,
    *,
    leave_unfit: bool = False,
) -> PaymentFile:
    """Write a file of the payments due in one currency to one kind of account.

    The payments stay due until somebody says that the file was sent. Each account that is opened is
    noted, even where no file comes of it. With ``leave_unfit``, those whose account such a file
    cannot pay to are left out.

    Raises:
        AccountsUnfit: there are such accounts, and it was not said to leave them out.
        Incomplete: nothing can be sent, or the payer's account is not set.
        BadInput: an amount that no bank takes.
    """
    now = from_ms(now_ms)
    policy, _ = policy_in_force()
    payer = _payer(policy)
    if kind == PaymentFile.Kind.CPA:
        _originator(policy)
    number = PaymentFile.objects.count() + 1
    message = f"canut-{now:%Y%m%d-%H%M%S}-{number}"
    able = plan_file(kind, currency, now_ms).payments
    accounts = open_accounts([payment.person_id for payment in able], by, message, now_ms)
    unfit = [row for payment in able if (row := _unfit(kind, payment, accounts)) is not None]
    if unfit and not leave_unfit:
        raise AccountsUnfit(unfit)
    left = {row.payment.pk for row in unfit if row.payment is not None}
    with transaction.atomic():
        due = _lock_due([payment.pk for payment in able if payment.pk not in left])
        if not due:
            raise Incomplete(
                f"nothing is due in {currency} to anybody with this kind of account",
                code="nothing-due",
                currency=currency,
            )
        transfers = [_transfer(payment, accounts[payment.person_id], number) for payment in due]
        order = Order(message, now.replace(microsecond=0), _pay_day(now), payer, transfers)
        content = _content(kind, order, policy)
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
        Payment.objects.filter(id__in=[payment.pk for payment in due]).update(file=payment_file)
    return payment_file


def make_files(by: Person, now_ms: Ms) -> list[PaymentFile]:
    """Write one file for each currency and kind of account in which something is due.

    Whose account such a file cannot pay to is left out of it and stays due. Canadian dollars go
    into a file of Standard 005 where the bank gave the numbers for it.

    Raises:
        Incomplete: the payer's account is not set.
        BadInput: an amount that no bank takes.
    """
    due = Payment.objects.filter(
        statement__period__state=Period.State.CLOSED, state__in=(State.DUE, State.RETURNED)
    )
    originator = policy_in_force()[0].originator
    files: list[PaymentFile] = []
    for currency in due.values_list("currency", flat=True).distinct().order_by("currency"):
        is_cpa = currency == "CAD" and bool(originator.get("number"))
        bank = PaymentFile.Kind.CPA if is_cpa else PaymentFile.Kind.BANK
        for kind in (bank, PaymentFile.Kind.MOBILE):
            if not plan_file(kind, currency, now_ms).payments:
                continue
            try:
                files.append(make_file(kind, currency, by, now_ms, leave_unfit=True))
            except Incomplete as refusal:
                if refusal.case != "nothing-due":
                    raise
    return files


@transaction.atomic
def send_file(file_id: int, by: Person, now_ms: Ms, on: date | None = None) -> PaymentFile:
    """Record that a person sent a file to the bank: its payments are sent from here.

    Args:
        file_id: the file.
        by: who sent it.
        now_ms: the moment.
        on: the bank's date; None for today.

    Raises:
        Conflict: it was sent before, or put aside.
        BadInput: the date is before the file was made, or to come.
    """
    payment_file, ids = _lock_unsent(file_id)
    now = from_ms(now_ms)
    if on is not None and on != _pay_day(now):
        if not _pay_day(payment_file.made_at) <= on < _pay_day(now):
            raise BadInput(
                f"the bank's date is {on}; expected a day from {_pay_day(payment_file.made_at)} to"
                f" {_pay_day(now)}",
                code="bank-date",
                first=_pay_day(payment_file.made_at).isoformat(),
            )
        now = max(payment_file.made_at, timezone.make_aware(datetime.combine(on, NOON)))
    payment_file.sent_at, payment_file.sent_by = now, by
    payment_file.save(update_fields=["sent_at", "sent_by"])
    Payment.objects.filter(id__in=ids).update(state=State.SENT, sent_at=now, note="")
    inscribe_payments(Payment.objects.filter(id__in=ids).order_by("id"), now_ms)
    return payment_file


@transaction.atomic
def put_file_aside(file_id: int) -> PaymentFile:
    """Free the payments of a file that was not sent, for another file.

    Raises:
        Conflict: it was sent, or put aside before.
    """
    payment_file, ids = _lock_unsent(file_id)
    Payment.objects.filter(id__in=ids).update(file=None)
    return payment_file


def content_of(file: PaymentFile) -> bytes:
    """Return the bytes of a payment file, as first downloaded."""
    return encryption.unseal(bytes(file.sealed), LABEL, file.message.encode())


@transaction.atomic
def mark_sent(payment_id: int, note: str, now_ms: Ms) -> Payment:
    """Record that a payment was sent outside a file, and how.

    Raises:
        Incomplete: how is not said.
        Conflict: it is not due, or in a file that waits to be sent.
    """
    if not note.strip():
        raise Incomplete("say how it was paid", code="reason-missing", field="note")
    payment = _in_state(payment_id, {State.DUE, State.RETURNED})
    if payment.file is not None and payment.file.sent_at is None:
        raise Conflict(
            f"payment {payment_id} is in file {payment.file.message}, which waits to be sent",
            code="payment-in-file",
            file=payment.file.message,
        )
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


def _content(kind: PaymentFile.Kind, order: Order, policy: PayRules) -> bytes:
    if kind == PaymentFile.Kind.CPA:
        number = PaymentFile.objects.filter(kind=kind).count() + 1
        return cpa_file(order, _originator(policy), number)
    return bank_file(order) if kind == PaymentFile.Kind.BANK else mobile_file(order)


def _originator(policy: PayRules) -> Originator:
    stored = policy.originator
    return Originator(stored.get("number", ""), stored.get("centre", ""))


def _pay_day(now: datetime) -> date:
    return timezone.localtime(now).date()


def _lock_unsent(file_id: int) -> tuple[PaymentFile, list[int]]:
    """Lock a file that was not sent, and its payments."""
    payment_file = PaymentFile.objects.select_for_update().filter(id=file_id).first()
    if payment_file is None:
        raise Missing("no such payment file")
    payments = Payment.objects.select_for_update().filter(
        file=payment_file, state__in=(State.DUE, State.RETURNED)
    )
    ids = [payment.pk for payment in payments.order_by("id")]
    if payment_file.sent_at is not None or not ids:
        raise Conflict(
            f"file {payment_file.message} was sent or put aside", code="payment-file-over"
        )
    return payment_file, ids


def _lock_due(ids: list[int]) -> list[Payment]:
    """Lock those of these payments that are still due and in no file that waits to be sent.

    They are read again once they are locked: a file that was made while this waited is not in what
    the locking query has seen.
    """
    list(Payment.objects.select_for_update().filter(id__in=ids).order_by("id"))
    payments = Payment.objects.filter(id__in=ids, state__in=(State.DUE, State.RETURNED))
    rows = payments.select_related("statement__period", "file").order_by("id")
    return [payment for payment in rows if payment.file is None or payment.file.sent_at]


def _unfit(
    kind: PaymentFile.Kind, payment: Payment, accounts: dict[int, Account]
) -> LeftOutPayment | None:
    account = accounts.get(payment.person_id)
    if account is None:
        return LeftOutPayment(str(payment.person), payment, "key-gone")
    is_cpa, is_mobile = kind == PaymentFile.Kind.CPA, kind == PaymentFile.Kind.MOBILE
    reason = "" if is_mobile else why_unfit(account, payment.currency, is_cpa=is_cpa)
    return LeftOutPayment(str(payment.person), payment, reason) if reason else None


def _unmeasured() -> list[LeftOutPayment]:
    """Name who waits for a statement since their time could not be measured."""
    closed = Period.objects.filter(state=Period.State.CLOSED).order_by("-last_day").first()
    people = closed.failure["people"] if closed is not None and closed.failure else []
    return [LeftOutPayment(person["name"], None, "unmeasured") for person in people]


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
