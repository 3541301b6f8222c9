"""One drawn history of work, decisions and closings, carried out with the product's own actions.

What was drawn is noted as facts for ``pay_oracle``; nothing of the product is asked about pay.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np

from canut.actions.decisions.appeals import AppealReply, answer_appeal, appeal, win_by_waiting
from canut.actions.decisions.rejections import reject_answer
from canut.actions.pay.pay_rules import PayRules, set_policy
from canut.actions.pay.periods import close_period, make_period
from canut.actions.people.accounts import add_member
from canut.actions.people.erasure import erase_entries
from canut.actions.time.claims import grant_due, grant_time, refuse_time
from canut.core.clock import HOUR_MS, to_ms
from canut.core.pay.floor import Exchange
from canut.core.places.parameters import Status
from canut.store.models import Decision, Organisation, Period, Person, RateVersion, Role, Worker
from canut.store.tables.time import Claim
from tests.stories.pay_oracle import PLATFORM, Facts, Piece, Span, Terms
from tests.support.factories import NOW, Made, answer_next, make_person, make_project, make_worker
from tests.support.payroll import ZONE, agree, work_hours

FIRST = date(2026, 4, 20)
PERIODS = 5
RATE_DAY = FIRST + timedelta(days=14 * PERIODS)  # so that no period finds the rates too old
WORKED = 4
DAY_MS = 86_400_000
MINUTE_MS = 60_000
PAGES = ("instructions", "queue", "review", "practice", "appeals", "account")
EVIDENCE = "The answer says the opposite of its text, in the first line."

type Event = tuple[int, int, Callable[[int], object]]


class Draw:
    """Draws that follow from a seed."""

    def __init__(self, seed: int) -> None:
        self._source = np.random.default_rng(seed)

    def randint(self, least: int, most: int) -> int:
        """Draw a whole number, both ends included."""
        return int(self._source.integers(least, most, endpoint=True))

    def random(self) -> float:
        """Draw a number from 0 to under 1."""
        return float(self._source.random())

    def choice[T](self, values: Sequence[T]) -> T:
        """Draw one of some values."""
        return values[self.randint(0, len(values) - 1)]


class History:
    """A world of two people and three projects, and what is to happen in it.

    Args:
        seed: everything that is drawn follows from it.
    """

    def __init__(self, seed: int) -> None:
        self.draw = Draw(seed)
        self.periods = [
            (FIRST + timedelta(days=14 * n), FIRST + timedelta(days=14 * n + 13))
            for n in range(PERIODS)
        ]
        self.events: list[Event] = []
        self.rows: list[Period] = []
        self.taken: set[tuple[int, date, int]] = set()
        self.has_erasure = self.draw.random() < 0.15

    def run(self) -> None:
        """Make the world, and carry out everything in the order of time."""
        self._make_world()
        self._plan()
        for at_ms, _, act in sorted(self.events, key=lambda event: event[:2]):
            act(at_ms)

    def _make_world(self) -> None:
        rules = PayRules(
            yearly_payroll_micro=500_000_000_000,
            exchange={
                "CAD": Exchange(Decimal("0.65"), RATE_DAY, "drawn"),
                "EUR": Exchange(Decimal("1.6"), RATE_DAY, "drawn"),
            },
        )
        self.operator = make_person()
        set_policy(rules, self.operator, self._ms(FIRST, 0))
        self.made: dict[int, Made] = {}
        currencies = {1: "CAD", 2: "CAD", 3: "EUR"}
        prices = {n: self.draw.choice([0, 400_000, 9_000_000, 40_000_000]) for n in currencies}
        self.hourly = {2: self.draw.choice([0, 5_000_000, 21_000_000])}
        for number, currency in currencies.items():
            made = make_project(tasks=60, workers=0, piece_micro=prices[number])
            RateVersion.objects.filter(pk=made.rate.pk).update(
                currency=currency, by_hour_micro=self.hourly.get(number, 0)
            )
            self.made[number] = made
        self.prices = prices
        self.people: list[Person] = []
        self.workers: dict[tuple[int, int], Worker] = {}
        self.facts = Facts(currencies, {n: m for n, m in self.hourly.items() if m})
        for number, (status, projects) in enumerate(
            [(Status.EMPLOYEE, (1, 2)), (Status.SELF_EMPLOYED, (1, 3))]
        ):
            person = make_person()
            self.people.append(person)
            agree(person, status)
            self.facts.terms[number] = [Terms(date(2026, 1, 5), status.value, "CA-QC")]
            for project in projects:
                worker = make_worker(self.made[project].project, person=person)
                self.workers[number, project] = worker
        self.author, self.independent = make_person(), make_person()
        runs = Organisation.objects.create(name="La Coop", kind="operator", created_at=NOW)
        add_member(self.independent, Role.OPERATOR, self._ms(FIRST, 0), organisation=runs)
        for made in self.made.values():
            client = made.project.organisation
            add_member(self.author, Role.REQUESTER, self._ms(FIRST, 0), organisation=client)

    def _ms(self, day: date, hour: int, minute: int = 0) -> int:
        at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(ZONE))
        return int(at.timestamp() * 1000)

    def _at(self, at_ms: int, act: Callable[[int], object]) -> None:
        self.events.append((at_ms, len(self.events), act))

    def _plan(self) -> None:
        self._close_periods()
        for first, _ in self.periods[:WORKED]:  # the second person's usual currency is in each
            self._time(1, 1, *self._slot(1, first, 13), is_late=False, is_held=False)
        for _ in range(self.draw.randint(4, 14)):
            person = self.draw.randint(0, 1)
            project = self.draw.choice([PLATFORM, *(p for n, p in self.workers if n == person)])
            begin = self._slot(person, FIRST, 14 * WORKED - 1)
            choice = self.draw.random()
            if project != PLATFORM and choice < 0.4:
                self._answer(person, project, *begin)
            elif project != PLATFORM and choice < 0.5:
                self._claim(person, project, *begin)
            else:
                self._time(person, project, *begin, is_late=self.draw.random() < 0.4)
        if self.draw.random() < 0.4:
            self._move()
        if self.draw.random() < 0.5:
            self._status()
        if self.draw.random() < 0.3:
            self._price()
        if self.has_erasure:
            self._erase()

    def _slot(self, person: int, first: date, days: int) -> tuple[date, int]:
        """Draw an hour in which the person does nothing else."""
        while True:
            day = first + timedelta(days=self.draw.randint(0, days))
            hour = self.draw.randint(7, 20)
            if (person, day, hour) not in self.taken:
                self.taken.add((person, day, hour))
                return day, hour

    def _later(self, at_ms: int, most_days: int = 30) -> int:
        """Draw a moment after another, before the last closing."""
        end_ms = self._ms(self.periods[-1][1], 0)
        return min(at_ms + self.draw.randint(DAY_MS // 4, most_days * DAY_MS), end_ms)

    def _close_periods(self) -> None:
        for first, last in self.periods:
            closing = datetime(last.year, last.month, last.day, 13, tzinfo=UTC) + timedelta(days=1)

            def close(at_ms: int, first: date = first, last: date = last) -> None:
                now_ms = to_ms(datetime.fromtimestamp(at_ms / 1000, UTC))
                row = make_period(first, last, now_ms)
                self.rows.append(close_period(row.pk, self.operator, now_ms))

            self._at(to_ms(closing), close)

    def _time(
        self,
        person: int,
        project: int,
        day: date,
        hour: int,
        *,
        is_late: bool,
        is_held: bool = True,
    ) -> None:
        begin_ms, ms = self._ms(day, hour), self.draw.randint(3, 55) * MINUTE_MS
        span = Span(person, project, begin_ms, ms)
        self.facts.spans.append(span)
        page = self.draw.choice(PAGES)
        came_ms = self._later(begin_ms + HOUR_MS, 40) if is_late else begin_ms + ms

        def work(at_ms: int) -> None:
            number = self.made[project].project.pk if project else None
            received_ms = at_ms if is_late else None
            work_hours(
                self.people[person], number, begin_ms, ms, surface=page, received_ms=received_ms
            )

        self._at(came_ms, work)
        if is_held and project != PLATFORM and self.draw.random() < 0.3:
            self._hold(span, came_ms)

    def _answer(self, person: int, project: int, day: date, hour: int) -> None:
        at_ms = self._ms(day, hour, 30)
        piece = Piece(person, project, at_ms, 0)
        self.facts.pieces.append(piece)
        numbers: list[int] = []

        def answer(now_ms: int) -> None:
            piece.micro = self.prices[project]
            numbers.append(answer_next(self.workers[person, project], now_ms=now_ms).answer)

        self._at(at_ms, answer)
        if self.draw.random() < 0.6:
            self._reject(piece, numbers, at_ms)

    def _reject(self, piece: Piece, numbers: list[int], at_ms: int) -> None:
        rejected_ms = at_ms + self.draw.randint(HOUR_MS, 6 * DAY_MS)
        piece.rejected_ms = rejected_ms
        decisions: list[Decision] = []

        def reject(now_ms: int) -> None:
            decisions.append(
                reject_answer(
                    numbers[0],
                    by=self.author,
                    code="off-instructions",
                    evidence=EVIDENCE,
                    now_ms=now_ms,
                )
            )

        self._at(rejected_ms, reject)
        ending = self.draw.choice(["none", "won", "lost", "waited"])
        appealed_ms = self._later(rejected_ms, 20)
        answered_ms = appealed_ms + self.draw.randint(HOUR_MS, 13 * DAY_MS)
        waited_ms = appealed_ms + 15 * DAY_MS
        last_ms = self._ms(self.periods[-1][1], 0)
        if ending == "none" or max(answered_ms, waited_ms) > last_ms:
            return

        def object_to(now_ms: int) -> None:
            appeal(
                decisions[0].pk, by=self.people[piece.person], words="It is right.", now_ms=now_ms
            )

        def reply(now_ms: int) -> None:
            outcome = "overturned" if ending == "won" else "upheld"
            row = decisions[0].appeal
            answer_appeal(row.pk, AppealReply(outcome, "Read."), by=self.independent, now_ms=now_ms)

        self._at(appealed_ms, object_to)
        if ending == "waited":
            self._at(waited_ms, win_by_waiting)
        else:
            self._at(answered_ms, reply)
        piece.is_given_back = ending != "lost"

    def _claim(self, person: int, project: int, day: date, hour: int) -> None:
        begin_ms, ms = self._ms(day, hour), self.draw.randint(3, 55) * MINUTE_MS
        self.facts.spans.append(Span(person, project, begin_ms, ms))

        def claim(now_ms: int) -> None:
            span = [begin_ms, begin_ms + ms]
            Claim.objects.create(
                person=self.people[person], project=self.made[project].project, kind="asked",
                why="paper", state="accepted", begin_ms=begin_ms, end_ms=begin_ms + ms,
                accepted=[span], made_ms=now_ms, due_ms=now_ms,
            )  # fmt: skip

        self._at(self._later(begin_ms + ms), claim)

    def _hold(self, span: Span, came_ms: int) -> None:
        """Hold part of a stretch back; in the end it is granted, refused, or granted unread."""
        part_ms = self.draw.randint(1, span.ms // MINUTE_MS) * MINUTE_MS
        ending = self.draw.choice(["granted", "refused", "waited"])
        numbers: list[int] = []
        held_ms = came_ms + MINUTE_MS
        settled_ms = held_ms + self.draw.randint(HOUR_MS, 6 * DAY_MS)
        if held_ms + 8 * DAY_MS > self._ms(self.periods[-1][1], 0):
            return

        def hold(now_ms: int) -> None:
            person = self.people[span.person]
            decision = Decision.objects.create(
                person=person, kind="time_held", code="time-above-usual", system="caps",
                rule="caps/1", factors=[{"name": "window_ms"}], text_en="Long.", text_fr="Long.",
                at_ms=now_ms,
            )  # fmt: skip
            claim = Claim.objects.create(
                person=person, project=self.made[span.project].project, kind="held",
                why="too_long", state="pending", begin_ms=span.begin_ms,
                end_ms=span.begin_ms + span.ms, pending=[[span.begin_ms, span.begin_ms + part_ms]],
                made_ms=now_ms, due_ms=now_ms + 7 * DAY_MS, decision=decision,
            )  # fmt: skip
            numbers.append(claim.pk)

        def settle(now_ms: int) -> None:
            decide = grant_time if ending == "granted" else refuse_time
            decide(numbers[0], by=self.operator, words=EVIDENCE, now_ms=now_ms)

        self._at(held_ms, hold)
        if ending == "waited":
            self._at(held_ms + 7 * DAY_MS + 1, grant_due)
        else:
            self._at(settled_ms, settle)
        if ending == "refused" and not self._is_paid_before(span, held_ms):
            span.uncounted_ms = part_ms

    def _is_paid_before(self, span: Span, at_ms: int) -> bool:
        """Return whether time that came before its period closed was paid when it was held."""
        closings = sorted(event[0] for event in self.events[:PERIODS])
        came_ms = at_ms - MINUTE_MS
        return any(came_ms <= closing < at_ms and span.begin_ms < closing for closing in closings)

    def _move(self) -> None:
        """Let the second person work elsewhere from a day on."""
        day = FIRST + timedelta(days=self.draw.randint(1, 14 * WORKED))
        rows = self.facts.terms[1]
        rows.append(Terms(day, rows[-1].status, "FR"))

        def move(now_ms: int) -> None:
            moment = datetime.fromtimestamp(now_ms / 1000, UTC)
            agree(self.people[1], Status.SELF_EMPLOYED, "FR", since=moment)

        self._at(self._ms(day, 0, 1), move)

    def _status(self) -> None:
        """Change the first person's status, once or twice, each time from a day on."""
        days = {self.draw.randint(1, 14 * WORKED) for _ in range(2)}
        for offset in sorted(days):
            day = FIRST + timedelta(days=offset)
            status = self.draw.choice([Status.EMPLOYEE, Status.SELF_EMPLOYED, Status.VOLUNTEER])
            self.facts.terms[0].append(Terms(day, status.value, "CA-QC"))

            def change(now_ms: int, status: Status = status) -> None:
                moment = datetime.fromtimestamp(now_ms / 1000, UTC)
                agree(self.people[0], status, since=moment)

            self._at(self._ms(day, 0, 1), change)

    def _price(self) -> None:
        """Change a project's price from a moment on."""
        number = self.draw.choice([1, 3])
        day = FIRST + timedelta(days=self.draw.randint(1, 14 * WORKED))
        micro = self.draw.choice([0, 700_000, 30_000_000])

        def change(_now_ms: int) -> None:
            made = self.made[number]
            self.prices[number] = micro
            RateVersion.objects.create(
                project=made.project, number=2, piece_micro=micro,
                currency=self.facts.currencies[number], created_by=self.operator, created_at=NOW,
            )  # fmt: skip

        self._at(self._ms(day, 3), change)

    def _erase(self) -> None:
        """Erase a person's entries; their pay stays what it is."""
        day = FIRST + timedelta(days=self.draw.randint(14, 14 * PERIODS - 2))
        person = self.draw.randint(0, 1)
        self._at(self._ms(day, 4), lambda now_ms: erase_entries(self.people[person], now_ms))
