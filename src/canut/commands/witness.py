"""``canut witness``: watch other logs, and cosign their checkpoints while they only grow.

It runs as a process of its own, with its own folder and key and without an instance. The last
signed checkpoint is on disk before the signature is sent; a second process on the same folder is
refused. The rules are in ``core.proofs.witness``.
"""

import argparse
import fcntl
import hashlib
import os
import secrets
import sys
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from canut.commands.instance_options import keep_private
from canut.core.errors import BadInput, BadProof, Conflict, Refusal
from canut.core.outside_text import read_whole
from canut.core.proofs.checkpoint import Checkpoint, read_checkpoint, write_checkpoint
from canut.core.proofs.note import (
    COSIGNATURE,
    ED25519,
    Signer,
    Verifier,
    read_key,
    read_signer,
    write_key,
    write_signer,
)
from canut.core.proofs.signing import KEY_BYTES
from canut.core.proofs.witness import CONFLICT, OK, CosignReply, answer

LARGEST_REQUEST = 128 * 1024
PATIENCE_SECONDS = 10
KEY_FILE, LOGS_FILE, LOCK_FILE = "witness.key", "logs.txt", "lock"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the folder, the name, the logs to watch, and the listening address."""
    parser.add_argument("folder", type=Path, help="folder of the witness's key and memory")
    parser.add_argument(
        "--name", help="the witness's name, for a new folder: such as union.example"
    )
    parser.add_argument(
        "--log", action="append", default=[], metavar="KEY", help="watch the log of this key too"
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8010, help="port to listen on")
    parser.add_argument("--once", action="store_true", help="print the key and end; do not listen")


def run(args: argparse.Namespace) -> int:
    """Cosign until stopped; the first line is the key for logs and readers."""
    keep_private()
    witness = Witness(args.folder, args.name, [read_key(text) for text in args.log])
    print(write_key(witness.signer.key), flush=True)
    if args.once:
        return 0
    try:
        server = serve(witness, args.host, args.port)
    except OSError as failure:
        raise Conflict(f"cannot listen on {args.host}:{args.port}: {failure.strerror}") from failure
    print(f"Cosigning {len(witness.logs)} logs at http://{args.host}:{args.port}/", file=sys.stderr)
    server.serve_forever()
    return 0


class Witness:
    """A key, its watched logs, and the last checkpoint signed for each, one file per log."""

    def __init__(self, folder: Path, name: str | None, logs: list[Verifier]) -> None:
        """Open a folder, or initialise one.

        Raises:
            BadInput: a new folder without a name, or another name than it has; a log's key of
                another kind.
            BadProof: what is in the folder cannot be read.
            Conflict: another process works there.
        """
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder, self._answering = folder, threading.Lock()
        self._lock = (folder / LOCK_FILE).open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as failure:
            self.close()
            raise Conflict(f"another witness works in {folder}", code="witness-twice") from failure
        try:
            self.signer = self._signer(name)
            self.logs = self._logs(logs)
        except (OSError, Refusal):
            self.close()
            raise

    def answer(self, raw: bytes, at_s: int) -> CosignReply:
        """Answer add-checkpoint; state is on disk before this returns."""
        with self._answering:
            reply = answer(raw, self.logs, self._last(), self.signer, at_s)
            if reply.remember is not None:
                text = write_checkpoint(reply.remember).encode()
                _write(self._memory(reply.remember.origin), text)
            return reply

    def close(self) -> None:
        """Release the folder."""
        self._lock.close()

    def _signer(self, name: str | None) -> Signer:
        path = self._folder / KEY_FILE
        if not path.exists():
            if not name:
                raise BadInput("a new witness needs a name: --name union.example")
            new_signer = Signer(name, COSIGNATURE, secrets.token_bytes(KEY_BYTES))
            _write(path, (write_signer(new_signer) + "\n").encode())
        signer = read_signer(path.read_text("utf-8").strip())
        if name and name != signer.name:
            raise BadInput(f"the witness in {self._folder} is {signer.name!a}, not {name!a}")
        return signer

    def _logs(self, added: list[Verifier]) -> Mapping[str, Verifier]:
        """Return the watched logs; store new ones."""
        path = self._folder / LOGS_FILE
        lines = path.read_text("utf-8").split("\n") if path.exists() else []
        keys = {key.name: key for key in (read_key(line) for line in lines if line.strip())}
        for key in added:
            if key.kind != ED25519:
                raise BadInput(f"{key.name!a} is no log's key: its kind is {key.kind}")
            if keys.get(key.name, key) != key:
                raise BadInput(f"the log {key.name!a} is watched under another key")
            keys[key.name] = key
        _write(path, "".join(write_key(key) + "\n" for key in keys.values()).encode())
        return keys

    def _last(self) -> dict[str, Checkpoint]:
        paths = {origin: self._memory(origin) for origin in self.logs}
        return {
            origin: read_checkpoint(path.read_text("utf-8"))
            for origin, path in paths.items()
            if path.exists()
        }

    def _memory(self, origin: str) -> Path:
        return self._folder / f"{hashlib.sha256(origin.encode()).hexdigest()}.last"


def serve(witness: Witness, host: str, port: int) -> ThreadingHTTPServer:
    """Create the server; the caller runs and closes it."""

    class Handler(BaseHTTPRequestHandler):
        """HTTP handler of the tlog-witness protocol."""

        timeout = PATIENCE_SECONDS
        server_version = "canut-witness"

        def do_GET(self) -> None:
            """Return the name of the witness."""
            self._say(OK, write_key(witness.signer.key) + "\n", "text/plain; charset=utf-8")

        def do_POST(self) -> None:
            """Answer an add-checkpoint request."""
            length = read_whole(self.headers.get("Content-Length", ""), LARGEST_REQUEST)
            if self.path != "/add-checkpoint":
                return self._say(404, "there is only /add-checkpoint\n")
            if length is None:
                return self._say(413, f"a request has at most {LARGEST_REQUEST} bytes\n")
            try:
                reply = witness.answer(self.rfile.read(length), int(time.time()))
            except (OSError, BadProof) as problem:
                return self._say(500, f"nothing was signed: {problem}\n")
            is_size = reply.status == CONFLICT
            kind = "text/x.tlog.size" if is_size else "text/plain; charset=utf-8"
            return self._say(reply.status, reply.body, kind)

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Log nothing about the client."""

        def _say(self, status: int, body: str, kind: str = "text/plain; charset=utf-8") -> None:
            raw = body.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

    return _Server((host, port), Handler)


class _Server(ThreadingHTTPServer):
    """A thread a request; many may come at once, and wait no second to be let in."""

    request_queue_size = 128


def _write(path: Path, content: bytes) -> None:
    """Write a private file atomically and durably."""
    beside = path.with_name(f"{path.name}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
