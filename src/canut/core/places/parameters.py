"""Look up what law and living costs require, by jurisdiction and date; never guess.

The most specific jurisdiction that names a parameter decides: CA-QC, then CA. A value that is
unknown, before the first date or past its hard stop raises an error, and is never 0. ``reader``
reads the files; ``floor`` and ``contributions`` use the values.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from canut.core.errors import BadInput, Incomplete

PLACE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")


class Status(StrEnum):
    """A person's legal status towards the payer; chosen by a human, never assumed."""

    EMPLOYEE = "employee"
    SELF_EMPLOYED = "self_employed"
    VOLUNTEER = "volunteer"
    OWN_STAFF = "own_staff"

    @property
    def is_paid_here(self) -> bool:
        """Return whether Canut pays: not volunteers; own staff is paid elsewhere."""
        return self in {Status.EMPLOYEE, Status.SELF_EMPLOYED}


class ValueConfidence(StrEnum):
    """How far a value may be trusted; pages mark ``to_verify``."""

    OFFICIAL = "official"
    SECONDARY = "secondary"
    TO_VERIFY = "to_verify"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ValueSource:
    """The source of a value, and when it was read."""

    key: str
    title: str
    url: str
    kind: str
    read: date
    published: date | None = None


@dataclass(frozen=True, slots=True)
class DatedValue:
    """A value in force from a day on; None is unknown.

    Args:
        hard_stop: the day from which this value may not be used; None: that of the parameter.
        pack: the version of the place pack that brought it; empty: it is of the place's file.
        sha256: the hash of that pack.
    """

    since: date
    value: Decimal | None
    source: ValueSource | None
    confidence: ValueConfidence
    note: str = ""
    hard_stop: date | None = None
    pack: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """The dated values of one parameter, and how long the last one may be used."""

    name: str
    unit: str
    entries: tuple[DatedValue, ...]
    review_by: date
    hard_stop: date
    applies_to: tuple[Status, ...] = ()
    inherited: bool = True
    override: str = ""

    def on(self, day: date) -> DatedValue | None:
        """Return the entry in force that day; a later correction wins."""
        in_force = [entry for entry in self.entries if entry.since <= day]
        return max(reversed(in_force), key=lambda entry: entry.since) if in_force else None

    def stop_of(self, entry: DatedValue) -> date:
        """Return the day from which a value of this parameter may not be used."""
        return entry.hard_stop or self.hard_stop

    def ends_on(self, today: date) -> date | None:
        """Return from which day on there is no value, today or later; None if none ever was.

        It is before today where there is none today already.
        """
        if all(entry.value is None for entry in self.entries):
            return None
        day = today
        while (entry := self.on(day)) is not None:
            if entry.value is None:
                return entry.since
            stop = self.stop_of(entry)
            later = [other.since for other in self.entries if day < other.since <= stop]
            if not later:
                return stop
            day = min(later)
        return day


@dataclass(frozen=True, slots=True)
class LegalHours:
    """The number of hours behind a daily or monthly minimum."""

    hours: Decimal
    source: ValueSource
    confidence: ValueConfidence


@dataclass(frozen=True, slots=True)
class ContributionRule:
    """One contribution: the names of its parameters; ``rates`` by who pays, summed.

    Args:
        key: its name.
        rates: parameters summed to the rate, by who pays.
        cap: pay above it does not count.
        exempt: this much of the pay does not count.
        above: only pay above it counts.
        times: a factor of the rate, by who pays.
        brackets: the prefix of the parameters of a rate that grows with the employer's payroll.
        base: the share of the pay that counts; empty: all of it.
        least: the least that is paid on any pay.
        relief: what is taken off the contribution.
        per: the span that amounts are for: a year, a month or one pay.
        steps: rates that grow with the pay, each with the amount up to which it holds; the last
            has none.
    """

    key: str
    rates: Mapping[str, tuple[str, ...]]
    cap: str = ""
    exempt: str = ""
    above: str = ""
    times: Mapping[str, str] = field(default_factory=dict[str, str])
    brackets: str = ""
    base: str = ""
    least: str = ""
    relief: str = ""
    per: str = "year"
    steps: tuple[tuple[str, str], ...] = ()

    @property
    def amounts(self) -> set[str]:
        """Return the parameters that are amounts of the span."""
        tops = {top for _rate, top in self.steps}
        return ({self.cap, self.exempt, self.above, self.least, self.relief} | tops) - {""}

    @property
    def names(self) -> set[str]:
        """Return all parameters it uses except those of its brackets."""
        summed = {name for names in self.rates.values() for name in names}
        stepped = {rate for rate, _top in self.steps}
        return (self.amounts | summed | stepped | {self.base, *self.times.values()}) - {""}

    @property
    def is_plain(self) -> bool:
        """Return whether it is one rate of a year's pay, as the contributions of Quebec are."""
        return self.per == "year" and not (self.base or self.least or self.relief or self.steps)


@dataclass(frozen=True, slots=True)
class NotComputed:
    """A legal requirement that Canut does not compute, in both languages."""

    key: str
    en: str
    fr: str


@dataclass(frozen=True, slots=True)
class PlaceRules:
    """One file: its parameters, hours, contributions, and the hash of its bytes.

    ``not_payable``: statuses in which Canut pays nobody there, whatever is known.
    """

    code: str
    currency: str
    file: str
    sha256: str
    parameters: Mapping[str, Parameter]
    hours: Mapping[str, LegalHours]
    rules: tuple[ContributionRule, ...]
    not_computed: tuple[NotComputed, ...]
    content: str = field(default="", repr=False)
    not_payable: tuple[Status, ...] = ()


