"""Know what law and cost of life ask, by place and date; never guess.

The most specific place that names a parameter decides: CA-QC, then CA. What is unknown, before the
first date or past its hard stop is a refusal in words, never 0. Files are read in ``reading``; what
the values lead to is decided in ``floor`` and ``contributions``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from canut.core.errors import BadInput, Incomplete

PLACE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")


class Status(StrEnum):
    """What a person is to whoever pays; chosen by a human, never assumed."""

    EMPLOYEE = "employee"
    SELF_EMPLOYED = "self_employed"
    VOLUNTEER = "volunteer"
    OWN_STAFF = "own_staff"

    @property
    def is_paid_here(self) -> bool:
        """Volunteers are not paid; own staff is, but elsewhere."""
        return self in {Status.EMPLOYEE, Status.SELF_EMPLOYED}


class Confidence(StrEnum):
    """How far a value may be trusted; pages show ``to_verify`` as such."""

    OFFICIAL = "official"
    SECONDARY = "secondary"
    TO_VERIFY = "to_verify"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value was read, and when."""

    key: str
    title: str
    url: str
    kind: str
    read: date
    published: date | None = None


@dataclass(frozen=True, slots=True)
class DatedValue:
    """One value from a day on; None is unknown."""

    since: date
    value: Decimal | None
    source: Source | None
    confidence: Confidence
    note: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """The dated values of one name, and how long the last of them may be used."""

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
        begun = [entry for entry in self.entries if entry.since <= day]
        return max(reversed(begun), key=lambda entry: entry.since) if begun else None


@dataclass(frozen=True, slots=True)
class LegalHours:
    """How many hours a daily or monthly minimum stands for."""

    hours: Decimal
    source: Source
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Rule:
    """One contribution: the names of its parameters; ``rates`` by who pays, summed."""

    key: str
    rates: Mapping[str, tuple[str, ...]]
    cap: str = ""
    exempt: str = ""
    above: str = ""
    times: Mapping[str, str] = field(default_factory=dict[str, str])
    brackets: str = ""

    @property
    def names(self) -> set[str]:
        """Every parameter it rests on, those of its brackets apart."""
        summed = {name for names in self.rates.values() for name in names}
        return (summed | {self.cap, self.exempt, self.above, *self.times.values()}) - {""}


@dataclass(frozen=True, slots=True)
class NotComputed:
    """Something the law asks that Canut does not compute, in both languages."""

    key: str
    en: str
    fr: str


@dataclass(frozen=True, slots=True)
class PlaceRules:
    """One file: its parameters, hours, contributions, and the hash of its bytes."""

    code: str
    currency: str
    file: str
    sha256: str
    parameters: Mapping[str, Parameter]
    hours: Mapping[str, LegalHours]
    rules: tuple[Rule, ...]
    not_computed: tuple[NotComputed, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """A value in force, with all a statement needs to be recomputed years later."""

    place: str
    name: str
    unit: str
    value: Decimal
    since: date
    source: Source
    confidence: Confidence
    note: str
    review_by: date
    hard_stop: date
    sha256: str

    def cited(self) -> dict[str, str]:
        """Write what a pay line keeps, as texts that have one canonical form."""
        return {
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
    """Every place that has a file, by its ISO 3166-2 code.

    Example:
        >>> from canut.core.places.reader import shipped_places
        >>> shipped_places().known("minimum_wage.general", "CA-QC", date(2026, 5, 1)).value
        Decimal('16.60')
    """

    by_code: Mapping[str, PlaceRules]

    def chain(self, code: str) -> tuple[PlaceRules, ...]:
        """List the files that speak for a place, most specific first.

        Raises:
            BadInput: this is not the code of a place.
            Incomplete: no file speaks for it.
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
        """Find who decides a parameter for a place; None when no file names it."""
        for place in self.chain(code):
            found = place.parameters.get(name)
            if found and (place.code == code or found.inherited):
                return place, found
        return None

    def found(self, name: str, code: str, day: date) -> Known | None:
        """Return the value in force, or None when it is not known.

        Raises:
            BadInput: this is not the code of a place.
            Incomplete: no file speaks for the place, or the value is past its hard stop.
        """
        decided = self.parameter(name, code)
        if decided is None:
            return None
        place, parameter = decided
        entry = parameter.on(day)
        if entry is None or entry.value is None or entry.source is None:
            return None
        if day >= parameter.hard_stop:
            raise Incomplete(
                f"{name} of {place.code} may not be used on {day}: its last value is from "
                f"{entry.since} and must be renewed by {parameter.hard_stop}; read the source "
                f"again, add a dated value to {place.file} and move hard_stop",
                code="parameter-expired",
                place=code,
                parameter=name,
                day=day.isoformat(),
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
            hard_stop=parameter.hard_stop,
            sha256=place.sha256,
        )

    def known(self, name: str, code: str, day: date) -> Known:
        """Return the value in force.

        Raises:
            BadInput: this is not the code of a place.
            Incomplete: the value is unknown for this place and day, or past its hard stop.
        """
        found = self.found(name, code, day)
        if found is None:
            decided = self.parameter(name, code)
            own = decided is not None and decided[1].override == "employer"
            file = decided[0].file if decided else f"{code}.yaml"
            raise Incomplete(
                f"{name} is unknown for {code} on {day}; "
                + ("give the employer's own rate, or " if own else "")
                + f"find its source and add a dated value to {file}",
                code="parameter-unknown",
                place=code,
                parameter=name,
                day=day.isoformat(),
            )
        return found

    def not_computed(self, code: str) -> tuple[NotComputed, ...]:
        """List what the law of a place asks and Canut does not compute, for statements to say."""
        return tuple(one for place in self.chain(code) for one in place.not_computed)

    def due_for_review(self, today: date) -> tuple[tuple[str, str, date, date], ...]:
        """List (place, parameter, review by, hard stop) of what somebody should look at again."""
        return tuple(
            (place.code, one.name, one.review_by, one.hard_stop)
            for _code, place in sorted(self.by_code.items())
            for one in place.parameters.values()
            if today >= one.review_by
        )
