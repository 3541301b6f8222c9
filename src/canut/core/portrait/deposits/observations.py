"""One figure that somebody else counted: what, where, when, how, and how sure.

The words are those of the columns of ``observations.csv``. ``table`` reads such a file, the
adapters read the files of statistical offices, surveys and platforms; both give these.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

FEWEST = 20
"""Under so many people no figure is taken, whatever a depositor's own rule."""
LONGEST_NOTE = 300
MOST_OBSERVATIONS = 5_000
PLACE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?|WORLD|EU")
AGE = re.compile(r"all|unknown|[0-9]{1,3}-[0-9]{1,3}|[0-9]{1,3}\+")
CURRENCY = re.compile(r"[A-Z]{3}")


class Concept(StrEnum):
    """Whom a figure counts; the definitions page says what each holds."""

    PLATFORM = "platform"
    """Work found through a digital platform, paid or not by it."""
    PLATFORM_PAID = "platform_paid"
    """Work through a platform that also pays for it."""
    MICROWORK = "microwork"
    """Small paid tasks done online."""
    CLICK = "click"
    """Labelling, checking and transcribing for machines."""
    GIG = "gig"
    ONLINE_FREELANCE = "online_freelance"
    OCCUPATION = "occupation"
    """People of a named occupation, however they found the work."""


WIDER: dict[Concept, Concept] = {
    Concept.CLICK: Concept.MICROWORK,
    Concept.MICROWORK: Concept.PLATFORM,
    Concept.PLATFORM_PAID: Concept.PLATFORM,
}
"""The concept that holds a narrower one; only these are known to be inside each other."""


class PlaceKind(StrEnum):
    """Whose place it is."""

    WORK = "work"
    CLIENT = "client"
    RESIDENCE = "residence"


class CodeScheme(StrEnum):
    """The classification of occupations a code belongs to."""

    ALL = "all"
    CAN = "can"
    NOC = "noc"
    ESCO = "esco"
    ISCO = "isco"


class Sex(StrEnum):
    """Only as people said it."""

    ALL = "all"
    WOMAN = "woman"
    MAN = "man"
    OTHER = "other"
    UNKNOWN = "unknown"


class WorkStatus(StrEnum):
    """As what people work."""

    ALL = "all"
    EMPLOYEE = "employee"
    SELF_EMPLOYED = "self_employed"
    UNKNOWN = "unknown"


class Measure(StrEnum):
    """What is measured."""

    PEOPLE = "people"
    HOURS = "hours"
    PAY_PER_HOUR = "pay_per_hour"
    SHARE = "share"
    INDEX = "index"


UNITS: dict[Measure, tuple[str, ...]] = {
    Measure.PEOPLE: ("people",),
    Measure.HOURS: ("hours", "hours_per_week"),
    Measure.PAY_PER_HOUR: ("currency_per_hour",),
    Measure.SHARE: ("proportion",),
    Measure.INDEX: ("index",),
}
ADDITIVE = frozenset({Measure.PEOPLE, Measure.HOURS})


class ObservationState(StrEnum):
    """How a figure was come by: the letters of SDMX."""

    NORMAL = "A"
    ESTIMATED = "E"
    PROVISIONAL = "P"
    BREAK = "B"
    MISSING = "M"


FLAGS = frozenset({"", *"ABCDEF", ".", "..", "...", "x", "p", "r", "0s"})
"""Signs of quality as Statistics Canada prints them; kept as they are."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One figure of a deposit.

    Args:
        line: of the file it comes from, the header being 1; 0 where it was worked out.
        place: ISO 3166-1 or 3166-2, or WORLD, or EU.
        occupation: a code of ``scheme``, or ``all``.
        age: ``all``, ``unknown``, ``15-24`` or ``65+``.
        begin: first day of the period.
        end: its last day.
        currency: of pay; empty otherwise.
        value: None where the source says that it is missing.
        low: lower end of its interval; alone, the figure is “at least” this.
        high: upper end.
        level: of the interval, such as 0.95.
        n: people it rests on; None where the publisher has a rule of its own.
        flag: sign of quality of the publisher.
        step: what the figure was rounded to, for sums.
        share_of: of what a share is: a wider place, a wider concept, or ``hours``, ``people``.
    """

    line: int
    concept: Concept
    place: str
    place_kind: PlaceKind
    begin: date
    end: date
    measure: Measure
    unit: str
    value: Decimal | None
    occupation: str = "all"
    scheme: CodeScheme = CodeScheme.ALL
    sex: Sex = Sex.ALL
    age: str = "all"
    status: WorkStatus = WorkStatus.ALL
    currency: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    level: Decimal | None = None
    n: int | None = None
    is_weighted: bool = False
    flag: str = ""
    state: ObservationState = ObservationState.NORMAL
    note_en: str = ""
    note_fr: str = ""
    share_of: str = ""
    step: Decimal = Decimal(1)

    @property
    def subject(self) -> tuple[str, ...]:
        """Return what is counted, of whom and where, without the period."""
        return (
            self.concept,
            self.place,
            self.place_kind,
            self.scheme,
            self.occupation,
            self.sex,
            self.age,
            self.status,
            self.measure,
            self.unit,
            self.currency,
            self.share_of,
        )

    @property
    def key(self) -> tuple[str, ...]:
        """Return what one package may say once: the subject and its period."""
        return (*self.subject, self.begin.isoformat(), self.end.isoformat())

    @property
    def period(self) -> str:
        """Return the period as an ISO 8601 interval."""
        return f"{self.begin.isoformat()}/{self.end.isoformat()}"

    @property
    def has_spread(self) -> bool:
        """Return whether the publisher said how sure the figure is."""
        is_interval = self.low is not None and self.high is not None and self.level is not None
        return is_interval or self.flag in set("ABCDEF")


def is_within(narrow: Concept, wide: Concept) -> bool:
    """Return whether everybody a narrow concept counts is counted by a wide one.

    >>> is_within(Concept.CLICK, Concept.PLATFORM), is_within(Concept.GIG, Concept.PLATFORM)
    (True, False)
    """
    concept: Concept | None = narrow
    while concept is not None and concept is not wide:
        concept = WIDER.get(concept)
    return concept is wide
