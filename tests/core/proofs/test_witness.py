import re

import pytest

from canut.core.errors import BadInput
from canut.core.proofs.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from canut.core.proofs.merkle import consistency_proof
from canut.core.proofs.note import ED25519, Verifier
from canut.core.proofs.witness import CosignReply, Request, answer, write_request
from tests.core.proofs.vectors import LOG, WITNESSES, leaves, naive_root, reader, vectors, witnessed

ASKED = re.compile(r"add-checkpoint\n```\n(.*?)```\nHTTP (\d+)", re.DOTALL)
WITNESS = WITNESSES[0]


def asked(
    since: int,
    new: int,
    old: int | None = None,
    hashes: tuple[bytes, ...] | None = None,
    checkpoint: bytes | None = None,
) -> bytes:
    shown = tuple(consistency_proof(reader(leaves(new)), since, new)) if since else ()
    return write_request(
        Request(
            since if old is None else old,
            shown if hashes is None else hashes,
            checkpoint or witnessed(leaves(new), 0),
        )
    )


def answered(raw: bytes, last: int = 0) -> CosignReply:
    kept = Checkpoint(LOG.name, last, naive_root(leaves(last))) if last else None
    return answer(raw, {LOG.name: LOG.key}, {LOG.name: kept} if kept else {}, WITNESS, 1000)


def test_a_published_conversation_is_held_as_published() -> None:
    published = vectors("c2sp", "witness_add_checkpoint.json")
    key = Verifier(published["origin"], ED25519, bytes.fromhex(published["log_pub_hex"]))
    script = ASKED.findall(published["script_txtar"])
    last: dict[str, Checkpoint] = {}

    statuses = []
    for raw, _expected in script:
        reply = answer(raw.encode(), {key.name: key}, last, WITNESS, 1000)
        statuses.append(reply.status)
        if reply.remember:
            last[key.name] = reply.remember

    expected = [int(status) for _raw, status in script]
    expected[2] = 404  # the script is of before the text gave an unknown log its own status
    assert statuses == expected


def test_a_log_that_only_grew_is_cosigned_and_remembered() -> None:
    raw = asked(3, 8)

    reply = answered(raw, last=3)

    assert reply.status == 200
    assert reply.remember == Checkpoint(LOG.name, 8, naive_root(leaves(8)))
    cosigned = witnessed(leaves(8), 0) + reply.body.encode()
    _checkpoint, opened = open_checkpoint(cosigned, [LOG.key, WITNESS.key])
    assert [one.at_s for one in opened.signed] == [0, 1000]


def test_the_same_checkpoint_is_cosigned_again() -> None:
    assert answered(asked(3, 3), last=3).status == 200


def test_a_history_that_was_changed_is_not_cosigned() -> None:
    forked = Checkpoint(LOG.name, 8, bytes(32))
    raw = asked(3, 8, checkpoint=sign_checkpoint(forked, LOG).encode())

    reply = answered(raw, last=3)

    assert (reply.status, reply.remember) == (422, None)
    assert "does not continue" in reply.body


def test_two_trees_of_one_size_are_not_both_cosigned() -> None:
    forked = Checkpoint(LOG.name, 3, bytes(32))

    reply = answered(asked(3, 3, checkpoint=sign_checkpoint(forked, LOG).encode()), last=3)

    assert reply == CosignReply(409, "3\n")


@pytest.mark.parametrize(
    ("raw", "status", "said"),
    [
        (asked(2, 8), 409, "3\n"),
        (asked(0, 8), 409, "3\n"),
        (asked(3, 8, hashes=()), 422, "takes 4 hashes"),
        (asked(3, 8, old=9), 400, "above the new"),
        (b"", 400, "expected 'old SIZE'"),
        (asked(3, 8).replace(b"old 3", b"old 03"), 400, "the old size"),
        (asked(3, 8).replace(b"old 3\n", b"old 3\nAAAA\n"), 400, "has not 32 bytes"),
        (asked(3, 8).replace(b"old 3\n", b"old 3\n" + b"A\n" * 64), 400, "at most 63"),
        (asked(3, 8).replace(b"\n8\n", b"\n08\n"), 400, "the size of the checkpoint"),
        (asked(3, 8).replace(b"\n8\n", b"\n9\n"), 403, "is not by its key"),
        (asked(3, 8).replace(b"\nlog.example/one\n", b"\nother\n"), 404, "is not watched"),
    ],
)
def test_other_requests_get_the_status_of_the_standard(raw: bytes, status: int, said: str) -> None:
    reply = answered(raw, last=3)

    assert (reply.status, reply.remember) == (status, None)
    assert said in reply.body


def test_a_first_checkpoint_needs_no_hashes() -> None:
    assert answered(asked(0, 8)).status == 200
    assert answered(asked(0, 8, hashes=(bytes(32),))).status == 422


def test_what_no_request_can_hold_is_not_written() -> None:
    for request in (Request(-1, (), b"x\n"), Request(0, (b"",), b"x\n"), Request(0, (), b"")):
        with pytest.raises(BadInput, match="request"):
            write_request(request)
