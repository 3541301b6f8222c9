import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from canut_verify import RefusedError
from canut_verify import folder as theirs
from canut_verify import policy as their_policies

from canut.commands.bundle_files import Folder
from canut.core.datasets.bundle import (
    CARD,
    CARD_PROOF,
    ENTRIES,
    ENTRIES_PROOF,
    ROWS,
    signers_of,
    verify_bundle,
)
from canut.core.datasets.card import CardFigure, Grade
from canut.core.datasets.manifest import MANIFEST
from canut.core.errors import Refusal
from canut.core.proofs.note import write_key
from canut.core.proofs.policy import read_policy
from tests.core.ledger.bundles import (
    PARTS,
    PEOPLE,
    Memory,
    answers_log,
    make_bundle,
    our_exit,
    sealed,
    their_exit,
)
from tests.core.ledger.signing import lines
from tests.core.ledger.tampering import TAMPERED, Change
from tests.core.proofs.vectors import LOG, POLICY

SMALL = 4_096
OURS, THEIRS = read_policy(POLICY), their_policies.parse_policy(POLICY)


# honest


def test_honest_bundle_is_accepted_each_line_with_its_grade(tmp_path: Path) -> None:
    code, said = our_exit(bundle := make_bundle())

    assert code == their_exit(bundle, tmp_path) == 0, said
    assert "PROVEN labour-card.json is entry 1 of 2 in 'log.example/one'" in said
    assert "PROVEN 9 files are those that the logged card names, and no others" in said
    assert (
        " not in the hash on the card, since they depend on its place in the log: "
        "entries.tlog-proof, labour-card.json, labour-card.tlog-proof, manifest.json"
    ) in said
    assert "ASSERTED card 1 of this dataset; nothing here shows whether there is a newer" in said
    assert "PROVEN CSV, JSON lines and Parquet hold the same rows" in said
    assert " not shown here: that the rows of data/ are the answers in the log" in said
    assert "PROVEN 5 entries of the project's log counted again, 5 of them answers" in said
    assert "PROVEN answers: 4 answers" in said
    assert "RECOMPUTED people: 30 people" in said
    assert "RECOMPUTED pay_people_p50: " in said
    assert "RECOMPUTED under_floor_after: 0 thousandths of people" in said
    assert "RECOMPUTED floor_respected: 'yes' yes or no" in said
    assert "ASSERTED workforce: 'contractors' text" in said
    assert " chain: unknown (not measured)" in said


def test_grade_is_what_the_bundle_shows_and_not_what_the_card_claims(tmp_path: Path) -> None:
    claims = {
        "rejections": CardFigure(0, Grade.PROVEN),
        "agreement": CardFigure(812, Grade.RECOMPUTED),
    }
    code, said = our_exit(bundle := make_bundle(figures=claims))

    assert code == their_exit(bundle, tmp_path) == 0
    assert "ASSERTED rejections: 0 answers (the card says PROVEN; nothing here shows it)" in said
    assert "ASSERTED agreement: 812 thousandths (the card says RECOMPUTED" in said


def test_without_witnesses_in_the_policy_it_is_accepted_and_said(tmp_path: Path) -> None:
    policy = f"log {write_key(LOG.key)}\nquorum none\n".encode()

    code, said = our_exit(bundle := make_bundle(), policy)

    assert code == their_exit(bundle, tmp_path, policy) == 0
    assert "not witnessed" in said
    assert said.count("not counted") == 2


def test_simulated_people_are_no_people_and_every_figure_says_so(tmp_path: Path) -> None:
    code, said = our_exit(bundle := make_bundle(is_simulated=True))

    assert code == their_exit(bundle, tmp_path) == 0, said
    assert "people: 0 people (simulated)" in said
    figures = [one for one in said.splitlines() if one.startswith(("RECOMPUTED", "PROVEN a"))]
    assert all("(simulated)" in one for one in figures), figures


