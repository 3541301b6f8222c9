"""Numbers in a plain form: one field with its bounds and unit."""

from collections.abc import Mapping
from typing import Any

from canut.core.kinds.shared.fields import number_of
from canut.web.kinds import rating
from canut.web.kit.formatting import decimal_of

type Question = Mapping[str, object]


def form_context(question: Question, row: Mapping[str, str], *, has_keys: bool) -> dict[str, Any]:
    """Return the bounds, the step of the field and the unit."""
    del row, has_keys
    decimals = int(number_of(question, "decimals"))
    return {
        "least": str(number_of(question, "least")),
        "most": str(number_of(question, "most")),
        "step": f"{10**-decimals:.{decimals}f}",
        "unit": question["unit"],
    }


parse_form = rating.parse_form


def describe(question: Question, value: object) -> str:
    """Format a number with its unit."""
    unit = str(question["unit"])
    text = decimal_of(float(str(value)))
    return f"{text}\u00a0{unit}" if unit else text
