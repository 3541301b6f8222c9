"""Every action that matters leaves its entry in the ledger, in the same transaction, or none."""

import ast
import json
from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

import pytest
from django.db import transaction
from django.db.models import QuerySet

from canut.actions.datasets.export_jobs import ExportIn, ask_export, write_export
from canut.actions.decisions.appeals import AppealReply, answer_appeal, appeal, take_appeal
from canut.actions.decisions.automated_systems import switch_system
from canut.actions.decisions.record import Ruling, decide
from canut.actions.ledger import entries
from canut.actions.ledger.entry_types import inscribed
from canut.actions.ledger.sequencer import log_of, sequence
from canut.actions.participation.policy_changes import (
    PolicyProposal,
    propose_change,
    settle_changes,
)
from canut.actions.pay.pay_rules import PayRules, set_policy
from canut.actions.pay.payments import confirm, mark_returned, mark_sent
from canut.actions.pay.periods import close_period
from canut.actions.people.accounts import add_operator
from canut.actions.people.terms_of_use import publish_terms
from canut.actions.projects.setup import set_rate, write_question
from canut.actions.work.project_state import enter_state
from canut.core.clock import DAY_MS, HOUR_MS, to_ms
from canut.core.ledger.log import opens, read_entry
from canut.store.models import (
    Appeal,
    ChainVersion,
    Decision,
    ExportFile,
    Payment,
    PayPolicy,
    PolicyChange,
    Project,
    QuestionVersion,
    RateVersion,
    Statement,
    TermsOfUse,
)
from canut.store.tables.ledger import EntryPending, LogEntry, PlatformEntry
from tests.house.tree import calls, dotted, files
from tests.support.decisions import make_due
from tests.support.factories import (
    NOW_MS,
    SCHEMA,
    answer_next,
    make_person,
    make_project,
    opened,
)
from tests.support.paid_work import declare_chain, make_paid_draft
from tests.support.payroll import AFTER, made_with, moment, period, person_of, policy, work_hours

pytestmark = pytest.mark.django_db
LATE = NOW_MS + 15 * DAY_MS
UPHELD = AppealReply("upheld", "The first line says the opposite of the answer.")


class Act(NamedTuple):
    """An action that is ready to be done, and the kinds of entries it is to leave."""

    do: Callable[[], object]
    kinds: list[str]
    rows: QuerySet[Any]


def question() -> Act:
    made, by = make_project(), make_person()
    return Act(
        lambda: write_question(made.project, SCHEMA, "Lisez tout.", by=by, now_ms=NOW_MS),
        ["instructions.set"],
        QuestionVersion.objects.all(),
    )


def price() -> Act:
    made, by = make_project(), make_person()
    return Act(
        lambda: set_rate(made.project, 300_000, "CAD", by=by, now_ms=NOW_MS),
        ["price.set"],
        RateVersion.objects.all(),
    )


def chain() -> Act:
    made = make_project()
    return Act(lambda: declare_chain(made.project), ["chain.set"], ChainVersion.objects.all())


def rule() -> Act:
    operator = add_operator("ines", None, "Coopérative", NOW_MS)
    propose_change(operator, PolicyProposal("floor", 18_000_000, "Le loyer a monté", "CAD"), NOW_MS)
    return Act(lambda: settle_changes(LATE), ["policy.set"], PolicyChange.objects.all())


def pay_rule() -> Act:
    by = make_person()
    return Act(
        lambda: set_policy(PayRules(yearly_payroll_micro=10**12), by, NOW_MS),
        ["policy.set"],
        PayPolicy.objects.all(),
    )


def terms() -> Act:
    by = add_operator("ines", None, "Coopérative", NOW_MS)
    effect = NOW_MS + 31 * DAY_MS
    return Act(
        lambda: publish_terms(by, "Be kind.", "Soyez aimables.", effect, NOW_MS),
        ["policy.set"],
        TermsOfUse.objects.all(),
    )


def switch() -> Act:
    by = make_person()
    return Act(
        lambda: switch_system("hours", on=False, by=by, reason="Wrong.", now_ms=NOW_MS),
        ["policy.set"],
        PlatformEntry.objects.all(),
    )


def decision() -> Act:
    due = make_due()
    return Act(due.reject, ["decision.human"], Decision.objects.all())


def appealing() -> Act:
    due = make_due()
    made = due.reject()
    return Act(
        lambda: appeal(made.pk, by=due.person, words="It was irony.", now_ms=NOW_MS + DAY_MS),
        ["appeal.open"],
        Appeal.objects.all(),
    )


def answering() -> Act:
    due = make_due()
    made = appeal(due.reject().pk, by=due.person, words="It was irony.", now_ms=NOW_MS + DAY_MS)
    by = due.independent
    take_appeal(made.pk, by=by, now_ms=NOW_MS + DAY_MS)
    return Act(
        lambda: answer_appeal(made.pk, UPHELD, by=by, now_ms=NOW_MS + DAY_MS),
        ["appeal.decide"],
        Appeal.objects.all(),
    )


def earned() -> int:
    """Let somebody work two hours for less than the floor; return the period to close."""
    policy()
    made = made_with(1_000)
    answer_next(made.worker, now_ms=moment(date(2026, 4, 30)))
    work_hours(person_of(made), made.project.pk, moment(date(2026, 4, 30)), 2 * HOUR_MS)
    return period().pk


def closing() -> Act:
    number, by = earned(), make_person()
    return Act(
        lambda: close_period(number, by, to_ms(AFTER)),
        ["statement", "topup"],
        Statement.objects.all(),
    )


