"""A pay period closes while people work, claim, appeal, move and leave, and its processes die.

The pages do it all, on a server whose clock stands after the period. Afterwards the next period is
closed in peace, and everybody was paid each answer and each millisecond once.
"""

import json
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from django.db import connection
from django.db.models import Sum
from django.test import Client

from canut.actions.decisions.rejections import reject_answer
from canut.actions.pay.periods import close_period, make_period
from canut.actions.pay.statement_recount import recount
from canut.actions.people.accounts import add_member, add_person
from canut.actions.time.measure import time_by_day
from canut.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, to_ms
from canut.store.models import (
    Beat,
    Claim,
    OpenPage,
    PaidTime,
    PayAdjustment,
    PayLine,
    Payment,
    Period,
    Person,
    Role,
    Statement,
    Terms,
    Worker,
)
from canut.store.tables.decisions import Appeal
from canut.store.tables.people import Erasure, Membership
from tests.soak.stage import Stage, plans, stage
from tests.support.claims import have_been_here
from tests.support.factories import Made, answer_next, make_person, make_project
from tests.support.invariants import broken
from tests.support.payroll import (
    AFTER,
    FIRST,
    LAST,
    SUMS_TO_CONFIRM,
    agree,
    moment,
    period,
    policy,
    work_hours,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("loggable")]
CSRF = "c" * 32
PIECE_MICRO = 60_000
WAIT_SECONDS = 60.0
AT_WORK = 4
DAY = FIRST + timedelta(days=10)
FORGED = "item:²"
MOST_PRESSES = 20
CHANGED = 422


@dataclass
class Browser:
    """Somebody who is signed in and sends forms."""

    port: int
    session: str
    statuses: Counter[int] = field(default_factory=Counter)

    def post(self, path: str, body: bytes, kind: str) -> int:
        """Send a body; return the status, 0 where nobody answers."""
        head = {
            "Cookie": f"sessionid={self.session}; csrftoken={CSRF}",
            "X-CSRFToken": CSRF,
            "Content-Type": kind,
        }
        address = f"http://127.0.0.1:{self.port}{path}"
        try:
            with _opener.open(urllib.request.Request(address, body, head), timeout=60) as answer:
                status = int(answer.status)
        except urllib.error.HTTPError as refusal:
            refusal.close()
            status = refusal.code
        except OSError:
            status = 0
        self.statuses[status] += 1
        return status

    def read(self, path: str) -> str:
        """Return a page; empty where nobody answers."""
        head = {"Cookie": f"sessionid={self.session}", "Accept-Language": "en"}
        address = f"http://127.0.0.1:{self.port}{path}"
        try:
            with _opener.open(urllib.request.Request(address, headers=head), timeout=60) as answer:
                return str(answer.read().decode())
        except OSError:
            return ""

    def send(self, path: str, **fields: str) -> int:
        """Send a form."""
        body = urllib.parse.urlencode(fields).encode()
        return self.post(path, body, "application/x-www-form-urlencoded")


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Follow nowhere."""


_opener = urllib.request.build_opener(_Stay)


@dataclass
class Crowd:
    """The people of a period, and what is sent for each of them while it closes."""

    made: Made
    operator: Person
    browsers: dict[int, Browser]
    decisions: dict[int, int]
    memberships: dict[int, int]

    def person(self, at: int) -> int:
        """Return the number of the person behind a worker."""
        return self.made.workers[at].person_id or 0

    def late_beats(self, at: int) -> None:
        """Send beats of a page that was opened in the period."""
        beat = {"session": f"late-{at}", "visible": True, "focused": True, "surface": "account"}
        beats = [
            beat | {"seq": n, "mono_ms": 15_000 * n, "buckets": [[15 * n - 1, 1, 0, 0, 0]]}
            for n in range(1, 9)
        ]
        body = json.dumps({"beats": beats}).encode()
        self.browsers[at].post("/time/beats", body, "application/json")

    def claim(self, at: int) -> None:
        """Claim an hour of the period."""
        hours = {"begin": "18:00", "end": "19:00", "why": "crashed", "words": ""}
        project = str(self.made.project.pk)
        self.browsers[at].send("/time/claim", day=DAY.isoformat(), project=project, **hours)

    def appeal(self, at: int) -> None:
        """Appeal against a rejection."""
        self.browsers[at].send(f"/decisions/{self.decisions[at]}/appeal", words="Pas juste.")

    def move(self, at: int) -> None:
        """Have the operator write that somebody lives in Paris now."""
        terms = {"place": "CA-QC", "zone": "Europe/Paris", "status": "employee", "pace": "100"}
        self.browsers[-1].send(f"/payroll/people/{self.person(at)}", **terms)

    def remove(self, at: int) -> None:
        """Have the operator end somebody's work at their own wish."""
        path = f"/projects/{self.made.project.slug}/members/{self.memberships[at]}/end"
        self.browsers[-1].send(path, code="own-wish", evidence="Demandé hier, par courriel.")

    def erase(self, at: int) -> None:
        """Ask for one's entries to be erased."""
        self.browsers[at].send("/account/answers/erase")


