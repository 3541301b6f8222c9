"""Collect the inputs of a period's statements, some hundred people at a time.

Which time is paid comes from ``payable_time``; terms, pieces, adjustments and what was paid
earlier in the year from their tables; what became known of closed periods from ``corrections``. Who
worked without terms, or is not paid here, is named. Who cannot be paid gets no statement yet: the
next one holds a correction of this period.

Reads only.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import batched
from typing import NamedTuple

from msgspec import structs

from canut.actions.pay.corrections import (
    HOME_ZONE,
    CorrectionDesk,
    Corrections,
    Reasons,
    closed_before,
    has_late_terms,
    has_paid_holiday,
    zone_of_end,
    zone_then,
)
from canut.actions.pay.pay_rules import PayRules
from canut.actions.pay.payable_time import (
    CHUNK,
    DayRow,
    Who,
    came_late,
    midnight_ms,
    time_to_pay,
)
from canut.actions.pay.period_context import (
    Part,
    Payee,
    PeriodContext,
    context_of,
    in_whole_seconds,
    inputs_of,
    is_readable,
    parts_of,
    split_by_currency,
    terms_in_window,
    terms_on,
    usual_currency,
)
from canut.actions.pay.piecework import PieceworkTotals, given_back, pieces_of
from canut.actions.pay.unheard_decisions import Unheard
from canut.actions.pay.year_to_date import (
    DaysBefore,
    before_of,
    days_before,
    payouts_of,
    vacation_before,
)
from canut.actions.time.measure import DATA_FAULTS
from canut.core.errors import BadInput, Refusal
from canut.core.pay.employment.vacation_pay import PayoutGiven, VacationGiven
from canut.core.pay.statement_input import (
    NEWEST_RULES,
    PLATFORM,
    ProjectGiven,
    StatementInput,
    UnheardGiven,
    YearToDatePay,
)
from canut.core.places.parameters import Places, Status
from canut.store.models import Period, Person, Statement, Terms
from canut.store.pay.statements import paid_here
from canut.store.time.worked_time import uncounted_time

UNMEASURED = "time-unmeasured"


TERMS_MISSING = "terms-missing"
END = "end"  # of ``VacationPayout.Why``


BAD_PLACE = "bad-place"
log = logging.getLogger(__name__)


class LeftOut(NamedTuple):
    """A person whose work is not paid here: a volunteer, or an organisation's own staff."""

    person: int
    name: str
    status: str


class Unready(NamedTuple):
    """A person who cannot be paid yet, and why: a refusal's code and facts."""

    person: int
    name: str
    code: str
    facts: dict[str, str | int]


@dataclass(frozen=True, slots=True)
class ToPay:
    """One statement to compute, with the window it pays and its rows of time."""

    given: StatementInput
    begin_ms: int
    end_ms: int
    rows: Sequence[DayRow]


@dataclass(slots=True)
class PeriodExclusions:
    """People left out of a period, and people who cannot be paid yet.

    Who waits is paid with the next period, as a correction of this one.
    """

    left_out: list[LeftOut] = field(default_factory=list[LeftOut])
    waiting: list[Unready] = field(default_factory=list[Unready])


class _Run(NamedTuple):
    """What is the same for all people of one computation of a period."""

    context: PeriodContext
    desk: CorrectionDesk
    unheard: Unheard
    closed: Sequence[Period]
    came_ms: int


def payable_people() -> list[int]:
    """List the ids of everybody whose time here may be paid, in order."""
    return list(paid_here().order_by("id").values_list("id", flat=True))


class PayRun(NamedTuple):
    """What statements are computed of.

    Args:
        period: it may be open.
        policy: the pay rules of the operator.
        places: parameters of every place.
        came_ms: heartbeats received by then count.
        payees: whose statements; None for everybody who may be paid.
    """

    period: Period
    policy: PayRules
    places: Places
    came_ms: int
    payees: Sequence[int] | None = None


def gather(pay_run: PayRun, exclusions: PeriodExclusions) -> Iterator[ToPay]:
    """Yield the inputs of each statement of a period.

    Args:
        pay_run: of which period, by which rules, of whom.
        exclusions: gets those who are left out, and those who cannot be paid yet.
    """
    period, policy, places, came_ms, payees = pay_run
    closed = closed_before(period)
    context = context_of(period, policy, places)
    run = _Run(context, CorrectionDesk(context, closed, came_ms), Unheard(), closed, came_ms)
    terms_by_person: dict[int, list[Terms]] = {}
    windows: dict[int, Who] = {}
    for people in batched(payable_people() if payees is None else payees, CHUNK):
        terms_by_person |= _load_terms(people)
        last = closed[-1] if closed else None
        for window in _windows(people, terms_by_person, period, last, exclusions):
            windows[window.person] = window
    payable = time_to_pay(list(windows.values()), came_ms)
    for chunk in batched(payable, CHUNK):
        yield from _collect_chunk(run, chunk, windows, terms_by_person, exclusions)


