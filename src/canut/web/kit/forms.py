"""Base classes of forms: fields and their error messages.

Forms read text into values; whether a value may be is decided by the action that takes it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.http import QueryDict

from canut.core.errors import BadInput, Refusal
from canut.core.money import money_of
from canut.web.kit.messages import lazy_message
from canut.web.kit.numbers import WholeField
from canut.web.kit.refusals import words_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


INPUT = {"class": "inp"}


AREA = {"class": "inp area", "rows": 3}


SELECT = {"class": "inp sel"}


NEEDED = lazy_message("form.kit.write_something_here")
NEEDED_BY_KIND = (
    (forms.FileField, lazy_message("form.kit.choose_a_file")),
    (forms.BooleanField, lazy_message("form.kit.tick_this_box")),
    (forms.MultipleChoiceField, lazy_message("form.kit.choose_at_least_one")),
    (forms.ChoiceField, lazy_message("form.kit.choose_one")),
    (forms.Field, NEEDED),
)
"""What is missing, by kind of field: the first kind that a field is."""


CURRENCIES = ("CAD", "EUR", "USD", "GBP", "CHF", "XOF", "MGA", "KES", "INR", "PHP", "BRL")


class PlainForm(forms.Form):
    """A form rendered without asterisks, colons and inline styles."""

    use_required_attribute = False  # the page says what is missing, in its own language

    def __init__(
        self, data: QueryDict | None = None, *, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial, label_suffix="")
        for field in self.fields.values():
            field.error_messages["required"] = next(
                text for kind, text in NEEDED_BY_KIND if isinstance(field, kind)
            )

    def offer(self, name: str, choices: Sequence[tuple[str, "StrOrPromise"]]) -> None:
        """Set the choices of a field."""
        cast("forms.ChoiceField", self.fields[name]).choices = list(choices)


def words(
    label: "StrOrPromise",
    hint: "StrOrPromise" = "",
    *,
    area: bool = False,
    required: bool = True,
    max_length: int | None = None,
) -> forms.CharField:
    """Return a text field, with one line or several."""
    widget = forms.Textarea(attrs=dict(AREA)) if area else forms.TextInput(attrs=dict(INPUT))
    return forms.CharField(
        label=label, help_text=hint, widget=widget, required=required, max_length=max_length
    )


def number(
    label: "StrOrPromise",
    least: int,
    most: int,
    hint: "StrOrPromise" = "",
    *,
    required: bool = True,
) -> WholeField:
    """Return an integer field; bounds are inclusive."""
    return WholeField(
        label=label,
        help_text=hint,
        min_value=least,
        max_value=most,
        required=required,
        widget=forms.NumberInput(attrs={"class": "inp num"}),
    )


def amount(label: "StrOrPromise", hint: "StrOrPromise" = "") -> forms.CharField:
    """Return an optional field for an amount."""
    attrs = {"class": "inp num", "inputmode": "decimal"}
    return forms.CharField(
        label=label, help_text=hint, required=False, widget=forms.TextInput(attrs=attrs)
    )


def micro_of(text: object) -> int | None:
    """Parse an amount into micro-units; None if it is empty.

    Raises:
        BadInput: it is none, or not above 0.
    """
    plain = str(text or "").replace("$", "").strip()
    if not plain:
        return None
    micro = money_of(plain, CURRENCIES[0]).micro
    if micro <= 0:
        raise BadInput(f"amount is {plain!r}; expected one above 0", code="bad-amount", seen=plain)
    return micro


def attempt(form: forms.Form, act: Callable[[], object]) -> bool:
    """Run an action of a valid form; return success, adding a refusal to the form's errors."""
    if not form.is_valid():
        return False
    try:
        act()
    except Refusal as refusal:
        form.add_error(None, words_of(refusal).detail)
        return False
    return True


class ManyInputs(forms.TextInput):
    """Several inputs with one name; the value is a list."""

    def value_from_datadict(
        self, data: Mapping[str, Any], files: Mapping[str, Any], name: str
    ) -> list[str]:
        """Return all values of the name."""
        return list(data.getlist(name)) if isinstance(data, QueryDict) else []


class Choices(forms.Field):
    """The possible answers, sorted by key, without empty ones."""

    widget = ManyInputs

    def clean(self, value: list[str] | None) -> list[str]:
        """Return the non-empty values; the schema checks their number."""
        texts = [text.strip() for text in value or [] if text.strip()]
        if not texts and self.required:
            raise forms.ValidationError(NEEDED)
        return texts
