"""Forms of the setup: what people are told, and the price with who stands in between."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from canut.actions.projects.price_proposals import Proposals
from canut.core.money import Money
from canut.core.protection.risks import SEVERITIES
from canut.web.kit.fields import radio
from canut.web.kit.formatting import money
from canut.web.kit.forms import SELECT, PlainForm, words
from canut.web.kit.messages import lazy_message, message_now
from canut.web.pay.price_forms import PayForm
from canut.web.protection.risk_forms import RiskForm, localised

CALM, SOME, MUCH = "none", "some", "much"
DIRECTLY, BETWEEN, OWN = "directly", "between", "own"
OTHER = "other"


class NameOfProjectForm(PlainForm):
    """The name of the project."""

    title = words(lazy_message("form.imports.name_of_the_project"), max_length=120, required=False)


class AimsForm(PlainForm):
    """Why the work is requested, what could go wrong, and whose material it is."""

    business = words(lazy_message("common.what_it_is_for"), area=True, max_length=600)
    ethical = words(lazy_message("common.what_could_go_wrong"), area=True, max_length=600)
    social = words(
        lazy_message("common.for_whom"),
        lazy_message("form.setup_forms.who_is_better_off"),
        max_length=600,
    )
    whose = words(lazy_message("form.setup_forms.whose_words_images"), max_length=600)
    consent = words(lazy_message("form.setup_forms.with_what_consent"), max_length=600)
    paid = words(lazy_message("form.setup_forms.were_they_paid"), max_length=600)

    def __init__(
        self, data: QueryDict | None = None, *, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.fields["ethical"].error_messages["required"] = lazy_message("form.setup_forms.say_it")
        for name in ("business", "ethical"):
            self.fields[name].widget.attrs["rows"] = 2
        for name in ("whose", "consent", "paid"):
            self.fields[name].error_messages["required"] = lazy_message(
                "form.setup_forms.write_what_you_know"
            )


class HardForm(RiskForm):
    """Whether the material is hard to look at; if so, how hard and of which kind."""

    hard = radio(
        lazy_message("form.setup_forms.is_it_hard"),
        (
            (CALM, lazy_message("form.setup_forms.nothing_hard")),
            (SOME, lazy_message("form.setup_forms.some_of_it")),
            (MUCH, lazy_message("form.setup_forms.much_of_it")),
        ),
        required=False,
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        columns: Sequence[str],
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, columns=columns, initial=initial)
        self.fields["severity"].required = False
        self.fields["severity"].widget = forms.Select(attrs=dict(SELECT))
        levels = [(str(n), f"{n}. {localised(words)}") for n, words in enumerate(SEVERITIES) if n]
        self.offer("severity", [("", "–"), *levels])

    def clean(self) -> dict[str, Any]:
        """Require one of the three, and the level where something is hard."""
        data = super().clean() or self.cleaned_data
        hard = data.get("hard")
        if not hard:
            self.add_error("hard", lazy_message("form.risk_forms.choose_one_people_read"))
        elif hard == CALM:
            data |= {"severity": "0", "categories": [], "column": ""}
        elif not data.get("severity"):
            self.add_error("severity", lazy_message("form.risk_forms.choose_one_people_read"))
        return data


class SetupPriceForm(PayForm):
    """The price of a draft: what an hour should bring, out of three proposals, and who answers."""

    who = radio(
        lazy_message("form.price_forms.who_answers"),
        (
            (DIRECTLY, lazy_message("form.setup_forms.paid_directly")),
            (BETWEEN, lazy_message("form.setup_forms.somebody_in_between")),
            (OWN, lazy_message("form.setup_forms.own_staff")),
        ),
        required=False,
        initial=DIRECTLY,
    )
    aim = radio(lazy_message("form.setup_forms.an_hour_should_bring"), required=False)
    timed = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput())

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        initial: dict[str, Any] | None = None,
        proposals: Proposals | None = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.fields["own_staff"].required = False
        self.proposals = proposals
        choices = [
            (f"{amount.decimal.normalize():f}", self._label(number, amount))
            for number, amount in enumerate(proposals or ())
        ]
        self.offer("aim", [*choices, (OTHER, lazy_message("form.setup_forms.other_price"))])

    def is_timed(self) -> bool:
        """Return whether the time of a task is the one that its author measured by answering."""
        timed = str(self["timed"].value() or "")
        return bool(timed) and timed == str(self["seconds"].value() or "")

    @staticmethod
    def _label(number: int, amount: Money) -> str:
        text = money(amount.micro, amount.currency)
        return text if number else message_now("form.setup_forms.the_minimum", amount=text)

    def clean(self) -> dict[str, Any]:
        """Take the chosen proposal as what an hour brings."""
        data = self.cleaned_data
        data["who"] = data.get("who") or (OWN if data.get("own_staff") == "yes" else DIRECTLY)
        data["own_staff"] = "yes" if data["who"] == OWN else "no"
        if data.get("aim") and data["aim"] != OTHER:
            data |= {"hourly": data["aim"], "price": "", "pays": "piece"}
        data = super().clean()
        typed = str(self["price"].value() or "").strip()
        if data.get("aim") == OTHER and self.has_error("price") and not typed:
            del self.errors["price"]  # what an hour brings is the field that one sees
            self.add_error("hourly", lazy_message("form.price_forms.write_what_an_hour"))
        return data
