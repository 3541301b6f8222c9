"""Put the statements of a quarter into lines: one person, project, place, status and currency each.

A statement counts once, whatever its projects, places and organisations. Pay is converted at the
dated rate that the statement stores; without one it has none. Work that was paid and whose time
nobody measured is no line: it would raise the pay of an hour. It is counted apart.

Time on the platform's own pages goes to the occupation and client in which a person worked most.
Reads only.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from canut.core.kinds import Schema, questions_of, trade_of
from canut.core.money import Money
from canut.core.pay.statement_costs import REVIEW, by_largest_remainder
from canut.core.portrait.by_place.statement_work import PlaceShare, Protection, StatementWork
from canut.core.portrait.counts import TimeUse
from canut.core.portrait.extra_figures import PaidTask, PersonPeriod, SchemeTime
from canut.core.portrait.measured import NO_PLACE
from canut.core.portrait.place_splits import Activity
from canut.core.portrait.places_of_work import LeftOut, PlacedWork
from canut.core.portrait.privacy import PersonWork
from canut.store.lessons.attempts import LessonsPassed
from canut.store.pay.pay_lines import rejected_ms_by_person_and_project
from canut.store.portrait import inputs as kept

REVIEWING, USUAL = "CAN-ADJUD", "CAN-ANNOT"

KINDS: Mapping[str, TimeUse] = {
    "item": TimeUse.PAID,
    REVIEW: TimeUse.PAID,
    "practice": TimeUse.TRAINING,
    "lesson": TimeUse.TRAINING,
    "marking": TimeUse.PAID,
    "ethics": TimeUse.PAID,
    "reading": TimeUse.PAID,
    "test": TimeUse.TRAINING,
    "instructions": TimeUse.READING,
    "why": TimeUse.READING,
    "queue": TimeUse.SEARCH,
    "break": TimeUse.BREAKS,
}
LESSON = "lesson"


@dataclass
class WorkLine:
    """Measured work of one statement in one occupation, place, status and currency.

    ``pay_micro`` is in the currency of the release, None without a rate; ``top_up_micro`` is part
    of it. ``client`` is a country. ``lesson_ms`` is in the time of training.
    """

    person: int
    is_simulated: bool
    project: int | None
    row: str
    place: str
    client: str
    status: str
    currency: str
    pay_micro: int | None
    top_up_micro: int
    protections: Mapping[str, Protection]
    time: Counter[TimeUse] = field(default_factory=Counter[TimeUse])
    lesson_ms: int = 0

    @property
    def time_ms(self) -> int:
        """Return all its time, in milliseconds."""
        return sum(self.time.values())

    @property
    def activities(self) -> dict[Activity, int]:
        """Return its time by activity, in milliseconds; practice is training without lessons."""
        training_ms = self.time[TimeUse.TRAINING]
        times = {
            Activity.WORK: self.time_ms - training_ms,
            Activity.PRACTICE: training_ms - self.lesson_ms,
            Activity.LESSON: self.lesson_ms,
        }
        return {activity: ms for activity, ms in times.items() if ms}

    @property
    def covered_ms(self) -> int:
        """Return its time if every protection that can apply to it does, or exempts the pay."""
        states = set(self.protections.values())
        is_covered = Protection.COVERED in states and Protection.BARE not in states
        return self.time_ms if is_covered else 0


@dataclass
class WorkSheet:
    """All lines of a quarter, the rates used, and who is left out, by whether they are simulated.

    ``rates``: by currency, what one unit is worth in the release's, and the days it is of.
    """

    currency: str
    lines: list[WorkLine] = field(default_factory=list[WorkLine])
    rates: dict[str, tuple[Decimal, str]] = field(default_factory=dict[str, tuple[Decimal, str]])
    law_rates: dict[str, Decimal] = field(default_factory=dict[str, Decimal])
    without_rate: set[tuple[int, bool]] = field(default_factory=set[tuple[int, bool]])
    not_measured: set[tuple[int, bool]] = field(default_factory=set[tuple[int, bool]])

    def left_out(self, *, simulated: bool) -> LeftOut:
        """Count who is left out, of real or of simulated people."""
        return LeftOut(
            *(
                sum(1 for _person, is_simulated in people if is_simulated == simulated)
                for people in (self.without_rate, self.not_measured)
            )
        )

    def converted(self, money: Money) -> int | None:
        """Convert a legal amount at the newest stored rate; None without one."""
        if money.currency == self.currency:
            return money.micro
        rate = self.law_rates.get(money.currency)
        return None if rate is None else int(money.micro * rate)

    def places_of_people(self) -> dict[tuple[int, int], dict[str, int]]:
        """Return the time of each person in each project by place, in milliseconds."""
        times: dict[tuple[int, int], dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for line in self.lines:
            if line.project is not None:
                times[line.person, line.project][line.place] += line.time_ms
        return {key: dict(by_place) for key, by_place in times.items() if sum(by_place.values())}


def read_sheet(
    costs: Iterable[kept.StatementShare], first: date, last: date, currency: str
) -> WorkSheet:
    """Read the lines of all statements whose periods ended between two days.

    Args:
        costs: what each statement pays for each project.
        first: day.
        last: day.
        currency: of the release.
    """
    shares = list(costs)
    works = dict(kept.works_between(first, last))
    quotes = kept.quotes_between(first, last)
    projects = {share.project for share in shares if share.project is not None}
    trades = {number: _occupation(schema) for number, schema in kept.schemas_of(projects).items()}
    clients = kept.clients_of(projects)
    sheet = WorkSheet(currency)
    own_pages: list[tuple[kept.StatementShare, StatementWork, Decimal | None]] = []
    for share in shares:
        work = works[share.statement]
        rate = _rate(work, quotes.get(share.statement, {}), currency)
        _note_rates(sheet, work, quotes.get(share.statement, {}), rate)
        if rate is None:
            sheet.without_rate.add((share.person, share.is_simulated))
        if share.project is None:
            own_pages.append((share, work, rate))
        elif not share.time_ms and _pay(share) > 0:
            sheet.not_measured.add((share.person, share.is_simulated))
        else:
            row = trades.get(share.project, USUAL)
            sheet.lines += _lines(share, work, rate, row, clients.get(share.project, NO_PLACE))
    most = _most_of_people(sheet.lines)
    for share, work, rate in own_pages:
        row, client = most.get(share.person, (USUAL, NO_PLACE))
        sheet.lines += _lines(share, work, rate, row, client)
    sheet.lines = [line for line in sheet.lines if line.time_ms or line.pay_micro]
    return sheet


def set_rejected_apart(sheet: WorkSheet, begin_ms: int, end_ms: int) -> None:
    """Subtract the time of rejected answers from that of paid tasks."""
    by_work: dict[tuple[int, int], list[WorkLine]] = defaultdict(list)
    for line in sheet.lines:
        if line.project is not None and line.row != REVIEWING:
            by_work[line.person, line.project].append(line)
    for key, rejected_ms in rejected_ms_by_person_and_project(begin_ms, end_ms).items():
        remaining_ms = rejected_ms
        for line in by_work.get(key, ()):
            moved = min(remaining_ms, line.time[TimeUse.PAID])
            line.time[TimeUse.PAID] -= moved
            line.time[TimeUse.REJECTED] += moved
            remaining_ms -= moved


def work_of_people(lines: Iterable[WorkLine]) -> list[PersonWork]:
    """Add up the work of each person by occupation; people without a rate have no pay to tell."""
    rows: dict[tuple[int, str], PersonWork] = {}
    for line in lines:
        if not line.time_ms or line.pay_micro is None:
            continue
        key = line.person, line.row
        before = rows.get(key, PersonWork(*key, 0, 0, is_simulated=line.is_simulated))
        rows[key] = before._replace(
            pay_micro=before.pay_micro + max(0, line.pay_micro),
            time_ms=before.time_ms + line.time_ms,
            covered_ms=before.covered_ms + line.covered_ms,
            training_ms=before.training_ms + line.time[TimeUse.TRAINING],
            outside_ms=before.outside_ms + (0 if line.protections else line.time_ms),
        )
    return list(rows.values())


def tasks_of(lines: Iterable[WorkLine]) -> list[PaidTask]:
    """Add up the pay of each person by occupation, with the time of paid tasks."""
    rows: dict[tuple[int, str], PaidTask] = {}
    for line in lines:
        if not line.time_ms or line.pay_micro is None:
            continue
        key = line.person, line.row
        before = rows.get(key, PaidTask(*key, 0, 0, 0, line.is_simulated))
        rows[key] = before._replace(
            pay_micro=before.pay_micro + max(0, line.pay_micro),
            time_ms=before.time_ms + line.time_ms,
            paid_ms=before.paid_ms + line.time[TimeUse.PAID],
        )
    return list(rows.values())


def hands_of(
    lines: Iterable[WorkLine],
    exposed: Mapping[int, int],
    lessons: Mapping[int, LessonsPassed] | None = None,
) -> list[PersonPeriod]:
    """Add up the work of each person, whatever the occupation.

    Args:
        lines: of the quarter.
        exposed: milliseconds with hard content, by person.
        lessons: that people passed, by person; None where they are not counted.
    """
    by_person: dict[int, list[WorkLine]] = defaultdict(list)
    for line in lines:
        by_person[line.person].append(line)
    hands = [_hand(person, own, exposed.get(person, 0)) for person, own in by_person.items()]
    passed = lessons or {}
    return [
        hand._replace(
            lessons_passed=passed[hand.person].in_period, lessons_ever=passed[hand.person].ever
        )
        if hand.person in passed
        else hand
        for hand in hands
    ]


def placed_of(lines: Iterable[WorkLine]) -> list[PlacedWork]:
    """Return the measured work of everybody by place, client, currency, status and activity.

    The pay of a line stands with its first activity: nothing is told of the pay of one.
    """
    return [
        PlacedWork(
            person=line.person,
            place=line.place,
            client=line.client,
            currency=line.currency,
            status=line.status,
            time_ms=ms,
            pay_micro=line.pay_micro if not at or line.pay_micro is None else 0,
            has_scheme=bool(line.protections),
            is_simulated=line.is_simulated,
            activity=activity,
        )
        for line in lines
        for at, (activity, ms) in enumerate(line.activities.items())
    ]


def _hand(person: int, lines: Iterable[WorkLine], exposed_ms: int) -> PersonPeriod:
    time: Counter[TimeUse] = Counter()
    schemes: dict[str, SchemeTime] = {}
    pay_micro = top_up_micro = 0
    is_simulated = False
    for line in lines:
        is_simulated = line.is_simulated
        time.update(line.time)
        pay_micro += line.pay_micro or 0
        top_up_micro += line.top_up_micro
        for name, state in line.protections.items():
            before = schemes.get(name, SchemeTime(0, 0))
            schemes[name] = SchemeTime(
                before.can_ms + line.time_ms,
                before.covered_ms + line.time_ms * (state is Protection.COVERED),
                before.exempt_ms + line.time_ms * (state is Protection.EXEMPT),
            )
    return PersonPeriod(
        person, max(0, pay_micro), dict(time), schemes, exposed_ms, top_up_micro, is_simulated
    )


def _occupation(schema: Schema) -> str:
    """Return the occupation of the first question."""
    return next((trade_of(question).occupation for question in questions_of(schema)), USUAL)


def _pay(share: kept.StatementShare) -> int:
    return share.pieces_micro + share.reviews_micro + share.other_micro + share.top_up_micro


def _lines(
    share: kept.StatementShare, work: StatementWork, rate: Decimal | None, row: str, client: str
) -> list[WorkLine]:
    """Return a project's lines: one a place and occupation; reviews go to reviewing."""
    places = work.of_project(share.project)
    by_hour = share.other_micro + share.top_up_micro
    of_reviews = by_hour * share.review_ms // share.time_ms if share.time_ms else 0
    has_reviews = any(place.surfaces.get(REVIEW) for place in places)
    reviews_micro = share.reviews_micro + of_reviews if has_reviews else 0
    own = _parts(_pay(share) - reviews_micro, [_own_weight(place) for place in places])
    reviews = _parts(reviews_micro, [place.surfaces.get(REVIEW, 0) for place in places])
    top_ups = _parts(share.top_up_micro, [_own_weight(place) for place in places])
    unattributed = max(0, share.time_ms - sum(place.time_ms for place in places))
    loose = _parts(unattributed, [place.time_ms for place in places])
    lines: list[WorkLine] = []
    for at, place in enumerate(places):

        def line(row: str, micro: int, top_up: int, place: PlaceShare = place) -> WorkLine:
            return WorkLine(
                share.person,
                share.is_simulated,
                share.project,
                row,
                place.place or NO_PLACE,
                client or NO_PLACE,
                work.status,
                share.currency,
                None if rate is None else int(micro * rate),
                0 if rate is None else int(top_up * rate),
                work.protections,
            )

        own_line, review_line = line(row, own[at], top_ups[at]), line(REVIEWING, reviews[at], 0)
        for name, ms in place.surfaces.items():
            if name == REVIEW:
                review_line.time[TimeUse.PAID] += ms
            else:
                own_line.time[KINDS.get(name, TimeUse.OTHER)] += ms
                own_line.lesson_ms += ms if name == LESSON else 0
        own_line.time[TimeUse.OTHER] += loose[at]
        both = [each for each in (own_line, review_line) if each.time_ms]
        if both and both[0] is review_line and review_line.pay_micro is not None:
            review_line.pay_micro += own_line.pay_micro or 0
        lines += both
    return lines


