"""Forms of money: price, chain of intermediaries, deposit.

They read text into values; whether a value may be is decided by the action that takes it.
"""

from decimal import ROUND_CEILING, Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from canut.actions.pay.intermediaries import ChainIn
from canut.actions.projects.setup import Price
from canut.core.errors import BadInput
from canut.core.money import Money
from canut.core.pay.intermediaries import Chain, Party, PartyRole
from canut.store.models import Project, RateVersion
from canut.store.platform.home import home_currency
from canut.web.kit.fields import radio, select, tick
from canut.web.kit.formatting import typed_amount
from canut.web.kit.forms import CURRENCIES, PlainForm, amount, micro_of, words
from canut.web.kit.messages import lazy_message
from canut.web.kit.numbers import WholeField
from canut.web.kit.places import CountryField

BETWEEN = 4
ABOVE = lazy_message("form.price_forms.write_an_amount_above")
ROLES = (
    ("", lazy_message("form.price_forms.nobody")),
    (PartyRole.INTERMEDIARY.value, lazy_message("form.price_forms.an_intermediary")),
    (PartyRole.OPERATOR.value, lazy_message("form.price_forms.whoever_runs_this_platform")),
    (PartyRole.UNDISCLOSED.value, lazy_message("form.price_forms.somebody_not_disclosed")),
)


PAYS = (
    ("piece", lazy_message("form.price_forms.each_answer")),
    ("hour", lazy_message("form.price_forms.each_hour_of_measured")),
    ("both", lazy_message("form.price_forms.both_each_answer")),
)


class OverlapForm(PlainForm):
    """The number of answers per task."""

    overlap = WholeField(
        label=lazy_message("common.answers_per_task"),
        min_value=1,
        max_value=100,
        widget=forms.NumberInput(attrs={"class": "inp num"}),
    )


class PayForm(OverlapForm):
    """The overlap and the price: per answer, per measured hour, or both.

    Where answers alone are paid, their price is worked out from an hour and the time of a task, or
    written as it is. Where hours are, ``hourly`` is what one pays, and the time of a task is needed
    for the estimate and the funds.
    """

    own_staff = radio(
        lazy_message("form.price_forms.who_answers"),
        (
            ("no", lazy_message("form.price_forms.people_paid")),
            ("yes", lazy_message("form.price_forms.own_staff_no_pay")),
        ),
        initial="no",
    )
    pays = radio(
        lazy_message("form.price_forms.what_is_paid"), PAYS, required=False, initial="piece"
    )
    hourly = amount(
        lazy_message("common.an_hour"),
        lazy_message("form.price_forms.where_answers_are_paid"),
    )
    seconds = amount(
        lazy_message("form.price_forms.time_of_one_task"),
        lazy_message("form.price_forms.as_you_expect"),
    )
    price = amount(
        lazy_message("form.price_forms.the_price_of_one"),
        lazy_message("form.price_forms.left_empty"),
    )
    floor = amount(
        lazy_message("form.price_forms.your_own_floor"),
        lazy_message("form.price_forms.nobody_gets_less"),
    )
    currency = select(
        lazy_message("common.currency"),
        [(code, code) for code in CURRENCIES],
        initial=home_currency,
    )

    def clean(self) -> dict[str, Any]:
        """Require a price unless nobody is paid here; decimals with a comma or a point."""
        data = super().clean() or self.cleaned_data
        if self.is_own_staff():
            return data
        hourly, seconds = self._amount("hourly"), self._amount("seconds")
        piece, self.floor_micro = self._amount("price"), self._amount("floor")
        pays = data.get("pays") or "piece"
        self.hourly_micro = (hourly or 0) if pays == "piece" else 0
        self.by_hour_micro = (hourly or 0) if pays != "piece" else 0
        self.task_ms = thousandths_up(seconds or 0)
        self.piece_micro = piece or 0
        if pays == "piece":
            self._check_piece()
        else:
            self._check_hours(is_both=pays == "both")
        return data

    def _check_piece(self) -> None:
        if self.hourly_micro and self.piece_micro:
            self.add_error("price", lazy_message("form.price_forms.set_one"))
        if self.hourly_micro and not self.task_ms:
            self.add_error("seconds", lazy_message("form.price_forms.say_how_long"))
        elif not (self.hourly_micro or self.piece_micro or self._is_bad("price", "hourly")):
            self.add_error("price", ABOVE)

    def _check_hours(self, *, is_both: bool) -> None:
        if not (self.by_hour_micro or self._is_bad("hourly")):
            self.add_error("hourly", lazy_message("form.price_forms.write_what_an_hour"))
        if not (self.task_ms or self._is_bad("seconds")):
            self.add_error("seconds", lazy_message("form.price_forms.say_how_long_a_task"))
        if is_both and not (self.piece_micro or self._is_bad("price")):
            self.add_error("price", ABOVE)
        if self.piece_micro and not is_both:
            self.add_error("price", lazy_message("form.price_forms.leave_it_empty_hours"))

    def _is_bad(self, *names: str) -> bool:
        return any(self.errors.get(name) for name in names)

    def is_own_staff(self) -> bool:
        """Return whether the workers are paid elsewhere."""
        return self.cleaned_data.get("own_staff") == "yes"

    def price_given(self) -> Price:
        """Return the price as the action expects it."""
        currency = self.cleaned_data["currency"]
        return Price(currency) if self.is_own_staff() else self.price_in(currency)

    def price_in(self, currency: str) -> Price:
        """Return the price in a currency, as the action expects it."""
        return Price(
            currency,
            0 if self.hourly_micro else self.piece_micro,
            self.hourly_micro,
            self.task_ms,
            self.floor_micro,
            self.by_hour_micro,
        )

    def _amount(self, name: str) -> int | None:
        try:
            return micro_of(self.cleaned_data.get(name))
        except BadInput:
            self.add_error(name, ABOVE)
            return None


