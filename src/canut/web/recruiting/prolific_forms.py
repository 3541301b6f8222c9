"""Forms of recruiting on Prolific by its API: the token, the study there."""

from django import forms

from canut.actions.recruiting.prolific_client import LONGEST_TOKEN
from canut.actions.recruiting.prolific_studies import (
    LONGEST_DESCRIPTION,
    LONGEST_TITLE,
    MOST_ANSWERS,
    MOST_MINUTES,
    MOST_PLACES,
    ProlificIn,
)
from canut.web.kit.forms import PlainForm, amount, micro_of, number, words
from canut.web.kit.messages import lazy_message


class ProlificTokenForm(PlainForm):
    """The token of Prolific's API, as it is given once."""

    token = forms.CharField(
        label=lazy_message("form.prolific.token"),
        help_text=lazy_message("form.prolific.token_hint"),
        max_length=LONGEST_TOKEN,
        widget=forms.PasswordInput(attrs={"class": "inp", "autocomplete": "off"}),
    )


class ProlificStudyForm(PlainForm):
    """A study to be created at Prolific."""

    title = words(lazy_message("form.prolific.title"), max_length=LONGEST_TITLE)
    description = words(
        lazy_message("form.prolific.description"),
        lazy_message("form.prolific.description_hint"),
        area=True,
        max_length=LONGEST_DESCRIPTION,
    )
    places = number(lazy_message("form.prolific.places"), 1, MOST_PLACES)
    minutes = number(lazy_message("form.prolific.minutes"), 1, MOST_MINUTES)
    reward = amount(lazy_message("form.prolific.reward"), lazy_message("form.prolific.reward_hint"))
    answers = number(
        lazy_message("form.prolific.answers"),
        1,
        MOST_ANSWERS,
        lazy_message("form.prolific.answers_hint"),
    )

    def study_in(self) -> ProlificIn:
        """Return the study as it was written."""
        fields = self.cleaned_data
        return ProlificIn(
            title=fields["title"],
            description=fields["description"],
            places=fields["places"],
            minutes=fields["minutes"],
            reward_micro=micro_of(fields["reward"]) or 0,
            answers=fields["answers"],
        )