def _own_weight(place: PlaceShare) -> int:
    return place.wage_micro or place.time_ms


def _parts(total: int, weights: list[int]) -> list[int]:
    return by_largest_remainder(total, weights)


def _most_of_people(lines: Iterable[WorkLine]) -> dict[int, tuple[str, str]]:
    """Return the occupation and the client for which each person worked most."""
    times: dict[int, Counter[tuple[str, str]]] = defaultdict(Counter)
    for line in lines:
        times[line.person][line.row, line.client] += line.time_ms
    return {
        person: max(counted, key=lambda key: (counted[key], key))
        for person, counted in times.items()
    }


def _rate(work: StatementWork, quotes: Mapping[str, str], currency: str) -> Decimal | None:
    """Return what one unit of a statement's currency is worth in the release's; None if unknown.

    Only the rates that the statement stores are used, in the currency that its rules name.
    """
    own, stored = work.currency, work.exchange
    if own == currency:
        return Decimal(1)
    if own in stored and quotes.get(own) == currency:
        return stored[own]
    if currency in stored and quotes.get(currency) == own:
        return 1 / stored[currency]
    quote = quotes.get(own)
    if quote is not None and own in stored and currency in stored and quotes.get(currency) == quote:
        return stored[own] / stored[currency]
    return None


def _note_rates(
    sheet: WorkSheet, work: StatementWork, quotes: Mapping[str, str], rate: Decimal | None
) -> None:
    """Note the rates that pay was converted at, and those of currencies of legal minimums."""
    for code, stored in work.exchange.items():
        if quotes.get(code) == sheet.currency:
            sheet.law_rates[code] = stored
    if rate is None or work.currency == sheet.currency:
        return
    stored_on = work.rates_on.get(work.currency) or work.rates_on.get(sheet.currency, "")
    days = sheet.rates.get(work.currency, (rate, ""))[1].split(" ")
    sheet.rates[work.currency] = rate, " ".join(sorted({*filter(None, days), stored_on}))
