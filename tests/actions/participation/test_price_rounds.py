"""A price round: who may do what, the secret vote, and what a signed accord leaves."""

import json
from importlib import import_module

import pytest
from django.db import Error as DatabaseFault
from django.db import connection, transaction

from canut.actions.participation.price_rounds import (
    OfferIn,
    call_vote,
    is_accepted,
    make_offer,
    open_round,
    settle_rounds,
    sign_accord,
    support_round,
    vote_on_offer,
)
from canut.actions.people.accounts import add_member
from canut.core.clock import DAY_MS
from canut.core.errors import BadInput, Conflict, Forbidden, Missing
from canut.core.participation.accords import (
    AccordTerms,
    Quantile,
    RoundState,
    VoteChoice,
    ends_after,
)
from canut.store.models import (
    Accord,
    Membership,
    Organisation,
    PlatformEntry,
    PriceOffer,
    PriceRound,
    PriceVote,
    Role,
)
from canut.store.participation.accords import accords_of, last_vote
from tests.support.accords import (
    FLOOR,
    KIND,
    VOTED,
    Table,
    make_accord,
    open_with_offer,
    set_table,
    vote_all,
)
from tests.support.factories import NOW, NOW_MS, make_person, make_project, make_representative

pytestmark = pytest.mark.django_db
GUARDS = import_module("canut.store.migrations.0033_accord_guards")
WORDS = "Nous demandons mieux."


@pytest.fixture
def table() -> Table:
    return set_table()


def state_of(number: int) -> str:
    return PriceRound.objects.get(pk=number).state


def test_round_goes_from_its_mandate_to_a_signed_accord_in_the_platform_log(table: Table) -> None:
    opened, offer = open_with_offer(table)
    assert opened.state == RoundState.OFFER
    call_vote(table.representative, opened.pk, offer.pk, NOW_MS)
    assert state_of(opened.pk) == RoundState.VOTE
    vote_all(table, opened.pk, *[VoteChoice.YES] * 3, VoteChoice.NO)
    assert sign_accord(table.representative, opened.pk, None, VOTED) is None
    accord = sign_accord(table.client, opened.pk, table.organisation, VOTED)

    assert accord is not None
    assert state_of(opened.pk) == RoundState.SIGNED
    assert (accord.starts_ms, accord.ends_ms) == (VOTED, ends_after(VOTED, 12))
    facts = json.loads(PlatformEntry.objects.get(type="accord").payload)
    assert (facts["n"], facts["hour"], facts["yes"], facts["no"]) == (opened.pk, 16_600_000, 3, 1)
    assert facts["sha256"] == accord.sha256
    assert accords_of(table.made.project, VOTED) == [accord]


def test_more_than_half_of_the_representatives_give_the_mandate(table: Table) -> None:
    others = [make_person() for _ in range(2)]
    for other in others:
        make_representative(other, Organisation.objects.get(kind="operator"))

    opened = open_round(table.representative, KIND, "", WORDS, NOW_MS)

    assert state_of(opened.pk) == RoundState.MANDATE
    with pytest.raises(Conflict) as twice:
        support_round(table.representative, opened.pk, "", NOW_MS)
    assert twice.value.case == "round-supported"
    with pytest.raises(Conflict) as early:
        make_offer(table.client, opened.pk, OfferIn(FLOOR, WORDS, table.organisation), NOW_MS)
    assert early.value.case == "round-step"
    support_round(others[0], opened.pk, "", NOW_MS)
    assert state_of(opened.pk) == RoundState.OFFER


def test_operator_neither_opens_nor_offers_nor_votes_nor_signs(table: Table) -> None:
    opened, offer = open_with_offer(table)
    make_representative(table.operator, Organisation.objects.get(kind="operator"))
    add_member(table.operator, Role.REQUESTER, NOW_MS, organisation=table.made.project.organisation)
    for act in (
        lambda: open_round(table.operator, "rating", "", WORDS, NOW_MS),
        lambda: make_offer(table.operator, opened.pk, OfferIn(FLOOR, WORDS), NOW_MS),
        lambda: make_offer(
            table.operator, opened.pk, OfferIn(FLOOR, WORDS, table.organisation), NOW_MS
        ),
        lambda: call_vote(table.operator, opened.pk, offer.pk, NOW_MS),
    ):
        with pytest.raises(Forbidden) as refused:
            act()
        assert refused.value.case == "accord-operator"
    call_vote(table.representative, opened.pk, offer.pk, NOW_MS)
    with pytest.raises(Forbidden) as vote_refused:
        vote_on_offer(table.operator, opened.pk, VoteChoice.NO, NOW_MS + 1)
    with pytest.raises(Forbidden) as sign_refused:
        sign_accord(table.operator, opened.pk, None, NOW_MS + 1)
    assert vote_refused.value.case == sign_refused.value.case == "accord-operator"


