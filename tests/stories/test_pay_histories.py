"""Whatever the order in which things are decided, people are paid what they did."""

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import Sum

from canut.actions.ledger.rollback_detection import forget_ends
from canut.actions.pay.employment.vacations import vacation_kept
from canut.actions.pay.statement_recount import recount
from canut.store.models import Statement
from canut.store.sql.version_cache import forget_versions
from tests.stories.pay_history import History
from tests.stories.pay_oracle import Oracle
from tests.support.payroll import ZONE

pytestmark = pytest.mark.django_db(transaction=True)
FEW, MANY = 4, 2_000


def differences(seed: int) -> list[str]:
    """Carry out one history on an empty database; return what is not paid as the oracle says."""
    forget_versions()
    forget_ends()
    history = History(seed)
    if history.has_erasure:  # it empties files, so no transaction may be around it
        wrong = outcome(history, seed)
        call_command("flush", interactive=False, verbosity=0)
        return wrong
    with transaction.atomic():
        wrong = outcome(history, seed)
        transaction.set_rollback(True)
    return wrong


def outcome(history: History, seed: int) -> list[str]:
    """Carry out a history; return what differs from the oracle, and what counts otherwise again."""
    history.run()
    oracle = Oracle(history.facts, history.periods, ZONE)
    wrong: list[str] = []
    for number, person in enumerate(history.people):
        sums = Statement.objects.filter(person=person).values_list("currency")
        paid = dict(sums.annotate(sum=Sum("gross_micro")))
        for code, micro in vacation_kept(person.pk).items():
            paid[code] = paid.get(code, 0) + micro
        paid = {code: micro for code, micro in paid.items() if micro}
        owed = oracle.owed(number)
        if paid != owed:
            wrong.append(f"seed {seed}, person {number}: paid {paid}, owed {owed}")
    for period in history.rows:
        wrong += [f"seed {seed}: {item}" for item in recount(period)]
        if period.failure:
            wrong.append(f"seed {seed}: {period.failure}")
    return wrong


@pytest.mark.slow
@pytest.mark.dialect
@pytest.mark.parametrize("seed", range(FEW))
def test_every_order_of_decisions_pays_what_was_done(seed: int) -> None:
    assert differences(seed) == []


@pytest.mark.soak
@pytest.mark.slow
def test_two_thousand_histories_pay_what_was_done() -> None:
    wrong = [line for seed in range(FEW, FEW + MANY) for line in differences(seed)]
    assert wrong == []
