"""Forms of bookkeeping: own costs of people, which of them the floor covers, opening balances."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from canut.core.money import money_of
from canut.core.pay.accounting.opening_file import AMOUNTS, OpeningPerson, column_of
from canut.core.pay.own_costs import KINDS, MOST_HOURS, StatedCost
from canut.web.kit.fields import select
from canut.web.kit.formatting import typed_amount
from canut.web.kit.forms import PlainForm, amount, number, words
from canut.web.kit.messages import lazy_message, message_now
from canut.web.pay.wording import contribution_key_word, place_word

if TYPE_CHECKING:
    from collections.abc import Mapping

USUAL_HOURS = 150
COST_WORDS = {
    "device": "form.own_costs.device",
    "connection": "form.own_costs.connection",
    "electricity": "form.own_costs.electricity",
}
AMOUNT_WORDS = {
    "gross": "form.opening.gross",
    "vacation": "form.opening.vacation",
    "net": "form.opening.net",
}
PER = (
    ("month", lazy_message("form.own_costs.a_month")),
    ("hour", lazy_message("form.own_costs.an_hour")),
)


class OwnCostsForm(PlainForm):
    """What the work costs a person: an amount of each kind, a month or an hour."""

    device = amount(lazy_message(COST_WORDS["device"]), lazy_message("form.own_costs.device_hint"))
    device_per = select(lazy_message("form.own_costs.per"), PER)
    connection = amount(lazy_message(COST_WORDS["connection"]))
    connection_per = select(lazy_message("form.own_costs.per"), PER)
    electricity = amount(lazy_message(COST_WORDS["electricity"]))
    electricity_per = select(lazy_message("form.own_costs.per"), PER)
    hours = number(
        lazy_message("form.own_costs.hours_a_month"),
        1,
        MOST_HOURS,
        lazy_message("form.own_costs.hours_hint"),
    )

    def costs(self, currency: str) -> dict[str, StatedCost]:
        """Return the costs above 0 by kind; raises ``BadInput`` if an amount is none."""
        data = self.cleaned_data
        costs = {
            kind: StatedCost(
                money_of(data[kind], currency).micro, is_monthly=data[f"{kind}_per"] == "month"
            )
            for kind in KINDS
            if data[kind].strip()
        }
        return {kind: cost for kind, cost in costs.items() if cost.micro}


def own_costs_shown(costs: "Mapping[str, StatedCost]", hours: int) -> dict[str, Any]:
    """Return the initial values of the form of own costs."""
    initial: dict[str, Any] = {"hours": hours}
    for kind, cost in costs.items():
        initial[kind] = typed_amount(cost.micro)
        initial[f"{kind}_per"] = "month" if cost.is_monthly else "hour"
    return initial


class CostRuleForm(PlainForm):
    """Which own costs the floor covers at one place."""

    place = select(lazy_message("common.place_of_work"))
    assumed = amount(
        lazy_message("form.own_costs.assumed"), lazy_message("form.own_costs.assumed_hint")
    )
    most = amount(lazy_message("form.own_costs.most"), lazy_message("form.own_costs.most_hint"))

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        initial: dict[str, Any] | None = None,
        places: tuple[str, ...] = (),
    ) -> None:
        super().__init__(data, initial=initial)
        self.offer("place", [(code, place_word(code)) for code in places])

    def micros(self, currency: str) -> tuple[int, int]:
        """Return both amounts, 0 where empty; raises ``BadInput`` if one is none."""
        texts = (self.cleaned_data["assumed"], self.cleaned_data["most"])
        assumed, most = (money_of(text, currency).micro if text.strip() else 0 for text in texts)
        return assumed, most


class OpeningFileForm(PlainForm):
    """The file of balances, and the papers they were read from."""

    file = forms.FileField(
        label=lazy_message("form.opening.file"),
        widget=forms.FileInput(attrs={"class": "inp", "accept": ".csv,text/csv"}),
    )
    source = words(
        lazy_message("form.opening.source"),
        lazy_message("form.opening.source_hint"),
        max_length=200,
    )

    def __init__(
        self, data: QueryDict | None = None, files: MultiValueDict[str, Any] | None = None
    ) -> None:
        super().__init__(data)
        self.files = files or MultiValueDict()


class OpeningForm(PlainForm):
    """One person's balance, typed by hand."""

    source = words(
        lazy_message("form.opening.source"),
        lazy_message("form.opening.source_hint"),
        max_length=200,
    )

    def __init__(self, data: QueryDict | None = None, *, person: OpeningPerson) -> None:
        super().__init__(data)
        source = self.fields.pop("source")
        for name in AMOUNTS:
            self.fields[name] = amount(message_now(AMOUNT_WORDS[name]))
        for key in person.contributions:
            self.fields[column_of(key)] = amount(contribution_key_word(key))
        self.fields["source"] = source

    def typed(self) -> dict[str, object]:
        """Return what was typed, by column of the file."""
        return {name: value for name, value in self.cleaned_data.items() if name != "source"}
