"""The ledger's logs as files, at the paths of the tlog-tiles specification.

``/log/`` is the log of all projects' logs, ``/log/7/`` that of project 7. Nothing in them tells
about a person or what was answered, so anyone may read them, from any page.
"""

import re
import time

from django.http import HttpRequest, HttpResponse

from canut.actions.ledger.witnesses import published_checkpoint
from canut.core.errors import BadProof, Missing
from canut.core.proofs.tiles import Tile, read_path
from canut.store.ledger.logs import log_named, read_bundle, read_tile
from canut.store.tables.ledger import Log

FOR_GOOD = "public, max-age=31536000, immutable"
_ASKED = re.compile(r"(?:(?P<project>[1-9][0-9]{0,17})/)?(?P<path>checkpoint|tile/.+)", re.ASCII)
NEVER_SAID = "there is no such file of a log"


def log_file(request: HttpRequest, file: str) -> HttpResponse:
    """Send a log's checkpoint, a tile of hashes or a bundle of entries.

    Source:
        C2SP tlog-tiles.
    """
    match = _ASKED.fullmatch(file)
    if match is None:
        raise Missing(NEVER_SAID)
    path = match["path"]
    log = log_named(int(match["project"]) if match["project"] else None)
    if path == "checkpoint":
        checkpoint = published_checkpoint(log, int(time.time())).checkpoint
        if not checkpoint:  # an empty text would be a damaged checkpoint to who reads it
            raise Missing(NEVER_SAID)
        answer = HttpResponse(checkpoint, content_type="text/plain; charset=utf-8")
        answer["Cache-Control"] = "no-cache"
    else:
        answer = HttpResponse(_tile(log, path), content_type="application/octet-stream")
        answer["Cache-Control"] = FOR_GOOD
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


def _tile(log: Log, path: str) -> bytes:
    try:
        target = read_path(path)
    except BadProof as problem:
        raise Missing(NEVER_SAID) from problem
    return read_tile(log, target) if isinstance(target, Tile) else read_bundle(log, target)
