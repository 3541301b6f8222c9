"""Shares add up to the client's price to the micro-unit, and what nobody says is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.errors import BadInput, Incomplete
from canut.core.money import Money
from canut.core.pay.intermediaries import Chain, Party, PartyRole, build_chain, with_piece


def cad(micro: int) -> Money:
    return Money(micro, "CAD")


def party(share: int, name: str = "Relais", role: PartyRole = PartyRole.INTERMEDIARY) -> Party:
    return Party(role, cad(share), name, "FR")


def chain(price: int = 60_000, piece: int = 40_000, *between: Party) -> Chain:
    return build_chain("Presse", "CA", cad(price), between, cad(piece))


shares = st.lists(st.integers(0, 5_000_000), max_size=12)


@given(shares, st.integers(0, 5_000_000), st.integers(0, 5_000_000))
def test_shares_add_up_to_the_price_to_the_micro_unit(
    between: list[int], piece: int, hidden: int
) -> None:
    price = sum(between) + piece + hidden

    built = chain(price, piece, *map(party, between))

    assert sum(one.share.micro for one in built.parties) == price
    assert built.undisclosed == (1 if hidden else 0)
    assert built.worker.share == cad(piece)


@given(shares, st.integers(0, 5_000_000), st.integers(1, 5_000_000))
def test_shares_above_the_price_are_refused(between: list[int], piece: int, over: int) -> None:
    price = sum(between) + piece - over

    with pytest.raises(BadInput) as refusal:
        chain(price, piece, *map(party, between))

    assert refusal.value.case == "chain-over"


@given(shares, st.integers(0, 5_000_000), st.integers(0, 9_000_000))
def test_new_piece_moves_the_clients_price_and_nobody_elses_share(
    between: list[int], piece: int, other: int
) -> None:
    before = chain(sum(between) + piece + 7, piece, *map(party, between))

    after = with_piece(before, cad(other))

    assert after.parties[:-1] == before.parties[:-1]
    assert sum(one.share.micro for one in after.parties) == after.price.micro


def test_declared_link_without_a_name_is_counted_too() -> None:
    built = chain(60_000, 40_000, party(5_000, "", PartyRole.UNDISCLOSED))

    assert built.undisclosed == 2
    assert built.kept_by(PartyRole.UNDISCLOSED) == cad(20_000)


def test_worker_share_is_a_part_of_what_the_client_pays() -> None:
    assert chain(60_000, 45_000).worker_share == pytest.approx(0.75)
    assert chain(0, 0).worker_share == pytest.approx(1)


def test_client_must_be_named() -> None:
    with pytest.raises(Incomplete):
        build_chain(" ", "CA", cad(1), [], cad(1))


@pytest.mark.parametrize(
    ("between", "case"),
    [
        ([party(1, " ")], "party-unnamed"),
        ([party(-1)], "bad-share"),
        ([Party(PartyRole.WORKER, cad(1))], "chain-worker"),
        ([Party(PartyRole.OPERATOR, cad(1), "Canut", "Canada")], "bad-country"),
        ([party(0)] * 13, "chain-long"),
    ],
)
def test_party_that_cannot_be_is_refused(between: list[Party], case: str) -> None:
    with pytest.raises(BadInput) as refusal:
        chain(60_000, 40_000, *between)

    assert refusal.value.case == case


def test_country_of_the_client_is_two_capital_letters() -> None:
    with pytest.raises(BadInput):
        build_chain("Presse", "", cad(1), [], cad(1))
