"""Read numbers and days from addresses and forms: converters of addresses, and form fields.

The rules of what a number is are in ``core.outside_text``; an address or an id that is none names
nothing and is a missing page, a field of a form that is none says so.
"""

from datetime import date, datetime
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError

from canut.core.errors import Missing
from canut.core.outside_text import (
    FIRST_DAY,
    LARGEST,
    LAST_DAY,
    read_number,
    read_whole,
)

LARGEST_COUNT = 2**31 - 1
"""What an integer column holds; a field that names no bounds of its own has these."""


class WholeConverter:
    """A whole number in an address, within what a column holds: ``<whole:number>``."""

    regex = "[0-9]{1,19}"

    def to_python(self, text: str) -> int:
        """Return the number; ``ValueError`` makes Django go on, at last to a missing page."""
        number = read_whole(text)
        if number is None:
            raise ValueError(f"{text!r} is beyond {LARGEST}")
        return number

    def to_url(self, number: int) -> str:
        """Write the number."""
        return str(number)


def number_named(text: str) -> int:
    """Return the number by which a query or a form names something.

    Raises:
        Missing: the text is no number, so it names nothing.
    """
    number = read_whole(text)
    if number is None:
        raise Missing("the number names nothing here")
    return number


class WholeField(forms.IntegerField):
    """A whole number of ASCII digits, within its bounds or those of an integer column."""

    def to_python(self, value: object) -> int | None:
        """Return the number; None if the field is empty."""
        if value in self.empty_values:
            return None
        text = self.re_decimal.sub("", str(value).strip())
        number = read_whole(text, least=-LARGEST)
        if number is None or (self.max_value is None and abs(number) > LARGEST_COUNT):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return number


class NumberField(forms.DecimalField):
    """A number with decimals, of ASCII digits and of a size that floating point holds exactly."""

    def validate(self, value: Decimal) -> None:
        """Refuse a number beyond the bounds."""
        if value not in self.empty_values and read_number(str(value)) is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        super().validate(value)


class DayField(forms.DateField):
    """A day of a calendar that every time zone can hold."""

    def to_python(self, value: str | datetime | date | None) -> date | None:
        """Return the day; None if the field is empty."""
        day = super().to_python(value)
        if day is None or FIRST_DAY <= day <= LAST_DAY:
            return day
        raise ValidationError(self.error_messages["invalid"], code="invalid")
