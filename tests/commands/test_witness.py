"""A witness of its own process: it cosigns a log that grew, and refuses everything else."""

import base64
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path

import pytest

from canut.commands.witness import Witness, serve
from canut.core.errors import BadInput, Conflict
from canut.core.proofs.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from canut.core.proofs.merkle import consistency_proof
from canut.core.proofs.note import COSIGNATURE, ED25519, Signer, Verifier, read_key, write_key
from canut.core.proofs.witness import Request, write_request
from tests.core.proofs.vectors import LOG, leaves, naive_root, reader, vectors

OTHER = Signer("other.example", ED25519, bytes(range(32)))


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[Witness]:
    made = Witness(tmp_path, "union.example", [LOG.key])
    yield made
    made.close()


def end_of(size: int, signer: Signer = LOG, changed: int = 0) -> bytes:
    rows = leaves(size)
    if changed:
        rows[0] = bytes([changed]) * 32
    return sign_checkpoint(Checkpoint(signer.name, size, naive_root(rows)), signer).encode()


def grown(old: int, new: int, checkpoint: bytes | None = None) -> bytes:
    hashes = consistency_proof(reader(leaves(new)), old, new) if old else []
    return write_request(Request(old, tuple(hashes), checkpoint or end_of(new)))


def test_log_that_grew_is_cosigned_and_its_size_remembered(witness: Witness) -> None:
    for old, new in ((0, 3), (3, 8), (8, 8)):
        reply = witness.answer(grown(old, new), 1_700_000_000)
        assert reply.status == 200
    keys = (LOG.key, witness.signer.key)
    _, opened = open_checkpoint(end_of(8) + reply.body.encode(), keys)

    assert [(one.key.kind, one.at_s) for one in opened.signed] == [
        (ED25519, 0),
        (COSIGNATURE, 1_700_000_000),
    ]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (grown(0, 3), 409),  # a log brought back to an earlier end
        (grown(3, 8), 409),  # another size than the one remembered
        (grown(5, 9, end_of(9, changed=7)), 422),  # its past was changed
        (write_request(Request(5, (bytes(32),), end_of(9))), 422),  # a proof of nothing
        (grown(5, 5, end_of(5, changed=7)), 409),  # another log of the same size
        (grown(0, 3, end_of(3, OTHER)), 404),  # a log nobody asked it to watch
        (grown(5, 9, end_of(9).replace(b"\n9\n", b"\n8\n")), 403),  # not signed by the log
        (b"hello", 400),
    ],
    ids=["rollback", "stale", "rewritten", "bad-proof", "fork", "unknown", "unsigned", "noise"],
)
def test_everything_else_is_refused_and_forgets_nothing(
    witness: Witness, asked: bytes, status: int
) -> None:
    assert witness.answer(grown(0, 5), 1).status == 200

    assert witness.answer(asked, 2).status == status
    assert witness.answer(grown(5, 9), 3).status == 200


def test_after_a_restart_it_remembers_and_has_its_key(tmp_path: Path) -> None:
    first = Witness(tmp_path, "union.example", [LOG.key])
    first.answer(grown(0, 5), 1)
    with pytest.raises(Conflict):
        Witness(tmp_path, None, [])
    first.close()

    again = Witness(tmp_path, None, [])

    assert again.signer == first.signer
    assert again.answer(grown(0, 3), 2).status == 409
    assert again.answer(grown(5, 9), 2).status == 200
    assert (tmp_path / "witness.key").stat().st_mode & 0o777 == 0o600
    again.close()


def test_name_and_keys_do_not_change_by_mistake(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="needs a name"):
        Witness(tmp_path / "new", None, [])
    Witness(tmp_path, "union.example", [LOG.key]).close()

    with pytest.raises(BadInput, match=r"is 'union\.example'"):
        Witness(tmp_path, "other.example", [])
    with pytest.raises(BadInput, match="another key"):
        Witness(tmp_path, None, [Signer(LOG.name, ED25519, bytes(32)).key])


def test_it_answers_over_http_and_tells_the_size_in_its_own_type(witness: Witness) -> None:
    import urllib.error
    import urllib.request

    server = serve(witness, "127.0.0.1", 0)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    where = f"http://127.0.0.1:{server.server_port}"
    try:
        with urllib.request.urlopen(where) as told:
            assert read_key(told.read().decode().strip()) == witness.signer.key
        with urllib.request.urlopen(f"{where}/add-checkpoint", grown(0, 5)) as told:
            assert told.status == 200
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{where}/add-checkpoint", grown(0, 3))
        with pytest.raises(urllib.error.HTTPError) as elsewhere:
            urllib.request.urlopen(f"{where}/other", b"x")
        elsewhere.value.close()
    finally:
        server.shutdown()
        server.server_close()

    assert refused.value.headers["Content-Type"] == "text/x.tlog.size"
    with refused.value as told:
        assert (told.code, told.read()) == (409, b"5\n")
    assert elsewhere.value.code == 404


@pytest.mark.process
def test_command_makes_a_key_and_says_it(tmp_path: Path) -> None:
    words = ["witness", str(tmp_path / "w"), "--name", "union.example", "--once"]
    words += ["--log", write_key(LOG.key)]

    done = subprocess.run(
        [sys.executable, "-m", "canut", *words], capture_output=True, text=True, check=True
    )

    assert read_key(done.stdout.strip()).name == "union.example"


