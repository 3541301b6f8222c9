"""Rows for the queries of the register: for each a case that holds, and one that falls short."""

import secrets
from collections.abc import Callable
from datetime import date, timedelta

from canut.actions.people.accounts import add_member
from canut.actions.people.work_terms import TermsIn, set_terms
from canut.core.clock import DAY_MS, HOUR_MS, from_ms
from canut.core.datasets.card import FIELDS
from canut.core.pay.lost_days import LOST_DAYS
from canut.core.places.parameters import Status
from canut.core.proofs.canonical import canonical
from canut.store.models import (
    Answer,
    Card,
    ChainParty,
    ChainVersion,
    Cosignature,
    Decision,
    Eligibility,
    Erasure,
    FundsLine,
    Log,
    ModelAuthor,
    Organisation,
    OversightReport,
    PayAdjustment,
    PayLine,
    Payment,
    PayPolicy,
    Period,
    Person,
    Pilot,
    PortraitRelease,
    QuestionVersion,
    RecordOpening,
    Role,
    Sanction,
    Statement,
    TaskPace,
    Thread,
    Trained,
    VacationPayout,
)
from canut.store.tables.pay import BankDetails
from canut.store.tables.work import Lease
from tests.support.accords import make_accord, set_table
from tests.support.factories import (
    NOW,
    NOW_MS,
    Made,
    make_person,
    make_project,
)
from tests.support.oversight_rows import (
    inspected,
    measured,
    open_project,
    was_shown_systems,
)
from tests.support.rule_rows import (
    TODAY,
    accepted,
    appeal,
    beat,
    beats_without_rest,
    change_policy,
    decide,
    heard_claim,
    late_appeal,
    long_day,
    ten_at_work,
    waiting_claim,
    without_checks,
    work_day,
    work_days,
)

type Make = Callable[[], object]


def period(first: date = date(2026, 11, 2), days: int = 14, wait: int = 7) -> Period:
    """Make a closed period."""
    last = first + timedelta(days=days - 1)
    return Period.objects.create(
        first_day=first,
        last_day=last,
        state="closed",
        pay_day=last + timedelta(days=wait),
        closed_by=make_person(),
        closed_at=NOW,
        measured_ms=1,
        created_at=NOW,
    )


def state_pay(of: Period, person: Person | None = None, content: str = "{}") -> Statement:
    """Store a statement of a period."""
    sums = ("top_up_micro", "gross_micro", "vacation_micro", "net_micro", "begin_ms", "end_ms")
    return Statement.objects.create(
        period=of,
        person=person or make_person(),
        currency="CAD",
        content=content,
        sha256="0" * 64,
        time_ms=HOUR_MS,
        pay_year=2026,
        **dict.fromkeys(sums, 1),
    )


def pay(*, days: int = 10, account: bool = True) -> Payment:
    """Send a payment some days after its period, to an account or to none."""
    statement = state_pay(period(date(2026, 10, 1)))
    last = statement.period.last_day
    if account:
        BankDetails.objects.create(person=statement.person, kind="iban", sealed=b"", set_at=NOW)
    return Payment.objects.create(
        statement=statement,
        person=statement.person,
        amount_micro=1,
        currency="CAD",
        state="sent",
        due_on=last,
        late_on=last + timedelta(days=16),
        sent_at=NOW - timedelta(days=(TODAY - last).days - days),
    )


def time_in_period(*, stated: bool) -> None:
    """Make counted time in a closed period, with a statement or without."""
    of = period()
    person = work_day(day=of.first_day)
    if stated:
        state_pay(of, person)


def two_periods(wait: int) -> None:
    """Make two periods in a row; the second is paid after some days."""
    first = period()
    period(first.last_day + timedelta(days=1), wait=wait)


def ended(balance_micro: int) -> None:
    """Make an end of employment after which vacation pay is left, or none."""
    statement = state_pay(
        period(), content=f'{{"pay":{{"vacation":{{"balance_micro":{balance_micro}}}}}}}'
    )
    VacationPayout.objects.create(
        person=statement.person,
        why="end",
        on=date(2026, 10, 1),
        currency="CAD",
        by=make_person(),
        at_ms=NOW_MS - 40 * DAY_MS,
    )


def rates(on: date, confirmed_by: int | None) -> PayPolicy:
    """Set an exchange rate of a day, on one person's word or two's."""
    content = {
        "exchange": {"EUR": {"rate": "1.5", "on": on.isoformat(), "source": "BCE"}},
        "rate_words": {"EUR": {"quote": "CAD", "set_by": 1, "confirmed_by": confirmed_by}},
    }
    return PayPolicy.objects.create(number=1, content=content, set_by=make_person(), at_ms=NOW_MS)


