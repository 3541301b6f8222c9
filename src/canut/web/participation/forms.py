"""Forms of participation: messages, ratings, elections, policy changes, terms of use.

They read text into values; whether a value may be is decided by the action that takes it.
"""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from canut.core.clock import to_ms
from canut.core.errors import BadInput
from canut.core.money import money_of
from canut.core.outside_text import read_whole
from canut.core.participation.client_ratings import Comm, Rating, Recommend, Rejected
from canut.store.models import Project
from canut.store.platform.home import home_currency
from canut.web.kit.fields import radio, select, tick
from canut.web.kit.forms import CURRENCIES, INPUT, PlainForm, number, words
from canut.web.kit.messages import lazy_message
from canut.web.kit.numbers import LARGEST_COUNT, DayField, WholeField

POLICIES = (
    ("floor", lazy_message("form.participation.floor_of_an_hour")),
    ("item_cap", lazy_message("form.participation.limit_of_time")),
    ("period_cap", lazy_message("form.participation.limit_of_time_a_period")),
    ("exposure_day", lazy_message("form.participation.exposure_a_day")),
    ("exposure_week", lazy_message("form.participation.exposure_a_week")),
    ("exposure_run", lazy_message("form.participation.exposure_without_a_break")),
    ("hours_day", lazy_message("form.participation.minutes_of_work")),
    ("hours_week", lazy_message("form.participation.minutes_of_work_a_week")),
)
COMM = (
    (Comm.NONE.value, lazy_message("form.participation.i_never_wrote")),
    (Comm.GOOD.value, lazy_message("form.participation.well")),
    (Comm.ACCEPTABLE.value, lazy_message("form.participation.acceptably")),
    (Comm.UNACCEPTABLE.value, lazy_message("form.participation.badly")),
)
REJECTED = (
    (Rejected.NONE.value, lazy_message("form.participation.no_none")),
    (Rejected.FAIRLY.value, lazy_message("form.participation.some_fairly")),
    (Rejected.UNFAIRLY.value, lazy_message("form.participation.some_unfairly")),
)
RECOMMEND = (
    (Recommend.YES.value, lazy_message("common.yes")),
    (Recommend.WITH_CARE.value, lazy_message("form.participation.yes_with_care")),
    (Recommend.NO.value, lazy_message("common.no")),
)


class WriteForm(PlainForm):
    """A message to a project's requesters or to the operators."""

    to = select(lazy_message("common.to"))
    text = words(lazy_message("form.participation.your_message"), area=True, max_length=2_000)

    def offer_projects(self, projects: list[Project]) -> None:
        """Set the possible recipients."""
        choices = [
            (f"project-{project.pk}", f"{project.title}, {project.organisation.name}")
            for project in projects
        ]
        self.offer(
            "to",
            [*choices, ("operator", lazy_message("form.participation.whoever_runs_this_instance"))],
        )


class MessageAnswerForm(PlainForm):
    """The next message of a thread."""

    text = words(lazy_message("form.participation.your_answer"), area=True, max_length=2_000)
    for_all = tick(lazy_message("form.participation.show_question_and_answer"))


class SayForm(PlainForm):
    """A short statement."""

    text = words(lazy_message("form.participation.in_your_words"), area=True, max_length=2_000)


class OpenForm(PlainForm):
    """The number of people to elect."""

    seats = WholeField(
        label=lazy_message("form.participation.how_many_representatives"),
        min_value=1,
        max_value=15,
        initial=1,
        widget=forms.NumberInput(attrs={"class": "inp num"}),
    )


class RatingForm(PlainForm):
    """A worker's rating of a client."""

    recommend = radio(lazy_message("form.participation.would_you_tell_others"), RECOMMEND)
    rejected = radio(lazy_message("form.participation.rejected_work"), REJECTED)
    comm = radio(lazy_message("form.participation.they_answered_messages"), COMM)
    tos_violation = tick(lazy_message("form.participation.they_asked_for_something"))
    broken = tick(lazy_message("form.participation.some_tasks_could"))
    reward = forms.CharField(
        label=lazy_message("form.participation.what_it_paid_optional"),
        required=False,
        widget=forms.TextInput(attrs=INPUT | {"inputmode": "decimal"}),
    )
    currency = select(
        lazy_message("common.currency"),
        [(code, code) for code in CURRENCIES],
        initial=home_currency,
    )
    minutes = number(lazy_message("form.participation.how_many_minutes"), 0, 40_000, required=False)
    pending_days = number(
        lazy_message("form.participation.days_until_the_money"), 0, 365, required=False
    )
    text = words(
        lazy_message("form.participation.in_your_words_optional"),
        area=True,
        required=False,
        max_length=1_000,
    )

    def rating(self) -> Rating:
        """Return the submitted rating.

        Raises:
            BadInput: the amount is no amount.
        """
        data = self.cleaned_data
        currency = data["currency"]
        reward = money_of(data["reward"], currency).micro if data["reward"] else None
        return Rating(
            tos_violation=data["tos_violation"],
            broken=data["broken"],
            reward_micro=reward,
            currency=currency,
            time_seconds=None if data["minutes"] is None else data["minutes"] * 60,
            pending_days=data["pending_days"],
            comm=Comm(data["comm"]),
            rejected=Rejected(data["rejected"]),
            recommend=Recommend(data["recommend"]),
        )


class ProposeForm(PlainForm):
    """A new value of a policy, and why."""

    name = select(lazy_message("form.participation.what_would_change"), POLICIES)
    value = forms.CharField(
        label=lazy_message("form.participation.new_value"),
        help_text=lazy_message("form.participation.a_floor"),
        widget=forms.TextInput(attrs={"class": "inp num", "inputmode": "decimal"}),
    )
    currency = select(
        lazy_message("form.participation.currency_for_a_floor"),
        [("", "–"), *((code, code) for code in CURRENCIES)],
        required=False,
    )
    reason = words(lazy_message("common.why"), area=True, max_length=2_000)

    def clean(self) -> dict[str, Any]:
        """Parse the value in the unit of its policy."""
        data = super().clean() or self.cleaned_data
        text = str(data.get("value", ""))
        try:
            if data.get("name") == "floor":
                data["new"] = money_of(text, data.get("currency") or CURRENCIES[0]).micro
            else:
                data["new"] = read_whole(text.strip(), LARGEST_COUNT)
        except BadInput:
            data["new"] = None
        if data["new"] is None:
            data["new"] = -1
            self.add_error("value", lazy_message("form.participation.write_a_number_such"))
        return data


class TermsOfUseForm(PlainForm):
    """The next terms of use, in both languages."""

    text_fr = words(lazy_message("form.participation.in_french"), area=True, max_length=20_000)
    text_en = words(lazy_message("form.participation.in_english"), area=True, max_length=20_000)
    day = DayField(
        label=lazy_message("form.participation.in_force_from"),
        help_text=lazy_message("form.participation.at_least_thirty_days"),
        widget=forms.DateInput(attrs={"class": "inp num", "type": "date"}),
    )

    def takes_effect_ms(self) -> int:
        """Return the first moment of the day, in milliseconds since 1970 UTC."""
        at = datetime.combine(
            self.cleaned_data["day"], datetime.min.time(), timezone.get_current_timezone()
        )
        return to_ms(at)
