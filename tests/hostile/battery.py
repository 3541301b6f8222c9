"""Sends every hostile case of an address as everybody, and judges each answer."""

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from django.db import connection, transaction

from tests.hostile.asking import Application, Reply, Request
from tests.hostile.bodies import body_of_type
from tests.hostile.cases import FORM, Case, Known, all_cases, as_json, form_bytes
from tests.hostile.ground import MARK, PROGRAM_ROLES, Actor, Ground, forget_all, undone
from tests.hostile.recording import Form, Reads, forms_of, guess, reads_kept
from tests.hostile.targets import Target, base_of_operation, base_of_page, parts_of
from tests.support.invariants import broken

SHOWN = Path(__file__).resolve().parents[2] / ".shown"
SEED = int(os.environ.get("CANUT_HOSTILE_SEED") or 20261129)
SMALL = int(os.environ.get("CANUT_HOSTILE_CASES") or 4)
"""Cases of one address and method in an ordinary run."""
SHARE = float(os.environ.get("CANUT_HOSTILE_SHARE") or 0.2)
"""Of the values in each place of its own that a whole run sends; of those in headers a tenth."""
FOR_OTHERS, FOR_SHUT = 4, 2
"""Cases in a whole run for each other role that gets in, and for each that does not."""
SCRIPT = b"<script>alert(1)</script>"
AWAY = 503
COMMON = ("header ", "cookie ", "kind")
"""Places that every address has, and that mostly no view reads."""
LEARNING_STEPS = 3
ASK_FIRST = {"requester": 0, "worker": 1, "operator": 2, "reviewer": 3, "representative": 4}
ASK_FIRST |= {"auditor": 5, "nobody": 6, "stranger": 7}


class Dice:
    """Chooses the same each time, for a seed and a name."""

    def __init__(self, name: str) -> None:
        self._rng = np.random.default_rng([SEED, *name.encode()])

    def random(self) -> float:
        """Return a number between 0 and 1."""
        return float(self._rng.random())

    def choice[T](self, items: Sequence[T]) -> T:
        """Choose one of some."""
        return items[int(self._rng.integers(len(items)))]

    def sample[T](self, items: Sequence[T], count: int) -> list[T]:
        """Choose some, each once."""
        return [items[int(at)] for at in self._rng.permutation(len(items))[:count]]


@dataclass(frozen=True)
class Finding:
    """One answer that must not be."""

    address: str
    actor: str
    method: str
    point: str
    value: str
    what: str


@dataclass
class Report:
    """What was sent and what came back."""

    requests: int = 0
    addresses: set[str] = field(default_factory=set)
    points: int = 0
    by_actor: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    values: set[str] = field(default_factory=set)
    judged: int = 0
    findings: list[Finding] = field(default_factory=list)
    slowest: list[tuple[float, str]] = field(default_factory=list)
    begun: float = field(default_factory=time.monotonic)

    def count(self, address: str, actor: Actor, case: Case, reply: Reply, seconds: float) -> None:
        """Count one request."""
        self.requests += 1
        self.addresses.add(address)
        self.by_actor[actor.name] += 1
        self.statuses[reply.status] += 1
        self.values.add(case.value)
        words = f"{address}, {actor.name}: {case.point} {case.value}"
        self.slowest.append((round(seconds, 2), words))
        if len(self.slowest) > 1_000:
            self.slowest = sorted(self.slowest, reverse=True)[:10]

    def note(self, finding: Finding) -> None:
        """Keep a finding, in a file too: a whole run is long."""
        self.findings.append(finding)
        SHOWN.mkdir(exist_ok=True)
        with (SHOWN / f"hostile-{connection.vendor}.findings.jsonl").open("a") as file:
            file.write(json.dumps(asdict(finding), ensure_ascii=False) + "\n")

    def write(self) -> None:
        """Write the counts beside the other reports and print them."""
        if not self.requests:
            return
        facts = {
            "seed": SEED,
            "database": connection.vendor,
            "seconds": round(time.monotonic() - self.begun),
            "addresses": len(self.addresses),
            "roles": len(self.by_actor),
            "places": self.points,
            "values": len(self.values),
            "requests": self.requests,
            "writes judged by invariants": self.judged,
            "by role": dict(sorted(self.by_actor.items())),
            "statuses": {str(status): n for status, n in sorted(self.statuses.items())},
            "slowest": sorted(self.slowest, reverse=True)[:10],
            "findings": [asdict(finding) for finding in self.findings],
        }
        SHOWN.mkdir(exist_ok=True)
        whole = "whole" if os.environ.get("CANUT_SOAK") else "small"
        worker = os.environ.get("PYTEST_XDIST_WORKER", "")
        name = "-".join(filter(None, ["hostile", connection.vendor, whole, worker]))
        (SHOWN / f"{name}.json").write_text(json.dumps(facts, indent=1, ensure_ascii=False))
        facts["findings"] = len(self.findings)
        sys.stdout.write(f"\nhostile: {json.dumps(facts, ensure_ascii=False)}\n")


