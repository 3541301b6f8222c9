"""Ask witnesses to cosign the platform log's checkpoint, and store their signatures.

The operator lists witnesses in a policy file (``witness NAME KEY URL`` and a quorum); without one
no request is sent. A witness that saw a longer log, or another history, refuses: this is stored and
displayed until it cosigns again.
"""

import http.client
import json
import time
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from canut.actions.platform.instance_facts import keep_fact
from canut.actions.platform.row_faults import attempt
from canut.core.errors import BadProof, NotProven, NotReady, Refusal
from canut.core.proofs.checkpoint import read_checkpoint
from canut.core.proofs.merkle import consistency_proof
from canut.core.proofs.note import Verifier, open_note, read_key, read_note
from canut.core.proofs.policy import TrustPolicy, judge, read_policy
from canut.core.proofs.strict import read_decimal
from canut.core.proofs.tiles import Tile, node_reader
from canut.core.proofs.witness import CONFLICT, OK, Request, write_request
from canut.store.ledger.logs import read_tile
from canut.store.ledger.witness_problems import QUORUM_LACK, TROUBLE
from canut.store.tables.ledger import Cosignature, Log
from canut.store.tables.platform import Fact

PATIENCE_SECONDS = 10
LONGEST_REPLY = 10_000
FRESH_SECONDS = 60
WORDS_OF_WITNESS, WORDS_OF_KEY = 4, 3
LONGEST_FACT, DIGEST = 40, 12


class PublishedCheckpoint(NamedTuple):
    """A signed checkpoint, its size, and its witnesses; empty if they are too few."""

    checkpoint: str
    size: int
    witnesses: tuple[str, ...]


class WitnessEndpoint(NamedTuple):
    """A witness to ask: its name in the policy, its key, its address."""

    name: str
    key: Verifier
    url: str


def witness_policy() -> tuple[TrustPolicy, list[WitnessEndpoint]] | None:
    """Read the witnesses and their quorum; None if the operator names none.

    Raises:
        NotReady: the file cannot be read.
    """
    if not settings.WITNESSES:
        return None
    try:
        raw = Path(settings.WITNESSES).read_bytes()
        policy = read_policy(raw)
    except (OSError, BadProof) as problem:
        raise NotReady(
            f"CANUT_WITNESSES: {settings.WITNESSES} cannot be read: {problem}", code="witnesses"
        ) from problem
    lines = [line.split() for line in raw.decode().split("\n")]
    urls = {
        words[1]: words[3]
        for words in lines
        if len(words) == WORDS_OF_WITNESS and words[0] == "witness"
    }
    endpoints = [WitnessEndpoint(name, policy.witnesses[name], url) for name, url in urls.items()]
    return policy, endpoints


def witness_lines() -> str:
    """Return the witnesses and quorum as lines of a policy without addresses.

    Raises:
        NotReady: the file cannot be read.
    """
    if witness_policy() is None:
        return ""
    lines = [line.split() for line in Path(settings.WITNESSES).read_text("utf-8").splitlines()]
    policy_lines = [
        " ".join(words[:WORDS_OF_KEY] if words[0] == "witness" else words)
        for words in lines
        if words and words[0] in {"witness", "group", "quorum"}
    ]
    return "\n".join(policy_lines)


def published_checkpoint(log: Log, now_s: int) -> PublishedCheckpoint:
    """Return the checkpoint of a log to publish: the last that enough witnesses signed.

    Where they are behind by more than a minute, or nobody is asked, it is the newest end, with the
    signatures it has so far; then ``witnesses`` is empty: it is not witnessed.
    """
    policy = witness_policy() if log.project_id is None else None
    rows = list(Cosignature.objects.filter(log=log).order_by("-size")) if policy else []
    for checkpoint in dict.fromkeys(cosignature.checkpoint for cosignature in rows):
        same = [cosignature for cosignature in rows if cosignature.checkpoint == checkpoint]
        is_fresh = (
            same[0].size == log.size
            or min(cosignature.at_s for cosignature in same) > now_s - FRESH_SECONDS
        )
        whole = checkpoint + "".join(cosignature.line for cosignature in same)
        if is_fresh and (names := _quorum(whole, policy, log)):
            return PublishedCheckpoint(whole, same[0].size, names)
    lines = "".join(
        cosignature.line for cosignature in rows if cosignature.checkpoint == log.checkpoint
    )
    return PublishedCheckpoint(log.checkpoint + lines, log.size, ())


def checkpoint_holding(log: Log, place: int, now_s: int) -> str:
    """Return the checkpoint to prove an entry at: the last witnessed one that holds it.

    Where none does, it is the newest end, with the signatures it has.
    """
    end = published_checkpoint(log, now_s)
    return end.checkpoint if place < end.size else log.checkpoint


