"""Hold what a pay statement is computed from, in a form that can be kept and read again.

A statement carries these facts inside it, so that whoever has it can compute it anew. Nothing is
decided here: facts are gathered by ``actions.pay.periods``, and counted in ``statement``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from canut.core.errors import BadInput
from canut.core.pay.floor import Exchange
from canut.core.places.parameters import Status

SCHEMA = "canut-statement-1"
PLATFORM = 0


@dataclass(frozen=True, slots=True)
class DayGiven:
    """One local day in one project: time by what was on the page, in milliseconds."""

    day: date
    surfaces: Mapping[str, int]

    @property
    def time_ms(self) -> int:
        """All of the day's time."""
        return sum(self.surfaces.values())


@dataclass(frozen=True, slots=True)
class AdjustmentGiven:
    """A piece price taken back or given back, by a decision, and why."""

    day: date
    micro: int
    reason: str


@dataclass(frozen=True, slots=True)
class ProjectGiven:
    """One project's work of one person in one period; number 0 is the platform itself.

    Args:
        number: of the project.
        pieces: how many answers at which price, in micro-units.
        reviews: how many reviews at which price; of statements from before they were told apart,
            they are among ``pieces``.
        floor_micro: the project's own floor an hour, in its currency; None where it has none.
        hourly_micro: an agreed price an hour; None where pieces are paid alone.
        hourly_of_day: that of the days on which it was another.
        held_ms: time of this period held back for a human to look at; paid later.
    """

    number: int
    title: str
    organisation: str
    days: Sequence[DayGiven]
    pieces: Sequence[tuple[int, int]] = ()
    adjustments: Sequence[AdjustmentGiven] = ()
    hourly_micro: int | None = None
    floor_micro: int | None = None
    held_ms: int = 0
    hourly_of_day: Mapping[date, int] = field(default_factory=dict[date, int])
    reviews: Sequence[tuple[int, int]] = ()


@dataclass(frozen=True, slots=True)
class YearToDatePay:
    """What the same payer paid a person earlier in the year of payment, in one currency."""

    gross_micro: int = 0
    vacation_micro: int = 0
    net_micro: int = 0
    contributed: Mapping[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True, slots=True)
class UnheardGiven:
    """Decisions of one kind about a person that nobody here is independent to hear an appeal on.

    Args:
        day: of the last of them.
        kind: of ``store.tables.decisions.Decision``.
        project: its title; empty where they are of none.
        count: how many.
    """

    day: date
    kind: str
    project: str
    count: int


@dataclass(frozen=True, slots=True)
class StatementInput:
    """Everything one statement is computed from.

    Args:
        person: number of the person.
        years: whole years of service on the last day.
        number: of the period.
        pay_day: when it is to be paid; its year counts for contributions.
        periods: pays in a year.
        operator_floor: the operator's floor an hour, as micro-units and currency.
        yearly_payroll_micro: where a contribution depends on it; None is unknown.
        own_rates: the employer's own rates, by parameter.
        wages: wages of earlier days, for the indemnity of a holiday.
        place_of_day: where the person worked on days on which it was not ``place``.
        unheard: decisions of the period that nobody here could hear an appeal on, when it closed.
    """

    person: int
    name: str
    is_simulated: bool
    place: str
    zone: str
    status: Status
    years: int
    number: int
    first_day: date
    last_day: date
    pay_day: date
    periods: int
    currency: str
    projects: Sequence[ProjectGiven]
    before: YearToDatePay = field(default_factory=YearToDatePay)
    operator_floor: tuple[int, str] | None = None
    exchange: Mapping[str, Exchange] = field(default_factory=dict[str, Exchange])
    yearly_payroll_micro: int | None = None
    own_rates: Mapping[str, Decimal] = field(default_factory=dict[str, Decimal])
    wages: Mapping[date, int] = field(default_factory=dict[date, int])
    place_of_day: Mapping[date, str] = field(default_factory=dict[date, str])
    unheard: Sequence[UnheardGiven] = ()