def _load_terms(people: Sequence[int]) -> dict[int, list[Terms]]:
    """Load the work terms of some people, the oldest first.

    A version that cannot be read counts no more once one that can is the newest.
    """
    terms_by_person: dict[int, list[Terms]] = defaultdict(list)
    for terms in Terms.objects.filter(person__in=people).defer("facts").order_by("number"):
        terms_by_person[terms.person_id].append(terms)
    for person, versions in terms_by_person.items():
        if is_readable(versions[-1]):
            terms_by_person[person] = [terms for terms in versions if is_readable(terms)]
    return terms_by_person


def _windows(
    people: Sequence[int],
    terms_by_person: Mapping[int, Sequence[Terms]],
    period: Period,
    last: Period | None,
    exclusions: PeriodExclusions,
) -> list[Who]:
    """Return each person's window of the period, starting where the last one ended.

    Whose time zone cannot be read waits alone.
    """
    ends_ms: dict[int, int] = {}
    if last is not None:
        statements = Statement.objects.filter(period=last, person__in=people)
        ends_ms = dict(statements.order_by("end_ms").values_list("person_id", "end_ms"))
    windows: list[Who] = []
    for person in people:
        person_terms = terms_by_person.get(person, [])
        zone = person_terms[-1].zone if person_terms else HOME_ZONE
        try:
            begin_ms = _begin_ms(person_terms, last, ends_ms.get(person))
            end_ms = midnight_ms(period.last_day + timedelta(days=1), zone)
        except DATA_FAULTS as problem:
            exclude(person, problem, exclusions)
            continue
        windows.append(Who(person, zone, begin_ms, end_ms))
    return windows


def _begin_ms(person_terms: Sequence[Terms], last: Period | None, paid_ms: int | None) -> int:
    """Return where a person's window begins: at the end of the last period in their zone then.

    The end of their last statement tells that zone. One that ended within the period, as their
    status changed, is followed by days that are not paid.
    """
    if last is None:
        return 0
    if paid_ms is not None and (
        not last.measured_ms or zone_of_end(person_terms, last.last_day, paid_ms)
    ):
        return paid_ms
    return midnight_ms(last.last_day + timedelta(days=1), zone_then(person_terms, last))


def waiting_in(period: Period) -> set[int]:
    """Return the people who could not be paid when a period closed."""
    failure = period.failure or {}
    return {int(person["person"]) for person in failure.get("people", ())}


def _unpaid_periods(closed: Sequence[Period]) -> dict[int, list[Period]]:
    """Return the last closed periods in which people waited, the newest first, by person."""
    unpaid: dict[int, list[Period]] = {}
    for at, period in enumerate(reversed(closed)):
        waiting = waiting_in(period)
        waiting &= (
            {person for person, periods in unpaid.items() if len(periods) == at} if at else waiting
        )
        if not waiting:
            break
        for person in waiting:
            unpaid.setdefault(person, []).append(period)
    return unpaid


def _reasons(
    run: _Run, windows: Sequence[Who], terms_by_person: Mapping[int, Sequence[Terms]]
) -> dict[int, Reasons]:
    """Find whose closed periods are to be looked at again, and why."""
    if not run.closed:
        return {}
    unpaid = _unpaid_periods(run.closed)
    groups: dict[int, list[Who]] = defaultdict(list)
    for window in windows:
        groups[len(unpaid.get(window.person, ()))].append(window)
    reasons: dict[int, Reasons] = {}
    for waited, group in groups.items():
        people = [window.person for window in group]
        begin_ms = min(window.begin_ms for window in group)
        paid = run.closed[: len(run.closed) - waited]
        since_ms = (paid[-1].measured_ms or 0) if paid else 0
        first = run.closed[len(paid)].first_day if waited else run.context.period.first_day
        end_ms = max(window.begin_ms for window in group)
        late = came_late(people, end_ms, run.came_ms, since_ms)
        since_ms = min(begin_ms, midnight_ms(first - timedelta(days=1), HOME_ZONE))
        back = given_back(people, since_ms, end_ms)
        for person in people:
            is_changed = has_late_terms(run.closed, terms_by_person.get(person, ()))
            if person in late or person in back or waited or is_changed or run.desk.changed_laws:
                reasons[person] = Reasons(
                    late.get(person), back.get(person, ()), unpaid.get(person, ())
                )
    return reasons


