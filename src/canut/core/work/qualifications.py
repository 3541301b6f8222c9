"""Compare the value of a person's qualification with what a project requires."""

from collections.abc import Sequence
from enum import StrEnum


class Comparator(StrEnum):
    """How a value is compared with those required."""

    LESS = "LessThan"
    AT_MOST = "LessThanOrEqualTo"
    MORE = "GreaterThan"
    AT_LEAST = "GreaterThanOrEqualTo"
    EQUAL = "EqualTo"
    UNEQUAL = "NotEqualTo"
    EXISTS = "Exists"
    MISSING = "DoesNotExist"
    AMONG = "In"
    NOT_AMONG = "NotIn"


def meets(comparator: Comparator, required: Sequence[int], value: int | None) -> bool:
    """Return whether somebody with a value meets what is required; None: not granted.

    Who has no value meets ``DoesNotExist`` alone.

    Args:
        comparator: how the value is compared.
        required: whole numbers, one of them unless the comparator takes none or several.
        value: of the person's grant in force.

    Example:
        >>> meets(Comparator.AT_LEAST, (80,), 80)
        True
    """
    if comparator == Comparator.MISSING:
        return value is None
    if value is None:
        return False
    first = required[0] if required else 0
    return {
        Comparator.EXISTS: True,
        Comparator.LESS: value < first,
        Comparator.AT_MOST: value <= first,
        Comparator.MORE: value > first,
        Comparator.AT_LEAST: value >= first,
        Comparator.EQUAL: value == first,
        Comparator.UNEQUAL: value != first,
        Comparator.AMONG: value in required,
        Comparator.NOT_AMONG: value not in required,
    }[comparator]