def quorum_lack(log: Log, place: int, now_s: int) -> str:
    """Return what the quorum of this instance's witnesses lacks for an entry; empty if met.

    Args:
        log: the platform log.
        place: the position of the entry.
        now_s: the moment, in seconds since 1970 UTC.

    Raises:
        NotReady: the policy of witnesses cannot be read.
    """
    policy = witness_policy()
    if policy is None or not log.checkpoint:
        return ""
    try:
        judge(checkpoint_holding(log, place, now_s).encode(), policy[0], (read_key(log.key),))
    except (BadProof, NotProven) as problem:
        return str(problem)
    return ""


def _quorum(
    whole: str, policy: tuple[TrustPolicy, list[WitnessEndpoint]] | None, log: Log
) -> tuple[str, ...]:
    """Return the witnesses of a checkpoint if they are enough; else an empty tuple."""
    if policy is None:
        return ()
    try:
        judged = judge(whole.encode(), policy[0], (read_key(log.key),))
    except (BadProof, NotProven):
        return ()
    return tuple(witness.name for witness in judged.seen) if judged.is_witnessed else ()


def ask_witnesses() -> int:
    """Ask each witness to cosign the platform log now; return how many did.

    Raises:
        NotReady: the policy cannot be read.
    """
    policy = witness_policy()
    named = [trouble_of(witness.name) for witness in policy[1]] if policy else []
    Fact.objects.filter(name__startswith=TROUBLE).exclude(name__in=named).delete()
    log = Log.objects.filter(project=None).first()
    if policy is None or log is None or not log.checkpoint:
        Fact.objects.filter(name=QUORUM_LACK).delete()
        return 0
    done = 0
    for witness in policy[1]:
        cosigned = Cosignature.objects.filter(log=log, witness=witness.name).first()
        if cosigned is not None and cosigned.size == log.size:
            continue
        old = cosigned.size if cosigned else 0
        done += attempt("witness", witness.name, partial(_ask_and_note, witness, log, old)) or 0
    keep_fact(QUORUM_LACK, quorum_lack(log, log.size - 1, int(time.time())))
    return done


def _ask_and_note(witness: WitnessEndpoint, log: Log, old: int) -> bool:
    """Ask one witness and store its problem, if any; return whether it cosigned."""
    problem = _ask(witness, log, old)
    keep_fact(trouble_of(witness.name), json.dumps({"problem": problem, "at": int(time.time())}))
    return not problem


def trouble_of(name: str) -> str:
    """Return the name of the fact with the problem of a witness, whatever its name's length."""
    fact = f"{TROUBLE}{name}"
    if len(fact) <= LONGEST_FACT:
        return fact
    digest = sha256(name.encode()).hexdigest()[:DIGEST]
    return f"{fact[: LONGEST_FACT - DIGEST]}{digest}"


def _ask(witness: WitnessEndpoint, log: Log, old: int) -> str:
    """Ask one witness, again from the size it remembers; return the problem or nothing."""
    try:
        for _ in range(2):
            status, body = _post(witness.url, _request(log, old))
            if status == OK:
                _keep(witness, log, body.decode())
                return ""
            if status != CONFLICT:
                return f"it answered {status}: {body.decode(errors='replace')[:200].strip()}"
            remembered = read_decimal(
                body.decode("ascii").strip(), "the size the witness remembers"
            )
            if remembered > log.size:
                return f"it saw {remembered} entries; this log has {log.size}: it was brought back"
            if remembered == old:
                return f"it saw another log of {remembered} entries"
            old = remembered
    except (OSError, http.client.HTTPException, ValueError, Refusal) as problem:
        return f"it cannot be asked: {problem}"
    return "it remembers another size each time"


def _request(log: Log, old: int) -> bytes:
    def read(tile: Tile) -> bytes:
        return read_tile(log, tile)

    hashes = consistency_proof(node_reader(read, log.size), old, log.size) if old else []
    return write_request(Request(old, tuple(hashes), log.checkpoint.encode()))


def _post(url: str, raw: bytes) -> tuple[int, bytes]:
    where = urlsplit(url)
    ways = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
    if where.scheme not in ways or not where.hostname:
        raise BadProof(f"{url!a} is no address of a witness; expected http:// or https://")
    line = ways[where.scheme](where.hostname, where.port, timeout=PATIENCE_SECONDS)
    try:
        line.request("POST", where.path.rstrip("/") + "/add-checkpoint", raw)
        reply = line.getresponse()
        return reply.status, reply.read(LONGEST_REPLY)
    finally:
        line.close()


def _keep(witness: WitnessEndpoint, log: Log, lines: str) -> None:
    """Store a cosignature of this checkpoint, verified by the witness's key."""
    text = read_note(log.checkpoint.encode()).text
    opened = open_note(f"{text}\n{lines}".encode(), (witness.key,))
    with transaction.atomic():
        Cosignature.objects.update_or_create(
            log=log,
            witness=witness.name,
            defaults={
                "size": read_checkpoint(text).size,
                "checkpoint": log.checkpoint,
                "line": lines,
                "at_s": opened.signed[0].at_s,
            },
        )
