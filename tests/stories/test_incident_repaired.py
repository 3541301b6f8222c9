"""A model errs on one file; people are paid to repair it, and somebody else verifies the repair.

The clock moves from the alarm to the pay slip: report, owner, extent, cause, new answers, hidden
answers since, verification, postmortem, statement.
"""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from canut.actions.learning.incidents import (
    Report,
    name_incident_owner,
    report_incident,
    tell_unowned,
)
from canut.actions.pay.funds import lock_funds
from canut.actions.pay.periods import close_period
from canut.actions.people.email_notices import make_letters
from canut.core.clock import DAY_MS, HOUR_MS, MINUTE_MS, from_ms, to_ms
from canut.core.learning.incident_terms import IncidentStep
from canut.core.money import Money
from canut.store.models import EntryPending, Incident, Period, Person
from canut.store.tables.people import Letter
from tests.support.factories import make_person, make_representative
from tests.support.incidents import NORTH, POSTMORTEM, Workshop
from tests.support.paid_work import fund
from tests.support.payroll import (
    AFTER,
    FIRST,
    LAST,
    content_of,
    made_with,
    moment,
    period,
    person_of,
    policy,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.dialect]
type StopClock = Callable[[datetime], None]
PIECE_MICRO = 300_000
RELABELLED, HIDDEN = 20, 160
Step = IncidentStep
LEAVES = {"incident.open", "incident.state", "repair", "incident.verified", "postmortem"}


def step(client: Client, incident: Incident, name: Step, **fields: str) -> None:
    """Take a step on its page."""
    address = reverse("project_incident", args=[incident.project.slug, incident.pk])
    answer = client.post(address, {"step": name.value, **fields})
    assert answer.status_code == 302, answer.content.decode()


def repair(client: Client, incident: Incident, **fields: str) -> None:
    """Make a repair on its page."""
    address = reverse("project_incident_repair", args=[incident.project.slug, incident.pk])
    answer = client.post(address, {"what": "make", **fields})
    assert answer.status_code == 302, answer.content.decode()


def browser(person: Person) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client


class Walk:
    """The project, its clock, and what happens in it."""

    def __init__(self, stop_clock: StopClock) -> None:
        policy()
        self.stop = stop_clock
        self.made = made_with(PIECE_MICRO, tasks=0)
        self.project = self.made.project
        fund(self.project)
        lock_funds(self.project, Money(1_000_000, "CAD"), "project", moment(FIRST))
        self.shop = Workshop(self.project, self.made.workers, moment(FIRST, 7))
        self.shop.decided(60, "Nord", wrong=12)
        self.shop.decided(700, "Sud", wrong=7)
        self.owner, self.verifier = browser(self.shop.owner), browser(self.shop.verifier)

    def to(self, later_ms: int = HOUR_MS) -> int:
        """Move the clock; return the moment."""
        self.shop.now_ms += later_ms
        self.stop(from_ms(self.shop.now_ms))
        return self.shop.now_ms

    def see(self) -> Incident:
        """Let somebody see it first; five minutes are paid."""
        report = Report("label_fault", "Le nord est inversé.", NORTH)
        by = person_of(self.made)
        return report_incident(self.shop.first, report, by=by, now_ms=self.to())

    def wait_for_owner(self, *incidents: Incident) -> None:
        """Let a day pass without an owner: representatives are told; then name one."""
        representative = make_person(email="elu@exemple.org")
        make_representative(representative, self.project.organisation)
        moment_ms = self.to(DAY_MS + HOUR_MS)
        assert tell_unowned(moment_ms) == len(incidents)
        make_letters(moment_ms)
        letters = Letter.objects.filter(person=representative, kind="incident")
        assert letters.count() == len(incidents)
        listed = browser(representative).get("/incidents/").content.decode()
        assert listed.count('class="badge err"') == len(incidents)
        for incident in incidents:
            by = self.project.created_by
            name_incident_owner(incident.pk, self.shop.owner, by=by, now_ms=moment_ms)

    def diagnose(self, incident: Incident) -> None:
        """Take the owner's steps up to the repair."""
        steps: tuple[tuple[Step, dict[str, str]], ...] = (
            (Step.CONFIRM, {}),
            (Step.CONTAIN, {"severity": "1", "touched": "0"}),
            (Step.DIAGNOSE, {"cause": "data", "said": "Un fichier est inversé.", "slice": NORTH}),
            (Step.REPAIR, {}),
        )
        for name, fields in steps:
            self.to()
            step(self.owner, incident, name, **fields)

    def repair(self, incident: Incident) -> None:
        """Have the slice labelled again, then hidden tasks answered, by paid people."""
        self.to()
        repair(self.owner, incident, kind="relabel", amount=str(RELABELLED), fold="1")
        assert self.shop.answer_all() == RELABELLED
        self.to()
        step(self.owner, incident, Step.PROVE, said="Réétiqueté par des personnes.", redone="0")
        newer = self.shop.version(self.shop.now_ms)
        self.shop.propose(newer, self.shop.tasks(HIDDEN, "Nord"), is_hidden=False)
        self.to()
        address = reverse("project_incident", args=[self.project.slug, incident.pk])
        assert self.verifier.post(address, {"step": "verify"}).status_code == 422
        repair(self.owner, incident, kind="hidden_sample", amount=str(HIDDEN))
        assert self.shop.answer_all() == HIDDEN


def test_from_the_alarm_to_the_pay_slip(stop_clock: StopClock) -> None:
    walk = Walk(stop_clock)
    seen = walk.see()
    walk.to()
    incident = walk.shop.alarm()
    walk.wait_for_owner(seen, incident)
    step(walk.owner, seen, Step.DISMISS, said="C’est le même incident.")
    walk.diagnose(incident)
    walk.repair(incident)
    walk.to()
    step(walk.verifier, incident, Step.VERIFY, said="Le sud n’a pas changé de modèle.")
    walk.to()
    short = {"public_fr": "C’est réparé.", "public_en": "It is repaired."}
    step(walk.owner, incident, Step.CLOSE, postmortem=POSTMORTEM, **short)

    incident.refresh_from_db()
    assert (incident.state, incident.verifier) == ("closed", walk.shop.verifier)
    assert incident.proof["seen"] == incident.proof["right"] == HIDDEN
    assert walk.shop.now_ms < moment(LAST, 23)
    kinds = set(EntryPending.objects.values_list("type", flat=True))
    assert kinds >= LEAVES

    stop_clock(AFTER)  # the pay slip holds the answers of the repair, and the five minutes
    due = period()
    closed = close_period(due.pk, make_person(), to_ms(AFTER))
    assert closed.state == Period.State.CLOSED
    slip = content_of(person_of(walk.made), due)
    earned = {line["number"]: line for line in slip["projects"]}
    assert earned[walk.project.pk]["piece_micro"] == (RELABELLED + HIDDEN) * PIECE_MICRO
    assert seen.paid_ms == 5 * MINUTE_MS
    assert earned[0]["time_ms"] == seen.paid_ms
