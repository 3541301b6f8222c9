"""A person's word for time no beat saw is taken at once, as far as the period's limit goes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.errors import BadInput
from canut.core.time.claims import Claim, settled

MINUTE = 60_000
NOW = 10**9
SPANS = st.lists(
    st.tuples(st.integers(0, 5_000), st.integers(0, 5_000)).map(lambda s: (min(s), max(s))),
    max_size=6,
)


def test_claim_without_a_limit_is_accepted_whole() -> None:
    found = settled([Claim(3, 0, 30 * MINUTE)], [], None, NOW)

    assert found[0].accepted == ((0, 30 * MINUTE),)


def test_claim_within_the_limit_is_accepted_at_once() -> None:
    found = settled([Claim(3, 0, MINUTE)], [], 5 * MINUTE, NOW)

    assert (found[0].accepted, found[0].pending) == (((0, MINUTE),), ())


def test_claim_above_the_limit_goes_to_a_human() -> None:
    found = settled([Claim(3, 0, 8 * MINUTE)], [], 5 * MINUTE, NOW)

    assert found[0].accepted == ((0, 5 * MINUTE),)
    assert found[0].pending == ((5 * MINUTE, 8 * MINUTE),)


def test_time_already_credited_is_not_claimed_again() -> None:
    found = settled([Claim(3, 0, 10)], [(6, 8), (2, 4), (3, 5)], None, NOW)

    assert found[0].accepted == ((0, 2), (5, 6), (8, 10))


def test_time_claimed_twice_counts_for_the_first() -> None:
    found = settled([Claim(3, 0, 10), Claim(4, 5, 15)], [], None, NOW)

    assert [each.accepted for each in found] == [((0, 10),), ((10, 15),)]


@pytest.mark.parametrize("span", [(10, 5), (0, NOW + 1)])
def test_claim_that_ends_before_it_begins_or_in_the_future_is_refused(
    span: tuple[int, int],
) -> None:
    with pytest.raises(BadInput) as refusal:
        settled([Claim(3, *span)], [], None, NOW)

    assert refusal.value.case == "claim-span"


@given(SPANS, SPANS, st.one_of(st.none(), st.integers(0, 9_000)))
def test_claims_never_count_a_moment_twice_nor_pass_the_limit(
    claimed: list[tuple[int, int]], credited: list[tuple[int, int]], room: int | None
) -> None:
    found = settled([Claim(3, *span) for span in claimed], credited, room, NOW)

    accepted = [span for each in found for span in each.accepted]
    pending = [span for each in found for span in each.pending]
    moments = [ms for begin, end in accepted + pending for ms in range(begin, end)]
    taken = {ms for begin, end in credited for ms in range(begin, end)}
    assert len(moments) == len(set(moments))
    assert not taken & set(moments)
    assert room is None or sum(end - begin for begin, end in accepted) <= room
