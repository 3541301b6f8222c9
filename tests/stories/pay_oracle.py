"""What people are owed by hand: slow, plain, and without any code of the product.

A fact is what a person did, and when. What was decided about it counts by how it ended, not by
when. The figures of law are typed here from the published tables.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import compress
from zoneinfo import ZoneInfo

HOUR_MS = 3_600_000
CENT = 10_000
PLATFORM = 0
HOLIDAYS = {
    date(2026, 5, 18): (date(2026, 4, 20), date(2026, 5, 17)),
    date(2026, 6, 24): (date(2026, 5, 25), date(2026, 6, 21)),
}
"""Holidays of Quebec, with the four whole weeks before their week, which begins on a Monday."""
CAD_IN_EUR, EUR_IN_CAD = Fraction(65, 100), Fraction(16, 10)


@dataclass
class Piece:
    """An answer: its price, and how a rejection of it ended."""

    person: int
    project: int
    at_ms: int
    micro: int
    rejected_ms: int | None = None
    is_given_back: bool = False


@dataclass
class Span:
    """Time of one person in one project: what of it counts in the end."""

    person: int
    project: int
    begin_ms: int
    ms: int
    uncounted_ms: int = 0


@dataclass
class Terms:
    """The status and place of a person from a day on."""

    since: date
    status: str
    place: str


@dataclass
class Facts:
    """Everything that happened, as it ended."""

    currencies: dict[int, str]
    hourly: dict[int, int]
    pieces: list[Piece] = field(default_factory=list[Piece])
    spans: list[Span] = field(default_factory=list[Span])
    terms: dict[int, list[Terms]] = field(default_factory=dict[int, list[Terms]])


def ceil(value: Fraction, step: int = 1) -> int:
    """Round up to a multiple."""
    return -(-value.numerator // (value.denominator * step)) * step


def floor_micro(place: str, day: date, currency: str) -> int:
    """Return the minimum an hour of a place on a day, in a currency."""
    if place == "CA-QC":
        own, micro = "CAD", 16_600_000 if day >= date(2026, 5, 1) else 16_100_000
    else:
        own, micro = "EUR", 12_310_000 if day >= date(2026, 6, 1) else 12_020_000
    if own == currency:
        return micro
    return ceil(micro * (CAD_IN_EUR if own == "CAD" else EUR_IN_CAD))


class Oracle:
    """Computes what each person is owed, period by period.

    Args:
        facts: what happened.
        periods: first and last days, in order.
        zone: of everybody's days.
    """

    def __init__(self, facts: Facts, periods: list[tuple[date, date]], zone: str) -> None:
        self.facts, self.periods, self.zone = facts, periods, ZoneInfo(zone)

    def owed(self, person: int) -> dict[str, int]:
        """Return what a person earned over all periods, vacation pay included, by currency."""
        sums: dict[str, int] = {}
        wages_of_day: dict[date, int] = {}
        for first, last in self.periods:
            for currency, micro in self._period(person, first, last, wages_of_day).items():
                sums[currency] = sums.get(currency, 0) + micro
        return {currency: micro for currency, micro in sums.items() if micro}

    def _period(
        self, person: int, first: date, last: date, wages_of_day: dict[date, int]
    ) -> dict[str, int]:
        pays: dict[str, int] = {}
        for run_first, run_last, status in self._runs(person, first, last):
            if status in {"volunteer", "own_staff"}:
                continue
            worked = self._worked(person, run_first, run_last)
            for currency in sorted({*worked, *(["CAD"] if status == "employee" else [])}):
                wages = 0
                for project in worked.get(currency, []):
                    earned, by_day = self._project(person, project, currency, run_first, run_last)
                    wages += earned
                    if status == "employee":
                        for day, micro in by_day.items():
                            wages_of_day[day] = wages_of_day.get(day, 0) + micro
                wages = ceil(Fraction(wages), CENT)
                if status == "employee":
                    for holiday, (since, until) in HOLIDAYS.items():
                        if run_first <= holiday <= run_last:
                            in_weeks = [since <= day <= until for day in wages_of_day]
                            base = sum(compress(wages_of_day.values(), in_weeks))
                            wages += ceil(Fraction(base, 20), CENT)
                    wages += ceil(Fraction(wages * 4, 100), CENT)
                pays[currency] = pays.get(currency, 0) + wages
        return pays

    def _runs(self, person: int, first: date, last: date) -> list[tuple[date, date, str]]:
        """Split a period where the status changes."""
        runs: list[tuple[date, date, str]] = []
        day = first
        while day <= last:
            status = self._terms(person, day).status
            if runs and runs[-1][2] == status:
                runs[-1] = (runs[-1][0], day, status)
            else:
                runs.append((day, day, status))
            day += timedelta(days=1)
        return runs

    def _terms(self, person: int, day: date) -> Terms:
        rows = self.facts.terms[person]
        return ([row for row in rows if row.since <= day] or rows[:1])[-1]

    def _day(self, at_ms: int) -> date:
        return datetime.fromtimestamp(at_ms / 1000, self.zone).date()

    def _worked(self, person: int, first: date, last: date) -> dict[str, list[int]]:
        """Return the projects a person worked in, by currency."""
        done = [(item.person, item.project, item.at_ms) for item in self.facts.pieces]
        done += [(item.person, item.project, item.begin_ms) for item in self.facts.spans]
        projects = {
            project
            for who, project, at_ms in done
            if who == person and first <= self._day(at_ms) <= last
        }
        worked: dict[str, list[int]] = {}
        for project in sorted(projects - {PLATFORM}):
            worked.setdefault(self.facts.currencies[project], []).append(project)
        if PLATFORM in projects:
            usual = "CAD"  # everybody's place or first project
            currency = usual if usual in worked or not worked else min(worked)
            worked.setdefault(currency, []).append(PLATFORM)
        return worked

    def _project(
        self, person: int, project: int, currency: str, first: date, last: date
    ) -> tuple[int, dict[date, int]]:
        """Return what a project's work of a period earns, and the part of each day."""
        pieces = 0
        period_last = next(end for begin, end in self.periods if begin <= first <= end)
        for piece in self.facts.pieces:
            if (piece.person, piece.project) != (person, project):
                continue
            if not first <= self._day(piece.at_ms) <= last:
                continue
            is_taken = piece.rejected_ms is not None and not piece.is_given_back
            if not (is_taken and self._day(piece.rejected_ms or 0) <= period_last):
                pieces += piece.micro
        time: dict[date, int] = {}
        for span in self.facts.spans:
            day = self._day(span.begin_ms)
            if (span.person, span.project) == (person, project) and first <= day <= last:
                time[day] = time.get(day, 0) + span.ms - span.uncounted_ms
        parts: list[tuple[date, int]] = []
        by_hour = 0
        for day, ms in sorted(time.items()):
            if not ms:
                continue
            floor = floor_micro(self._terms(person, day).place, day, currency)
            parts.append((day, ceil(Fraction(floor * ms, HOUR_MS), CENT)))
            by_hour += ceil(Fraction(self.facts.hourly.get(project, 0) * ms, HOUR_MS), CENT)
        pieces, due = ceil(Fraction(pieces), CENT), sum(part for _, part in parts)
        earned = pieces + by_hour + max(0, due - pieces - by_hour)
        by_day: dict[date, int] = {}
        so_far = given = 0
        for day, part in parts:
            so_far += part
            until = earned // CENT * so_far // sum(part for _, part in parts) * CENT
            by_day[day] = until - given
            given = until
        return earned, by_day
