"""A resale: declared by one, confirmed by another, shared by time, taken back while unpaid."""

import json
from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, transaction

from canut.actions.datasets.resales import (
    ResaleIn,
    confirm_resale,
    declare_resale,
    refuse_resale,
    time_in_version,
    withdraw_resale,
)
from canut.actions.pay.funds import deposit_funds
from canut.actions.pay.pay_rules import PayRules, set_policy
from canut.actions.pay.periods import close_period
from canut.core.errors import BadInput, Conflict, Forbidden, Unfunded
from canut.core.money import Money
from canut.core.pay.accounting.resale_shares import BuyerKind, ResaleForm
from canut.core.pay.statement_input import RESALE_SHARE
from canut.core.places.parameters import Status
from canut.store.datasets.resales import resale_sums, resales_of
from canut.store.models import EntryPending, FundsLine, Person, Statement, StatementCost
from canut.store.pay.funds import balance
from canut.store.tables.datasets import Card, Resale, ResaleShare
from tests.support.factories import Made, answer_next, make_person, make_project
from tests.support.payroll import agree, moment, period, policy, work_hours

pytestmark = pytest.mark.django_db
FEE = 1_000_000_000  # 1000 CAD
FIRST, LAST = date(2026, 6, 1), date(2026, 6, 14)
SECOND, SECOND_LAST = date(2026, 6, 15), date(2026, 6, 28)
MADE_MS = moment(date(2026, 6, 12))
SOLD_MS = moment(date(2026, 6, 18))
MINUTES = (10, 20, 33)


@pytest.fixture
def made() -> Made:
    """Make a project whose three people answered, one version of its dataset, and its funds."""
    policy()
    made = make_project(tasks=3, workers=3, overlap=3)
    for worker, minutes in zip(made.workers, MINUTES, strict=True):
        worker.person = make_person()
        worker.save()
        agree(worker.person, Status.SELF_EMPLOYED)
        begin_ms = moment(date(2026, 6, 3))
        answer_next(worker, now_ms=begin_ms)
        work_hours(worker.person, made.project.pk, begin_ms, minutes * 60_000)
    Card.objects.create(
        project=made.project, number=1, made_ms=MADE_MS, people=3, is_simulated=False,
        is_public=True, content="{}", sha256="0" * 64,
    )  # fmt: skip
    deposit_funds(
        made.project, Money(2_000_000_000, "CAD"), "transfer", by=make_person(), now_ms=MADE_MS
    )
    return made


def declare(made: Made, by: Person | None = None, per_mille: int = 77) -> Resale:
    declared = ResaleIn(1, BuyerKind.COMPANY, ResaleForm.LICENCE, FEE, date(2026, 6, 17), per_mille)
    return declare_resale(made.project, declared, by=by or make_person(), now_ms=SOLD_MS)


def share_out(made: Made, per_mille: int = 77) -> Resale:
    resale = declare(made, per_mille=per_mille)
    return confirm_resale(made.project, resale.pk, by=make_person(), now_ms=SOLD_MS)


def close(first: date, last: date) -> None:
    due = period(first, last)
    close_period(due.pk, make_person(), moment(last, 23) + 3 * 86_400_000)


def adjustments(person: Person) -> list[dict[str, object]]:
    contents = [json.loads(row.content) for row in Statement.objects.filter(person=person)]
    return [
        item
        for content in contents
        for project in content["given"]["projects"]
        for item in project["adjustments"]
    ]


def test_shares_follow_measured_time_and_add_up_to_the_micro_unit(made: Made) -> None:
    share_out(made)

    shares = list(ResaleShare.objects.order_by("worker"))
    time_ms = time_in_version(Card.objects.get())
    assert sum(share.micro for share in shares) == FEE * 77 // 1000
    assert [share.time_ms for share in shares] == [time_ms[each.pk] for each in made.workers]
    assert [share.time_ms for share in shares] == sorted(share.time_ms for share in shares)
    assert len({share.worker_id for share in shares}) == len(made.workers)


def test_each_person_is_paid_once_with_the_next_statement(made: Made) -> None:
    close(FIRST, LAST)
    share_out(made)
    close(SECOND, SECOND_LAST)
    close(date(2026, 6, 29), date(2026, 7, 12))

    for worker in made.workers:
        assert worker.person
        own = ResaleShare.objects.get(worker=worker)
        (line,) = adjustments(worker.person)
        assert (line["micro"], line["reason"]) == (own.micro, RESALE_SHARE)
        assert line["resale"] == {
            "number": own.resale_id,
            "dataset": made.project.title,
            "version": 1,
            "form": "licence",
            "fee_micro": FEE,
            "share_per_mille": 77,
            "own_ms": own.time_ms,
            "all_ms": own.all_ms,
        }
    charged = FundsLine.objects.filter(kind=FundsLine.Kind.CHARGE)
    costs = [
        cost.pieces_micro + cost.hours_micro + cost.top_up_micro + cost.on_top_micro
        for cost in StatementCost.objects.filter(project=made.project)
    ]
    assert sum(line.micro for line in charged) == sum(costs)


@pytest.mark.usefixtures("made")
def test_a_statement_without_a_resale_has_no_word_of_it() -> None:
    close(FIRST, LAST)

    assert Statement.objects.exists()
    for statement in Statement.objects.all():
        assert "resale" not in statement.content


def test_no_top_up_shrinks_for_a_share(made: Made) -> None:
    share_out(made, per_mille=1000)
    close(FIRST, LAST)
    before = sum(Statement.objects.values_list("top_up_micro", flat=True))
    close(SECOND, SECOND_LAST)

    assert before > 0
    assert Statement.objects.filter(period__first_day=SECOND).exists()
    assert sum(Statement.objects.values_list("top_up_micro", flat=True)) == before


