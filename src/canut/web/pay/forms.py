"""Forms of pay: work terms, pay rules, bank account."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from babel.dates import get_day_names
from django import forms
from django.http import QueryDict

from canut.actions.pay.pay_rules import PayRules, rate_of
from canut.actions.people.work_terms import TermsIn, known_zones
from canut.core.errors import BadInput, Incomplete
from canut.core.money import money_of
from canut.core.outside_text import read_decimal
from canut.core.pay.cpa005 import Originator
from canut.core.pay.floor import Exchange
from canut.core.pay.payment_file import Account, canadian_code, check_account
from canut.core.people.work_terms import LONGEST_TEXT
from canut.core.places.names import STATUSES
from canut.core.places.parameters import Status
from canut.core.places.zones import zone_of_place
from canut.store.models import VacationPayout
from canut.store.platform.home import home_currency
from canut.web.kit.fields import select, tick, ticks
from canut.web.kit.formatting import locale, typed_amount
from canut.web.kit.forms import CURRENCIES, PlainForm, amount, micro_of, words
from canut.web.kit.messages import lazy_message
from canut.web.kit.numbers import DayField, WholeField
from canut.web.pay.wording import FACTS
from canut.web.people.places import place_choices

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST_EXCHANGE = 1_000_000
OWN_RATE = "cnesst.average_rate"
COUNT = {"class": "inp num"}
ISO = "%Y-%m-%d"  # what a browser's own date field reads, in any language
DATE = {"class": "inp", "type": "date"}


def chosen(
    label: "StrOrPromise",
    choices: "Sequence[tuple[str, StrOrPromise]]" = (),
    hint: "StrOrPromise" = "",
    *,
    required: bool = True,
) -> forms.ChoiceField:
    """Return a field with a few choices."""
    return select(label, choices, hint, required=required)


MICRO_A_PER_MILLE = 100_000  # of a percentage typed as an amount


class PeriodForm(PlainForm):
    """The first and last day of the next period."""

    first_day = DayField(
        label=lazy_message("form.pay.first_day"),
        widget=forms.DateInput(attrs=dict(DATE), format=ISO),
    )
    last_day = DayField(
        label=lazy_message("form.pay.last_day"),
        help_text=lazy_message("form.pay.at_most_16_days"),
        widget=forms.DateInput(attrs=dict(DATE), format=ISO),
    )


class WorkTermsForm(PlainForm):
    """Where a person works, with which status, and who controls their work."""

    place = chosen(
        lazy_message("common.place_of_work"), hint=lazy_message("form.pay.where_the_person_sits")
    )
    zone = words(
        lazy_message("form.pay.time_zone"),
        lazy_message("form.pay.such_as_america_toronto"),
        required=False,
    )
    facts = ticks(
        lazy_message("form.pay.who_controls_the_work"),
        [(name, lazy_message(word)) for name, word in FACTS.items()],
        required=False,
    )
    status = chosen(
        lazy_message("common.status"),
        [
            ("", lazy_message("form.pay.as_the_answers_above")),
            *((name, lazy_message(word)) for name, word in STATUSES.items()),
        ],
        required=False,
    )
    pace = WholeField(
        label=lazy_message("form.pay.time_granted_in_per"),
        help_text=lazy_message("form.pay.more_than_100_where"),
        min_value=100,
        max_value=250,
        initial=100,
        widget=forms.NumberInput(attrs=dict(COUNT)),
    )
    is_minor = tick(lazy_message("form.pay.under_18"))
    from_day = DayField(
        label=lazy_message("form.pay.from_which_day"),
        help_text=lazy_message("form.pay.empty_today"),
        required=False,
        widget=forms.DateInput(attrs=dict(DATE), format=ISO),
    )
    reason = words(
        lazy_message("form.pay.why_it_changes"),
        lazy_message("form.pay.the_person_reads_it"),
        area=True,
        required=False,
        max_length=LONGEST_TEXT,
    )

    def __init__(
        self, data: QueryDict | None = None, *, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.offer("place", place_choices())

    def clean_zone(self) -> str:
        """Refuse an unknown time zone; empty is that of the place."""
        zone = str(self.cleaned_data["zone"]).strip()
        zone = zone or zone_of_place(self.cleaned_data.get("place", ""))
        if zone not in known_zones():
            raise forms.ValidationError(lazy_message("form.pay.there_is_no_such"))
        return zone

    def given(self, control_facts: int) -> TermsIn:
        """Return the submitted terms; the facts of control say the status where none is chosen.

        Enough of them mean an employee, fewer somebody self-employed.

        Raises:
            Incomplete: no fact is given and no status is chosen.
        """
        data = self.cleaned_data
        status = data["status"]
        if not status and not data["facts"]:
            raise Incomplete("choose a status", code="status-unsaid", field="status")
        if not status and len(data["facts"]) < control_facts:
            status = Status.SELF_EMPLOYED
        return TermsIn(
            place=data["place"],
            zone=data["zone"],
            status=Status(status or Status.EMPLOYEE),
            is_minor=data["is_minor"],
            pace_granted=data["pace"] * 10,
            facts={name: name in data["facts"] for name in FACTS},
        )


class FirstTermsForm(WorkTermsForm):
    """The same first terms for several people; without a place, each where they said."""

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        for name in ("zone", "from_day", "reason", "is_minor", "pace"):
            del self.fields[name]
        self.fields["place"].required = False
        self.offer("place", [("", lazy_message("form.pay.where_each_said")), *place_choices()])

    def given_for(self, place: str, control_facts: int) -> TermsIn:
        """Return the terms of somebody who said they work in a place.

        Raises:
            Incomplete: as ``given``, or neither form nor person names a place.
        """
        place = self.cleaned_data["place"] or place
        if not place:
            raise Incomplete("choose a place", code="place-unsaid", field="place")
        usual = {"zone": zone_of_place(place), "is_minor": False, "pace": 100}
        former, self.cleaned_data = self.cleaned_data, self.cleaned_data | usual | {"place": place}
        try:
            return self.given(control_facts)
        finally:
            self.cleaned_data = former


class PlaceForm(PlainForm):
    """Where a person says they work."""

    place = chosen(lazy_message("form.pay.i_work_in"))

    def __init__(
        self, data: QueryDict | None = None, *, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.offer("place", [("", ""), *place_choices()])


class VacationForm(PlainForm):
    """Vacation pay that is to be paid with a person's next statement."""

    why = chosen(
        lazy_message("form.pay.vacation_why"),
        (
            (VacationPayout.Why.LEAVE.value, lazy_message("form.pay.before_a_vacation")),
            (VacationPayout.Why.END.value, lazy_message("form.pay.the_employment_ends")),
        ),
    )
    on = DayField(
        label=lazy_message("form.pay.first_day_of_vacation"),
        widget=forms.DateInput(attrs=dict(DATE), format=ISO),
    )
    amount = words(
        lazy_message("form.pay.vacation_amount"),
        lazy_message("form.pay.empty_is_all"),
        required=False,
    )

    def micro(self, currency: str) -> int | None:
        """Return the amount in micro-units; None for all. Raises ``BadInput`` if it is none."""
        amount = _amount(self.cleaned_data["amount"], currency)
        return None if amount is None else amount[0]


