"""Countries in the page's language, and the field that offers them."""

from typing import TYPE_CHECKING

from babel import Locale
from django import forms

from canut.web.kit.formatting import alphabetical, locale
from canut.web.kit.forms import SELECT
from canut.web.kit.messages import lazy_message

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LETTERS = 2  # ISO 3166
NO_COUNTRIES = {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}


def countries() -> list[tuple[str, str]]:
    """List the countries by their two letters, sorted by their names in the page's language."""
    names = Locale.parse(locale()).territories.items()
    named = [
        (code, name)
        for code, name in names
        if len(code) == LETTERS and code.isalpha() and code not in NO_COUNTRIES
    ]
    return [("", "–"), *sorted(named, key=lambda country: alphabetical(country[1]))]


def country_name(code: str) -> str:
    """Name a country in the page's language; its letters where it has no name."""
    return str(Locale.parse(locale()).territories.get(code[:2].upper(), code))


class CountryField(forms.ChoiceField):
    """A country chosen from a list; two letters, in small ones too."""

    def __init__(self, label: "StrOrPromise", *, required: bool = True) -> None:
        super().__init__(
            label=label,
            required=required,
            choices=countries,
            widget=forms.Select(attrs=dict(SELECT)),
            error_messages={"invalid_choice": lazy_message("form.price_forms.choose_a_country")},
        )

    def to_python(self, value: object) -> str:
        """Return the two letters in capitals."""
        return str(super().to_python(value)).upper()