def to_json(given: StatementInput) -> dict[str, Any]:
    """Write the facts as texts, whole numbers, lists and objects.

    ``unheard`` is written only where there is something: a statement kept before it was known comes
    to the same bytes.
    """
    floor = given.operator_floor
    unheard = [asdict(one) | {"day": one.day.isoformat()} for one in given.unheard]
    return ({"unheard": unheard} if unheard else {}) | {
        "person": {
            "number": given.person,
            "name": given.name,
            "is_simulated": given.is_simulated,
            "years": given.years,
        },
        "place": given.place,
        "zone": given.zone,
        "status": given.status.value,
        "period": {
            "number": given.number,
            "first_day": given.first_day.isoformat(),
            "last_day": given.last_day.isoformat(),
            "pay_day": given.pay_day.isoformat(),
            "a_year": given.periods,
        },
        "currency": given.currency,
        "projects": [_project_written(one) for one in given.projects],
        "before": {
            "gross_micro": given.before.gross_micro,
            "vacation_micro": given.before.vacation_micro,
            "net_micro": given.before.net_micro,
            "contributed": dict(given.before.contributed),
        },
        "operator_floor": None if floor is None else {"micro": floor[0], "currency": floor[1]},
        "exchange": {
            code: {"rate": str(one.rate), "on": one.on.isoformat(), "source": one.source}
            for code, one in given.exchange.items()
        },
        "yearly_payroll_micro": given.yearly_payroll_micro,
        "own_rates": {name: str(rate) for name, rate in given.own_rates.items()},
        "wages": {day.isoformat(): micro for day, micro in given.wages.items()},
        "place_of_day": {day.isoformat(): place for day, place in given.place_of_day.items()},
    }


def from_json(kept: Mapping[str, Any]) -> StatementInput:
    """Read the facts that ``to_json`` wrote.

    Raises:
        BadInput: something is missing or is not what it should be.
    """
    try:
        person, period, floor = kept["person"], kept["period"], kept["operator_floor"]
        return StatementInput(
            person=person["number"],
            name=person["name"],
            is_simulated=person["is_simulated"],
            place=kept["place"],
            zone=kept["zone"],
            status=Status(kept["status"]),
            years=person["years"],
            number=period["number"],
            first_day=date.fromisoformat(period["first_day"]),
            last_day=date.fromisoformat(period["last_day"]),
            pay_day=date.fromisoformat(period["pay_day"]),
            periods=period["a_year"],
            currency=kept["currency"],
            projects=tuple(_project_of(one) for one in kept["projects"]),
            before=YearToDatePay(**kept["before"]),
            operator_floor=None if floor is None else (floor["micro"], floor["currency"]),
            exchange={
                code: Exchange(Decimal(one["rate"]), date.fromisoformat(one["on"]), one["source"])
                for code, one in kept["exchange"].items()
            },
            yearly_payroll_micro=kept["yearly_payroll_micro"],
            own_rates={name: Decimal(rate) for name, rate in kept["own_rates"].items()},
            wages={date.fromisoformat(day): micro for day, micro in kept["wages"].items()},
            place_of_day={
                date.fromisoformat(day): place for day, place in kept["place_of_day"].items()
            },
            unheard=tuple(
                UnheardGiven(**one | {"day": date.fromisoformat(one["day"])})
                for one in kept.get("unheard", ())
            ),
        )
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as problem:
        raise BadInput(
            f"these are not the facts of a statement ({problem!r}); expected what {SCHEMA} holds"
            " under given",
            code="bad-statement",
        ) from problem


def _project_written(one: ProjectGiven) -> dict[str, Any]:
    """Write a project's facts; the prices of single days, and reviews, only where there are any.

    Statements from before there were any keep their bytes.
    """
    days = {day.isoformat(): micro for day, micro in one.hourly_of_day.items()}
    reviews = _priced(one.reviews)
    rare = ({"hourly_of_day": days} if days else {}) | ({"reviews": reviews} if reviews else {})
    return rare | {
        "number": one.number,
        "title": one.title,
        "organisation": one.organisation,
        "hourly_micro": one.hourly_micro,
        "floor_micro": one.floor_micro,
        "held_ms": one.held_ms,
        "days": [
            {"day": each.day.isoformat(), "surfaces": dict(each.surfaces)} for each in one.days
        ],
        "pieces": _priced(one.pieces),
        "adjustments": [
            {"day": each.day.isoformat(), "micro": each.micro, "reason": each.reason}
            for each in one.adjustments
        ],
    }


def _priced(pieces: Sequence[tuple[int, int]]) -> list[dict[str, int]]:
    return [{"count": count, "micro": micro} for count, micro in pieces]


def _project_of(kept: Mapping[str, Any]) -> ProjectGiven:
    return ProjectGiven(
        number=kept["number"],
        title=kept["title"],
        organisation=kept["organisation"],
        hourly_micro=kept["hourly_micro"],
        floor_micro=kept["floor_micro"],
        held_ms=kept["held_ms"],
        days=tuple(
            DayGiven(date.fromisoformat(each["day"]), dict(each["surfaces"]))
            for each in kept["days"]
        ),
        pieces=tuple((each["count"], each["micro"]) for each in kept["pieces"]),
        adjustments=tuple(
            AdjustmentGiven(date.fromisoformat(each["day"]), each["micro"], each["reason"])
            for each in kept["adjustments"]
        ),
        hourly_of_day={
            date.fromisoformat(day): micro for day, micro in kept.get("hourly_of_day", {}).items()
        },
        reviews=tuple((each["count"], each["micro"]) for each in kept.get("reviews", ())),
    )