class _ChunkInputs(NamedTuple):
    """What was read about the people of one chunk, by person."""

    run: _Run
    people: Mapping[int, Person]
    piecework: Mapping[int, PieceworkTotals]
    before: Mapping[tuple[int, str], YearToDatePay]
    days: Mapping[tuple[int, str], DaysBefore]
    vacation: Mapping[tuple[int, str], VacationGiven]
    payouts: Mapping[int, Sequence[PayoutGiven]]
    uncounted: Mapping[int, Mapping[int, int]]
    unheard: Mapping[int, Sequence[UnheardGiven]]
    reasons: Mapping[int, Reasons]


def _load_chunk(
    run: _Run, windows: Sequence[Who], terms_by_person: Mapping[int, Sequence[Terms]]
) -> _ChunkInputs:
    ids = [window.person for window in windows]
    period = run.context.period
    return _ChunkInputs(
        run=run,
        piecework=pieces_of(windows, run.came_ms),
        people={person.id: person for person in Person.objects.filter(id__in=ids)},
        before=before_of(ids, period.pay_day.year, period),
        days=days_before(ids, period),
        vacation=vacation_before(ids, period),
        payouts=payouts_of(ids, run.came_ms),
        uncounted=_sum_uncounted(windows),
        unheard=run.unheard.of(windows),
        reasons=_reasons(run, windows, terms_by_person),
    )


def _collect_chunk(
    run: _Run,
    payable: Sequence[tuple[int, list[DayRow] | None]],
    windows: Mapping[int, Who],
    terms_by_person: Mapping[int, Sequence[Terms]],
    exclusions: PeriodExclusions,
) -> Iterator[ToPay]:
    """Yield the statements of some people; add the others to the exclusions."""
    try:
        chunk = _load_chunk(run, [windows[person] for person, _ in payable], terms_by_person)
    except DATA_FAULTS as problem:
        if len(payable) > 1:
            for payee in payable:
                yield from _collect_chunk(run, [payee], windows, terms_by_person, exclusions)
        else:
            exclude(payable[0][0], problem, exclusions)
        return
    for person, rows in payable:
        own = PeriodExclusions()
        person_terms = terms_by_person.get(person, [])
        try:
            statements = [*_collect_person(chunk, windows[person], rows, person_terms, own)]
        except (Refusal, *DATA_FAULTS) as problem:
            exclude(person, problem, exclusions)
        else:
            exclusions.left_out += own.left_out
            exclusions.waiting += own.waiting
            yield from statements


def exclude(person: int, problem: Exception, exclusions: PeriodExclusions) -> None:
    """Let one person wait, named with the reason, while everybody else is paid.

    What is stored of them and cannot be read, such as the code of no place, cannot be measured.
    """
    name = str(Person.objects.get(id=person))
    if isinstance(problem, Refusal) and problem.case != BAD_PLACE:
        exclusions.waiting.append(Unready(person, name, problem.case, dict(problem.facts)))
        return
    log.error("the pay of person %s cannot be computed", person, exc_info=problem)
    exclusions.waiting.append(Unready(person, name, UNMEASURED, {"people": name}))


def _collect_person(
    chunk: _ChunkInputs,
    window: Who,
    rows: Sequence[DayRow] | None,
    person_terms: Sequence[Terms],
    exclusions: PeriodExclusions,
) -> Iterator[ToPay]:
    """Yield one person's statements, or add them to the exclusions."""
    run, person = chunk.run, chunk.people[window.person]
    name = str(person)
    corrections = _corrections(chunk, person, person_terms)
    parts = parts_of(run.context.period, window, person_terms)
    if rows is None or corrections is None:
        if not parts or any(part.status.is_paid_here for part in parts):
            exclusions.waiting.append(Unready(person.pk, name, UNMEASURED, {"people": name}))
        return
    if not person_terms:
        has_work = bool(_works(chunk, Payee(person, (), window), rows))
        if has_work or person.pk in chunk.reasons:
            exclusions.waiting.append(Unready(person.pk, name, TERMS_MISSING, {"people": name}))
        return
    to_pay: list[ToPay] = []
    unpaid: set[Status] = set()
    rows = in_whole_seconds(rows)
    for part in parts:
        payee = Payee(person, person_terms, part.window)
        first_day = part.first_day if part is not parts[0] else date.min
        own = [row for row in rows if first_day <= row.day <= part.last_day]
        works = _works(chunk, payee, own, window)
        if part.status.is_paid_here:
            worked = {row.day for item in to_pay for row in item.rows}
            works |= _pay_without_work(chunk, payee, part, corrections, worked | set(works))
            to_pay += _paid_part(chunk, payee, part, works, own)
        elif works:
            unpaid.add(part.status)
    exclusions.left_out += [LeftOut(person.pk, name, status.value) for status in sorted(unpaid)]
    payee = Payee(person, person_terms, parts[-1].window)
    with_earlier = _with_corrections(chunk, payee, parts[-1], to_pay, corrections)
    yield from _with_vacation(chunk, payee, list(with_earlier))