def terms(status: Status = Status.SELF_EMPLOYED, *, place: str = "FR", **facts: bool) -> Person:
    """Give somebody work terms, with facts about who controls the work."""
    person = make_person()
    written = TermsIn(place, "Europe/Paris", status, facts=facts)
    set_terms(person, written, by=make_person(), now_ms=NOW_MS)
    return person


def minor(severity: int | None) -> None:
    """Make a person under 18, and lend them material of a severity."""
    person = make_person()
    written = TermsIn("FR", "Europe/Paris", Status.SELF_EMPLOYED, is_minor=True)
    set_terms(person, written, by=make_person(), now_ms=NOW_MS)
    made = make_project()
    if severity is not None:
        lease(made, person, severity)


def lease(made: Made, bearer: Person | None, severity: int) -> Lease:
    """Lend a task, answered, that somebody bears."""
    return Lease.objects.create(
        task=made.tasks[0],
        worker=made.worker,
        project=made.project,
        state=Lease.State.ANSWERED,
        lent_ms=NOW_MS,
        expires_ms=NOW_MS,
        bearer=bearer,
        severity=severity,
    )


def opening(why: str) -> RecordOpening:
    """Open somebody's pay, with a reason or without."""
    return RecordOpening.objects.create(
        person=make_person(), opened_by=make_person(), page="pay", why=why, at_ms=NOW_MS
    )


def erasure(days: int) -> Erasure:
    """Erase somebody after some days."""
    asked_ms = NOW_MS - 90 * DAY_MS
    return Erasure.objects.create(
        person=make_person(), asked_ms=asked_ms, done_ms=asked_ms + days * DAY_MS
    )


def operator(email: str) -> None:
    """Make somebody at work, and an operator who can be reached or not."""
    work_day()
    runs = Organisation.objects.create(name="La Coop", kind="operator", created_at=NOW)
    add_member(make_person(shown_name="Léa", email=email), Role.OPERATOR, NOW_MS, organisation=runs)


def paid_project(*, is_ready: bool = True, share_micro: int = 10) -> Made:
    """Make an open project that pays, with what must come first or without."""
    made = make_project()
    if not is_ready:
        return made
    Pilot.objects.create(project=made.project, begun_ms=1, sample=5, passed_ms=2)
    chain = ChainVersion.objects.create(
        project=made.project,
        number=1,
        client="A",
        country="CA",
        price_micro=10,
        currency="CAD",
        by=make_person(),
        at_ms=1,
    )
    ChainParty.objects.create(chain=chain, position=1, role="worker", share_micro=share_micro)
    FundsLine.objects.create(project=made.project, kind="reserve", micro=1, currency="CAD", at_ms=1)
    return made


def pace(days: int) -> TaskPace:
    """Measure a project's pace some days ago."""
    numbers = ("tasks", "people", "by_beats", "p50_ms", "p90_ms")
    sums = ("median_micro", "lowest_decile_micro")
    return TaskPace.objects.create(
        project=make_project().project,
        at_ms=NOW_MS - days * DAY_MS,
        currency="CAD",
        **dict.fromkeys((*numbers, *sums), 10),
    )


def hard_project(*, bearer: bool) -> None:
    """Make a project with hard material, lent to somebody who bears it or to nobody."""
    made = make_project(severity=3)
    lease(made, made.worker.person if bearer else None, 3)


def question(hours: int) -> Thread:
    """Ask a question that is answered some hours after it was due."""
    return Thread.objects.create(
        to="operator",
        opened_by=make_person(),
        opened_ms=1,
        due_ms=NOW_MS - DAY_MS,
        answered_ms=NOW_MS - DAY_MS + hours * HOUR_MS,
    )


def answer(*, has_line: bool = True, at_ms: int = NOW_MS) -> Answer:
    """Give an answer, with its pay line or without."""
    made = make_project()
    given = Answer.objects.create(
        task=made.tasks[0],
        worker=made.worker,
        project=made.project,
        question_version=made.question,
        values="{}",
        author_kind="human",
        client_key=secrets.token_hex(18),
        counted=True,
        elapsed_ms=1,
        answered_ms=at_ms,
    )
    if has_line:
        PayLine.objects.create(
            answer=given,
            worker=made.worker,
            project=made.project,
            rate_version=made.rate,
            piece_micro=1,
            currency="CAD",
            elapsed_ms=1,
            time_basis="elapsed",
            at_ms=at_ms,
        )
    return given