def test_few_people_give_no_rows_and_no_figure_that_would_show_them(tmp_path: Path) -> None:
    code, said = our_exit(bundle := make_bundle(people=PEOPLE[:12]))

    assert code == their_exit(bundle, tmp_path) == 0, said
    assert json.loads(bundle.files[ROWS])["pay"] == []
    assert "pay_people_p50: unknown" in said


def test_without_a_policy_signers_can_be_named() -> None:
    assert signers_of(make_bundle())[0] == f"log.example/one+{LOG.key.id.hex()}"


# earlier formats


def earlier_format(number: int, name: str) -> tuple[Memory, bytes]:
    """Return a bundle that an earlier version wrote, and a policy for it."""
    place = Path(__file__).parent / f"format{number}"
    folder = Folder(place / name)
    files = {path: folder.read(path) for path in folder.paths}
    return Memory(files), (place / f"{name}-policy.txt").read_bytes()


@pytest.mark.parametrize(
    ("name", "unbound"),
    [("made", "README.md"), ("exported", "CITATION.cff, README.md, croissant.json")],
)
def test_bundle_of_format_1_is_accepted_and_what_its_card_leaves_out_is_named(
    name: str, unbound: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle, policy = earlier_format(1, name)

    code, said = our_exit(bundle, policy)

    assert code == their_exit(bundle, tmp_path, policy) == 0, said
    theirs = " ".join(capsys.readouterr().out.split())
    for sentence in (said, theirs):
        assert "files are those that the logged card names" in sentence
        assert "and no others" not in sentence
        assert "ormat 1" in sentence
        assert "the logged card does not name" in sentence
        assert all(path in sentence for path in unbound.split(", "))


@pytest.mark.parametrize("name", ["made", "exported"])
def test_bundle_of_format_2_is_accepted_and_says_nothing_of_its_material(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle, policy = earlier_format(2, name)
    card = json.loads(bundle.files[CARD])["credentialSubject"]
    assert not {"material", "sources"} & set(card["figures"])

    code, said = our_exit(bundle, policy)

    assert code == their_exit(bundle, tmp_path, policy) == 0, said
    for sentence in (said, " ".join(capsys.readouterr().out.split())):
        assert "files are those that the logged card names, and no others" in sentence
        assert "origin of the material" not in sentence.lower()
        assert "material:" not in sentence


# tampered


@pytest.mark.parametrize("change", TAMPERED, ids=lambda one: one.__name__)
def test_tampered_bundle_is_refused_with_what_is_wrong(change: Change, tmp_path: Path) -> None:
    bundle = Memory(change(make_bundle().files))

    code, said = our_exit(bundle)

    assert code == their_exit(bundle, tmp_path) != 0, said
    assert any(part in said for part in TAMPERED[change].split("|")), said


@pytest.mark.parametrize("count", [4, 6])
def test_log_that_is_not_the_entries_is_refused(count: int, tmp_path: Path) -> None:
    """Card and manifest agree with a log that is not the one whose root was logged."""
    bundle = make_bundle(entries=answers_log(5), answers=4)
    other = make_bundle(entries=answers_log(count), answers=4)
    files = {**other.files, ENTRIES_PROOF: bundle.files[ENTRIES_PROOF]}

    code, said = our_exit(made := Memory(sealed(files)))

    assert code == their_exit(made, tmp_path) == 1
    assert "is not the project’s log" in said


def test_more_answers_than_the_log_has_are_refused(tmp_path: Path) -> None:
    code, said = our_exit(bundle := make_bundle(entries=answers_log(3), answers=4))

    assert code == their_exit(bundle, tmp_path) == 1
    assert "holds 4 answers; the log has 3" in said


def test_quorum_missing_is_refused_and_one_of_three_lines_is_not_needed(tmp_path: Path) -> None:
    for witnesses, expected in ((1, 1), (2, 0), (3, 0)):
        bundle = make_bundle(witnesses=witnesses)
        code, said = our_exit(bundle)
        assert code == their_exit(bundle, tmp_path / str(witnesses)) == expected, said


@pytest.mark.parametrize("path", [MANIFEST, CARD, CARD_PROOF, ENTRIES, ROWS, "data/labels.jsonl"])
def test_bundle_without_a_part_cannot_be_read(path: str, tmp_path: Path) -> None:
    files = {name: content for name, content in make_bundle().files.items() if name != path}

    assert our_exit(Memory(files))[0] == 2
    assert their_exit(Memory(files), tmp_path) == 2


@pytest.mark.parametrize(
    ("path", "seen", "instead"),
    [
        (MANIFEST, b'{"created"', b'{ "created"'),
        (ROWS, b'"CAD"', b'"\\u0043AD"'),
        (CARD, b'"version":3', b'"version":3.0'),
    ],
)
def test_second_spelling_of_the_same_bytes_is_refused(
    path: str, seen: bytes, instead: bytes, tmp_path: Path
) -> None:
    bundle = make_bundle()
    changed = bundle.files[path].replace(seen, instead)
    assert changed != bundle.files[path]

    made = Memory({**bundle.files, path: changed})

    assert our_exit(made)[0] == their_exit(made, tmp_path) != 0


# every byte


def flips(bundle: Memory, seed: int = 7) -> Iterator[tuple[str, bytes]]:
    """Yield a file with one byte flipped, for 4 KB drawn from the whole bundle."""
    places = [(path, at) for path, raw in sorted(bundle.files.items()) for at in range(len(raw))]
    drawn = np.random.default_rng(seed).choice(len(places), SMALL, replace=False)
    for at in sorted(drawn.tolist()):
        path, place = places[at]
        yield flipped(bundle, path, place, 0)


def every_flip(bundle: Memory) -> Iterator[tuple[str, bytes]]:
    """Yield a file with one bit flipped, for each bit of each byte of the bundle."""
    for path, raw in sorted(bundle.files.items()):
        for at in range(len(raw)):
            for bit in range(8):
                yield flipped(bundle, path, at, bit)


def flipped(bundle: Memory, path: str, at: int, bit: int) -> tuple[str, bytes]:
    raw = bytearray(bundle.files[path])
    raw[at] ^= 1 << bit
    return path, bytes(raw)


def is_believed_by_us(bundle: Memory, path: str, raw: bytes) -> bool:
    try:
        verify_bundle(Memory({**bundle.files, path: raw}), OURS)
    except Refusal as refusal:
        return len(str(refusal)) < 20  # it must say what is wrong
    return True


def is_believed_by_them(bundle: Memory, path: str, raw: bytes) -> bool:
    class Changed(theirs.Bundle):
        def read(self, asked: str) -> bytes:
            return raw if asked == path else bundle.files[asked]

    try:
        theirs.check_bundle(Changed(Path(), bundle.paths), THEIRS)
    except RefusedError as refusal:
        return len(str(refusal)) < 12
    return True


BOTH = pytest.mark.parametrize(
    "is_believed", [is_believed_by_us, is_believed_by_them], ids=["canut verify", "canut-verify"]
)


@pytest.mark.slow
@pytest.mark.parametrize("version", [1, 3])
@BOTH
def test_no_byte_can_be_flipped(
    is_believed: Callable[[Memory, str, bytes], bool], version: int
) -> None:
    now = make_bundle(signed=lines(6, [2]), declared=PARTS)
    bundle = now if version > 1 else earlier_format(1, "made")[0]
    assert is_believed(bundle, CARD, bundle.files[CARD])

    believed = [path for path, raw in flips(bundle) if is_believed(bundle, path, raw)]

    assert believed == []


@BOTH
@pytest.mark.soak
def test_no_bit_of_a_whole_bundle_can_be_flipped(
    is_believed: Callable[[Memory, str, bytes], bool],
) -> None:
    bundle = make_bundle(signed=lines(6, [2]))

    believed = [is_believed(bundle, path, raw) for path, raw in every_flip(bundle)]

    assert len(believed) == 8 * sum(map(len, bundle.files.values()))
    assert not any(believed)
