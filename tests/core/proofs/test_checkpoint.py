import pytest

from canut.core.errors import BadInput, BadProof, NotProven
from canut.core.proofs.checkpoint import (
    Checkpoint,
    cosign,
    open_checkpoint,
    read_checkpoint,
    sign_checkpoint,
    write_checkpoint,
)
from canut.core.proofs.merkle import EMPTY_ROOT
from canut.core.proofs.note import sign_note
from tests.core.proofs.vectors import LOG, WITNESSES, leaves, witnessed

ROOT = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


def test_a_checkpoint_is_an_origin_a_size_and_a_root() -> None:
    text = write_checkpoint(Checkpoint("log.example", 0, EMPTY_ROOT, ("more",)))

    assert text == f"log.example\n0\n{ROOT}\nmore\n"
    assert read_checkpoint(text) == Checkpoint("log.example", 0, EMPTY_ROOT, ("more",))


def test_a_cosigned_checkpoint_says_who_saw_it_and_when() -> None:
    keys = [LOG.key, WITNESSES[0].key]

    checkpoint, opened = open_checkpoint(witnessed(leaves(5)), keys)

    assert (checkpoint.origin, checkpoint.size) == (LOG.name, 5)
    assert [(one.key.name, one.at_s) for one in opened.signed] == [
        (LOG.name, 0),
        (WITNESSES[0].name, 1_700_000_000),
    ]
    assert opened.unknown == (WITNESSES[1].name,)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("log\n1\n", "without empty lines"),
        (f"log\n1\n{ROOT}", "without empty lines"),
        (f"\n1\n{ROOT}\n", "without empty lines"),
        (f"log\n1\n{ROOT}\n\n", "without empty lines"),
        (f"log\n01\n{ROOT}\n", "the size of the checkpoint"),
        (f"log\n-1\n{ROOT}\n", "the size of the checkpoint"),
        (f"log\n9223372036854775808\n{ROOT}\n", "the size of the checkpoint"),
        (f"log\n1\n{ROOT[:-1]}\n", "the root hash of the checkpoint"),
        ("log\n1\nAAAA\n", "has 3 bytes, not 32"),
        (f"log\n0\n{'A' * 43}=\n", "of no entries"),
    ],
)
def test_what_is_no_checkpoint_is_refused_with_what_is_wrong(text: str, said: str) -> None:
    with pytest.raises(BadProof, match=said):
        read_checkpoint(text)


@pytest.mark.parametrize(
    "checkpoint",
    [
        Checkpoint("", 1, bytes(32)),
        Checkpoint("log", -1, bytes(32)),
        Checkpoint("log", 1, bytes(31)),
        Checkpoint("log", 1, bytes(32), ("",)),
        Checkpoint("log\n1", 1, bytes(32)),
        Checkpoint("log", 1, bytes(32), ("a\nb",)),
    ],
)
def test_what_no_checkpoint_can_say_is_not_written(checkpoint: Checkpoint) -> None:
    with pytest.raises(BadInput, match="checkpoint"):
        write_checkpoint(checkpoint)


def test_only_its_log_signs_a_checkpoint() -> None:
    checkpoint = Checkpoint("other.example", 1, bytes(32))
    forged = sign_note(write_checkpoint(checkpoint), LOG).encode()

    with pytest.raises(BadInput, match="does not sign for the log"):
        sign_checkpoint(checkpoint, LOG)
    with pytest.raises(NotProven, match=r"'other\.example' did not sign"):
        open_checkpoint(forged, [LOG.key])


def test_a_witness_alone_does_not_make_a_checkpoint_a_logs() -> None:
    with pytest.raises(NotProven, match="did not sign this checkpoint"):
        open_checkpoint(witnessed(leaves(2)), [WITNESSES[0].key])


def test_only_checkpoints_are_cosigned_and_only_by_witnesses() -> None:
    raw = witnessed(leaves(2), 0)

    with pytest.raises(BadProof, match="a checkpoint is"):
        cosign(sign_note("Hello.\n", LOG).encode(), WITNESSES[0], 1)
    with pytest.raises(BadInput, match="cosigns with a key of kind 4"):
        cosign(raw, LOG, 1)
    with pytest.raises(BadInput, match="at a time"):
        cosign(raw, WITNESSES[0], 0)
