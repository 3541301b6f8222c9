"""The clock of pages, in the unit of the hot tables."""

from django.utils import timezone


def now_ms() -> int:
    """Return milliseconds since 1970 UTC."""
    return int(timezone.now().timestamp() * 1000)
