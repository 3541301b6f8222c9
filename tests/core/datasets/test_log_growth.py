"""Two releases of one dataset: the later log only grew, or both verifiers say it was forked."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from canut.core.datasets.bundle import CARD, VerdictLine, verify_bundle
from canut.core.datasets.card import Grade
from canut.core.datasets.log_growth import check_since
from canut.core.datasets.log_recount import root_at, root_of_leaves, write_entries
from canut.core.errors import BadProof, NotProven
from canut.core.ledger.log import committed_entry
from canut.core.proofs.canonical import canonical
from canut.core.proofs.data_integrity import sign_document
from canut.core.proofs.merkle import leaf_hash
from canut.core.proofs.note import write_key
from canut.core.proofs.policy import read_policy
from tests.core.ledger.bundles import (
    PROJECT,
    WHEN,
    Memory,
    answers_log,
    make_bundle,
    proofs_of,
    sealed,
    their_exit,
)
from tests.core.proofs.vectors import LOG, POLICY

ALONE = f"log {write_key(LOG.key)}\nquorum none\n".encode()
OLD = make_bundle()


def later(entries: list[bytes]) -> Memory:
    return make_bundle(entries=entries, after=OLD)


def grown() -> Memory:
    return later(answers_log(9))


def answer_changed() -> Memory:
    entries = answers_log(9)
    entries[2] = committed_entry("answer", PROJECT, b"\xff" * 32)
    return later(entries)


def answers_swapped() -> Memory:
    entries = answers_log(9)
    entries[1], entries[2] = entries[2], entries[1]
    return later(entries)


def answer_removed() -> Memory:
    return later(answers_log(9)[1:])


def entry_slipped_in() -> Memory:
    return later([committed_entry("answer", PROJECT, b"\xff" * 32), *answers_log(9)])


def cut_short() -> Memory:
    return later(answers_log(4))


def log_of_all_rewritten() -> Memory:
    """Log another card over the same entries, as if the first had never been released."""
    return make_bundle(entries=answers_log(5), answers=3)


def renumbered(bundle: Memory, number: int, previous: str, after: Memory | None = None) -> Memory:
    """Log a bundle again under a card that says it is another one of its dataset."""
    card = json.loads(bundle.files[CARD])
    del card["proof"]
    card["credentialSubject"] |= {"number": number, "previous": previous}
    raw = canonical(sign_document(card, LOG.secret, WHEN))
    proofs = proofs_of(raw, answers_log(9 if after else 5), after=after)
    return Memory(sealed({**bundle.files, CARD: raw, **proofs}))


def card_of_the_same_number() -> Memory:
    return renumbered(grown(), 1, "", OLD)


def card_after_another() -> Memory:
    return renumbered(grown(), 2, "0" * 64, OLD)


FORKED: dict[Callable[[], Memory], str] = {
    answer_changed: "its first 5 entries are not those",
    answers_swapped: "its first 5 entries are not those",
    answer_removed: "its first 5 entries are not those",
    entry_slipped_in: "its first 5 entries are not those",
    cut_short: "the earlier release has 5 entries, this one 4",
    log_of_all_rewritten: "the log of all has two roots at 2 entries",
}
OTHER_CARDS: dict[Callable[[], Memory], str] = {
    card_of_the_same_number: "two cards of this dataset have the number 1",
    card_after_another: "card 2 follows another card than the earlier release has",
}


def since(newer: Memory, older: Memory = OLD, policy: bytes = POLICY) -> list[VerdictLine]:
    trusted = read_policy(policy)
    return check_since(newer, verify_bundle(newer, trusted), verify_bundle(older, trusted))


def test_log_that_grew_is_shown_and_its_witnesses_named(tmp_path: Path) -> None:
    lines = since(grown())

    assert their_exit(grown(), tmp_path, since=OLD) == 0
    assert [one.grade for one in lines] == [Grade.PROVEN, Grade.ATTESTED, Grade.ATTESTED]
    assert "grew from 5 to 9 entries" in lines[0].text
    assert [one.facts["name"] for one in lines[1:]] == ["w1", "w2"]


def test_without_a_witness_the_log_alone_says_that_the_log_of_all_grew(tmp_path: Path) -> None:
    lines = since(grown(), policy=ALONE)

    assert their_exit(grown(), tmp_path, ALONE, since=OLD) == 0
    assert [one.grade for one in lines] == [Grade.PROVEN, Grade.ASSERTED]


def test_same_release_twice_is_the_same(tmp_path: Path) -> None:
    lines = since(OLD)

    assert their_exit(OLD, tmp_path, since=OLD) == 0
    assert [one.kind for one in lines] == ["same", "whole-same"]


@pytest.mark.parametrize("rewritten", FORKED, ids=lambda one: one.__name__)
def test_history_rewritten_between_two_releases_is_reported_as_a_fork(
    rewritten: Callable[[], Memory], tmp_path: Path
) -> None:
    """Each release is honest by itself: the operator's key signed both."""
    newer = rewritten()
    assert their_exit(newer, tmp_path / "alone") == 0
    verify_bundle(newer, read_policy(POLICY))

    with pytest.raises(NotProven, match=FORKED[rewritten]) as refused:
        since(newer)

    assert "the log was forked" in str(refused.value)
    assert their_exit(newer, tmp_path / "both", since=OLD) == 1


@pytest.mark.parametrize("made", OTHER_CARDS, ids=lambda one: one.__name__)
def test_other_card_of_the_same_dataset_is_told(made: Callable[[], Memory], tmp_path: Path) -> None:
    assert their_exit(made(), tmp_path / "alone") == 0

    with pytest.raises(NotProven, match=OTHER_CARDS[made]):
        since(made())
    assert their_exit(made(), tmp_path / "both", since=OLD) == 1


def test_releases_given_the_wrong_way_round_are_refused_and_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotProven, match="give the later one first"):
        since(OLD, grown())

    assert their_exit(OLD, tmp_path, since=grown()) == 1


def test_every_size_between_has_its_root_and_no_more() -> None:
    entries = answers_log(7)
    raw = b"".join(write_entries(entries))

    for count in range(8):
        expected = root_of_leaves([leaf_hash(one) for one in entries[:count]])
        assert root_at(raw, count) == expected
    for short in (raw, raw[:-1], b""):
        with pytest.raises(BadProof, match="are asked for"):
            root_at(short, 8)


def test_earlier_release_with_a_newer_card_is_told(tmp_path: Path) -> None:
    """The longer log has the older card: it is not the dataset's newest."""
    third = renumbered(OLD, 3, "1" * 64)
    second = renumbered(make_bundle(entries=answers_log(9), after=third), 2, "2" * 64, third)

    with pytest.raises(NotProven, match="the earlier release has card 3, this one card 2: a newer"):
        since(second, third)
    assert their_exit(second, tmp_path, since=third) == 1