def half_year(*, reported: bool) -> None:
    """Make a first answer of half a year ago, with the report or without."""
    answer(at_ms=NOW_MS - 200 * DAY_MS)
    if reported:
        report([])


def report(stands_out: list[str]) -> OversightReport:
    """Make the half-year report, in which a group stands out or none does."""
    group = {"name": "fr", "is_hidden": False, "stands_out": stands_out}
    return OversightReport.objects.create(
        kind="half",
        begin_ms=1,
        end_ms=NOW_MS - DAY_MS,
        content={"cuts": {"language": [group, {**group, "is_hidden": True}]}},
        made_ms=NOW_MS,
    )


def model(labels_ms: int) -> Trained:
    """Export a model that learnt from some human hours, or from none."""
    made = make_project()
    numbers = (
        *("answers", "tasks", "last_answer", "held_out", "right", "fit_ms"),
        "by_people",
    )
    return Trained.objects.create(
        project=made.project,
        author=ModelAuthor.objects.create(project=made.project, name="m"),
        form="softmax",
        labels_ms=labels_ms,
        made_ms=1,
        exported_ms=2,
        **dict.fromkeys(numbers, 1),
    )


def sanction(*, answered_since: bool) -> None:
    """Sanction somebody for an act that they won an appeal about, with new work or without."""
    first = decide(kind=Decision.Kind.SUSPENSION, at_ms=NOW_MS - 5 * DAY_MS)
    won = appeal(first, at_ms=NOW_MS - 4 * DAY_MS)
    made = make_project()
    made.worker.person = first.person
    made.worker.save()
    if answered_since:
        given = answer(at_ms=int(won.answered_ms or 0) + HOUR_MS)
        given.worker = made.worker
        given.save()
    again = decide(kind=Decision.Kind.SUSPENSION, person=first.person, at_ms=NOW_MS)
    Sanction.objects.create(
        decision=again, worker=made.worker, from_ms=NOW_MS, until_ms=NOW_MS + DAY_MS
    )


def undone(*, is_paid: bool) -> None:
    """Undo a suspension of last week, and pay the days lost or not."""
    made = make_project()
    decision = decide(
        kind=Decision.Kind.SUSPENSION,
        worker=made.worker,
        project=made.project,
        undone_ms=NOW_MS - 3 * DAY_MS,
    )
    if is_paid:
        PayAdjustment.objects.create(
            worker=made.worker,
            project=made.project,
            decision=decision,
            piece_micro=1,
            currency="CAD",
            reason=LOST_DAYS,
            at_ms=NOW_MS,
        )


def log(days: int) -> None:
    """Make a log that a witness signed some days ago."""
    kept = Log.objects.create(origin="canut.example/log", key="k", size=3)
    Cosignature.objects.create(
        log=kept, witness="w", size=3, checkpoint="", line="", at_s=(NOW_MS - days * DAY_MS) // 1000
    )


def card(grade: str) -> Card:
    """Sign a card whose time has a grade."""
    figures = {"active_time": {"value": 5, "grade": grade}, "places": {"value": [], "grade": "A"}}
    assert figures.keys() <= FIELDS.keys()
    return Card.objects.create(
        project=make_project().project,
        number=1,
        made_ms=1,
        people=10,
        is_simulated=False,
        content=canonical({"credentialSubject": {"figures": figures}}).decode(),
        sha256="0" * 64,
    )


def portrait(*, is_simulated: bool) -> None:
    """Publish a release of the Portrait, of real work or not."""
    work_day()
    PortraitRelease.objects.create(
        period="2026-Q3", edition=1, made_ms=1, is_simulated=is_simulated, content="", sha256="0"
    )


def eligibility(reason: str) -> Eligibility:
    """Ask for a place, with a reason of law or without."""
    return Eligibility.objects.create(
        project=make_project().project,
        place="FR",
        legal_reason=reason,
        set_by=make_person(),
        set_ms=1,
    )


def instructions(words: str) -> None:
    """Give the newest question of a project instructions, or none."""
    made = make_project()
    QuestionVersion.objects.filter(pk=made.question.pk).update(instructions=words)


def employed(own_rates: dict[str, str]) -> None:
    """Employ somebody in Québec, with the payer's own rates or without."""
    terms(Status.EMPLOYEE, place="CA-QC")
    PayPolicy.objects.create(
        number=1, content={"own_rates": own_rates}, set_by=make_person(), at_ms=NOW_MS
    )


def unwritten_decision() -> None:
    """Make a decision without a word of French."""
    without_checks("decision")
    decide(text_fr="")


