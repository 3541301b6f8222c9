"""The forms of what workers say: messages, ratings, elections, changes of policy, terms of use.

They read text into values; whether a value may be is decided by the action that takes it.
"""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canut.core.errors import BadInput
from canut.core.money import money_of
from canut.core.participation.client_ratings import Comm, Rating, Recommend, Rejected
from canut.store.models import Project
from canut.web.kit.forms import CURRENCIES, INPUT, SELECT, PlainForm, number, words

POLICIES = (
    ("floor", _("floor of an hour, in millionths")),
    ("item_cap", _("limit of time a task, in thousandths")),
    ("period_cap", _("limit of time a period, in thousandths")),
    ("exposure_day", _("exposure a day, in thousandths")),
    ("exposure_week", _("exposure a week, in thousandths")),
    ("exposure_run", _("exposure without a break, in thousandths")),
    ("hours_day", _("minutes of work a day")),
    ("hours_week", _("minutes of work a week")),
)
COMM = (
    (Comm.NONE.value, _("I never wrote to them")),
    (Comm.GOOD.value, _("well")),
    (Comm.ACCEPTABLE.value, _("acceptably")),
    (Comm.UNACCEPTABLE.value, _("badly")),
)
REJECTED = (
    (Rejected.NONE.value, _("no, none")),
    (Rejected.FAIRLY.value, _("some, fairly")),
    (Rejected.UNFAIRLY.value, _("some, unfairly")),
)
RECOMMEND = (
    (Recommend.YES.value, _("yes")),
    (Recommend.WITH_CARE.value, _("yes, with care")),
    (Recommend.NO.value, _("no")),
)


class WriteForm(PlainForm):
    """A message to whoever asks in a project, or to whoever runs the instance."""

    to = forms.ChoiceField(label=_("To"), widget=forms.Select(attrs=dict(SELECT)))
    text = words(_("Your message"), area=True, max_length=2_000)

    def offer_projects(self, projects: list[Project]) -> None:
        """Say to whom one may write."""
        asked = [(f"project-{one.pk}", f"{one.title}, {one.organisation.name}") for one in projects]
        self.offer("to", [*asked, ("operator", _("whoever runs this instance"))])


class MessageAnswerForm(PlainForm):
    """The next message of a thread."""

    text = words(_("Your answer"), area=True, max_length=2_000)
    for_all = forms.BooleanField(
        label=_("Show question and answer to everybody in the project, without a name"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "check"}),
    )


class SayForm(PlainForm):
    """A few sentences."""

    text = words(_("In your words"), area=True, max_length=2_000)


class OpenForm(PlainForm):
    """How many people are to be elected."""

    seats = forms.IntegerField(
        label=_("How many representatives"),
        min_value=1,
        max_value=15,
        initial=1,
        widget=forms.NumberInput(attrs={"class": "inp num"}),
    )


class RatingForm(PlainForm):
    """What one says of who asks."""

    recommend = forms.ChoiceField(
        label=_("Would you tell others to work there?"),
        choices=RECOMMEND,
        widget=forms.RadioSelect(attrs={"class": "radio"}),
    )
    rejected = forms.ChoiceField(
        label=_("Rejected work"),
        choices=REJECTED,
        widget=forms.RadioSelect(attrs={"class": "radio"}),
    )
    comm = forms.ChoiceField(
        label=_("They answered messages"),
        choices=COMM,
        widget=forms.RadioSelect(attrs={"class": "radio"}),
    )
    tos_violation = forms.BooleanField(
        label=_("They asked for something the terms of use do not allow"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "check"}),
    )
    broken = forms.BooleanField(
        label=_("Some tasks could not be done"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "check"}),
    )
    reward = forms.CharField(
        label=_("What it paid, optional"),
        required=False,
        widget=forms.TextInput(attrs=INPUT | {"inputmode": "decimal"}),
    )
    currency = forms.ChoiceField(
        label=_("Currency"),
        choices=[(code, code) for code in CURRENCIES],
        initial="CAD",
        widget=forms.Select(attrs=dict(SELECT)),
    )
    minutes = number(_("How many minutes it took, optional"), 0, 40_000, required=False)
    pending_days = number(_("Days until the money came, optional"), 0, 365, required=False)
    text = words(_("In your words, optional"), area=True, required=False, max_length=1_000)

    def rating(self) -> Rating:
        """Return what was said.

        Raises:
            BadInput: the amount is no amount.
        """
        given = self.cleaned_data
        currency = given["currency"]
        reward = money_of(given["reward"], currency).micro if given["reward"] else None
        return Rating(
            tos_violation=given["tos_violation"],
            broken=given["broken"],
            reward_micro=reward,
            currency=currency,
            time_seconds=None if given["minutes"] is None else given["minutes"] * 60,
            pending_days=given["pending_days"],
            comm=Comm(given["comm"]),
            rejected=Rejected(given["rejected"]),
            recommend=Recommend(given["recommend"]),
        )


class ProposeForm(PlainForm):
    """Another value of a policy, and why."""

    name = forms.ChoiceField(
        label=_("What would change"), choices=POLICIES, widget=forms.Select(attrs=dict(SELECT))
    )
    value = forms.CharField(
        label=_("New value"),
        help_text=_("A floor as an amount an hour; anything else as a whole number."),
        widget=forms.TextInput(attrs={"class": "inp num", "inputmode": "decimal"}),
    )
    currency = forms.ChoiceField(
        label=_("Currency, for a floor"),
        choices=[("", "–"), *((code, code) for code in CURRENCIES)],
        required=False,
        widget=forms.Select(attrs=dict(SELECT)),
    )
    reason = words(_("Why"), area=True, max_length=2_000)

    def clean(self) -> dict[str, Any]:
        """Read the value in the unit of its policy."""
        given = super().clean() or self.cleaned_data
        text = str(given.get("value", ""))
        try:
            if given.get("name") == "floor":
                given["new"] = money_of(text, given.get("currency") or CURRENCIES[0]).micro
            else:
                given["new"] = int(text)
        except (BadInput, ValueError):
            given["new"] = -1
            self.add_error("value", _("Write a number, such as 18.50 for a floor or 480."))
        return given


class TermsOfUseForm(PlainForm):
    """The next terms of use, in both languages."""

    text_fr = words(_("In French"), area=True, max_length=20_000)
    text_en = words(_("In English"), area=True, max_length=20_000)
    day = forms.DateField(
        label=_("In force from"),
        help_text=_("At least thirty days from now."),
        widget=forms.DateInput(attrs={"class": "inp num", "type": "date"}),
    )

    def takes_effect_ms(self) -> int:
        """Return the first moment of the day, in milliseconds since 1970 UTC."""
        at = datetime.combine(
            self.cleaned_data["day"], datetime.min.time(), timezone.get_current_timezone()
        )
        return int(at.timestamp() * 1000)
