"""The inputs of a pay statement, in a form that is stored and read again.

A statement carries these facts inside it, so that whoever has it can compute it anew. The fields
here are those of its JSON. Nothing is decided here: facts are gathered by ``actions.pay.periods``,
and counted in ``statement``.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, cast

import msgspec
from msgspec import Struct, field

from canut.core.errors import BadInput
from canut.core.pay.employment.pay_calendar import PayCalendar
from canut.core.pay.employment.vacation_pay import VacationGiven
from canut.core.pay.floor import Exchange
from canut.core.places.parameters import Status

SCHEMAS = {1: "canut-statement-1", 2: "canut-statement-2"}
"""The schema of a statement, by the number of the rules it is computed with."""

FIRST_RULES = 1  # exact to the micro-unit, vacation with each pay, no overtime
NEWEST_RULES = 2  # whole seconds and cents, overtime, vacation kept, exemptions by pay
PLATFORM = 0
LESSONS = -1  # the platform's own lessons: a line of their own, charged to no project
LESSON = "lesson"  # kind of page
ETHICS = -2  # ethics reviews: a line of their own, whose cost a levy spreads over the projects
ETHICS_PAGE = "ethics"  # kind of page
RESALE_SHARE = "resale-share"
"""The reason of an adjustment that pays a share of a resale."""
BONUS = "bonus"
"""The reason of an adjustment that a requester paid besides the price of an answer."""
SCREENED_OUT = "screened-out"
"""The reason of the bonus that pays the fixed sum of a study; pages write it in words."""
ADDED_LATER = ("hourly_of_day", "reviews")  # of a project; written only where there is something
ADDED_TO_STATEMENTS = (
    *("unheard", "corrections", "employer", "job", "week_starts", "hours", "vacation"),
    *("exempted_micro", "own_costs"),
)
ADDED_TO_CORRECTIONS = ("overtime", "is_kept", "cost_hour_micro")


def line_of(project: int | None, surface: str) -> int:
    """Return the number of the line of a statement that some time stands in.

    Args:
        project: of the work; None for the platform's own pages.
        surface: kind of page.
    """
    if project is None and surface == LESSON:
        return LESSONS
    if project is None and surface == ETHICS_PAGE:
        return ETHICS
    return project or PLATFORM


class PricedCount(Struct, frozen=True, forbid_unknown_fields=True):
    """A number of answers or reviews at one price, in micro-units."""

    count: int
    micro: int


class HourlyFloor(Struct, frozen=True, forbid_unknown_fields=True):
    """An hourly floor, in micro-units of a currency."""

    micro: int
    currency: str


class PersonInput(Struct, frozen=True, forbid_unknown_fields=True):
    """The person of the statement; ``years`` are whole years of service on the last day."""

    number: int
    name: str
    is_simulated: bool
    years: int


class PeriodInput(Struct, frozen=True, forbid_unknown_fields=True):
    """The period of a statement.

    Args:
        number: of the period.
        first_day: of work.
        last_day: of work.
        pay_day: when it is to be paid; its year counts for contributions.
        a_year: how many such pays a year has.
        calendar: where it stands among the pays of its year; None by the first rules.
    """

    number: int
    first_day: date
    last_day: date
    pay_day: date
    a_year: int
    calendar: PayCalendar | None = None


class DayGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """One local day in one project: time by what was on the page, in milliseconds."""

    day: date
    surfaces: Mapping[str, int]

    @property
    def time_ms(self) -> int:
        """Return all of the day's time, in milliseconds."""
        return sum(self.surfaces.values())


class ResaleGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a share of a resale comes from, as its statement says.

    Args:
        number: of the resale.
        dataset: title of the dataset.
        version: number of its version.
        form: ``sale`` or ``licence``.
        fee_micro: what the buyer paid.
        share_per_mille: the workers' share of it.
        own_ms: the person's measured time in that version.
        all_ms: everybody's.
    """

    number: int
    dataset: str
    version: int
    form: str
    fee_micro: int
    share_per_mille: int
    own_ms: int
    all_ms: int


class AdjustmentGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """A deduction from pay by a decision, or its reversal, with the reason.

    A share of a resale is one too: ``resale`` says where it comes from. So is a bonus: ``words``
    are the requester's reason.
    ``number`` is that of the adjustment, below 0 for a share of a resale; 0 in statements from
    before it was written.
    """

    day: date
    micro: int
    reason: str
    number: int = 0
    resale: ResaleGiven | None = None
    words: str = ""


class ProjectGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """One project's work of one person in one period.

    Number 0 is the platform itself, ``LESSONS`` its paid lessons, ``ETHICS`` its ethics reviews.

    Args:
        number: of the project.
        pieces: answers by price.
        reviews: reviews by price; of statements from before they were told apart,
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
    pieces: Sequence[PricedCount] = ()
    adjustments: Sequence[AdjustmentGiven] = ()
    hourly_micro: int | None = None
    floor_micro: int | None = None
    held_ms: int = 0
    hourly_of_day: Mapping[date, int] = field(default_factory=dict[date, int])
    reviews: Sequence[PricedCount] = ()


class YearToDatePay(Struct, frozen=True, forbid_unknown_fields=True):
    """Pay from the same payer earlier in the year of payment, in one currency.

    ``opening_micro`` is the part of the gross pay that was paid before Canut.
    """

    gross_micro: int = 0
    vacation_micro: int = 0
    net_micro: int = 0
    contributed: Mapping[str, int] = field(default_factory=dict[str, int])
    opening_micro: int = 0


class HolidayGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """A holiday of a corrected period: its weeks, their wages paid elsewhere, and its share."""

    day: date
    first_day: date
    last_day: date
    elsewhere_micro: int
    share: Decimal


class PaidBefore(Struct, frozen=True, forbid_unknown_fields=True):
    """What was paid for a period so far, by its statement and earlier corrections."""

    wages_micro: int = 0
    holiday_micro: int = 0
    vacation_micro: int = 0
    overtime_micro: int = 0


class OvertimeGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """The overtime of a corrected period: its rule, and the days before it in its first week.

    Args:
        after_ms: the hours of a normal week.
        times: what an hour over them is worth.
        week_starts: the day on which weeks begin; 0 is Monday.
        hours: milliseconds of the days before the period.
        wages: their wages.
    """

    after_ms: int
    times: Decimal
    week_starts: int = 0
    hours: Mapping[date, int] = field(default_factory=dict[date, int])
    wages: Mapping[date, int] = field(default_factory=dict[date, int])


class EmployerGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """Whoever pays, as a pay slip names them."""

    name: str
    address: str = ""


class OwnCostsInput(Struct, frozen=True, forbid_unknown_fields=True):
    """What the work costs the person an hour, in the currency of the statement.

    Args:
        hourly_micro: all of it.
        covered_micro: the part of it that is taken off before the floor is tested.
        is_own_word: whether the person stated it; else it is what is assumed for the place.
        on: the day it was stated; None where it is assumed.
    """

    hourly_micro: int
    covered_micro: int
    is_own_word: bool
    on: date | None = None


class CorrectionGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """A closed period of the same person and currency, as it is known now.

    Args:
        period: the corrected period.
        projects: all work of that period, whenever it was known.
        before: the same as it stood when it was last paid; empty where nothing was.
        floors: the floor an hour of each day, by number of the project.
        paid: what was paid for it so far.
        holidays: its holidays, for an employee.
        vacation_rate: the share of vacation; None where there is none.
        cost_hour_micro: what is taken off an hour before the floor is tested.
        overtime: the rule of its overtime; None where there is none.
        is_kept: whether its vacation pay is kept for the vacation, not paid with the pay.
        rules: number of the rules it was computed with.
    """

    period: PeriodInput
    projects: Sequence[ProjectGiven]
    before: Sequence[ProjectGiven]
    floors: Mapping[int, Mapping[date, int]]
    paid: PaidBefore
    holidays: Sequence[HolidayGiven] = ()
    vacation_rate: Decimal | None = None
    cost_hour_micro: int = 0
    overtime: OvertimeGiven | None = None
    is_kept: bool = False
    rules: int = FIRST_RULES


class UnheardGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """Decisions of one kind about a person whose appeals nobody independent can hear.

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


class StatementInput(Struct, frozen=True, forbid_unknown_fields=True):
    """All inputs of one statement.

    Args:
        place: where the person works, unless ``place_of_day`` has another for a day.
        operator_floor: the operator's floor an hour.
        yearly_payroll_micro: where a contribution depends on it; None is unknown.
        own_rates: the employer's own rates, by parameter.
        wages: wages of earlier days, for the indemnity of a holiday.
        unheard: decisions of the period that nobody here could hear an appeal on, when it closed;
            of statements from before they were known, there are none.
        corrections: earlier periods that are to be corrected with this one.
        own_costs: what the work costs the person; None where nobody stated it.
        rules: number of the rules it is computed with.
        employer: whoever pays; None where they are not named.
        job: the person's job title.
        week_starts: the day on which the payer's weeks begin; 0 is Monday.
        hours: milliseconds of earlier days, for overtime and the indemnity of a holiday.
        vacation: an employee's vacation pay; None for others, and by the first rules.
        exempted_micro: the yearly exemption that earlier statements of the same pay took.
    """

    person: PersonInput
    place: str
    zone: str
    status: Status
    period: PeriodInput
    currency: str
    projects: Sequence[ProjectGiven]
    before: YearToDatePay = YearToDatePay()
    operator_floor: HourlyFloor | None = None
    exchange: Mapping[str, Exchange] = field(default_factory=dict[str, Exchange])
    yearly_payroll_micro: int | None = None
    own_rates: Mapping[str, Decimal] = field(default_factory=dict[str, Decimal])
    wages: Mapping[date, int] = field(default_factory=dict[date, int])
    place_of_day: Mapping[date, str] = field(default_factory=dict[date, str])
    unheard: Sequence[UnheardGiven] = ()
    corrections: Sequence[CorrectionGiven] = ()
    own_costs: OwnCostsInput | None = None
    rules: int = FIRST_RULES
    employer: EmployerGiven | None = None
    job: str = ""
    week_starts: int = 0
    hours: Mapping[date, int] = field(default_factory=dict[date, int])
    vacation: VacationGiven | None = None
    exempted_micro: int = 0

    @property
    def is_exact(self) -> bool:
        """Return whether amounts are exact to the micro-unit, not to the cent."""
        return self.rules == FIRST_RULES


def to_json(inputs: StatementInput) -> dict[str, Any]:
    """Convert the inputs to texts, whole numbers, lists and objects.

    Fields that statements have only since later are written only where there is something, so that
    a statement from before comes to the same bytes.
    """
    facts = cast("dict[str, Any]", msgspec.to_builtins(inputs, str_keys=True))
    projects: list[dict[str, Any]] = [*facts["projects"]]
    periods = [facts["period"]]
    for correction in facts["corrections"]:
        projects += (*correction["projects"], *correction["before"])
        periods.append(correction["period"])
        _delete_empty(correction, ADDED_TO_CORRECTIONS)
        _delete_empty(correction["paid"], ("overtime_micro",))
        _delete_first_rules(correction)
    for period in periods:
        _delete_empty(period, ("calendar",))
    for project in projects:
        _delete_empty(project, ADDED_LATER)
        for adjustment in project["adjustments"]:
            _delete_empty(adjustment, ("number", "resale", "words"))
    _delete_empty(facts["before"], ("opening_micro",))
    _delete_empty(facts, ADDED_TO_STATEMENTS)
    _delete_first_rules(facts)
    return facts


def _delete_first_rules(facts: dict[str, Any]) -> None:
    if facts["rules"] == FIRST_RULES:
        del facts["rules"]


def _delete_empty(facts: dict[str, Any], names: Sequence[str]) -> None:
    for name in names:
        if not facts[name]:
            del facts[name]


def from_json(facts: Mapping[str, Any]) -> StatementInput:
    """Parse the inputs that ``to_json`` wrote.

    Raises:
        BadInput: something is missing or is not what it should be.
    """
    try:
        return msgspec.convert(facts, StatementInput, str_keys=True)
    except msgspec.ValidationError as problem:
        raise BadInput(
            f"these are not the facts of a statement ({problem}); expected what"
            f" {SCHEMAS[NEWEST_RULES]} holds under given",
            code="bad-statement",
        ) from problem
