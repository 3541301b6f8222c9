"""A house in which a period was closed, for tests of pay pages."""

from datetime import date

from canut.actions.pay.payments import make_file, send_file
from canut.actions.pay.periods import close_period
from canut.actions.people.bank_accounts import set_account
from canut.core.clock import HOUR_MS, to_ms
from canut.core.pay.payment_file import Account
from canut.store.models import Payment, PaymentFile, Period, Statement
from tests.support.factories import answer_next
from tests.support.instance import House
from tests.support.payroll import AFTER, agree, moment, period, policy, work_hours

PAYER = {"holder": "Coopérative", "iban": "FR7630006000011234567890189", "bic": "AGRIFRPPXXX"}
DAY = date(2026, 4, 30)


def make_statement(house: House) -> Statement:
    """Close a period in which the house's worker earned something; once a house."""
    if not Statement.objects.exists():
        policy(payer=PAYER)
        person = house.people["worker"]
        agree(person)
        work_hours(person, house.project.pk, moment(DAY), HOUR_MS)
        answer_next(house.worker, now_ms=moment(DAY, 14))
        close_period(period().pk, house.people["operator"], to_ms(AFTER))
    return Statement.objects.get()


def make_payment(house: House, *, sent: bool = True) -> Payment:
    """Return the payment of that statement; sent in a file, where it should be."""
    statement = make_statement(house)
    if sent and not PaymentFile.objects.exists():
        account = Account("Ada Ménard", number="987654321", bank="000312345")
        set_account(house.people["worker"], "bank", account, to_ms(AFTER))
        operator = house.people["operator"]
        made = make_file(PaymentFile.Kind.BANK, "CAD", operator, to_ms(AFTER))
        send_file(made.pk, operator, to_ms(AFTER))
    return Payment.objects.get(statement=statement)


def make_open_period(house: House) -> Period:
    """Make a period that is open, in which somebody has no terms."""
    if not Period.objects.exists():
        answer_next(house.worker, now_ms=moment(DAY, 14))
        period()
    return Period.objects.get()
