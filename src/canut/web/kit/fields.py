"""Fields of forms with the widgets and classes that pages draw: ticks, selects, radios, days.

Words, whole numbers and amounts are in ``forms``.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from django import forms

from canut.web.kit.forms import SELECT

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    type Choices = Sequence[tuple[str, StrOrPromise]]

TICK, RADIO = {"class": "check"}, {"class": "radio"}


def tick(label: "StrOrPromise", hint: "StrOrPromise" = "") -> forms.BooleanField:
    """Make a field of yes or no, which may be left empty."""
    widget = forms.CheckboxInput(attrs=dict(TICK))
    return forms.BooleanField(label=label, help_text=hint, required=False, widget=widget)


def ticks(
    label: "StrOrPromise",
    choices: "Choices" = (),
    hint: "StrOrPromise" = "",
    *,
    required: bool = True,
) -> forms.MultipleChoiceField:
    """Make a field in which any of a few are chosen."""
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        help_text=hint,
        required=required,
        widget=forms.CheckboxSelectMultiple(attrs=dict(TICK)),
    )


def select(
    label: "StrOrPromise",
    choices: "Choices" = (),
    hint: "StrOrPromise" = "",
    *,
    required: bool = True,
    initial: "str | Callable[[], str] | None" = None,
) -> forms.ChoiceField:
    """Make a field in which one of many is chosen, out of a list that folds."""
    return forms.ChoiceField(
        label=label,
        choices=choices,
        help_text=hint,
        required=required,
        initial=initial,
        widget=forms.Select(attrs=dict(SELECT)),
    )


def radio(
    label: "StrOrPromise",
    choices: "Choices" = (),
    hint: "StrOrPromise" = "",
    *,
    required: bool = True,
    initial: str | None = None,
) -> forms.ChoiceField:
    """Make a field in which one of a few is chosen, all of them in view."""
    return forms.ChoiceField(
        label=label,
        choices=choices,
        help_text=hint,
        required=required,
        initial=initial,
        widget=forms.RadioSelect(attrs=dict(RADIO)),
    )
