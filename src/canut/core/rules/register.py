"""The register of rules: laws, standards and promises, what each asks, and what shows it.

A rule says less than the law, in our own words; its source says the law. ``reading`` reads the
files, ``verdicts`` decides what is met.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from canut.core.bilingual import Bilingual

EU = "EU"
EU_STATES = frozenset(
    (
        *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES"),
        *("FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU"),
        *("LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    )
)


class InstrumentKind(StrEnum):
    """Kind of an instrument; ``order`` puts law before what is only advised or promised."""

    ACT = "act"
    EU_REGULATION = "eu_regulation"
    EU_DIRECTIVE = "eu_directive"
    CONVENTION = "convention"
    REPORT = "report"
    STANDARD = "standard"
    OWN_PROMISE = "own_promise"

    @property
    def order(self) -> int:
        """Return the rank: law of a place, law of a union, convention, then all others."""
        return list(InstrumentKind).index(self)

    @property
    def is_law(self) -> bool:
        """Return whether it is law somewhere, or becomes law there."""
        return self.order <= InstrumentKind.CONVENTION.order


class RuleStatus(StrEnum):
    """Whether an instrument holds on a day."""

    IN_FORCE = "in_force"
    DUE = "due_in_national_law"
    ADOPTED = "adopted"
    PROPOSED = "proposed"
    VOLUNTARY = "voluntary"
    REPEALED = "repealed"


class BoundParty(StrEnum):
    """Who has to do what a rule asks."""

    PLATFORM = "platform"
    EMPLOYER = "employer"
    CLIENT = "client"
    STATE = "state"
    PROVIDER = "provider"
    NOBODY_HERE = "nobody_here"


class RuleConfidence(StrEnum):
    """Whether somebody read the wording, or an official page about it."""

    CONFIRMED = "confirmed"
    TO_VERIFY = "to_verify"


class QueryKind(StrEnum):
    """How a query answers: from rows, by a test of the code, or not at all."""

    COUNTED = "counted"
    BY_CODE = "by_code"
    NOT_BUILT = "not_built"
    NOT_KEPT = "not_kept"


class GapKind(StrEnum):
    """Why a rule has no query: the thing is not built, or nobody can tell."""

    NOT_BUILT = "not_built"
    UNKNOWN = "unknown"
    OUT_OF_SCOPE = "out_of_scope"


@dataclass(frozen=True, slots=True)
class RuleSource:
    """Where a rule is written.

    Args:
        title: of the page.
        url: the page, not only its host; a path of this repository for our own promises.
        locator: where on the page, such as ``art. 10(5)``.
        read_at: when somebody read it; None where nobody did.
        published: the date of the text that was read.
    """

    title: str
    url: str
    locator: str = ""
    read_at: date | None = None
    published: date | None = None


@dataclass(frozen=True, slots=True)
class DatedStatus:
    """The status of an instrument from a day on."""

    since: date
    status: RuleStatus


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a rule concerns: where people work, and as what; empty is everywhere, everybody."""

    places: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()

    def concerns(self, place: str, person: str) -> bool:
        """Return whether work in a place under a status is within it.

        A place or a status that is not known is within every scope: nobody falls out of a rule
        because a field is empty.
        """
        is_there = not (self.places and place) or any(_is_in(place, each) for each in self.places)
        return is_there and (not (self.persons and person) or person in self.persons)


@dataclass(frozen=True, slots=True)
class Instrument:
    """A law, a standard or a promise that rules are part of."""

    key: str
    name: Bilingual
    kind: InstrumentKind
    place: str
    statuses: tuple[DatedStatus, ...]
    source: RuleSource
    confidence: RuleConfidence
    note: Bilingual | None = None

    def status_on(self, day: date) -> RuleStatus | None:
        """Return the status on a day; None before the first."""
        past = [each for each in self.statuses if each.since <= day]
        return past[-1].status if past else None

    def next_status(self, day: date) -> DatedStatus | None:
        """Return the next change of status after a day; None where none is known."""
        return next((each for each in self.statuses if each.since > day), None)


@dataclass(frozen=True, slots=True)
class OperatorTask:
    """What whoever runs the instance has to do, and within how many days."""

    task: Bilingual
    within_days: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Why a rule is not measured, in words."""

    kind: GapKind
    words: Bilingual


@dataclass(frozen=True, slots=True)
class Query:
    """What is counted to show a rule.

    Args:
        words: what must hold, in words.
        counted: what its cases are, in the plural; None where the case is the instance itself.
        test: the tests that show it, where the code holds it.
        operator: where only the operator can mend what falls short.
        defect: a known hole; while it stands the query proves nothing.
        is_kept_to_counts: its rows are shown to nobody, only how many they are.
    """

    key: str
    kind: QueryKind
    words: Bilingual
    counted: Bilingual | None = None
    test: tuple[str, ...] = ()
    operator: OperatorTask | None = None
    defect: Bilingual | None = None
    is_kept_to_counts: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that an instrument asks; its key is never used again.

    Args:
        demands: what it asks, in our own words.
        status: its own status, where it is not that of the instrument.
        who: who is bound.
        scope: where and for whom.
        note: what else is known of it, in words.
        evidence: the queries that must all hold.
        gap: why there is none, or what they leave out.
        operator: what the operator has to do once, beside the queries.
        requirements: rows of the labour requirements.
        corrects: the rule that this one corrects.
    """

    key: str
    instrument: Instrument
    article: str
    demands: Bilingual
    who: BoundParty
    scope: Scope
    source: RuleSource
    confidence: RuleConfidence
    status: RuleStatus | None = None
    evidence: tuple[str, ...] = ()
    gap: Gap | None = None
    operator: OperatorTask | None = None
    requirements: tuple[str, ...] = ()
    note: Bilingual | None = None
    corrects: str = ""

    def status_on(self, day: date) -> RuleStatus | None:
        """Return the status of the rule on a day."""
        return self.status or self.instrument.status_on(day)


@dataclass(frozen=True, slots=True)
class Register:
    """All rules in the order of the file, and all queries."""

    instruments: Mapping[str, Instrument]
    rules: Mapping[str, Rule]
    queries: Mapping[str, Query]
    sha256: str = ""
    by_query: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


def _is_in(place: str, named: str) -> bool:
    """Return whether a place is a named one, or within it, or may be: its part is not known."""
    if named == EU:
        return place.split("-", maxsplit=1)[0] in EU_STATES
    return place == named or place.startswith(f"{named}-") or named.startswith(f"{place}-")