def _paid_part(
    chunk: _ChunkInputs,
    payee: Payee,
    part: Part,
    works: Mapping[str, Sequence[ProjectGiven]],
    rows: Sequence[DayRow],
) -> Iterator[ToPay]:
    """Yield the statements of a part of the period, before what was paid earlier."""
    for currency, projects in sorted(works.items()):
        inputs = inputs_of(chunk.run.context, payee, currency, projects, part)
        numbers = {project.number if project.number > PLATFORM else None for project in projects}
        paid_rows = [row for row in rows if row.project in numbers]
        yield ToPay(inputs, part.window.begin_ms, part.window.end_ms, paid_rows)


def _with_corrections(
    chunk: _ChunkInputs,
    payee: Payee,
    part: Part,
    statements: Sequence[ToPay],
    corrections: Corrections,
) -> Iterator[ToPay]:
    """Yield statements with what was paid earlier; the last of a currency holds the corrections."""
    to_pay, alone = list(statements), list[ToPay]()
    paid = {item.given.currency for item in to_pay}
    employed = {i.given.currency for i in to_pay if i.given.status is Status.EMPLOYEE}
    left = _left_vacation(chunk, payee, part) - employed
    for currency in sorted({*corrections.given, *left} - (paid - left)):
        inputs = inputs_of(chunk.run.context, payee, currency, [], part)
        is_alone = currency in left or not inputs.status.is_paid_here
        if is_alone:
            given = Status.EMPLOYEE if currency in paid else corrections.status.get(currency)
            inputs = structs.replace(inputs, status=given or Status.EMPLOYEE)
        window = part.window
        if currency in paid:  # of the time before their work of another status
            item = ToPay(inputs, window.begin_ms - 1, window.begin_ms, [])
            to_pay.insert(0, item)
        else:
            item = ToPay(inputs, window.begin_ms, window.end_ms, [])
            to_pay.append(item)
        if is_alone:
            alone.append(item)
    last = {item.given.currency: at for at, item in enumerate(to_pay)}
    for at, item in enumerate(to_pay):
        currency = item.given.currency
        is_last = last[currency] == at
        inputs = _with_earlier_pay(chunk, item.given, corrections, is_last=is_last)
        if any(item is one for one in alone):  # not paid here now: no holiday of this period either
            inputs = structs.replace(inputs, wages={}, hours={})
        late_rows = corrections.rows.get(currency, []) if is_last else []
        yield ToPay(inputs, item.begin_ms, item.end_ms, [*item.rows, *late_rows])


def _left_vacation(chunk: _ChunkInputs, payee: Payee, part: Part) -> set[str]:
    """Return the currencies in which somebody who is no employee any more is owed vacation pay."""
    if part.status is Status.EMPLOYEE:
        return set()
    return {
        currency
        for (person, currency), vacation in chunk.vacation.items()
        if person == payee.person.pk and vacation.before_micro > 0
    }


def _with_vacation(
    chunk: _ChunkInputs, payee: Payee, statements: Sequence[ToPay]
) -> Iterator[ToPay]:
    """Yield statements with an employee's vacation pay; the last one pays what is due."""
    employed = [at for at, item in enumerate(statements) if _is_newest_employee(item.given)]
    for at, item in enumerate(statements):
        if at not in employed:
            yield item
            continue
        inputs = item.given
        vacation = chunk.vacation.get((inputs.person.number, inputs.currency), VacationGiven())
        exception = chunk.run.context.policy.vacation_exception
        vacation = structs.replace(vacation, exception=exception)
        if at == employed[-1]:
            payouts = chunk.payouts.get(inputs.person.number, ())
            is_end = any(payout.why == END for payout in payouts) or not _is_employed_after(
                payee, item
            )
            vacation = structs.replace(vacation, is_end=is_end, payouts=payouts)
        else:
            vacation = structs.replace(vacation, due_micro=0)
        yield replace(item, given=structs.replace(inputs, vacation=vacation))