class Battery:
    """Sends hostile requests to one address after the other.

    Args:
        ground: the house and who asks.
        application: what answers.
        report: counts.
    """

    def __init__(self, ground: Ground, application: Application, report: Report) -> None:
        self.ground = ground
        self.application = application
        self.report = report
        self._findings: list[Finding] = []

    def run(self, target: Target, forms: Sequence[Form], *, is_whole: bool) -> list[Finding]:
        """Send the cases of an address as everybody; return what must not be."""
        rng = Dice(target.name)
        if target.operation:
            self._run_operation(target, rng, is_whole=is_whole)
        else:
            parts = parts_of(target, self.ground, self.ground.people[0])
            for method in target.methods:
                self._run_page(target, method, parts, forms, rng, is_whole=is_whole)
        return self._findings

    def ways_in(self, target: Target) -> Iterator[tuple[Actor, Known]]:
        """Fill in an address for each of its methods, for somebody who gets in."""
        if target.operation:
            actor = self._programs_inside(target)[0]
            yield actor, base_of_operation(target, self.ground, actor)
            return
        parts = parts_of(target, self.ground, self.ground.people[0])
        for method in target.methods:
            base = base_of_page(target, method, parts)
            (actor, *_others) = self._inside(base, only_first=True)
            yield actor, self.learn(base, actor, ())

    def _programs_inside(self, target: Target) -> list[Actor]:
        assert target.operation
        roles = {str(role) for role in target.operation.audience.roles} or set(PROGRAM_ROLES)
        return [actor for actor in self.ground.programs if actor.name in roles]

    def _run_operation(self, target: Target, rng: Dice, *, is_whole: bool) -> None:
        inside = self._programs_inside(target)
        known = base_of_operation(target, self.ground, inside[0])
        self._send_all(target, known, inside, self.ground.programs, rng, is_whole=is_whole)

    def _run_page(
        self,
        target: Target,
        method: str,
        parts: dict[str, str],
        forms: Sequence[Form],
        rng: Dice,
        *,
        is_whole: bool,
    ) -> None:
        base = base_of_page(target, method, parts)
        people = self.ground.people
        inside = self._inside(base, only_first=not is_whole)
        known = self.learn(base, inside[0], forms)
        self._send_all(target, known, inside, people, rng, is_whole=is_whole)

    def _inside(self, base: Request, *, only_first: bool) -> list[Actor]:
        """List who gets in, people of the house first; a requester where nobody does."""
        people = {actor.name: actor for actor in self.ground.people}
        order = sorted(people.values(), key=lambda actor: ASK_FIRST.get(actor.name, len(people)))
        inside: list[Actor] = []
        for actor in order:
            if not undone(self.application, actor.ask(base)).is_shut:
                inside.append(actor)
                if only_first:
                    break
        return [a for a in inside if not a.is_outside] or inside or order[:1]

    def learn(self, base: Request, actor: Actor, forms: Sequence[Form]) -> Known:
        """Find out by watching what a view reads, and make a request that is as valid as can be."""
        with reads_kept() as usual:
            undone(self.application, actor.ask(Request(base.method, "/healthz")))
        known = Known(base)
        path = base.path
        for form in forms:
            if form.action.partition("?")[0] == path and base.kind == FORM:
                known.fields |= form.fields
        for _step in range(LEARNING_STEPS):
            with reads_kept() as reads:
                undone(self.application, actor.ask(known.base))
            known.headers |= _headers(reads) - _headers(usual)
            known.files |= reads.files
            if base.method == "GET":
                known.query |= reads.fields
                break
            if base.kind == FORM:
                known.fields |= {n: guess(n) for n in reads.fields - known.fields.keys()}
                known.base = known.base.with_body(form_bytes(known.fields), FORM)
                known.query = set(sorted(reads.fields)[:3])
            elif reads.bodies:
                known.body = body_of_type(reads.bodies[0], self.ground.hints)
                known.base = known.base.with_body(as_json(known.body), base.kind)
                break
        return known

    def _send_all(
        self,
        target: Target,
        known: Known,
        inside: Sequence[Actor],
        everybody: Sequence[Actor],
        rng: Dice,
        *,
        is_whole: bool,
    ) -> None:
        cases = all_cases(known)
        points = sorted({case.point for case in cases})
        self.report.points += len(points)
        plain = Case("plain", "as it is", lambda: known.base)
        slug = self.ground.foreign.slug
        elsewhere = Case(
            "part project", "of the foreign", lambda: known.base.with_part("project", slug)
        )
        shut = [actor for actor in everybody if actor not in inside]
        if not is_whole:
            for case in _few(cases, points, rng):
                self._send(target, inside[0], case)
            outside = [actor for actor in shut if actor.is_outside]
            for actor in rng.sample(outside, min(1, len(outside))):
                self._send(target, actor, plain)
            self._send(target, rng.choice(shut or [inside[0]]), rng.choice(cases))
            return
        for case in cases:
            is_common = case.point.startswith(COMMON)
            is_own = not is_common or case.point.removeprefix("header ") in known.headers
            if rng.random() < (SHARE if is_own else SHARE / 10):
                self._send(target, inside[0], case)
        for actor in everybody:
            self._send(target, actor, plain)
            if "project" in known.base.parts:
                self._send(target, actor, elsewhere)
            if actor is not inside[0]:
                for case in rng.sample(cases, FOR_SHUT if actor in shut else FOR_OTHERS):
                    self._send(target, actor, case)

    def _send(self, target: Target, actor: Actor, case: Case) -> None:
        """Send one case and judge the answer; what it wrote is judged before it is undone."""
        request = case.make()
        if case.point not in {"header Authorization", "header Cookie"}:
            signed = actor.ask(request)
            if case.point.startswith("cookie "):
                name = case.point.removeprefix("cookie ")
                signed = signed.with_cookie(name, request.cookies[name])
            request = signed
        began = time.monotonic()
        wrongs: list[str] = []
        if request.method in {"GET", "HEAD", "OPTIONS"}:
            reply = undone(self.application, request)
        else:
            with transaction.atomic():
                reply = undone_after(self.application, request, wrongs)
                transaction.set_rollback(True)
            self.report.judged += reply.status < 400
        wrongs += wrong_with(target, actor, case, request, reply)
        self.report.count(target.name, actor, case, reply, time.monotonic() - began)
        for wrong in wrongs:
            where = target.name, actor.name, request.method
            finding = Finding(*where, case.point, case.value, wrong)
            self._findings.append(finding)
            self.report.note(finding)


