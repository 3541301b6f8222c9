"""The terms of use as shipped: one short text in both languages, which an instance may change.

``actions.people.terms_of_use`` decides which text is in force: a change waits thirty days.
"""

from functools import cache
from pathlib import Path

from canut.core.clock import DAY_MS

SHIPPED = 1
NOTICE_DAYS = 30
LANGUAGES = ("en", "fr")


@cache
def shipped_terms() -> dict[str, str]:
    """Return the shipped text, by language."""
    here = Path(__file__).parent
    return {name: (here / f"{SHIPPED}.{name}.md").read_text("utf-8") for name in LANGUAGES}


def earliest_ms(published_ms: int) -> int:
    """Return the earliest moment, in milliseconds, at which terms published now may take effect."""
    return published_ms + NOTICE_DAYS * DAY_MS
