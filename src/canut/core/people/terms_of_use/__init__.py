"""The terms of use as shipped: one short text in both languages, which an instance may change.

Which text is in force is decided in ``actions.people.terms_of_use``: a change waits thirty days.
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
    """Return when terms published at a moment may take effect."""
    return published_ms + NOTICE_DAYS * DAY_MS
