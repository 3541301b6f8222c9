"""Format messages of the catalogue in the language of the request."""

from collections.abc import Mapping

from django.utils.functional import lazy
from django.utils.translation import get_language

from canut.core.messages import FALLBACK, message


def message_now(message_id: str, /, **facts: object) -> str:
    """Format a message in the page's language.

    Raises:
        KeyError: no message has this id, or the message names a fact that is missing.
    """
    return message(get_language() or FALLBACK, message_id, **facts)


def message_for(ids: Mapping[str, str], name: str, fallback: str | None = None) -> str:
    """Format a table's message for a name; else the fallback, else the name itself."""
    if name in ids:
        return message_now(ids[name])
    return name if fallback is None else fallback


_write_later = lazy(message_now, str)


def lazy_message(message_id: str, /, **facts: object) -> str:
    """Return a text for form labels, formatted in the language of each page."""
    return _write_later(message_id, **facts)
