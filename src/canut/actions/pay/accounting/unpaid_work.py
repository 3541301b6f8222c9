"""Compute what everybody has earned and was not paid: the next period, before anything is written.

The period counted is the open one, or the one that comes next. Its statements are computed as
closing it computes them, so their sum is what closing pays, unless something happens meanwhile.

Reads only.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from canut.actions.pay.pay_rules import policy_in_force
from canut.actions.pay.periods import count_statements, half_month, next_days
from canut.actions.pay.statement_inputs import (
    LeftOut,
    PayRun,
    PeriodExclusions,
    Unready,
    payable_people,
)
from canut.core.clock import Ms
from canut.core.pay.statement_diff import summed
from canut.store.models import BankDetails, DryRun, Period
from canut.store.pay.account_requests import requested_since
from canut.store.pay.periods import end_everywhere, first_not_closed, last_closed
from canut.store.pay.places import places as known_places
from canut.store.pay.statements import last_run

MOST_COUNTED = 200
"""With more people than that the last dry run is shown, which a job computes."""


class UnpaidPerson(NamedTuple):
    """What one person gets in one currency, in micro-units.

    Args:
        person: their number.
        name: as others read it.
        place: where they work.
        currency: of the amounts.
        time_ms: time paid, in milliseconds.
        earned_micro: gross pay but for what lifts it to the minimum.
        minimum_micro: what lifts it to the minimum of the place.
        withheld_micro: what is taken off.
        net_micro: what the person is paid.
        has_account: whether there is an account to pay into.
        requested_ms: when they were asked for an account; None for never.
    """

    person: int
    name: str
    place: str
    currency: str
    time_ms: int
    earned_micro: int
    minimum_micro: int
    withheld_micro: int
    net_micro: int
    has_account: bool
    requested_ms: Ms | None


class UnpaidSum(NamedTuple):
    """What a period pays in one currency, in micro-units, and what it is made of.

    ``answers_micro``, ``pages_micro`` and ``minimum_micro`` make up the gross pay.
    """

    currency: str
    people: int
    time_ms: int
    answers_micro: int
    pages_micro: int
    minimum_micro: int
    withheld_micro: int
    net_micro: int
    net_without_account_micro: int
    people_without_account: int

    @property
    def earned_micro(self) -> int:
        """Return the gross pay but for what lifts it to the minimum, in micro-units."""
        return self.answers_micro + self.pages_micro

    @property
    def in_file_micro(self) -> int:
        """Return what can be paid into accounts, in micro-units."""
        return self.net_micro - self.net_without_account_micro

    @property
    def people_with_account(self) -> int:
        """Return how many people can be paid into an account."""
        return self.people - self.people_without_account


@dataclass(frozen=True, slots=True)
class UnpaidWork:
    """The next period and what it would pay.

    Args:
        first_day: of the period.
        last_day: of the period.
        period: the period, where it was created already.
        since: the first day of unpaid work; None where nobody has any, or it was not computed now.
        people: who is paid what, by name.
        sums: by currency.
        waiting: who cannot be paid yet, and why.
        left_out: who is not paid here.
        is_counted: whether there are figures.
    """

    first_day: date
    last_day: date
    period: Period | None
    since: date | None
    people: Sequence[UnpaidPerson]
    sums: Sequence[UnpaidSum]
    waiting: Sequence[Unready]
    left_out: Sequence[LeftOut]
    is_counted: bool = True

    @property
    def closable_ms(self) -> Ms:
        """Return from when the period can be closed."""
        return end_everywhere(self.last_day)

    @property
    def without_account(self) -> list[UnpaidPerson]:
        """List who is owed something and has no account to be paid into."""
        return [row for row in self.people if not row.has_account and row.net_micro > 0]

    @property
    def is_anybody_paid(self) -> bool:
        """Return whether the period pays anything to anybody."""
        return bool(self.people)


def unpaid_work(today: date, now_ms: Ms) -> UnpaidWork:
    """Compute what the open period, or the one that comes next, would pay.

    Before the first period, work of an earlier half-month is proposed with the half-month that is
    over, so that nobody waits for the end of the present one; also where the present one cannot be
    counted yet, as a legal value of its pay day is missing.

    Args:
        today: the local day.
        now_ms: heartbeats received by then count.
    """
    period = first_not_closed()
    if period is not None:
        first, last = period.first_day, period.last_day
    else:
        first, last = next_days(today)
    if len(payable_people()) > MOST_COUNTED:
        run = None if period is None else last_run(period)
        return _of_run(period, first, last, run)
    rows, exclusions, since = _count(period, first, last, now_ms)
    is_whole_half = (first, last) == half_month(today)
    is_first = period is None and last_closed(first) is None
    is_earlier = since < first if since is not None else bool(exclusions.waiting)
    if is_first and is_whole_half and is_earlier:
        days_before = half_month(first - timedelta(days=1))
        before = _count(period, *days_before, now_ms)
        if before[2] is not None:
            (first, last), (rows, exclusions, since) = days_before, before
    return UnpaidWork(
        first,
        last,
        period,
        since,
        *_people_and_sums(rows),
        exclusions.waiting,
        exclusions.left_out,
    )


def _count(
    period: Period | None, first: date, last: date, now_ms: Ms
) -> tuple[list[dict[str, Any]], PeriodExclusions, date | None]:
    """Compute the statements of a period; return their sums and the first day with work."""
    policy, _ = policy_in_force()
    exclusions = PeriodExclusions()
    pay_day = last + timedelta(days=policy.wait_days)
    counted = period or Period(id=0, first_day=first, last_day=last, pay_day=pay_day)
    pay_run = PayRun(counted, policy, known_places(), now_ms)
    rows: list[dict[str, Any]] = []
    days: list[date] = []
    for to_pay, content in count_statements(pay_run, exclusions):
        rows.append(summed(content))
        days += [day.day for project in to_pay.given.projects for day in project.days]
    return rows, exclusions, min(days, default=None)


def _of_run(period: Period | None, first: date, last: date, run: DryRun | None) -> UnpaidWork:
    """Return what the last dry run of a period computed."""
    if run is None:
        return UnpaidWork(first, last, period, None, (), (), (), (), is_counted=False)
    waiting = [Unready(**row) for row in run.problems]
    left_out = [LeftOut(**row) for row in run.left_out]
    return UnpaidWork(first, last, period, None, *_people_and_sums(run.rows), waiting, left_out)


def _people_and_sums(
    rows: Sequence[Mapping[str, Any]],
) -> tuple[list[UnpaidPerson], list[UnpaidSum]]:
    """Return who is paid what, by name, and the sums by currency; who is paid nothing is none."""
    paid = [row for row in rows if row["gross_micro"] or row["net_micro"]]
    numbers = [row["person"] for row in paid]
    accounts = set(
        BankDetails.objects.filter(person__in=numbers).values_list("person_id", flat=True)
    )
    requests = requested_since(numbers)
    people = [
        UnpaidPerson(
            person=row["person"],
            name=row["name"],
            place=row["place"],
            currency=row["currency"],
            time_ms=row["time_ms"],
            earned_micro=row["gross_micro"] - _minimum_micro(row),
            minimum_micro=_minimum_micro(row),
            withheld_micro=row["gross_micro"] - row["net_micro"],
            net_micro=row["net_micro"],
            has_account=row["person"] in accounts,
            requested_ms=requests.get(row["person"]),
        )
        for row in paid
    ]
    people.sort(key=lambda row: (row.currency, row.name.casefold(), row.person))
    pages: Counter[str] = Counter()
    for row in paid:
        pages[row["currency"]] += _pages_micro(row)
    return people, [
        _sum_of(currency, [row for row in people if row.currency == currency], pages[currency])
        for currency in sorted({row.currency for row in people})
    ]


def _sum_of(currency: str, people: Sequence[UnpaidPerson], pages_micro: int) -> UnpaidSum:
    """Sum what people get in one currency."""
    without = [row for row in people if not row.has_account and row.net_micro > 0]
    return UnpaidSum(
        currency=currency,
        people=len({row.person for row in people}),
        time_ms=sum(row.time_ms for row in people),
        answers_micro=sum(row.earned_micro for row in people) - pages_micro,
        pages_micro=pages_micro,
        minimum_micro=sum(row.minimum_micro for row in people),
        withheld_micro=sum(row.withheld_micro for row in people),
        net_micro=sum(row.net_micro for row in people),
        net_without_account_micro=sum(row.net_micro for row in without),
        people_without_account=len(without),
    )


def _minimum_micro(row: Mapping[str, Any]) -> int:
    """Return what lifts a person's pay in projects to the minimum, in micro-units."""
    return _sum_over(row["projects"], "top_up_micro", is_platform=False)


def _pages_micro(row: Mapping[str, Any]) -> int:
    """Return what a person gets for time on Canut's own pages, in micro-units."""
    names = ("paid_micro", "top_up_micro")
    return sum(_sum_over(row["projects"], name, is_platform=True) for name in names)


def _sum_over(projects: Iterable[Mapping[str, Any]], name: str, *, is_platform: bool) -> int:
    return sum(row[name] for row in projects if row["is_platform"] is is_platform)
