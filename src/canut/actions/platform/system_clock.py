"""The clock of pages, in the unit of the hot tables.

Actions take the moment as an argument; pages and the API read it here, once per action. Tests stop
it with the fixture ``stop_clock``.
"""

from time import time_ns


def now_ms() -> int:
    """Return milliseconds since 1970 UTC."""
    return time_ns() // 1_000_000
