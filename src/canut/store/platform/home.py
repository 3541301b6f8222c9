"""Where the instance is at home: the place, the currency and the clock its operator chose.

Reads only. Nobody is paid by it: each person's own terms say whose law and whose days count. Pages
show moments by this clock, and forms propose this place and this currency.
"""

import json
import time
from typing import NamedTuple

from canut.store.tables.platform import Fact

HOME = "home"
EARLIER_ZONE = "America/Toronto"
"""The clock of an instance that nobody was asked about: those of earlier releases ran by it."""
EARLIER_CURRENCY = "CAD"
KEPT_SECONDS = 60.0


class Home(NamedTuple):
    """What the operator chose.

    Args:
        place: a country, or one of its places with a law of its own; empty where nobody said it.
        currency: proposed for prices; empty as long as the place is.
        zone: by which days and hours are shown.
    """

    place: str = ""
    currency: str = ""
    zone: str = EARLIER_ZONE

    @property
    def country(self) -> str:
        """Return the two letters of the country; empty where nobody said it."""
        return self.place[:2]


class _Kept:
    """What was read last, and when: each page asks for it."""

    at = -KEPT_SECONDS
    home: Home | None = None


def home() -> Home | None:
    """Return what the operator chose; None as long as nobody was asked."""
    stored = Fact.objects.filter(name=HOME).values_list("value", flat=True).first()
    return Home(**json.loads(stored)) if stored else None


def recent_home() -> Home | None:
    """Return what the operator chose, at most a minute ago."""
    now = time.monotonic()
    if now - _Kept.at >= KEPT_SECONDS:
        _Kept.home, _Kept.at = home(), now
    return _Kept.home


def forget_home() -> None:
    """Read it again when it is next asked for."""
    _Kept.at = -KEPT_SECONDS


def home_zone() -> str:
    """Return the clock of the instance, as a name such as ``Europe/Paris``."""
    chosen = recent_home()
    return chosen.zone if chosen else EARLIER_ZONE


def home_currency() -> str:
    """Return the currency to propose."""
    chosen = recent_home()
    return (chosen.currency if chosen else "") or EARLIER_CURRENCY