def paying(act: Callable[[int], object], state: Payment.State) -> Act:
    close_period(earned(), make_person(), to_ms(AFTER))
    payment = Payment.objects.get()
    Payment.objects.update(state=state)
    return Act(lambda: act(payment.pk), ["remittance"], Payment.objects.all())


def exporting() -> Act:
    made = make_project()
    one = ask_export(made.project, ExportIn("labels", "csv"), by=make_person(), now_ms=NOW_MS)
    ExportFile.objects.filter(pk=one.pk).update(state=ExportFile.State.WAITING)
    return Act(lambda: write_export.func(one.pk), ["export"], ExportFile.objects.all())


def downloading() -> Act:
    made = make_project()
    stream = inscribed(iter([b"a", b"b"]), made.project.pk, "labels", "csv", NOW_MS)
    return Act(lambda: list(stream), ["export"], PlatformEntry.objects.all())


ACTS: dict[str, Callable[[], Act]] = {
    "instructions": question,
    "a price": price,
    "the chain": chain,
    "a rule in force": rule,
    "how people are paid": pay_rule,
    "terms of use": terms,
    "a system switched off": switch,
    "a decision": decision,
    "an appeal": appealing,
    "an appeal answered": answering,
    "a period closed": closing,
    "a payment sent": lambda: paying(
        lambda n: mark_sent(n, "cash", to_ms(AFTER)), Payment.State.DUE
    ),
    "a payment back": lambda: paying(
        lambda n: mark_returned(n, "", to_ms(AFTER)), Payment.State.SENT
    ),
    "a payment arrived": lambda: paying(lambda n: confirm(n, to_ms(AFTER)), Payment.State.SENT),
    "an export": exporting,
    "a download": downloading,
}
every_act = pytest.mark.parametrize("made", ACTS.values(), ids=list(ACTS))


def waiting() -> list[tuple[str, int]]:
    """List the entries written so far: kind and number, those of no project below 0."""
    own = PlatformEntry.objects.order_by("id").values_list("type", "id")
    projects = EntryPending.objects.order_by("id").values_list("type", "id")
    return [*projects, *((kind, -number) for kind, number in own)]


@every_act
def test_action_writes_its_entry_which_gets_its_place(made: Callable[[], Act]) -> None:
    act = made()
    before = waiting()

    act.do()

    new = [one for one in waiting() if one not in before]
    assert [kind for kind, _ in new] == act.kinds
    while sequence(NOW_MS):
        pass
    logged = [read_entry(bytes(one.body)).kind for one in LogEntry.objects.order_by("id")]
    assert set(act.kinds) <= set(logged)


@every_act
def test_without_its_entry_nothing_is_done(
    made: Callable[[], Act], monkeypatch: pytest.MonkeyPatch
) -> None:
    act = made()
    before = list(act.rows.all().order_by("pk").values())

    def cut(*_given: object, **_named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(entries, "_keep", cut)
    monkeypatch.setattr(PlatformEntry.objects, "bulk_create", cut)
    with pytest.raises(KeyboardInterrupt):
        act.do()

    drafts = {"Statement"}  # written before the period is closed; they count from then on
    if act.rows.model.__name__ not in drafts:
        assert list(act.rows.all().order_by("pk").values()) == before


def test_draft_is_nobodys_business_until_it_opens() -> None:
    project = make_paid_draft()
    assert waiting() == []

    Project.objects.filter(pk=project.pk).update(severity=0)
    project.refresh_from_db()
    with transaction.atomic():
        enter_state(project, Project.State.PILOT, NOW_MS)

    assert {kind for kind, _ in waiting()} >= {"instructions.set", "price.set"}


def test_what_is_open_names_nobody_and_what_is_sealed_opens() -> None:
    close_period(earned(), make_person(), to_ms(AFTER))
    while sequence(NOW_MS):
        pass

    for one in PlatformEntry.objects.exclude(commitment=b""):
        body = bytes(LogEntry.objects.get(log=log_of(None), place=one.place or 0).body)
        told = opened(one)
        assert one.sealed is not None or one.type in {"chain.set", "policy.set"}
        assert opens(body, told.payload.encode(), told.nonce)
        assert json.loads(told.payload)["t"] not in {"", None}
        assert "micro" not in body.decode()


WATCHED = {
    *("QuestionVersion", "RateVersion", "ChainVersion", "PayPolicy", "TermsOfUse"),
    *("Decision", "Appeal", "Statement", "Verdict"),
}
COPIES_INTO_DRAFTS = {"src/canut/actions/projects/removal.py"}


def test_whatever_writes_such_a_thing_speaks_to_the_ledger() -> None:
    silent = set()
    for file in files(".py", under="src/canut/actions"):
        made = {dotted(call.func).split(".")[0] for call in calls(file) if is_making(call)}
        text = file.read_text()
        speaks = "ledger.entry_types import" in text or "ledger.entries import" in text
        speaks = speaks or "note_in_ledger" in text
        if made & WATCHED and not speaks:
            silent.add(str(file).partition("src/")[2])

    assert {f"src/{one}" for one in silent} == COPIES_INTO_DRAFTS


def is_making(call: ast.Call) -> bool:
    return dotted(call.func).endswith((".objects.create", ".objects.bulk_create"))


def test_decision_of_no_project_goes_into_the_log_of_all() -> None:
    due = make_due()
    made = due.reject()
    before = PlatformEntry.objects.count()
    ruling = Ruling(
        made.person_id,
        Decision.Kind(made.kind),
        made.code,
        text_en="So.",
        text_fr="Ainsi.",
        by=due.author,
        evidence="It is so.",
    )

    decide(ruling, NOW_MS)

    (one,) = PlatformEntry.objects.all()[before:]
    assert one.type == "decision.human"
