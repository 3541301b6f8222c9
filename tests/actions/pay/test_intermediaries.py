"""A chain is declared in versions, sums to the client's price, and follows the worker's."""

import pytest

from canut.actions.pay.intermediaries import ChainIn, write_chain
from canut.core.errors import BadInput, Incomplete
from canut.core.money import Money
from canut.core.pay.intermediaries import Party, PartyRole
from canut.store.models import ChainVersion, Project
from canut.store.pay.funds import chain_of
from tests.support.factories import NOW_MS
from tests.support.paid_work import declare_chain, make_paid_draft, raise_price

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_paid_draft()


def agency(micro: int = 20_000) -> Party:
    return Party(PartyRole.INTERMEDIARY, Money(micro, "CAD"), "Relais", "FR")


def test_what_was_declared_is_read_back_and_sums_to_the_price(project: Project) -> None:
    declare_chain(project, agency(), price_micro=150_000)

    chain = chain_of(project.pk)

    assert chain is not None
    assert (chain.client, chain.country) == ("Les Soies", "CA")
    assert [party.share.micro for party in chain.parties] == [20_000, 30_000, 100_000]
    assert sum(party.share.micro for party in chain.parties) == chain.price.micro
    assert chain.undisclosed == 1


def test_price_left_empty_is_what_everybody_gets(project: Project) -> None:
    declare_chain(project, agency())

    chain = chain_of(project.pk)

    assert chain is not None
    assert (chain.price.micro, chain.undisclosed) == (120_000, 0)


def test_each_change_is_a_version_and_none_is_lost(project: Project) -> None:
    declare_chain(project)
    declare_chain(project, agency())

    numbers = ChainVersion.objects.filter(project=project).values_list("number", "price_micro")

    assert sorted(numbers) == [(1, 100_000), (2, 120_000)]


def test_raised_price_of_an_answer_is_paid_by_the_client(project: Project) -> None:
    declare_chain(project, agency(), price_micro=150_000)

    raise_price(project, 130_000)

    chain = chain_of(project.pk)
    assert chain is not None
    assert (chain.worker.share.micro, chain.price.micro) == (130_000, 180_000)


def test_purpose_may_be_kept_back_for_a_reason(project: Project) -> None:
    given = ChainIn("Presse", "CA", purpose_hidden="Une enquête en cours.")

    write_chain(project, given, by=project.created_by, now_ms=NOW_MS)

    project.refresh_from_db()
    assert project.purpose_hidden == "Une enquête en cours."
    assert project.client_country == "CA"


def test_client_is_needed(project: Project) -> None:
    with pytest.raises(Incomplete):
        write_chain(project, ChainIn("", "CA"), by=project.created_by, now_ms=NOW_MS)


def test_price_is_needed_first(project: Project) -> None:
    project.rates.all().delete()

    with pytest.raises(Incomplete):
        declare_chain(project)


def test_overlong_reason_is_refused(project: Project) -> None:
    given = ChainIn("Presse", "CA", purpose_hidden="a" * 301)

    with pytest.raises(BadInput):
        write_chain(project, given, by=project.created_by, now_ms=NOW_MS)