def test_somebody_who_is_no_party_opens_and_offers_nothing(table: Table) -> None:
    stranger = make_person()
    elsewhere = Organisation.objects.create(name="Ailleurs", kind="requester", created_at=NOW)
    add_member(stranger, Role.REQUESTER, NOW_MS, organisation=elsewhere)
    with pytest.raises(Forbidden):
        open_round(table.client, KIND, "", WORDS, NOW_MS)
    opened, _offer = open_with_offer(table)

    for organisation in (elsewhere.pk, table.organisation):
        with pytest.raises(Forbidden) as refused:
            make_offer(stranger, opened.pk, OfferIn(FLOOR, WORDS, organisation), NOW_MS)
        assert refused.value.case == "accord-party"
    with pytest.raises(Missing):
        call_vote(table.representative, opened.pk, 10**9, NOW_MS)


def test_second_round_of_a_kind_and_place_waits_for_the_first(table: Table) -> None:
    open_round(table.representative, KIND, "", WORDS, NOW_MS)
    open_round(table.representative, KIND, "CA-QC", WORDS, NOW_MS)

    with pytest.raises(Conflict) as refused:
        open_round(table.representative, KIND, "", WORDS, NOW_MS)
    assert refused.value.case == "round-open"
    for kind, place in (("knitting", ""), (KIND, "CA QC"), (KIND, "x" * 13)):
        with pytest.raises(BadInput):
            open_round(table.representative, kind, place, WORDS, NOW_MS)


@pytest.mark.parametrize(("hour", "months"), [(0, 12), (10**10, 12), (1, 0), (1, 25)])
def test_offer_of_no_hour_or_of_more_than_24_months_is_refused(hour: int, months: int) -> None:
    with pytest.raises(BadInput):
        AccordTerms(hour, Quantile.P50, "CAD", months)


def test_order_of_voting_leaves_no_trace_and_a_right_is_used_once(table: Table) -> None:
    opened, offer = open_with_offer(table)
    call_vote(table.representative, opened.pk, offer.pk, NOW_MS)
    choices = [VoteChoice.YES, VoteChoice.NO, None, VoteChoice.YES, VoteChoice.NO]
    boxes = []
    for order in (range(5), reversed(range(5))):
        with transaction.atomic():
            for n in order:
                vote_on_offer(table.workers[n], opened.pk, choices[n], NOW_MS + n)
            boxes.append(PriceVote.objects.get().box)
            transaction.set_rollback(True)
    vote_on_offer(table.workers[0], opened.pk, None, NOW_MS)

    assert boxes[0] == boxes[1] == [[], [1], [1], [2], [2]]
    with pytest.raises(Conflict) as twice:
        vote_on_offer(table.workers[0], opened.pk, VoteChoice.YES, NOW_MS)
    assert twice.value.case == "voted"
    with pytest.raises(Forbidden) as stranger:
        vote_on_offer(make_person(), opened.pk, VoteChoice.YES, NOW_MS)
    assert stranger.value.case == "not-a-voter"
    with pytest.raises(Conflict) as late:
        vote_on_offer(table.workers[1], opened.pk, VoteChoice.YES, VOTED)
    assert late.value.case == "not-voting-time"


def test_tables_keep_no_choice_beside_a_voter() -> None:
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, "store_pricevoter")

    assert {column.name for column in columns} == {"id", "vote_id", "person_id", "has_voted"}


@pytest.mark.parametrize(
    "choices",
    [
        (VoteChoice.YES, VoteChoice.NO, VoteChoice.NO),
        (VoteChoice.YES, VoteChoice.NO, None, None),
        (VoteChoice.YES, VoteChoice.YES),
    ],
    ids=["refused", "even", "too few"],
)
def test_offer_without_a_majority_or_quorum_leaves_the_round_open_to_others(
    table: Table, choices: tuple[VoteChoice | None, ...]
) -> None:
    opened, offer = open_with_offer(table)
    call_vote(table.representative, opened.pk, offer.pk, NOW_MS)

    vote_all(table, opened.pk, *choices)

    assert state_of(opened.pk) == RoundState.OFFER
    with pytest.raises(Conflict):
        sign_accord(table.representative, opened.pk, None, VOTED)
    with pytest.raises(Conflict) as again:
        call_vote(table.representative, opened.pk, offer.pk, VOTED)
    assert again.value.case == "offer-voted"
    better = make_offer(table.representative, opened.pk, OfferIn(FLOOR, WORDS), VOTED)
    assert call_vote(table.representative, opened.pk, better.pk, VOTED).result is None