def program_decides() -> None:
    """Let a program reject an answer."""
    decide(made_by=make_person(is_service=True))


def unheard_change() -> None:
    """Change a policy at once."""
    without_checks("policychange")
    change_policy(1)


def placeless(reason: str = "") -> None:
    """Leave a place out without a reason."""
    without_checks("eligibility")
    eligibility(reason)


def aimless() -> None:
    """Open a project that does not say what for."""
    without_checks("project")
    make_project(aim_social="")


def late_half_year() -> None:
    """Leave the half-year report out."""
    half_year(reported=False)


def inspected_half_year() -> None:
    """Work for half a year, and make the inspector's file."""
    half_year(reported=False)
    inspected()


CASES: dict[str, tuple[Make, Make]] = {
    "Q02": (answer, lambda: answer(has_line=False)),
    "Q02b": (lambda: time_in_period(stated=True), lambda: time_in_period(stated=False)),
    "Q03": (pay, lambda: pay(days=20)),
    "Q03i": (lambda: two_periods(7), lambda: two_periods(12)),
    "Q04": (paid_project, lambda: paid_project(is_ready=False)),
    "Q05": (decide, lambda: decide(evidence="  no.   ")),
    "Q06": (decide, program_decides),
    "Q07": (decide, unwritten_decision),
    "Q08": (lambda: appeal(decide()), late_appeal),
    "Q09": (heard_claim, waiting_claim),
    "Q10": (accepted, work_day),
    "Q11": (lambda: ten_at_work(speak=True), lambda: ten_at_work(speak=False)),
    "Q12": (lambda: change_policy(14), unheard_change),
    "Q13": (lambda: measured(is_agreed=True), lambda: measured(is_agreed=False)),
    "Q14": (was_shown_systems, work_day),
    "Q15": (beat, lambda: beat(of=make_person())),
    "Q17": (work_day, lambda: work_day(ms=11 * HOUR_MS)),
    "Q18": (lambda: work_days(5), beats_without_rest),
    "Q18m": (lambda: long_day(free_after=3), lambda: long_day(free_after=6)),
    "Q20e": (lambda: ended(0), lambda: ended(5)),
    "Q24": (lambda: terms(hours_set=False), terms),
    "Q25": (paid_project, lambda: paid_project(share_micro=9)),
    "Q26": (lambda: pace(1), lambda: pace(31)),
    "Q27": (lambda: hard_project(bearer=True), lambda: hard_project(bearer=False)),
    "Q28": (lambda: question(-1), lambda: question(1)),
    "Q29": (lambda: half_year(reported=True), late_half_year),
    "Q30": (lambda: report([]), lambda: report(["rejections"])),
    "Q31": (lambda: rates(TODAY, 2), lambda: rates(TODAY - timedelta(days=9), 2)),
    "Q33": (pay, lambda: pay(account=False)),
    "Q35": (lambda: minor(None), lambda: minor(2)),
    "Q36": (lambda: opening("asked"), lambda: opening("")),
    "Q37": (lambda: erasure(3), lambda: erasure(31)),
    "Q38": (lambda: card("ATTESTED"), lambda: card("ASSERTED")),
    "Q39": (lambda: log(1), lambda: log(8)),
    "Q40": (
        lambda: open_project(is_described=True),
        lambda: open_project(is_described=False),
    ),
    "Q41": (lambda: model(5), lambda: model(0)),
    "Q42": (lambda: None, lambda: terms(place="FR")),
    "Q48": (lambda: sanction(answered_since=True), lambda: sanction(answered_since=False)),
    "Q49": (
        lambda: make_accord(set_table(piece_micro=10_000_000)),
        lambda: make_accord(set_table(piece_micro=1)),
    ),
    "Q50": (lambda: undone(is_paid=True), lambda: undone(is_paid=False)),
    "Q51": (inspected_half_year, late_half_year),
    "Q52": (lambda: operator("lea@example.org"), lambda: operator("")),
    "Q58": (decide, unwritten_decision),
    "Q63": (make_project, aimless),
    "Q64": (lambda: portrait(is_simulated=False), lambda: portrait(is_simulated=True)),
    "Q65": (lambda: eligibility("article 3"), placeless),
    "Q66": (lambda: instructions("Read."), lambda: instructions("")),
    "Q70": (lambda: employed({"cnesst.rate": "0.01"}), lambda: employed({})),
}
"""By query: a case that holds, and one that falls short. Before either, there is no case."""

DAY_OF_NOW = from_ms(NOW_MS).date()