def undone_after(application: Application, request: Request, wrongs: list[str]) -> Reply:
    """Send a request, judge what it wrote where it wrote, and undo it."""
    with transaction.atomic():
        reply = application.send(request)
        if reply.status < 400 and not connection.needs_rollback:
            wrongs += [f"invariant: {line}" for line in broken()[:3]]
        transaction.set_rollback(True)
    forget_all()
    return reply


def wrong_with(
    target: Target, actor: Actor, case: Case, request: Request, reply: Reply
) -> list[str]:
    """List what an answer must not be."""
    wrongs = [f"fault: {line}" for line in reply.faults]
    is_probe = target.name == "readyz"
    is_away = reply.status == AWAY and ("retry-after" in reply.headers or is_probe)
    if not 200 <= reply.status < 500 and not is_away and not wrongs:
        wrongs.append(f"status {reply.status}")
    is_own_word = MARK.encode() in request.body
    if actor.is_outside and MARK.encode() in reply.body and not is_own_word:
        wrongs.append(f"status {reply.status} shows what is private")
    is_page = reply.headers.get("content-type", "").startswith("text/html")
    if is_page and SCRIPT in reply.body:
        wrongs.append("a script of the request stands in the page")
    is_refused = 400 <= reply.status < 500
    if target.is_for_programs and is_refused and request.method != "HEAD" and not reply.code:
        is_elsewhere = case.point.startswith(("part ", "header Host"))
        if not is_elsewhere or target.template.startswith("/api/"):
            wrongs.append(f"status {reply.status} is no problem with a code")
    return wrongs


def _few(cases: Sequence[Case], points: Sequence[str], rng: Dice) -> list[Case]:
    """Choose some cases, each of another place, headers and cookies seldom."""
    by_point: dict[str, list[Case]] = {}
    for case in cases:
        by_point.setdefault(case.point, []).append(case)
    own = [point for point in points if not point.startswith(COMMON)]
    common = [point for point in points if point.startswith(COMMON)]
    chosen = [*rng.sample(own, min(SMALL - 1, len(own))), rng.choice(common)]
    while len(chosen) < SMALL:
        chosen.append(rng.choice(own))
    return [rng.choice(by_point[point]) for point in chosen]


def _headers(reads: Reads) -> set[str]:
    return {name.replace("_", "-").title() for name in reads.headers}


def crawl(battery: Battery, targets: Sequence[Target]) -> list[Form]:
    """Collect the forms of all pages, each seen by the first who gets in."""
    forms: list[Form] = []
    for target in targets:
        if target.operation or "GET" not in target.methods:
            continue
        with transaction.atomic():
            forms += _forms_on(battery, target)
            transaction.set_rollback(True)
    return forms


def forms_near(battery: Battery, target: Target, targets: Sequence[Target]) -> list[Form]:
    """Collect the forms of the page that most likely shows the one of an address."""
    if target.operation or "POST" not in target.methods:
        return []
    pages = [page for page in targets if "GET" in page.methods and not page.operation]
    above = [page for page in pages if target.template.startswith(page.template.rstrip("/"))]
    nearest = max(above, key=lambda page: len(page.template))
    with transaction.atomic():
        forms = _forms_on(battery, nearest)
        transaction.set_rollback(True)
    return forms


def _forms_on(battery: Battery, target: Target) -> list[Form]:
    parts = parts_of(target, battery.ground, battery.ground.people[0])
    base = base_of_page(target, "GET", parts)
    people = {actor.name: actor for actor in battery.ground.people}
    for name in ("requester", "worker", "operator", "representative"):
        reply = undone(battery.application, people[name].ask(base))
        if not reply.is_shut and reply.headers.get("content-type", "").startswith("text/html"):
            return forms_of(base.path, reply.body.decode(errors="replace"))
    return []