class AccountForm(PlainForm):
    """Where to be paid: a bank account or a mobile number."""

    kind = chosen(
        lazy_message("form.pay.paid_to"),
        (
            ("bank", lazy_message("form.pay.a_bank_account")),
            ("mobile", lazy_message("form.pay.a_mobile_number")),
        ),
    )
    holder = words(lazy_message("form.pay.name_on_the_account"), max_length=140)
    number = words(lazy_message("form.pay.iban_account_number"), max_length=42)
    bank = words(
        lazy_message("form.pay.bank_code_or_mobile"),
        lazy_message("form.pay.in_canada_institution"),
        required=False,
        max_length=35,
    )
    town = words(
        lazy_message("form.pay.town"),
        lazy_message("form.pay.town_and_country"),
        required=False,
        max_length=35,
    )
    country = words(lazy_message("form.pay.country"), required=False, max_length=2)

    def clean(self) -> dict[str, Any]:
        """Ask for the bank's code where there is no IBAN: no file can pay without it."""
        data = super().clean() or {}
        is_iban = data.get("number", "").strip()[:2].isalpha()
        if data.get("kind") == "bank" and not is_iban and not data.get("bank", "").strip():
            self.add_error("bank", lazy_message("form.pay.bank_code_needed"))
        return data

    def given(self) -> Account:
        """Return the account; raises ``BadInput`` if it is not valid."""
        data = self.cleaned_data
        number = "".join(data["number"].split()).upper()
        holder, bank = data["holder"].strip(), canadian_code(data["bank"].strip())
        town, country = data["town"].strip(), data["country"].strip().upper()
        if number[:2].isalpha() and data["kind"] == "bank":
            return Account(holder, iban=number, town=town, country=country)
        return Account(holder, number=number, bank=bank, town=town, country=country)


