"""A1: somebody works out how many people there are. What is left is the whole band."""

import re
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from canut.core.errors import BadInput
from canut.core.portrait.attacks.release_attacks import Attack, successful_attacks
from canut.core.portrait.cells import CellState
from canut.core.portrait.disclosure.head_counts import (
    EDGES,
    band_edge,
    band_members,
    share_interval,
    share_of_heads,
    steps_of,
    told_interval,
)
from canut.core.portrait.disclosure.pay_distribution import head_share
from canut.core.portrait.disclosure.quantiles import told_quantiles
from canut.core.portrait.released import open_release, read_release
from tests.core.portrait.attacks.scenes import equal_people, published_texts, scene_of
from tests.core.portrait.edition import hand

OLD = Path(__file__).parents[1] / "golden" / "release-format-1.json"
SIZES = range(20, 500)


def told_of(people: int, under: int) -> tuple[object, ...]:
    """Return all that a release tells of a number of people and of a share of them."""
    edge = band_edge(people)
    figure = head_share("pay.under.person", under, people)
    ends = (figure.state, figure.value, figure.low, figure.high)
    return edge, told_quantiles(edge), *ends


def test_every_size_of_the_band_is_consistent_with_what_is_told_of_20_to_499_people() -> None:
    possible: dict[tuple[object, ...], set[int]] = defaultdict(set)
    for people in SIZES:
        for under in range(people + 1):
            possible[told_of(people, under)].add(people)

    exceptions = {told: sizes for told, sizes in possible.items()
                  if sizes != set(band_members(int(str(told[0]))))}  # fmt: skip
    assert exceptions == {}


@pytest.mark.parametrize("sizes", [(20, 24, 25), (30, 40, 48), (50, 72)])
def test_the_whole_document_is_the_same_for_every_size_of_a_band(sizes: tuple[int, ...]) -> None:
    documents = {
        tuple(published_texts(scene_of(equal_people(size)).release).items()) for size in sizes
    }

    assert len(documents) == 1


def test_quartiles_do_not_tell_forty_people_from_thirty_nine() -> None:
    assert told_of(39, 0) == told_of(40, 0)
    assert told_quantiles(band_edge(40)) == (50,)


def test_the_first_format_gave_the_number_of_people_away_and_is_not_signed_again() -> None:
    old = open_release(OLD.read_bytes()).release

    steps = [f.value for f in old.figures if re.fullmatch(r"spread\.\d\d\.people", f.name)]
    assert steps[0] is not None
    assert round(5 / steps[0]) == 40  # of 40 people the first step has five
    assert old.format == 1
    scene = scene_of(hand(person) for person in range(40))
    assert Attack.HEAD_COUNT in successful_attacks(old, scene.known)
    assert successful_attacks(scene.release, scene.known) == []


def test_a_release_of_the_first_format_is_read_as_it_was_signed() -> None:
    old = read_release(OLD.read_bytes())

    assert old.content()["type"] == "canut.portrait-release/1"
    assert open_release(OLD.read_bytes()).release.sha256 == old.sha256
    assert {"covers", "waiting"}.isdisjoint(old.content())


@pytest.mark.parametrize(
    ("under", "people", "told"),
    [
        (0, 24, ("value", "0")),
        (1, 24, ("at_most", "0.05")),
        (1, 20, ("at_most", "0.05")),
        (2, 24, ("value", "0.10")),
        (5, 24, ("value", "0.20")),
        (18, 40, ("value", "0.50")),
        (23, 24, ("at_least", "0.95")),
        (24, 24, ("at_least", "0.95")),
        (1, 50, ("at_most", "0.025")),
        (18, 60, ("value", "0.30")),
        (59, 60, ("at_least", "0.975")),
    ],
)
def test_shares_of_people_are_rounded_half_up_to_a_step_of_their_band(
    under: int, people: int, told: tuple[str, str]
) -> None:
    share = share_of_heads(under, people)._asdict()

    assert share.pop(told[0]) == Decimal(told[1])
    assert set(share.values()) == {None}


def test_intervals_of_shares_follow_from_the_band_and_the_told_share_alone() -> None:
    assert share_interval(Decimal(0), 20).high == pytest.approx(3.8416 / 23.8416)
    first, last = (head_share("pay.under.person", n, size) for n, size in ((6, 30), (10, 49)))
    assert (first.value, first.low, first.high) == (last.value, last.low, last.high)
    assert told_interval(Decimal("0.20"), 30) == (first.low, first.high)


def test_all_people_and_all_but_one_look_the_same() -> None:
    both = [head_share("pay.under.person", under, 24) for under in (23, 24)]

    assert both[0] == both[1]
    assert both[0].state is CellState.AT_LEAST


@pytest.mark.parametrize("call", [(-1, 20), (21, 20), (3, 19)])
def test_what_is_no_share_of_twenty_people_is_refused(call: tuple[int, int]) -> None:
    with pytest.raises(BadInput):
        share_of_heads(*call)
    with pytest.raises(BadInput):
        share_interval(Decimal(2), 20)
    with pytest.raises(BadInput):
        band_members(21)


def test_bands_begin_where_the_rules_say() -> None:
    assert EDGES[:12] == (20, 30, 50, 75, 100, 150, 200, 300, 500, 1000, 1500, 2000)
    assert [steps_of(edge) for edge in (20, 30, 50)] == [10, 10, 20]