class PlaceText(NamedTuple):
    """A file or a pack as it was read, so that it can be stored: name, hash and text."""

    name: str
    sha256: str
    content: str


@dataclass(frozen=True, slots=True)
class Known:
    """A value in force, with all that a later recomputation of a statement needs."""

    place: str
    name: str
    unit: str
    value: Decimal
    since: date
    source: ValueSource
    confidence: ValueConfidence
    note: str
    review_by: date
    hard_stop: date
    sha256: str
    pack: str = ""

    def cited(self) -> dict[str, str]:
        """Return what a pay line stores, as texts in canonical form.

        A value of a place pack also names its version; its hash is that of the pack.
        """
        return ({"pack": self.pack} if self.pack else {}) | {
            "place": self.place,
            "parameter": self.name,
            "value": str(self.value),
            "unit": self.unit,
            "from": self.since.isoformat(),
            "source": self.source.key,
            "confidence": self.confidence.value,
            "file_sha256": self.sha256,
        }


@dataclass(frozen=True, slots=True)
class Places:
    """All jurisdictions that have a file, by ISO 3166-2 code.

    Example:
        >>> from canut.core.places.reader import shipped_places
        >>> shipped_places().known("minimum_wage.general", "CA-QC", date(2026, 5, 1)).value
        Decimal('16.60')
    """

    by_code: Mapping[str, PlaceRules]
    packs: tuple[PlaceText, ...] = ()

    @property
    def texts(self) -> tuple[PlaceText, ...]:
        """Return every file and pack that the values come from."""
        files = (PlaceText(row.file, row.sha256, row.content) for row in self.by_code.values())
        return (*files, *self.packs)

    def rules_of(self, code: str) -> tuple[ContributionRule, ...]:
        """Return the contributions of a jurisdiction: those of the first file that has some.

        Raises:
            BadInput: the code is not that of a jurisdiction.
            Incomplete: no file applies to it.
        """
        return next((row.rules for row in self.chain(code) if row.rules), ())

    def chain(self, code: str) -> tuple[PlaceRules, ...]:
        """List the files that apply to a jurisdiction, most specific first.

        Raises:
            BadInput: the code is not that of a jurisdiction.
            Incomplete: no file applies to it.
        """
        if not PLACE.fullmatch(code):
            raise BadInput(
                f"place is {code!r}; expected ISO 3166-2, such as CA-QC or FR",
                code="bad-place",
                seen=code,
            )
        named = dict.fromkeys((code, code.partition("-")[0]))
        files = tuple(self.by_code[name] for name in named if name in self.by_code)
        if not files:
            raise Incomplete(
                f"no labour parameters for {code}; add {code}.yaml with sources, or choose a place "
                "that has one",
                code="place-unknown",
                place=code,
            )
        return files

    def parameter(self, name: str, code: str) -> tuple[PlaceRules, Parameter] | None:
        """Find the file that decides a parameter; None if no file names it."""
        for place in self.chain(code):
            parameter = place.parameters.get(name)
            if parameter and (place.code == code or parameter.inherited):
                return place, parameter
        return None

    def found(self, name: str, code: str, day: date) -> Known | None:
        """Return the value in force, or None when it is not known.

        Raises:
            BadInput: the code is not that of a jurisdiction.
            Incomplete: no file applies, or the value is past its hard stop.
        """
        decided = self.parameter(name, code)
        if decided is None:
            return None
        place, parameter = decided
        entry = parameter.on(day)
        if entry is None or entry.value is None or entry.source is None:
            return None
        stop = parameter.stop_of(entry)
        if day >= stop:
            raise Incomplete(
                f"{name} of {place.code} may not be used on {day}: its last value is from "
                f"{entry.since} and must be renewed by {stop}; read the source again and bring a "
                f"place pack with the new value, or add it to {place.file} and move hard_stop",
                code="parameter-expired",
                place=code,
                parameter=name,
                day=day.isoformat(),
                stop=stop.isoformat(),
            )
        return Known(
            place=place.code,
            name=name,
            unit=parameter.unit,
            value=entry.value,
            since=entry.since,
            source=entry.source,
            confidence=entry.confidence,
            note=entry.note,
            review_by=parameter.review_by,
            hard_stop=stop,
            sha256=entry.sha256 or place.sha256,
            pack=entry.pack,
        )

    def known(self, name: str, code: str, day: date) -> Known:
        """Return the value in force.

        Raises:
            BadInput: the code is not that of a jurisdiction.
            Incomplete: the value is unknown for this place and day, or past its hard stop.
        """
        value = self.found(name, code, day)
        if value is None:
            decided = self.parameter(name, code)
            own = decided is not None and decided[1].override == "employer"
            file = decided[0].file if decided else f"{code}.yaml"
            raise Incomplete(
                f"{name} is unknown for {code} on {day}; "
                + ("give the employer's own rate, or " if own else "")
                + f"find its source and bring it with a place pack, or add it to {file}",
                code="parameter-unknown",
                place=code,
                parameter=name,
                day=day.isoformat(),
            )
        return value

    def not_computed(self, code: str) -> tuple[NotComputed, ...]:
        """List legal requirements that Canut does not compute, for statements."""
        return tuple(
            requirement for place in self.chain(code) for requirement in place.not_computed
        )

    def due_for_review(self, today: date) -> tuple[tuple[str, str, date, date], ...]:
        """List (place, parameter, review by, hard stop) of values to check again."""
        return tuple(
            (place.code, parameter.name, parameter.review_by, parameter.hard_stop)
            for _code, place in sorted(self.by_code.items())
            for parameter in place.parameters.values()
            if today >= parameter.review_by
        )