class RateForm(PlainForm):
    """An exchange rate as it was published: value, day and source."""

    code = chosen(
        lazy_message("form.pay.exchange_one_unit_of"), [(code, code) for code in CURRENCIES]
    )
    rate = words(lazy_message("form.pay.is_worth"))
    quote = chosen(lazy_message("common.currency"), [(code, code) for code in CURRENCIES])
    on = DayField(
        label=lazy_message("form.pay.day_of_the_rate"),
        widget=forms.DateInput(attrs=dict(DATE), format=ISO),
    )
    source = words(
        lazy_message("form.pay.source_of_the_rate"),
        lazy_message("form.pay.such_as_the_central_bank"),
        max_length=120,
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a rate of a currency in itself."""
        data = super().clean() or {}
        if data.get("code") and data.get("code") == data.get("quote"):
            self.add_error("quote", lazy_message("form.pay.two_currencies"))
        return data

    def exchange(self) -> Exchange:
        """Return the rate; raises ``BadInput`` if it is not a number above 0."""
        data = self.cleaned_data
        plain = "".join(data["rate"].split()).replace(",", ".")
        rate = read_decimal(plain, MOST_EXCHANGE)
        if rate is None:
            raise BadInput("the rate is not a number", code="bad-exchange")
        return Exchange(rate, data["on"], data["source"].strip())


class RulesForm(PlainForm):
    """The pay rules of the operator."""

    days = WholeField(
        label=lazy_message("form.pay.days_in_a_pay"),
        min_value=1,
        max_value=16,
        widget=forms.NumberInput(attrs=dict(COUNT)),
    )
    wait_days = WholeField(
        label=lazy_message("form.pay.days_from_its_end"),
        min_value=0,
        max_value=16,
        widget=forms.NumberInput(attrs=dict(COUNT)),
    )
    currency = chosen(lazy_message("common.currency"), [(one, one) for one in CURRENCIES])
    payroll = words(
        lazy_message("form.pay.wages_we_pay"),
        lazy_message("form.pay.the_rate"),
        required=False,
    )
    cnesst = words(
        lazy_message("form.pay.our_own_cnesst_rate"),
        lazy_message("form.pay.from_your_decision"),
        required=False,
    )
    employer_name = words(
        lazy_message("form.pay.employer_name"),
        lazy_message("form.pay.on_every_slip"),
        required=False,
        max_length=140,
    )
    employer_address = words(
        lazy_message("form.pay.employer_address"), required=False, max_length=200
    )
    job = words(
        lazy_message("form.pay.job_title"),
        lazy_message("form.pay.such_as_data_annotation"),
        required=False,
        max_length=80,
    )
    week_starts = chosen(
        lazy_message("form.pay.week_starts"),
        hint=lazy_message("form.pay.for_overtime"),
        required=False,
    )
    vacation = chosen(
        lazy_message("form.pay.vacation_is_paid"),
        (
            ("", lazy_message("form.pay.vacation_before_leave")),
            ("collective_agreement", lazy_message("form.pay.vacation_collective_agreement")),
            ("decree", lazy_message("form.pay.vacation_decree")),
            ("farm_day_work", lazy_message("form.pay.vacation_farm_day_work")),
        ),
        lazy_message("form.pay.vacation_exceptions"),
        required=False,
    )
    resale_share = amount(
        lazy_message("form.pay.resale_share"),
        lazy_message("form.pay.resale_share_hint"),
    )
    threshold = words(
        lazy_message("form.pay.payments_below_this_wait"),
        lazy_message("form.pay.at_most_one_hour"),
        required=False,
    )
    holder = words(lazy_message("form.pay.name_on_the_account_pay"), required=False, max_length=140)
    iban = words(lazy_message("form.pay.its_iban_or_number"), required=False, max_length=42)
    bic = words(lazy_message("form.pay.its_bic_or_bank"), required=False, max_length=35)
    originator = words(
        lazy_message("form.pay.originator"),
        lazy_message("form.pay.for_cpa_files"),
        required=False,
        max_length=10,
    )
    centre = words(lazy_message("form.pay.data_centre"), required=False, max_length=5)

    def __init__(
        self, data: QueryDict | None = None, *, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        names = get_day_names("wide", locale=locale())
        self.offer("week_starts", [(str(day), names[day].capitalize()) for day in range(7)])

    def given(self, before: PayRules) -> PayRules:
        """Return the rules; raises ``BadInput`` if a value is not valid."""
        data = self.cleaned_data
        currency = data["currency"]
        threshold, payroll = (_amount(data[name], currency) for name in ("threshold", "payroll"))
        own: dict[str, Decimal] = {OWN_RATE: rate_of(data["cnesst"])} if data["cnesst"] else {}
        return PayRules(
            days=data["days"],
            wait_days=data["wait_days"],
            yearly_payroll_micro=None if payroll is None else payroll[0],
            own_rates=own,
            exchange=before.exchange,
            rate_words=before.rate_words,
            proposed_rates=before.proposed_rates,
            cost_rules=before.cost_rules,
            threshold=threshold,
            control_facts=before.control_facts,
            payer=_payer(data),
            originator=_originator(data),
            employer=_employer(data),
            job=data["job"].strip(),
            week_starts=int(data["week_starts"] or before.week_starts),
            vacation_exception=data["vacation"],
            resale_share=round((micro_of(data["resale_share"]) or 0) / MICRO_A_PER_MILLE),
        )


def rules_shown(policy: PayRules) -> dict[str, Any]:
    """Return the initial values of the rules form."""
    money = policy.operator_floor or policy.threshold
    own = policy.own_rates.get(OWN_RATE)
    payer = policy.payer
    return {
        "days": policy.days,
        "wait_days": policy.wait_days,
        "currency": money[1] if money else home_currency(),
        "payroll": _typed(
            (policy.yearly_payroll_micro, "") if policy.yearly_payroll_micro else None
        ),
        "cnesst": "" if own is None else str(own),
        "threshold": _typed(policy.threshold),
        "holder": payer.get("holder", ""),
        "iban": payer.get("iban") or payer.get("number", ""),
        "bic": payer.get("bic") or payer.get("bank", ""),
        "originator": policy.originator.get("number", ""),
        "centre": policy.originator.get("centre", ""),
        "employer_name": policy.employer.get("name", ""),
        "employer_address": policy.employer.get("address", ""),
        "job": policy.job,
        "week_starts": str(policy.week_starts),
        "vacation": policy.vacation_exception,
        "resale_share": typed_amount(policy.resale_share * MICRO_A_PER_MILLE)
        if policy.resale_share
        else "",
    }


def _typed(pair: tuple[int, str] | None) -> str:
    return "" if pair is None else typed_amount(pair[0])


def _amount(text: str, currency: str) -> tuple[int, str] | None:
    return (money_of(text, currency).micro, currency) if text.strip() else None


def _payer(data: dict[str, Any]) -> dict[str, str]:
    """Return the checked account that pay comes from; None if no payer is named."""
    holder, number = data["holder"].strip(), "".join(data["iban"].split()).upper()
    bank = canadian_code(data["bic"].strip().upper())
    if not holder:
        return {}
    is_iban = number[:2].isalpha()
    account = (
        Account(holder, iban=number, bic=bank)
        if is_iban
        else Account(holder, number=number, bank=bank)
    )
    check_account(account)
    fields = {name: getattr(account, name) for name in ("holder", "iban", "bic", "number", "bank")}
    return {name: value for name, value in fields.items() if value}


def _employer(data: dict[str, Any]) -> dict[str, str]:
    """Return whoever employs, with their address; empty if nobody is named."""
    name, address = data["employer_name"].strip(), data["employer_address"].strip()
    return {"name": name, "address": address} if name else {}


def _originator(data: dict[str, Any]) -> dict[str, str]:
    """Return the originator of Canadian files; empty if none is named."""
    number, centre = data["originator"].strip().upper(), data["centre"].strip()
    if not (number or centre):
        return {}
    originator = Originator(number, centre)
    return {"number": originator.number, "centre": originator.centre}
