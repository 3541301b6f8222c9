"""Jurisdictions: the files that come with Canut, then the operator's own.

A file ``places/CODE.yaml`` in the data folder takes the place of the one that came, or adds one.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from canut.core.places.parameters import DatedValue, Parameter, PlaceRules, Places
from canut.core.places.reader import SHIPPED, read_places

SOON = timedelta(days=60)


@dataclass(frozen=True)
class InForce:
    """One parameter on a day; ``entry`` is None if nothing is known."""

    place: str
    parameter: Parameter
    entry: DatedValue | None
    is_expired: bool
    is_due: bool

    @property
    def is_known(self) -> bool:
        """Return whether pay may be computed from it."""
        return bool(self.entry and self.entry.value is not None and not self.is_expired)


def in_force(jurisdiction: PlaceRules, day: date) -> list[InForce]:
    """List a jurisdiction's own parameters on a day, by name."""
    return [
        InForce(
            jurisdiction.code,
            parameter,
            parameter.on(day),
            is_expired=day >= parameter.hard_stop,
            is_due=day >= parameter.review_by,
        )
        for _name, parameter in sorted(jurisdiction.parameters.items())
    ]


class ExpiringParameters(NamedTuple):
    """How many values of a jurisdiction expire on a day."""

    stops: date
    place: str
    values: int


def ending_soon(day: date) -> list[ExpiringParameters]:
    """List jurisdictions with values that end within sixty days, soonest first."""
    counts = Counter(
        (parameter.parameter.hard_stop, parameter.place)
        for jurisdiction in places().by_code.values()
        for parameter in in_force(jurisdiction, day)
        if parameter.parameter.hard_stop <= day + SOON
    )
    return [ExpiringParameters(*where, values) for where, values in sorted(counts.items())]


def places() -> Places:
    """Return the jurisdictions; a changed file is read again.

    Raises:
        BadFile: a file does not say all it must.
    """
    own = Path(settings.DATA, "places")
    files = sorted(own.glob("*.yaml")) if own.is_dir() else []
    return _read(own, tuple((file.name, file.stat().st_mtime_ns) for file in files))


@lru_cache(maxsize=4)
def _read(own: Path, files: tuple[tuple[str, int], ...]) -> Places:
    return read_places(SHIPPED, own) if files else read_places(SHIPPED)
