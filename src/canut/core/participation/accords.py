"""Price rounds between representatives and clients, and the price agreement that ends one.

An accord sets what an hour of one kind of work brings in one place, and whose pace counts: the
task time that half, three quarters or nine tenths of the tasks stay under. The least price of an
answer follows from it. Where tables, votes and prices are stored is in ``actions.participation``.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from canut.core.clock import DAY_MS, HOUR_MS, from_ms, to_ms
from canut.core.errors import BadInput
from canut.core.money import Money, divided_up
from canut.core.proofs.canonical import canonical

STEP_MICRO = 100
"""Piece prices of an accord are whole ten-thousandths of a currency unit."""
MOST_MONTHS = 24
DAYS_OF_MONTHS = 732
"""The longest an accord can be: 24 months, one of them in a leap year, and the last day."""
FLOOR_DAYS = 90
ROUND_DAYS = 90
SIGNING_DAYS = 30
REMEASURE_DAYS = 30
DRIFT_PARTS = 10  # one in ten: 10 %
LEAST_WORDS = 10
HIGHEST_HOUR_MICRO = 1_000_000_000
SCHEMA = "canut.accord/1"


class RoundState(StrEnum):
    """How far a price round is."""

    MANDATE = "mandate"
    OFFER = "offer"
    VOTE = "vote"
    SIGNED = "signed"
    FAILED = "failed"


OPEN_STATES = (RoundState.MANDATE, RoundState.OFFER, RoundState.VOTE)


class Quantile(StrEnum):
    """Which task time counts: the one that this share of the tasks stay under."""

    P50 = "P50"
    P75 = "P75"
    P90 = "P90"

    @property
    def of_hundred(self) -> int:
        """Return the percentile."""
        return int(self.value[1:])


class Standing(StrEnum):
    """Whether an accord counts at a moment."""

    IN_FORCE = "in_force"
    FLOOR = "floor"
    OVER = "over"


class VoteChoice(StrEnum):
    """What a ballot says of an offer."""

    YES = "yes"
    NO = "no"


CHOICES: Mapping[VoteChoice, int] = {VoteChoice.YES: 1, VoteChoice.NO: 2}


@dataclass(frozen=True, slots=True)
class AccordTerms:
    """What an offer proposes and an accord sets.

    Args:
        hour_micro: what an hour of work brings, in micro-units.
        quantile: whose pace counts.
        currency: three letters.
        months: for how long, 1 to 24.

    Raises:
        BadInput: an hour or a number of months that cannot be meant.
    """

    hour_micro: int
    quantile: Quantile
    currency: str
    months: int

    def __post_init__(self) -> None:
        """Raise if a value is out of its bounds."""
        if not 0 < self.hour_micro <= HIGHEST_HOUR_MICRO:
            raise BadInput(
                f"an hour brings {self.hour_micro} micro-units; expected 1 to {HIGHEST_HOUR_MICRO}",
                code="bad-accord-hour",
            )
        if not 1 <= self.months <= MOST_MONTHS:
            raise BadInput(
                f"{self.months} months; an accord lasts 1 to {MOST_MONTHS}",
                code="bad-accord-months",
                limit=MOST_MONTHS,
            )
        Money(0, self.currency)

    @property
    def hour(self) -> Money:
        """Return what an hour of work brings."""
        return Money(self.hour_micro, self.currency)


def least_piece(hour: Money, task_ms: int, paid_by_hour_micro: int = 0) -> Money:
    """Return the least price of an answer at an hourly price, rounded up to 0.0001.

    Args:
        hour: what an hour of work brings.
        task_ms: the task time that counts, in milliseconds.
        paid_by_hour_micro: what an hour of measured time pays besides the pieces.

    Raises:
        BadInput: the time is not above 0.

    Example:
        >>> least_piece(Money(16_600_000, "CAD"), 22_097)
        Money(micro=101900, currency='CAD')
        >>> least_piece(Money(16_600_000, "CAD"), 39_833)
        Money(micro=183700, currency='CAD')
    """
    if task_ms <= 0:
        raise BadInput(f"a task takes {task_ms} ms; expected more than 0", code="bad-task-time")
    by_piece = max(0, hour.micro - paid_by_hour_micro)
    steps = divided_up(by_piece * task_ms, HOUR_MS * STEP_MICRO)
    return Money(steps * STEP_MICRO, hour.currency)


def has_drifted(counted_ms: int, measured_ms: int) -> bool:
    """Return whether tasks take over a tenth more, or less, than the price was built on.

    Example:
        >>> has_drifted(30_000, 33_000), has_drifted(30_000, 33_001)
        (False, True)
    """
    return abs(measured_ms - counted_ms) * DRIFT_PARTS > counted_ms


def ends_after(starts_ms: int, months: int) -> int:
    """Return the end of an accord: the same day, so many months later, or the month's last.

    Example:
        >>> from datetime import UTC, datetime
        >>> start = to_ms(datetime(2026, 8, 31, tzinfo=UTC))
        >>> from_ms(ends_after(start, 6)).date().isoformat()
        '2027-02-28'
    """
    start = from_ms(starts_ms)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    first = start.replace(year=year, month=month + 1, day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return to_ms(first.replace(day=min(start.day, last.day)))


def standing_at(starts_ms: int, ends_ms: int, at_ms: int) -> Standing:
    """Return whether an accord is in force, a floor for its last 90 days, or over.

    Example:
        >>> standing_at(0, 10, 10), standing_at(0, 10, 10 + FLOOR_DAYS * DAY_MS)
        (<Standing.FLOOR: 'floor'>, <Standing.OVER: 'over'>)
    """
    if starts_ms <= at_ms < ends_ms:
        return Standing.IN_FORCE
    if ends_ms <= at_ms < ends_ms + FLOOR_DAYS * DAY_MS:
        return Standing.FLOOR
    return Standing.OVER


def is_majority(count: int, of: int) -> bool:
    """Return whether more than half of some agree; half of nobody does not."""
    return count * 2 > of


def is_place_covered(accord_place: str, project_place: str) -> bool:
    """Return whether people of an accord's place may work in a project.

    Args:
        accord_place: how codes of places begin; empty for every place.
        project_place: the same of the project's requirement.

    Example:
        >>> is_place_covered("CA-QC", "CA"), is_place_covered("CA-QC", "FR")
        (True, False)
    """
    return accord_place.startswith(project_place) or project_place.startswith(accord_place)


def accord_digest(content: Mapping[str, object]) -> str:
    """Return the SHA-256 of an accord's canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(dict(content))).hexdigest()
