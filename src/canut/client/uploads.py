"""Send rows piece by piece, so that a broken line costs one piece and never a row.

The server says how many bytes it keeps; whoever was cut off goes on from there. Pieces follow from
the rows alone, so that another process can go on with an upload from the same rows.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from canut.client.errors import ClientError, ConnectionLostError, RefusedError, UploadError
from canut.client.progress import Progress, Tell
from canut.client.transport import BUSY, NDJSON, Request, Transport

PIECE_BYTES = 2**20
OFF = "upload-offset"


class RowUpload(NamedTuple):
    """Rows to send, and how many they are where that is known."""

    rows: Iterable[Mapping[str, object]]
    total: int | None


def send_rows(line: Transport, at: str, given: RowUpload, upload: str | None, tell: Tell) -> str:
    """Send rows, from their beginning or from where an upload was cut off; return its name.

    Args:
        line: the server.
        at: the address of the project.
        given: the rows, each a mapping of names to values.
        upload: to go on with; None to begin one.
        tell: hears how many rows are kept.

    Raises:
        UploadError: the line stayed broken; the upload can be gone on with.
        RefusedError: the server does not want these rows.
    """
    if upload is None:
        upload = str(line.ask(Request("POST", f"{at}/uploads"))["upload"])
    address = f"{at}/uploads/{upload}"
    kept = int(line.ask(Request("GET", address))["offset"])
    begins = sent = 0
    for piece in pieces(given.rows):
        ends = begins + len(piece)
        while kept < ends:
            kept = _send(line, address, piece[max(0, kept - begins) :], kept)
        begins = ends
        sent += piece.count(b"\n")
        tell(Progress("upload", sent, given.total))
    tell(Progress("upload", sent, sent, is_over=True))
    return upload


def pieces(rows: Iterable[Mapping[str, object]]) -> Iterator[bytes]:
    """Write rows one a line, about a mebibyte at a time."""
    held = bytearray()
    for row in rows:
        held += json.dumps(row, ensure_ascii=False, allow_nan=False, default=str).encode() + b"\n"
        if len(held) >= PIECE_BYTES:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)


def _send(line: Transport, address: str, piece: bytes, kept: int) -> int:
    """Send the rest of a piece until more of it is kept; return how much is kept."""
    for attempt in range(line.retries + 1):
        try:
            sent = line.once(Request("PATCH", address, piece, {"offset": kept}, NDJSON))
            return int(sent["offset"])
        except RefusedError as refusal:
            if refusal.code != OFF and refusal.status not in BUSY:
                raise
            asked_seconds = float(refusal.facts.get("seconds", 0))
        except ConnectionLostError:
            asked_seconds = 0.0
        if attempt < line.retries:
            line.wait(attempt, asked_seconds)
        now = _kept(line, address, kept)
        if now != kept:
            return now
    raise UploadError(address.rpartition("/")[2], kept)


def _kept(line: Transport, address: str, before: int) -> int:
    """Ask how much is kept; as much as before while nobody answers."""
    try:
        return int(line.once(Request("GET", address))["offset"])
    except ClientError:
        return before
