"""What people confirm with their own keys is counted again, and nothing else is."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.datasets.bundle import ROWS, SIGNED
from canut.core.datasets.card import CardFigure, Grade
from canut.core.datasets.manifest import file_of
from canut.core.datasets.signed_work import (
    STEP_MS,
    SignedTotal,
    count_confirmed,
    read_lines,
    shared_steps,
    walk,
    write_lines,
)
from canut.core.errors import BadInput, BadProof, NotProven
from canut.core.proofs.canonical import canonical
from tests.core.ledger.bundles import Memory, make_bundle, our_exit, sealed, their_exit
from tests.core.ledger.signing import ORIGIN, bytes_of, line, lines, logged, time_of

TWELVE = lines(12, [2, 4, 6])


def hashes(signed: list[SignedTotal]) -> set[str]:
    return {json.loads(one)["c"] for one in logged(signed)}


# the count


def test_share_that_is_countersigned_is_confirmed_and_said_on_people_hours_and_pay(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = our_exit(bundle := make_bundle(signed=TWELVE))

    assert code == their_exit(bundle, tmp_path) == 0, said
    theirs = capsys.readouterr().out
    hours = time_of(TWELVE) // 3_600_000
    share = f"confirmed by 12 of 30 people with their own keys, for at least {hours} of 30 hours"
    assert f"12 of 30 people confirmed at least {hours} of 30 h" in said
    assert share in theirs
    assert "CONFIRMED confirmed_people: 12 people" in " ".join(said.split())
    assert f"CONFIRMED confirmed_hours: {time_of(TWELVE)} ms" in " ".join(said.split())


def test_bundle_made_before_people_could_sign_still_checks(tmp_path: Path) -> None:
    claims = {"confirmed_people": CardFigure(9, Grade.CONFIRMED)}
    code, said = our_exit(bundle := make_bundle(figures=claims))

    assert code == their_exit(bundle, tmp_path) == 0
    assert "ASSERTED confirmed_people: 9 people (the card says CONFIRMED; nothing" in said


@given(st.lists(st.integers(0, 50), max_size=40), st.integers(2, 10))
def test_time_that_is_shown_is_shared_and_never_more_than_was_signed(
    steps: list[int], shared_by: int
) -> None:
    shown = shared_steps(steps, shared_by)

    assert all(one <= real for one, real in zip(shown, steps, strict=True))
    for value in set(shown):
        assert shown.count(value) >= shared_by or (value == 0 and len(steps) < shared_by)


def test_more_time_than_was_signed_cannot_be_shown() -> None:
    signed = line(1, steps=5, shown=5)
    more = signed._replace(steps=6, shown=bytes_of("a guess").hex())

    with pytest.raises(NotProven, match="does not confirm the time"):
        count_confirmed([more], ORIGIN, hashes([signed]))
    assert count_confirmed([signed], ORIGIN, hashes([signed])) == (1, 5 * STEP_MS)
    with pytest.raises(BadInput):
        walk(bytes(32), -1)


@pytest.mark.parametrize(
    "raw",
    [
        b"{}",
        b'{"lines":[{}],"v":1}',
        b'{"lines":[],"v":2}',
        canonical({"lines": [TWELVE[0]._asdict() | {"steps": -1}], "v": 1}),
        canonical({"lines": [TWELVE[0]._asdict() | {"key": "AB" * 32}], "v": 1}),
        canonical({"lines": [one._asdict() for one in sorted(TWELVE, reverse=True)], "v": 1}),
    ],
)
def test_file_of_another_form_cannot_be_read(raw: bytes) -> None:
    with pytest.raises(BadProof):
        read_lines(raw)


def test_lines_are_read_as_they_were_written() -> None:
    assert read_lines(write_lines(TWELVE)) == sorted(TWELVE)


# tampered: whoever can sign card and log changes the countersignatures alone


def forged() -> Memory:
    """Sign in the name of somebody's key with another one."""
    wrong = TWELVE[0]._replace(signature=TWELVE[1].signature)
    return make_bundle(signed=[wrong, *TWELVE[1:]])


