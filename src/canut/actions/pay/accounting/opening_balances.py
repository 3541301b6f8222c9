"""Bring in what people were paid this year before Canut, on the word of two operators.

An operator enters the balances from a file or by hand; another one confirms them. They count from
then on: yearly limits of contributions, the sums of the year on statements, the summary of the
year. Where there is no other operator, they hold on one word, and the page says so.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import date

from django.db import transaction

from canut.actions.pay.pay_rules import policy_in_force
from canut.core.clock import Ms
from canut.core.errors import BadInput, Conflict, Forbidden, Refusal
from canut.core.money import Money
from canut.core.pay.accounting.opening_file import OpeningLine, OpeningPerson
from canut.core.pay.contributions import Employer, Payment, contributions_of
from canut.core.places.parameters import Places, Status
from canut.store.models import Membership, OpeningBalance, Person, Role
from canut.store.pay.places import places as known_places
from canut.store.pay.statements import paid_people

MOST_PEOPLE = 5_000
LONGEST_SOURCE = 200


def has_second_operator(person_id: int) -> bool:
    """Return whether another operator may confirm what this person enters."""
    operators = Membership.objects.filter(
        role=Role.OPERATOR, ended_at=None, person__is_active=True, person__is_service=False
    )
    return operators.exclude(person=person_id).exists()


def opening_people(year: int, today: date) -> dict[int, OpeningPerson]:
    """Return the people whose pay of a year can be brought in: those paid here with work terms."""
    places = known_places()
    limits: dict[tuple[str, str], OpeningPerson] = {}
    people: dict[int, OpeningPerson] = {}
    for paid in paid_people(MOST_PEOPLE):
        terms = paid.terms
        if terms is None or not Status(terms.status).is_paid_here:
            continue
        key = (terms.place, terms.status)
        if key not in limits:
            with suppress(Refusal):  # the code of no place: named where they are paid
                limits[key] = _limits(places, terms.place, Status(terms.status), year, today)
        if key in limits:
            facts = limits[key]
            people[paid.person.pk] = OpeningPerson(
                str(paid.person), facts.currency, facts.contributions
            )
    return people


def _limits(places: Places, place: str, status: Status, year: int, today: date) -> OpeningPerson:
    """Return the currency of a place and its contributions, each with the most of a year."""
    chain = places.chain(place)
    currency = chain[0].currency
    rules = next((jurisdiction.rules for jurisdiction in chain if jurisdiction.rules), ())
    payers = ("employee", "employer") if status is Status.EMPLOYEE else ("self_employed",)
    most: dict[str, int | None] = {
        f"{rule.key}/{payer}": None for rule in rules for payer in payers if payer in rule.rates
    }
    nothing = Money(0, currency)
    policy, _ = policy_in_force()
    payroll = Money(policy.yearly_payroll_micro or 1, currency)
    day = min(today, date(year, 12, 31))
    with suppress(Refusal):  # a figure that is missing or past its date: no limit is checked
        payment = Payment(place, day, status, nothing, 1, nothing)
        for line in contributions_of(places, payment, Employer(payroll, policy.own_rates)):
            most[line.key] = None if line.maximum is None else line.maximum.micro
    return OpeningPerson("", currency, most)


@transaction.atomic
def enter_openings(
    lines: Sequence[OpeningLine], year: int, source: str, by: Person, now_ms: Ms
) -> bool:
    """Enter checked balances; return whether they hold already, on one word.

    Raises:
        BadInput: no source is named.
    """
    if not source.strip():
        raise BadInput("say which papers the amounts were read from", code="opening-source")
    waits = has_second_operator(by.pk)
    OpeningBalance.objects.bulk_create(
        OpeningBalance(
            person_id=line.person,
            year=year,
            currency=line.currency,
            gross_micro=line.gross_micro,
            vacation_micro=line.vacation_micro,
            net_micro=line.net_micro,
            contributed=dict(line.contributed),
            source=source.strip()[:LONGEST_SOURCE],
            set_by=by,
            set_ms=now_ms,
            confirmed_ms=None if waits else now_ms,
        )
        for line in lines
    )
    return not waits


@transaction.atomic
def confirm_openings(ids: Collection[int], by: Person, now_ms: Ms) -> int:
    """Confirm balances that another operator entered; return how many.

    Raises:
        Conflict: one of them was confirmed or withdrawn since the page was read.
        Forbidden: one of them is their own.
    """
    rows = _lock_waiting(ids)
    if any(row.set_by_id == by.pk for row in rows):
        raise Forbidden("another operator confirms a balance", code="opening-own-word")
    for row in rows:
        row.confirmed_by, row.confirmed_ms = by, now_ms
    OpeningBalance.objects.bulk_update(rows, ["confirmed_by", "confirmed_ms"], batch_size=200)
    return len(rows)


@transaction.atomic
def withdraw_opening(number: int, by: Person, now_ms: Ms) -> None:
    """Take a balance out: it counts no more from here; statements that used it stay.

    Raises:
        Conflict: it was withdrawn before.
    """
    row = OpeningBalance.objects.select_for_update().filter(id=number, withdrawn_ms=None).first()
    if row is None:
        raise Conflict(f"balance {number} was withdrawn", code="opening-changed")
    row.withdrawn_by, row.withdrawn_ms = by, now_ms
    row.save(update_fields=["withdrawn_by", "withdrawn_ms"])


def _lock_waiting(ids: Collection[int]) -> list[OpeningBalance]:
    rows = list(
        OpeningBalance.objects.select_for_update()
        .filter(id__in=ids, confirmed_ms=None, withdrawn_ms=None)
        .order_by("id")
    )
    if len(rows) != len(set(ids)) or not rows:
        raise Conflict("these balances changed; read the page again", code="opening-changed")
    return rows


def typed_fields(person: int, data: Mapping[str, object]) -> dict[str, str]:
    """Return the fields of a balance typed by hand, as a line of the file has them."""
    return {"person": str(person)} | {name: str(value or "") for name, value in data.items()}
