"""Forms to withdraw an item, to answer such a request, and to appeal a refusal.

They read text into values; whether a value may be is decided by the action that takes it.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from canut.actions.datasets.withdrawals import (
    LONGEST_ADDRESS,
    LONGEST_ANSWER,
    LONGEST_CONTACT,
    LONGEST_WORDS,
)
from canut.core.errors import BadInput
from canut.web.kit.forms import PlainForm
from canut.web.kit.forms import words as text
from canut.web.kit.messages import lazy_message
from canut.web.kit.numbers import number_named

ANSWERS = (
    ("granted", lazy_message("form.withdrawals.grant")),
    ("refused", lazy_message("form.withdrawals.refuse")),
    ("unfound", lazy_message("form.withdrawals.unfound")),
)
OUTCOMES = (
    ("overturned", lazy_message("form.withdrawals.overturn")),
    ("upheld", lazy_message("form.withdrawals.uphold")),
)


class WithdrawForm(PlainForm):
    """What identifies the item, and where to answer."""

    sha256 = text(
        lazy_message("form.withdrawals.hash"),
        lazy_message("form.withdrawals.hash_hint"),
        required=False,
        max_length=100,
    )
    address = text(
        lazy_message("form.withdrawals.address"),
        lazy_message("form.withdrawals.address_hint"),
        required=False,
        max_length=LONGEST_ADDRESS,
    )
    words = text(
        lazy_message("form.withdrawals.words"),
        lazy_message("form.withdrawals.words_hint"),
        area=True,
        required=False,
        max_length=LONGEST_WORDS,
    )
    contact = text(
        lazy_message("form.withdrawals.contact"),
        lazy_message("form.withdrawals.contact_hint"),
        required=False,
        max_length=LONGEST_CONTACT,
    )

    def clean_sha256(self) -> str:
        """Return the hash in small letters."""
        return str(self.cleaned_data["sha256"]).strip().lower()


class WithdrawalReplyForm(PlainForm):
    """The answer to a request: which tasks, what, and why."""

    tasks = forms.MultipleChoiceField(
        label=lazy_message("form.withdrawals.tasks"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "check"}),
    )
    others = text(
        lazy_message("form.withdrawals.others"),
        lazy_message("form.withdrawals.others_hint"),
        required=False,
        max_length=1000,
    )
    state = forms.ChoiceField(
        label=lazy_message("form.withdrawals.answer"), choices=ANSWERS, widget=forms.RadioSelect()
    )
    words = text(
        lazy_message("form.withdrawals.reasons"),
        lazy_message("form.withdrawals.reasons_hint"),
        area=True,
        max_length=LONGEST_ANSWER,
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        initial: dict[str, Any] | None = None,
        matches: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(data, initial=initial)
        self.offer("tasks", matches)

    def clean_others(self) -> list[int]:
        """Return the numbers of further tasks."""
        texts = str(self.cleaned_data["others"]).replace(",", " ").split()
        try:
            return [number_named(text) for text in texts]
        except BadInput as wrong:
            raise forms.ValidationError(lazy_message("form.withdrawals.others_hint")) from wrong

    def chosen(self) -> list[int]:
        """Return all chosen tasks."""
        return [*map(int, self.cleaned_data["tasks"]), *self.cleaned_data["others"]]


class WithdrawalAppealForm(PlainForm):
    """Why a refusal is wrong."""

    words = text(lazy_message("form.withdrawals.why_wrong"), area=True, max_length=LONGEST_WORDS)


class WithdrawalAppealReplyForm(PlainForm):
    """How an appeal ends, and why."""

    outcome = forms.ChoiceField(
        label=lazy_message("form.withdrawals.answer"), choices=OUTCOMES, widget=forms.RadioSelect()
    )
    words = text(lazy_message("form.withdrawals.reasons"), area=True, max_length=LONGEST_ANSWER)
