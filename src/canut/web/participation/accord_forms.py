"""Forms of price rounds: one to open a round, one to make an offer.

They read text into values; whether a value may be is decided by the action that takes it.
"""

from typing import Any

from django import forms
from django.http import QueryDict

from canut.core.errors import BadInput
from canut.core.participation.accords import MOST_MONTHS
from canut.store.platform.home import home_currency
from canut.web.kinds.names import KIND_NAMES
from canut.web.kit.fields import select
from canut.web.kit.forms import CURRENCIES, PlainForm, micro_of, number, words
from canut.web.kit.messages import lazy_message, message_now
from canut.web.participation.accord_view import QUANTILES, Parties
from canut.web.people.places import place_choices

LONGEST_TEXT = 2_000
FIRST_MONTHS = 12


class PriceRoundForm(PlainForm):
    """What a price round is about, and what is asked for."""

    kind = select(
        lazy_message("page.accords.kind_of_question"),
        [(kind, lazy_message(name)) for kind, name in KIND_NAMES.items()],
    )
    place = select(lazy_message("page.accords.place_of_work"), required=False)
    text = words(lazy_message("page.accords.what_we_ask_for"), area=True, max_length=LONGEST_TEXT)

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.offer("place", [("", lazy_message("page.accords.every_place")), *place_choices()])


class PriceOfferForm(PlainForm):
    """An offer: what an hour brings, whose pace counts, for how long, and why."""

    side = select(lazy_message("page.accords.in_whose_name"), required=False)
    hour = forms.CharField(
        label=lazy_message("common.an_hour"),
        widget=forms.TextInput(attrs={"class": "inp num", "inputmode": "decimal"}),
    )
    currency = select(
        lazy_message("common.currency"),
        [(code, code) for code in CURRENCIES],
        initial=home_currency,
    )
    quantile = select(
        lazy_message("page.accords.time_that_counts"),
        [(quantile, lazy_message(name)) for quantile, name in QUANTILES.items()],
        lazy_message("page.accords.time_hint"),
    )
    months = number(lazy_message("page.accords.months"), 1, MOST_MONTHS)
    text = words(lazy_message("page.accords.your_reasons"), area=True, max_length=LONGEST_TEXT)

    def __init__(self, data: QueryDict | None = None, *, parties: Parties) -> None:
        super().__init__(data, initial={"months": FIRST_MONTHS})
        sides = [(str(client.pk), client.name) for client in parties.clients]
        if parties.is_representative:
            sides.insert(0, ("", message_now("common.representatives")))
        self.offer("side", sides)
        self.fields["side"].initial = sides[0][0] if sides else ""
        if not sides[1:]:  # there is nothing to choose
            self.fields["side"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """Refuse an hour that is no amount."""
        data = super().clean() or self.cleaned_data
        try:
            micro_of(data.get("hour"))
        except BadInput:
            self.add_error("hour", lazy_message("form.price_forms.write_an_amount_above"))
        return data
