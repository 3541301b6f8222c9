"""Let a test set the clock of a server and of everything it starts.

Python imports this first where its folder stands in ``PYTHONPATH``. The file that ``SOAK_CLOCK``
names holds by how many seconds the clock is wrong.
"""

import datetime as dt
import os
import time
from pathlib import Path

from django.utils import timezone

_file = Path(os.environ["SOAK_CLOCK"])
_time_ns = time.time_ns


def _wrong_seconds() -> int:
    return int(_file.read_text() or 0)


def _ns() -> int:
    return _time_ns() + _wrong_seconds() * 1_000_000_000


def _now() -> dt.datetime:
    return dt.datetime.fromtimestamp(_ns() / 1e9, tz=dt.UTC)


time.time_ns = _ns
time.time = lambda: _ns() / 1e9
timezone.now = _now