def swapped() -> Memory:
    """Put one person's signature under another's time."""
    one, two = TWELVE[:2]
    swapped = [
        one._replace(end=two.end, shown=two.shown, steps=two.steps),
        two._replace(end=one.end, shown=one.shown, steps=one.steps),
    ]
    return make_bundle(signed=[*swapped, *TWELVE[2:]])


def duplicated() -> Memory:
    """List one line twice."""
    return make_bundle(signed=[TWELVE[0], *TWELVE])


def with_two_keys() -> Memory:
    """Count a person twice who signed on two devices."""
    return make_bundle(signed=[*TWELVE, line(1, 4, 2, key="telephone")])


def with_one_key() -> Memory:
    """Count a device twice, as two people."""
    return make_bundle(signed=[*TWELVE, line(20, 4, 2, key="key 3")])


def foreign() -> Memory:
    """Take a line that was signed for another project."""
    return make_bundle(signed=[*TWELVE, line(20, 4, 2, origin="log.example/one/8")])


def unlogged() -> Memory:
    """Make up a person after the fact."""
    return make_bundle(signed=TWELVE, unlogged=TWELVE[:1])


def stretched() -> Memory:
    """Say that more time was signed."""
    first = TWELVE[0]
    return make_bundle(signed=[first._replace(steps=first.steps + 1), *TWELVE[1:]])


def card_claims_more() -> Memory:
    """Claim more people on the card than signed."""
    return make_bundle(signed=TWELVE, figures={"confirmed_people": CardFigure(13, Grade.CONFIRMED)})


def more_than_there_are() -> Memory:
    """Confirm more time than the card says was worked."""
    return make_bundle(signed=lines(10, [40]), figures={})


def left_out_of_the_card() -> Memory:
    """Put countersignatures beside a card that knows none."""
    files = make_bundle().files
    return Memory(sealed({**files, SIGNED: write_lines(TWELVE)}))


def changed_after_the_card() -> Memory:
    """Take a person out, and list the files anew."""
    files = make_bundle(signed=TWELVE).files
    return Memory(sealed({**files, SIGNED: write_lines(TWELVE[1:])}))


def of_a_show() -> Memory:
    """Let simulated people sign."""
    return make_bundle(signed=TWELVE, is_simulated=True)


FORGED: dict[Callable[[], Memory], str] = {
    forged: "not by its key, or of another line or project",
    swapped: "not by its key, or of another line or project",
    duplicated: "of the same person",
    with_two_keys: "of the same person",
    with_one_key: "of the same key",
    foreign: "not by its key, or of another line or project",
    unlogged: "not in the project’s log",
    stretched: "does not confirm the time",
    card_claims_more: "confirmed_people is 13",
    more_than_there_are: "confirms more than the card says of active_time",
    left_out_of_the_card: "the card does not name",
    changed_after_the_card: "the card names another 'countersignatures.json'",
    of_a_show: "simulated people sign nothing",
}


@pytest.mark.parametrize("made", FORGED, ids=lambda one: one.__name__)
def test_countersignatures_that_are_not_so_are_refused_with_what_is_wrong(
    made: Callable[[], Memory], tmp_path: Path
) -> None:
    code, said = our_exit(bundle := made())

    assert code == their_exit(bundle, tmp_path) == 1, said
    assert FORGED[made] in said


def test_file_tells_nothing_of_anybody_but_random_numbers_and_shared_time() -> None:
    bundle = make_bundle(signed=TWELVE)

    told: dict[str, Any] = json.loads(bundle.files[SIGNED])

    fields = {"person", "key", "end", "shown", "steps", "nonce", "signature"}
    assert all(set(one) == fields for one in told["lines"])
    times = [one["steps"] for one in told["lines"]]
    assert all(times.count(one) >= 5 for one in times)
    assert file_of(ROWS, bundle.files[ROWS]).size < 4_096