def signed_in(person: Person, port: int) -> Browser:
    client = Client()
    client.force_login(person)
    return Browser(port, client.cookies["sessionid"].value)


def make_crowd(people: int, port: int) -> Crowd:
    """Make people who worked in the period: measured time, answers, a rejection, forged beats."""
    policy()
    made = make_project(
        tasks=people, workers=people, overlap=100, piece_micro=PIECE_MICRO, lease_seconds=60
    )
    operator = add_person("operatrice", "Opératrice", moment(FIRST))
    add_member(operator, Role.OPERATOR, moment(FIRST), organisation=made.project.organisation)
    decisions: dict[int, int] = {}
    memberships: dict[int, int] = {}
    for at, worker in enumerate(made.workers):
        person = Person.objects.get(pk=worker.person_id or 0)
        agree(person)
        memberships[at] = Membership.objects.create(
            person=person, project=made.project, role="worker", created_at=AFTER
        ).pk
        begin_ms = moment(DAY) + at * 1_000
        have_been_here(person, made.project.pk, begin_ms)
        work_hours(person, made.project.pk, begin_ms, 5 * MINUTE_MS)
        receipt = answer_next(worker, now_ms=begin_ms + HOUR_MS)
        OpenPage.objects.create(
            session=f"late-{at}", person=person, opened_ms=begin_ms + 2 * HOUR_MS
        )
        if at % 4 == 0:
            decisions[at] = reject_answer(
                receipt.answer,
                by=made.project.created_by,
                code="off-instructions",
                evidence="Elle dit le contraire.",
                now_ms=begin_ms + 3 * HOUR_MS,
            ).pk
    Beat.objects.filter(person=made.workers[1].person_id, seq=3).update(surface=FORGED)
    browsers = {
        at: signed_in(Person.objects.get(pk=worker.person_id or 0), port)
        for at, worker in enumerate(made.workers[: people // 2])
    }
    return Crowd(made, operator, browsers | {-1: signed_in(operator, port)}, decisions, memberships)


def attack(crowd: Crowd, is_over: threading.Event) -> threading.Thread:
    """Let everybody do something while the period closes, each thing once."""
    does: list[Callable[[int], None]] = [
        crowd.late_beats,
        crowd.claim,
        crowd.move,
        crowd.remove,
        crowd.erase,
    ]
    people = [at for at in crowd.browsers if at >= AT_WORK]

    def act() -> None:
        for at in people:
            if at in crowd.decisions:
                crowd.appeal(at)
            does[at % len(does)](at)
            does[(at + 1) % len(does)](at)
        is_over.set()

    thread = threading.Thread(target=act)
    thread.start()
    return thread


def press(crowd: Crowd, due: Period) -> None:
    """Confirm what the page names; again while the sums change under the eyes that read them."""
    operator = crowd.browsers[-1]
    for _ in range(MOST_PRESSES):
        sums = SUMS_TO_CONFIRM.search(operator.read("/payroll/closing"))
        if operator.send("/payroll/closing", sums=sums[1] if sums else "") != CHANGED:
            return
        due.refresh_from_db()
        if due.state != "open":
            return


def press_apart(crowd: Crowd, due: Period) -> None:
    """Press in a thread of its own, which has a connection of its own to close."""
    try:
        press(crowd, due)
    finally:
        connection.close()


def until_it_closes(due: Period, done: int) -> bool:
    """Wait until so many people are counted; return whether the closing is in its middle."""
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        due.refresh_from_db()
        if due.state != "open" and (due.done >= done or due.state == "closed"):
            return due.state == "closing"
        time.sleep(0.01)
    raise TimeoutError(f"period {due.state}: {due.failure}")


def until_closed(crowd: Crowd, where: Stage, due: Period, ahead: int) -> None:
    """Press again, half a minute later by the server's clock, until it is closed."""
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        due.refresh_from_db()
        if due.state == "closed":
            return
        where.wait(where.ports[0])
        ahead += 40
        where.set_clock(ahead)
        press(crowd, due)
        time.sleep(1)
    raise TimeoutError(f"period {due.state}: {due.done} of {due.total}, {due.failure}")


def ahead_of_now(at: datetime) -> int:
    return round((at - datetime.now(UTC)).total_seconds())


def run(folder: Path, *, people: int, kills: list[str], seed: int) -> None:
    """Close a period under attack, kill what closes it, then pay the rest and count."""
    rng = np.random.default_rng(seed)
    with stage(folder, 1, with_jobs="jobs" in kills) as where:
        where.set_clock(ahead_of_now(AFTER))
        crowd = make_crowd(people, where.ports[0])
        due = period()
        for number, plan in enumerate(plans(_some(crowd.made), where, seed)):
            where.begin(number, plan)
        is_over = threading.Event()
        attackers = attack(crowd, is_over)
        clicks = [threading.Thread(target=press_apart, args=(crowd, due)) for _ in range(2)]
        for click in clicks:
            click.start()
        for what in kills:
            if until_it_closes(due, int(rng.integers(0, people))):
                where.kill(what, rng)
                where.wait(where.ports[0])
                press(crowd, due)
        until_closed(crowd, where, due, ahead_of_now(AFTER))
        for thread in (attackers, *clicks):
            thread.join(timeout=WAIT_SECONDS)
        assert is_over.is_set()
        where.settle()
        faults = where.faults()
    check(crowd, due, faults)
    lines = PayLine.objects.count()
    sys.stdout.write(
        f"\nseed {seed}, {connection.vendor}: {people} people, {dict(where.done)},"
        f" {lines} pay lines, operator told {dict(crowd.browsers[-1].statuses)}\n"
    )


def _some(made: Made) -> Made:
    """Return the project with the few workers who answer all the time."""
    return Made(made.project, made.tasks, made.workers[:AT_WORK], made.question, made.rate)


def check(crowd: Crowd, due: Period, faults: list[str]) -> None:
    """Pay the next period in peace; compare all that was paid with what was earned."""
    assert faults == []
    assert crowd.browsers[-1].statuses.keys() <= {0, 302, 422}
    assert Claim.objects.exists()
    assert Appeal.objects.exists()
    assert Erasure.objects.exists()
    assert Worker.objects.exclude(ended_at=None).exists()
    assert Terms.objects.filter(zone="Europe/Paris").exists()
    later_ms = to_ms(AFTER) + 14 * DAY_MS
    after = make_period(LAST + timedelta(days=1), LAST + timedelta(days=14), later_ms)
    for closed in (due, close_period(after.pk, make_person(), later_ms)):
        assert list(recount(closed)) == []
    assert broken() == []
    wrong = {at: said for at in range(len(crowd.made.workers)) if (said := unpaid(crowd, at))}
    assert wrong == {}
    assert Statement.objects.values("person", "period").distinct().count() == (
        Statement.objects.count()
    )
    amounts = Payment.objects.aggregate(all=Sum("amount_micro"))["all"]
    assert amounts == Statement.objects.aggregate(all=Sum("net_micro"))["all"]


def unpaid(crowd: Crowd, at: int) -> str:
    """Say what somebody earned and was not paid, or was paid twice; empty where all is right."""
    person = crowd.person(at)
    contents = [json.loads(one.content) for one in Statement.objects.filter(person=person)]
    projects = [project for content in contents for project in content["projects"]]
    lines = PayLine.objects.filter(worker__person=person)
    changes = PayAdjustment.objects.filter(worker__person=person)
    earned = sum(lines.values_list("piece_micro", flat=True))
    earned += sum(changes.values_list("piece_micro", flat=True))
    paid = sum(project["paid_micro"] for project in projects)
    corrections = [row for content in contents for row in content["pay"].get("corrections", ())]
    later = [project for correction in corrections for project in correction["projects"]]
    paid += sum(project["piece_micro"] + project["adjusted_micro"] for project in later)
    end_ms = to_ms(AFTER) + 14 * DAY_MS
    came_ms = end_ms
    worked = sum(row.ms for row in time_by_day([person], moment(FIRST), end_ms, came_ms))
    paid_ms = sum(PaidTime.objects.filter(person=person).values_list("ms", flat=True))
    if (earned, worked) != (paid, paid_ms):
        return f"earned {earned} in {worked} ms, paid {paid} for {paid_ms} ms"
    return ""


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2), ids="seed-{}".format)
@pytest.mark.parametrize(("people", "kills"), [(120, ["child"]), (240, ["jobs", "group"])])
def test_closing_under_attack_and_killed_pays_everybody_once(
    tmp_path: Path, people: int, kills: list[str], seed: int
) -> None:
    run(tmp_path, people=people, kills=kills, seed=seed)


def test_closing_under_attack_pays_everybody_once(tmp_path: Path) -> None:
    run(tmp_path, people=30, kills=["child"], seed=20261129)