def test_nothing_is_signed_before_the_count_nor_twice(table: Table) -> None:
    opened, offer = open_with_offer(table)
    call_vote(table.representative, opened.pk, offer.pk, NOW_MS)
    with pytest.raises(Conflict) as early:
        sign_accord(table.client, opened.pk, table.organisation, NOW_MS)
    assert early.value.case == "round-step"
    vote_all(table, opened.pk, *[VoteChoice.YES] * 3)
    sign_accord(table.client, opened.pk, table.organisation, VOTED)

    with pytest.raises(Conflict) as twice:
        sign_accord(table.client, opened.pk, table.organisation, VOTED)
    assert twice.value.case == "accord-signed"


def test_half_of_the_clients_concerned_are_not_enough_to_sign(table: Table) -> None:
    other = make_project(workers=0)
    second = make_person()
    add_member(second, Role.REQUESTER, NOW_MS, organisation=other.project.organisation)
    opened, offer = open_with_offer(table)
    call_vote(table.representative, opened.pk, offer.pk, NOW_MS)
    vote_all(table, opened.pk, *[VoteChoice.YES] * 3)
    sign_accord(table.representative, opened.pk, None, VOTED)

    assert sign_accord(table.client, opened.pk, table.organisation, VOTED) is None
    accord = sign_accord(second, opened.pk, other.project.organisation_id, VOTED)
    assert accord is not None


def test_round_without_an_accord_ends_after_ninety_days_or_thirty_after_its_vote(
    table: Table,
) -> None:
    opened, offer = open_with_offer(table)
    voting_ms = NOW_MS + 80 * DAY_MS
    call_vote(table.representative, opened.pk, offer.pk, voting_ms)
    for person in table.workers[:3]:
        vote_on_offer(person, opened.pk, VoteChoice.YES, voting_ms)

    settle_rounds(NOW_MS + 90 * DAY_MS)
    counted = last_vote(opened.pk)
    assert counted is not None
    assert is_accepted(counted)
    settle_rounds(voting_ms + 37 * DAY_MS - 1)
    assert state_of(opened.pk) == RoundState.VOTE
    settle_rounds(voting_ms + 37 * DAY_MS)
    assert state_of(opened.pk) == RoundState.FAILED


def test_accord_outlives_a_change_of_the_operator(table: Table) -> None:
    accord = make_accord(table)
    Membership.objects.filter(role=Role.OPERATOR).update(ended_at=NOW)
    others = Organisation.objects.create(name="Les Autres", kind="operator", created_at=NOW)
    add_member(make_person(), Role.OPERATOR, NOW_MS, organisation=others)

    assert accords_of(table.made.project, VOTED + DAY_MS) == [accord]


def test_database_refuses_to_change_an_offer_a_signature_or_an_accord(table: Table) -> None:
    accord = make_accord(table)
    with connection.cursor() as cursor:
        for statement in GUARDS.accord_guards(connection.vendor):
            cursor.execute(statement)

    for rows, words, change in (
        (PriceOffer.objects.all(), GUARDS.STAYS["store_priceoffer"], {"hour_micro": 1}),
        (accord.offer.signatures.all(), GUARDS.STAYS["store_accordsignature"], {"at_ms": 1}),
        (Accord.objects.all(), GUARDS.STAYS["store_accord"], {"hour_micro": 1}),
    ):
        with pytest.raises(DatabaseFault, match=words), transaction.atomic():
            rows.update(**change)
    assert not PlatformEntry.objects.filter(type="accord", created_ms=0).exists()


def test_owner_of_two_clients_signs_for_each(table: Table) -> None:
    other = make_project(workers=0).project.organisation
    add_member(table.client, Role.REQUESTER, NOW_MS, organisation=other)
    opened, offer = open_with_offer(table)
    call_vote(table.representative, opened.pk, offer.pk, NOW_MS)
    vote_all(table, opened.pk, *[VoteChoice.YES] * 3)
    sign_accord(table.representative, opened.pk, None, VOTED)
    sign_accord(table.client, opened.pk, table.organisation, VOTED)

    assert sign_accord(table.client, opened.pk, other.pk, VOTED) is not None
