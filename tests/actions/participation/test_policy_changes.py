"""A policy changes by a recorded change alone, heard or waited for; terms change in good time."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from canut.actions.participation.policy_changes import (
    PolicyProposal,
    give_opinion,
    propose_change,
    settle_changes,
    withdraw_change,
)
from canut.actions.pay.pay_rules import policy_in_force
from canut.actions.people.accounts import add_operator
from canut.actions.people.terms_of_use import accept_terms, publish_terms
from canut.core.clock import DAY_MS
from canut.core.errors import BadInput, Conflict, Forbidden, Incomplete, Missing
from canut.core.participation.policy_changes import ChangeState, PolicyName
from canut.store.models import Organisation, Person, PolicyChange, TermsAccepted, TermsOfUse
from canut.store.participation.policies import (
    changes,
    policies_now,
    policy_now,
    terms_in_force,
    terms_texts,
    terms_to_come,
)
from tests.support.factories import NOW_MS, make_person, make_representative

LATE = NOW_MS + 14 * DAY_MS
FLOOR = PolicyProposal("floor", 18_000_000, "Le loyer a monté", "CAD")
WORDS = "Nous sommes d’accord."
pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> Person:
    return add_operator("ines", None, "Coopérative", NOW_MS)


@pytest.fixture
def speaker(operator: Person) -> Person:
    assert operator
    person = make_person()
    make_representative(person, Organisation.objects.get(kind="operator"))
    return person


def now(at_ms: int) -> int | None:
    return policy_now(PolicyName.FLOOR, at_ms, "CAD")


def test_change_without_an_opinion_takes_effect_after_fourteen_days(operator: Person) -> None:
    propose_change(operator, FLOOR, NOW_MS)
    early = settle_changes(LATE - 1)

    late = settle_changes(LATE)

    assert (early, late) == (0, 1)
    assert (now(LATE - 1), now(LATE)) == (None, 18_000_000)


def test_change_the_representatives_agree_to_takes_effect_at_once(
    operator: Person, speaker: Person
) -> None:
    change = propose_change(operator, FLOOR, NOW_MS)

    state = give_opinion(speaker, change.pk, WORDS, NOW_MS + 1, agrees=True)

    assert (state, now(NOW_MS), now(NOW_MS + 1)) == (ChangeState.IN_FORCE, None, 18_000_000)
    assert [one.new for one in policies_now(NOW_MS + 1)] == [18_000_000]


def test_refused_change_is_held_and_shown_until_it_is_withdrawn(
    operator: Person, speaker: Person
) -> None:
    change = propose_change(operator, FLOOR, NOW_MS)
    state = give_opinion(speaker, change.pk, "C’est trop peu pour vivre.", NOW_MS, agrees=False)

    settle_changes(LATE * 2)

    assert state is ChangeState.REFUSED
    assert now(LATE * 2) is None
    assert changes()[0].state == ChangeState.REFUSED
    withdraw_change(operator, change.pk, LATE)
    assert changes()[0].state == ChangeState.WITHDRAWN


def test_representatives_may_come_round(operator: Person, speaker: Person) -> None:
    change = propose_change(operator, FLOOR, NOW_MS)
    give_opinion(speaker, change.pk, "C’est trop peu pour vivre.", NOW_MS, agrees=False)

    state = give_opinion(speaker, change.pk, "On nous a écoutés depuis.", LATE, agrees=True)

    assert (state, now(LATE)) == (ChangeState.IN_FORCE, 18_000_000)
    assert change.opinions.count() == 1


def test_change_in_force_names_what_was_before(operator: Person) -> None:
    propose_change(operator, FLOOR, NOW_MS)
    settle_changes(LATE)

    second = propose_change(
        operator, PolicyProposal("floor", 19_000_000, "Encore un peu plus", "CAD"), LATE
    )

    assert second.old == 18_000_000


def test_currencies_have_floors_of_their_own(operator: Person) -> None:
    propose_change(operator, FLOOR, NOW_MS)
    propose_change(operator, PolicyProposal("floor", 12_000_000, "En France aussi", "EUR"), NOW_MS)

    settle_changes(LATE)

    assert policy_now(PolicyName.FLOOR, LATE, "EUR") == 12_000_000
    assert policy_now(PolicyName.FLOOR, LATE) is None


@pytest.mark.parametrize(
    ("proposal", "case"),
    [
        (PolicyProposal("salary", 1, "Il le faut bien"), "bad-policy"),
        (PolicyProposal("floor", 1, "Il le faut bien"), "bad-currency"),
        (PolicyProposal("hours_day", 1, "Il le faut bien", "CAD"), "bad-currency"),
        (PolicyProposal("hours_day", 601, "Il le faut bien"), "policy-bounds"),
        (PolicyProposal("hours_week", 2881, "Il le faut bien"), "policy-bounds"),
        (PolicyProposal("exposure_day", 60_001, "Il le faut bien"), "policy-bounds"),
        (PolicyProposal("exposure_week", 240_001, "Il le faut bien"), "policy-bounds"),
        (PolicyProposal("exposure_run", 10_001, "Il le faut bien"), "policy-bounds"),
        (PolicyProposal("item_cap", 999, "Il le faut bien"), "policy-bounds"),
        (PolicyProposal("period_cap", 999, "Il le faut bien"), "policy-bounds"),
        (PolicyProposal("hours_day", 600, "Il le faut bien"), "same-policy"),
        (PolicyProposal("hours_day", 480, "Voilà"), "too-few-words"),
    ],
)
def test_change_that_cannot_be_meant_is_refused(
    operator: Person, proposal: PolicyProposal, case: str
) -> None:
    with pytest.raises(BadInput) as refused:
        propose_change(operator, proposal, NOW_MS)

    assert refused.value.case == case


def test_two_changes_of_a_policy_at_once_are_refused(operator: Person) -> None:
    propose_change(operator, FLOOR, NOW_MS)

    with pytest.raises(Conflict) as refused:
        propose_change(operator, FLOOR, NOW_MS)

    assert refused.value.case == "change-unsettled"


def test_only_the_operator_proposes_and_only_representatives_judge(
    operator: Person, speaker: Person
) -> None:
    with pytest.raises(Forbidden):
        propose_change(speaker, FLOOR, NOW_MS)
    change = propose_change(operator, FLOOR, NOW_MS)

    for act in (
        lambda: give_opinion(operator, change.pk, WORDS, NOW_MS, agrees=True),
        lambda: withdraw_change(speaker, change.pk, NOW_MS),
    ):
        with pytest.raises(Forbidden):
            act()


def test_settled_or_missing_change_takes_no_opinion(operator: Person, speaker: Person) -> None:
    change = propose_change(operator, FLOOR, NOW_MS)
    settle_changes(LATE)

    refused = []
    for number in (change.pk, 999, 0):
        with pytest.raises((Conflict, Missing, Incomplete)) as one:
            give_opinion(speaker, number, WORDS, LATE, agrees=False)
        refused.append(one.type)

    assert refused == [Conflict, Missing, Incomplete]


def test_database_puts_nothing_in_force_that_was_neither_heard_nor_waited_for(
    operator: Person,
) -> None:
    change = propose_change(operator, FLOOR, NOW_MS)

    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyChange.objects.filter(id=change.pk).update(
            state=ChangeState.IN_FORCE, takes_effect_ms=NOW_MS + 1
        )


def test_terms_take_effect_after_thirty_days_and_the_old_ones_stay(operator: Person) -> None:
    effect = NOW_MS + 30 * DAY_MS

    publish_terms(operator, "Be kind.", "Soyez aimables.", effect, NOW_MS)

    assert [terms_in_force(at) for at in (effect - 1, effect)] == [1, 2]
    assert terms_to_come(NOW_MS) == TermsOfUse.objects.get()
    assert terms_texts(2) == {"en": "Be kind.\n", "fr": "Soyez aimables.\n"}
    assert "Your freedom" in (terms_texts(1) or {})["en"]


@pytest.mark.parametrize(
    ("english", "days", "case"),
    [
        ("Be kind.", 29, "terms-too-soon"),
        ("word " * 30, 30, "long-sentence"),
        ("You may not work directly for clients.", 30, "terms-bar-contact"),
        (" ", 30, "incomplete"),
    ],
)
def test_terms_too_soon_too_long_or_that_bar_contact_are_refused(
    operator: Person, english: str, days: int, case: str
) -> None:
    with pytest.raises((BadInput, Incomplete)) as refused:
        publish_terms(operator, english, "Soyez aimables.", NOW_MS + days * DAY_MS, NOW_MS)

    assert refused.value.case == case


def test_terms_are_published_by_whoever_runs_the_instance() -> None:
    with pytest.raises(Forbidden):
        publish_terms(make_person(), "Be kind.", "Soyez aimables.", LATE * 2, NOW_MS)


def test_acceptance_is_noted_once_with_the_text_it_was_of() -> None:
    person = make_person()

    for _ in range(2):
        accept_terms(person, 1, "fr", NOW_MS)

    noted = TermsAccepted.objects.get()
    assert (noted.number, noted.language, len(noted.sha256)) == (1, "fr", 64)
    with pytest.raises(Missing):
        accept_terms(person, 9, "fr", NOW_MS)


def test_floor_that_people_were_heard_on_is_the_one_that_pay_rests_on(
    operator: Person, stop_clock: Callable[[datetime], None]
) -> None:
    propose_change(operator, FLOOR, NOW_MS)
    settle_changes(LATE)
    stop_clock(datetime.fromtimestamp(LATE / 1000, UTC))

    policy, _ = policy_in_force()

    assert policy.operator_floor == (18_000_000, "CAD")