def test_the_person_who_declares_does_not_confirm(made: Made) -> None:
    client = make_person()
    resale = declare(made, client)

    for act in (confirm_resale, refuse_resale):
        with pytest.raises(Forbidden) as refusal:
            act(made.project, resale.pk, by=client, now_ms=SOLD_MS)
        assert refusal.value.case == "resale-own"
    refuse_resale(made.project, resale.pk, by=make_person(), now_ms=SOLD_MS)
    with pytest.raises(Conflict):
        confirm_resale(made.project, resale.pk, by=make_person(), now_ms=SOLD_MS)
    assert not ResaleShare.objects.exists()


def test_a_share_below_the_pay_rules_is_refused(made: Made) -> None:
    rules = PayRules(yearly_payroll_micro=10**12, resale_share=100)
    set_policy(rules, make_person(), SOLD_MS)

    with pytest.raises(BadInput) as refusal:
        declare(made, per_mille=99)

    assert refusal.value.case == "resale-share"
    assert declare(made, per_mille=100).pk


def test_no_share_is_a_declaration_too(made: Made) -> None:
    share_out(made, per_mille=0)

    (line,) = resales_of(made.project)
    assert (line.people, line.shared_micro) == (0, 0)
    assert resale_sums(made.project)[0].resales == 1


def test_funds_are_locked_and_too_little_is_refused(made: Made) -> None:
    before = balance(made.project.pk, "CAD")
    share_out(made)
    after = balance(made.project.pk, "CAD")
    locked = after.locked - before.locked

    assert locked.micro >= FEE * 77 // 1000
    with pytest.raises(Unfunded):
        for _ in range(30):
            share_out(made, per_mille=1000)


def test_an_erased_persons_share_goes_to_nobody_else(made: Made) -> None:
    gone = made.workers[1]
    gone.person = None
    gone.save()

    share_out(made)

    rows = {share.worker_id: share for share in ResaleShare.objects.all()}
    assert not rows[gone.pk].is_payable
    assert rows[gone.pk].micro > 0
    assert sum(share.micro for share in rows.values()) == FEE * 77 // 1000
    (sums,) = resale_sums(made.project)
    assert sums.unpaid_micro == rows[gone.pk].micro
    assert sums.shared_micro + sums.unpaid_micro == FEE * 77 // 1000


def test_a_mistake_is_taken_back_before_it_is_paid(made: Made) -> None:
    before = balance(made.project.pk, "CAD")
    resale = share_out(made)

    taken = withdraw_resale(made.project, resale.pk, "twice", by=make_person(), now_ms=SOLD_MS)
    close(FIRST, LAST)
    close(SECOND, SECOND_LAST)

    assert taken == FEE * 77 // 1000
    assert sum(ResaleShare.objects.values_list("micro", flat=True)) == 0
    for worker in made.workers:
        assert worker.person
        assert adjustments(worker.person) == []
    reserved = FundsLine.objects.filter(note="resale")
    by_kind = {line.kind: line.micro for line in reserved}
    assert by_kind["reserve"] == by_kind["release"]
    assert before.deposited == balance(made.project.pk, "CAD").deposited
    assert resale_sums(made.project) == []


def test_what_was_paid_stays_paid(made: Made) -> None:
    close(FIRST, LAST)
    resale = share_out(made)
    close(SECOND, SECOND_LAST)

    taken = withdraw_resale(
        made.project, resale.pk, "twice", by=make_person(), now_ms=moment(date(2026, 7, 3))
    )

    assert taken == 0
    assert not ResaleShare.objects.filter(micro__lt=0).exists()


def test_only_somebody_else_withdraws_a_confirmed_one_and_says_why(made: Made) -> None:
    client = make_person()
    resale = declare(made, client)
    confirm_resale(made.project, resale.pk, by=make_person(), now_ms=SOLD_MS)

    with pytest.raises(Forbidden):
        withdraw_resale(made.project, resale.pk, "why", by=client, now_ms=SOLD_MS)
    with pytest.raises(BadInput):
        withdraw_resale(made.project, resale.pk, " ", by=make_person(), now_ms=SOLD_MS)
    own = declare(made, client)
    assert withdraw_resale(made.project, own.pk, "typo", by=client, now_ms=SOLD_MS) == 0


def test_the_log_says_what_was_sold_and_shared(made: Made) -> None:
    resale = share_out(made)
    withdraw_resale(made.project, resale.pk, "twice", by=make_person(), now_ms=SOLD_MS)

    kinds = list(
        EntryPending.objects.filter(type__startswith="resale")
        .order_by("id")
        .values_list("type", "payload")
    )
    assert [kind for kind, _ in kinds] == ["resale", "resale.withdrawn"]
    assert json.loads(kinds[0][1])["share"] == FEE * 77 // 1000


def test_the_database_refuses_to_change_a_share(made: Made) -> None:
    share_out(made)

    with pytest.raises(DatabaseError), transaction.atomic():
        ResaleShare.objects.update(micro=1)


def test_the_clock_of_a_resale_is_not_ahead(made: Made) -> None:
    declared = ResaleIn(1, BuyerKind.PUBLIC, ResaleForm.SALE, FEE, date(2026, 8, 1), 0)

    with pytest.raises(BadInput) as refusal:
        declare_resale(made.project, declared, by=make_person(), now_ms=SOLD_MS)

    assert refusal.value.case == "resale-day"
    assert datetime.fromtimestamp(SOLD_MS / 1000, UTC).date() < date(2026, 8, 1)
