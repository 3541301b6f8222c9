from pathlib import Path

import pytest
from canut_verify.__main__ import main

from canut.core.ledger.logged_file import file_entry
from canut.core.proofs.merkle import inclusion_proof, leaf_hash
from canut.core.proofs.note import COSIGNATURE, ED25519, Signer, Verifier, write_key
from canut.core.proofs.tlog_proof import LoggedProof, write_proof
from tests.core.proofs.vectors import LOG, POLICY, WITNESSES, leaves, reader, witnessed

CARD = b'{"people":12}'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a card and its proof, and a policy outside it."""
    entry = file_entry("card", "7", CARD)
    hashes = [*leaves(5), leaf_hash(entry), *leaves(3)]
    shown = tuple(inclusion_proof(reader(hashes), 5, 9))
    place = tmp_path / "bundle"
    place.mkdir()
    (place / "labour-card.json").write_bytes(CARD)
    proof = LoggedProof(5, shown, witnessed(hashes), entry)
    (place / "labour-card.tlog-proof").write_bytes(write_proof(proof))
    (tmp_path / "policy.txt").write_bytes(POLICY)
    return place


def policy_of(folder: Path) -> list[str]:
    return ["--policy", str(folder.parent / "policy.txt"), "--lang", "en"]


def test_an_honest_folder_is_accepted_with_a_grade_on_each_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main([str(folder), *policy_of(folder)])

    lines = capsys.readouterr().out.splitlines()
    assert code == 0
    assert lines == [
        "PROVEN      labour-card.json is entry 5 of 9 in the log log.example/one",
        "PROVEN      w1 saw this log at 2023-11-14 22:13 UTC",
        "PROVEN      w2 saw this log at 2023-11-14 22:13 UTC",
    ]


def test_one_proof_alone_can_be_given(folder: Path) -> None:
    assert main([str(folder / "labour-card.tlog-proof"), *policy_of(folder)]) == 0


def test_without_witnesses_it_is_accepted_and_said(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = f"log {write_key(LOG.key)}\nquorum none\n"
    (folder.parent / "policy.txt").write_text(text)

    code = main([str(folder), *policy_of(folder)])

    said = capsys.readouterr().out
    assert code == 0
    assert "Not witnessed" in said
    assert said.count("not counted") == 2


def test_a_changed_card_is_refused_with_its_name(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "labour-card.json").write_bytes(b'{"people":99}')

    code = main([str(folder), *policy_of(folder)])

    assert code == 1
    assert capsys.readouterr().out.startswith(
        "REFUSED     'labour-card.json': the file is not the one"
    )


def test_a_log_the_policy_does_not_know_is_refused(folder: Path) -> None:
    stranger = Signer("log.example/one", ED25519, bytes(32))
    (folder.parent / "policy.txt").write_text(f"log {write_key(stranger.key)}\nquorum none\n")

    assert main([str(folder), *policy_of(folder)]) == 1


@pytest.mark.parametrize("name", ["labour-card.json", "labour-card.tlog-proof"])
def test_a_folder_with_a_file_missing_cannot_be_read(folder: Path, name: str) -> None:
    (folder / name).unlink()

    assert main([str(folder), *policy_of(folder)]) == 2


def test_a_policy_that_is_none_cannot_be_read(folder: Path) -> None:
    (folder.parent / "policy.txt").write_text("trust everybody\n")

    assert main([str(folder), *policy_of(folder)]) == 2
    (folder.parent / "policy.txt").unlink()
    assert main([str(folder), *policy_of(folder)]) == 2


@pytest.mark.parametrize(
    "key",
    [WITNESSES[0].key._replace(kind=ED25519), LOG.key._replace(kind=COSIGNATURE)],
    ids=["of the kind of logs", "of the log itself"],
)
def test_policy_with_a_witness_that_is_none_cannot_be_read(folder: Path, key: Verifier) -> None:
    text = f"log {write_key(LOG.key)}\nwitness a {write_key(key)}\nquorum a\n"
    (folder.parent / "policy.txt").write_text(text)

    assert main([str(folder), *policy_of(folder)]) == 2


def test_without_a_policy_keys_are_named_and_nothing_is_proved(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main([str(folder), "--lang", "en"])

    said = capsys.readouterr().out
    assert code == 3
    assert f"log.example/one+{LOG.key.id.hex()}" in said
    assert "PROVEN " not in said.replace("NOT PROVEN", "")
