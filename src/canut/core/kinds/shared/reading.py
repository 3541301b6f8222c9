"""Decode an answer from its text, before its kind checks it."""

from canut.core.json_depth import load_json


def read_number(label: str) -> object:
    """Return the number in a text, or the text where it is not a number."""
    value = value_of_json(label)
    return value if isinstance(value, (int, float)) else label


def value_of_json(label: str) -> object:
    """Return the value of a JSON text, or the text where it is not JSON."""
    try:
        return load_json(label)
    except (ValueError, RecursionError):
        return label