class RaiseForm(PayForm):
    """The price alone, after a pilot."""

    def __init__(
        self, data: QueryDict | None = None, *, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        for name in ("overlap", "own_staff", "currency"):
            del self.fields[name]


def pay_initial(project: Project, rate: RateVersion | None) -> dict[str, Any]:
    """Return the initial values of the price form."""
    initial: dict[str, Any] = {"overlap": project.overlap}
    if rate is None:
        return initial
    typed = {
        "hourly": rate.hourly_micro or rate.by_hour_micro,
        "seconds": rate.task_ms * 1000,
        "price": 0 if rate.hourly_micro else rate.piece_micro,
        "floor": project.floor_micro or 0,
    }
    return initial | {
        "own_staff": "yes" if project.is_own_staff else "no",
        "currency": rate.currency,
        "pays": pays_of(rate),
        **{name: typed_amount(micro) if micro else "" for name, micro in typed.items()},
    }


def pays_of(rate: RateVersion) -> str:
    """Return what a price pays, as the form's choice."""
    if not rate.by_hour_micro:
        return "piece"
    return "both" if rate.piece_micro else "hour"


def thousandths_up(micro: int) -> int:
    """Convert seconds in millionths to milliseconds, rounded up."""
    return int((Decimal(micro) / 1000).to_integral_value(ROUND_CEILING))


class ChainForm(PlainForm):
    """Who pays how much per answer, who keeps a share, and what is not disclosed."""

    client = words(
        lazy_message("form.price_forms.who_pays"),
        lazy_message("form.price_forms.its_name_is_shown"),
        max_length=120,
    )
    country = CountryField(lazy_message("form.price_forms.in_which_country"))
    price = amount(
        lazy_message("form.price_forms.what_they_pay"),
        lazy_message("form.price_forms.leave_it_empty_where"),
    )
    hide = tick(lazy_message("form.price_forms.keep_the_purpose"))
    reason = words(
        lazy_message("form.price_forms.why_it_is_kept"),
        lazy_message("form.price_forms.they_read"),
        required=False,
        max_length=300,
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        initial: dict[str, Any] | None = None,
        prefix: str | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.prefix = prefix
        for number in range(1, BETWEEN + 1):
            self.fields[f"role_{number}"] = select(
                lazy_message("common.who"), ROLES, required=False
            )
            self.fields[f"name_{number}"] = words(
                lazy_message("common.name"), required=False, max_length=120
            )
            self.fields[f"country_{number}"] = CountryField(
                lazy_message("common.country"), required=False
            )
            self.fields[f"share_{number}"] = amount(
                lazy_message("form.price_forms.keeps_of_one_answer")
            )

    def rows(self) -> list[list[forms.BoundField]]:
        """Return the fields of each intermediary."""
        parts = ("role", "name", "country", "share")
        return [[self[f"{prefix}_{n}"] for prefix in parts] for n in range(1, BETWEEN + 1)]

    def clean(self) -> dict[str, Any]:
        """Parse the amounts, and require a reason if the purpose is hidden."""
        data = super().clean() or self.cleaned_data
        if data.get("hide") and not str(data.get("reason", "")).strip():
            self.add_error("reason", lazy_message("form.price_forms.write_the_reason_people"))
        for name in ("price", *(f"share_{n}" for n in range(1, BETWEEN + 1))):
            try:
                data[name] = micro_of(data.get(name))
            except BadInput:
                self.add_error(name, ABOVE)
        return data

    def chain_given(self, currency: str) -> ChainIn:
        """Return the chain as the action expects it."""
        data = self.cleaned_data
        between = [
            Party(
                PartyRole(data[f"role_{n}"]),
                Money(data[f"share_{n}"] or 0, currency),
                data[f"name_{n}"].strip(),
                data[f"country_{n}"].upper(),
            )
            for n in range(1, BETWEEN + 1)
            if data[f"role_{n}"]
        ]
        return ChainIn(
            client=data["client"],
            country=data["country"].upper(),
            price_micro=data["price"],
            between=between,
            purpose_hidden=data["reason"] if data["hide"] else "",
        )


def chain_initial(project: Project, chain: Chain | None) -> dict[str, Any]:
    """Return the initial values of the chain form: the declared chain, else the organisation."""
    if chain is None:
        organisation = project.organisation
        return {"client": organisation.name, "country": organisation.country}
    initial: dict[str, Any] = {
        "client": chain.client,
        "country": chain.country,
        "price": typed_amount(chain.price.micro),
        "hide": bool(project.purpose_hidden),
        "reason": project.purpose_hidden,
    }
    for number, party in enumerate(chain.parties[:-1][:BETWEEN], 1):
        initial |= {
            f"role_{number}": party.role.value,
            f"name_{number}": party.name,
            f"country_{number}": party.country,
            f"share_{number}": typed_amount(party.share.micro) if party.share.micro else "",
        }
    return initial


class DepositForm(PlainForm):
    """A deposit and its reference."""

    amount = forms.CharField(
        label=lazy_message("common.amount"),
        widget=forms.TextInput(attrs={"class": "inp num", "inputmode": "decimal"}),
    )
    note = words(
        lazy_message("form.price_forms.where_it_can"),
        lazy_message("form.price_forms.a_transfer_an_invoice"),
        max_length=200,
    )

    def clean_amount(self) -> int:
        """Parse the amount."""
        try:
            micro = micro_of(self.cleaned_data["amount"])
        except BadInput:
            micro = None
        if micro is None:
            raise forms.ValidationError(ABOVE)
        return micro