def _is_newest_employee(inputs: StatementInput) -> bool:
    return inputs.status is Status.EMPLOYEE and inputs.rules == NEWEST_RULES


def _is_employed_after(payee: Payee, item: ToPay) -> bool:
    """Return whether a person is an employee on the day after a statement's last day."""
    return _is_employee_on(payee, item.given.period.last_day + timedelta(days=1))


def _is_employee_on(payee: Payee, day: date) -> bool:
    return Status(terms_on(payee.terms, day, payee.window.zone).status) is Status.EMPLOYEE


def _pay_without_work(
    chunk: _ChunkInputs,
    payee: Payee,
    part: Part,
    corrections: Corrections,
    worked: Collection[date | str],
) -> dict[str, list[ProjectGiven]]:
    """Return an employee's currency where a holiday or vacation is paid without work."""
    context = chunk.run.context
    currency = usual_currency(context, payee)
    if part.status is not Status.EMPLOYEE or currency in worked:
        return {}
    person = payee.person.pk
    wages = {**_days(chunk, person, corrections, currency).wages}
    wages |= {day: 1 for day in worked if isinstance(day, date)}
    place = terms_in_window(payee.terms, part.window)[-1].place
    week_starts = context.policy.week_starts
    is_paid = has_paid_holiday(place, part.first_day, part.last_day, wages, week_starts)
    vacation = chunk.vacation.get((person, currency), VacationGiven())
    is_ending = not _is_employee_on(payee, part.last_day + timedelta(days=1))
    if vacation.before_micro and (vacation.due_micro or chunk.payouts.get(person) or is_ending):
        is_paid = True
    return {currency: []} if is_paid else {}


def _works(
    chunk: _ChunkInputs, payee: Payee, rows: Sequence[DayRow], whole: Who | None = None
) -> dict[str, list[ProjectGiven]]:
    """Return a person's work of a part of the period by currency; of the whole if none is given."""
    run, person = chunk.run, payee.person.pk
    piecework, uncounted = chunk.piecework[person], chunk.uncounted.get(person, {})
    if whole is not None and payee.window != whole:
        piecework = pieces_of([payee.window], run.came_ms, whole.end_ms)[person]
        uncounted = _sum_uncounted([payee.window]).get(person, {})
    return split_by_currency(run.context, rows, piecework, uncounted, payee)


def _corrections(
    chunk: _ChunkInputs, person: Person, person_terms: Sequence[Terms]
) -> Corrections | None:
    """Collect a person's corrections; None where their time cannot be measured."""
    reasons = chunk.reasons.get(person.pk)
    if reasons is None or not person_terms:
        return Corrections()
    try:
        return chunk.run.desk.corrections_of(person, person_terms, reasons)
    except DATA_FAULTS as fault:
        if isinstance(fault, Refusal) and not isinstance(fault, BadInput):
            raise
        log.exception("the earlier time of person %s cannot be measured", person.pk)
        return None


def _with_earlier_pay(
    chunk: _ChunkInputs, inputs: StatementInput, corrections: Corrections, *, is_last: bool
) -> StatementInput:
    """Add what was paid before, and what is corrected with this statement."""
    key = (inputs.person.number, inputs.currency)
    own = corrections.given.get(inputs.currency, []) if is_last else []
    if inputs.status is not Status.EMPLOYEE:  # nothing is kept for who is no employee any more
        own = [structs.replace(correction, is_kept=False) for correction in own]
    days = _days(chunk, inputs.person.number, corrections, inputs.currency)
    return structs.replace(
        inputs,
        before=chunk.before.get(key, YearToDatePay()),
        wages=days.wages,
        hours=days.hours if inputs.status is Status.EMPLOYEE else {},
        unheard=chunk.unheard.get(inputs.person.number, []),
        corrections=own,
    )


def _days(chunk: _ChunkInputs, person: int, corrections: Corrections, currency: str) -> DaysBefore:
    """Return an employee's days of the weeks before the period, with what is corrected now."""
    if corrections.given.get(currency):
        return corrections.days_before(currency, chunk.run.context.period.first_day)
    return chunk.days.get((person, currency), DaysBefore({}, {}))


def _sum_uncounted(windows: Sequence[Who]) -> dict[int, dict[int, int]]:
    """Add up the time of each person's window that waits for a human, by project."""
    begin_ms = min(window.begin_ms for window in windows)
    end_ms = max(window.end_ms for window in windows)
    sums: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for interval in uncounted_time([window.person for window in windows], begin_ms, end_ms):
        sums[interval.person][interval.project or PLATFORM] += interval.end_ms - interval.begin_ms
    return sums