# logs of others


def posted(witness: Witness, bodies: list[bytes]) -> list[tuple[int, str]]:
    """Ask over HTTP, one after another; statuses and what was answered."""
    server = serve(witness, "127.0.0.1", 0)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    line, answers = HTTPConnection("127.0.0.1", server.server_port, timeout=10), []
    try:
        for body in bodies:
            line.request("POST", "/add-checkpoint", body)
            with line.getresponse() as told:
                answers.append((told.status, told.read().decode()))
            line.close()
    finally:
        server.shutdown()
        server.server_close()
    return answers


def test_published_conversation_with_a_foreign_log_is_held_over_http(tmp_path: Path) -> None:
    published = vectors("c2sp", "witness_add_checkpoint.json")
    key = Verifier(published["origin"], ED25519, bytes.fromhex(published["log_pub_hex"]))
    asked = re.findall(r"POST \S+\n```\n(.*?)```\nHTTP (\d+)", published["script_txtar"], re.DOTALL)
    expected = [int(status) for _body, status in asked]
    expected[2] = 404  # the script is of before the text gave an unknown log its own status

    statuses = []
    for number, (body, _status) in enumerate(asked):  # a new process each time remembers as well
        witness = Witness(tmp_path, None if number else "union.example", [key])
        statuses += [status for status, _said in posted(witness, [body.encode()])]
        witness.close()

    assert len(statuses) > 5
    assert statuses == expected


def test_checkpoint_of_a_foreign_log_at_work_is_cosigned_and_a_change_of_it_is_not(
    tmp_path: Path,
) -> None:
    published = vectors("rekor2", "rekor2-checkpoint-cosigned.json")
    envelope = published["tlogEntry"]["inclusionProof"]["checkpoint"]["envelope"].encode()
    origin = envelope.decode().split("\n")[0]
    key = Verifier(origin, ED25519, base64.b64decode(published["log_key_spki_b64"])[-32:])
    witness = Witness(tmp_path, "union.example", [key])

    asked = [envelope.replace(b"\n736\n", b"\n737\n"), envelope, envelope]
    answers = posted(witness, [b"old 0\n\n" + one for one in asked])

    witness.close()
    assert [status for status, _said in answers] == [403, 200, 409]
    checkpoint, opened = open_checkpoint(
        envelope + answers[1][1].encode(), (key, witness.signer.key)
    )
    assert checkpoint.size == 736
    assert [one.key.kind for one in opened.signed] == [ED25519, COSIGNATURE]
    assert answers[2][1] == "736\n"


def hostile_requests() -> dict[str, bytes]:
    """Return what somebody sends who means no good, by name."""
    post = b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\n%b\r\n"
    return {
        "no-length": post % b"",
        "negative": post % b"Content-Length: -1\r\n",
        "huge": post % b"Content-Length: 1000000000000\r\n",
        "not-whole": post % b"Content-Length: 1e3\r\n",
        "of-another-script": post % "Content-Length: \u0663\r\n".encode(),
        "chunked": (post % b"Transfer-Encoding: chunked\r\n") + b"ffffffff\r\n",
        "cut-short": (post % b"Content-Length: 500\r\n") + b"old 0\n",
        "bytes": (post % b"Content-Length: 4\r\n") + b"\xff\x00\xfe\n",
        "two-lengths": (post % b"Content-Length: 3\r\nContent-Length: 9\r\n") + b"old",
        "long-header": b"GET / HTTP/1.1\r\nX: " + b"a" * 70_000 + b"\r\n\r\n",
        "many-headers": b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 500 + b"\r\n",
        "long-line": b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",
        "other-method": b"BREW /add-checkpoint HTTP/1.1\r\n\r\n",
        "other-place": b"POST /../keys HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
        "noise": bytes(range(256)) * 8,
    }


def test_hostile_requests_get_no_signature_and_stop_nobody(witness: Witness) -> None:
    server = serve(witness, "127.0.0.1", 0)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    address = ("127.0.0.1", server.server_port)
    silent = [socket.create_connection(address) for _ in range(100)]
    said: dict[str, bytes] = {}
    try:
        for name, request in hostile_requests().items():
            with socket.create_connection(address, 10) as line, suppress(ConnectionError):
                line.sendall(request)
                line.shutdown(socket.SHUT_WR)
                while part := line.recv(65_536):
                    said[name] = said.get(name, b"") + part
        honest = HTTPConnection(*address, timeout=10)
        honest.request("POST", "/add-checkpoint", grown(0, 5))
        with honest.getresponse() as told:
            status_of_honest = told.status
        honest.close()
    finally:
        for one in silent:
            one.close()
        server.shutdown()
        server.server_close()

    assert status_of_honest == 200
    statuses = {
        name: int(answer.split()[1]) for name, answer in said.items() if answer[:4] == b"HTTP"
    }
    assert len(statuses) > 10
    assert {name for name, status in statuses.items() if status < 400} == set()
    assert not any(b"\xe2\x80\x94" in answer for answer in said.values())  # no line of a signature
