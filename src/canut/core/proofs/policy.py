"""Trust policies: which logs, which witnesses, and how many of them must sign.

A policy is a text a person got from somebody they trust, never from what it judges. It decides
which checkpoints to trust; what a checkpoint then proves is decided in ``merkle`` and
``tlog_proof``.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from canut.core.errors import BadProof, NotProven
from canut.core.proofs.checkpoint import Checkpoint, open_checkpoint
from canut.core.proofs.note import COSIGNATURE, ED25519, Verifier, read_key
from canut.core.proofs.strict import read_decimal

NOBODY = "none"
LONGEST = 1_000_000
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class WitnessGroup(NamedTuple):
    """Witnesses or groups of which at least ``least`` must have signed."""

    least: int
    members: tuple[str, ...]


class TrustPolicy(NamedTuple):
    """Logs, witnesses and groups by name, and the required quorum; ``none`` for nobody."""

    logs: tuple[Verifier, ...]
    witnesses: Mapping[str, Verifier]
    groups: Mapping[str, WitnessGroup]
    quorum: str


class WitnessSignature(NamedTuple):
    """A counted witness: its name in the policy, its time in seconds since 1970."""

    name: str
    at_s: int


class AcceptedCheckpoint(NamedTuple):
    """A checkpoint a policy accepts, with its witnesses; ``uncounted`` signers are unknown."""

    checkpoint: Checkpoint
    log: Verifier
    seen: tuple[WitnessSignature, ...]
    uncounted: tuple[str, ...]
    is_witnessed: bool


def read_policy(raw: bytes) -> TrustPolicy:
    """Read a policy file.

    Raises:
        BadProof: a line that is none, with its number; a name or a key twice; a name used before
            it is defined; no quorum line, or two.

    Source:
        C2SP tlog-policy.
    """
    if len(raw) > LONGEST:
        raise BadProof(f"the policy has {len(raw)} bytes; at most {LONGEST} are read")
    reading = _Reading()
    for number, line in enumerate(raw.decode(errors="surrogateescape").split("\n"), 1):
        if _CONTROL.search(line):
            raise BadProof(
                f"line {number} of the policy: it holds a control character; save the file with "
                "plain line ends"
            )
        words = re.split(r"[ \t]+", line.strip(" \t"))
        if words == [""] or words[0].startswith("#"):
            continue
        try:
            reading.take(line, words)
        except BadProof as problem:
            raise BadProof(f"line {number} of the policy: {problem}") from problem
    if not reading.quorum:
        raise BadProof("the policy says no quorum; end it with 'quorum NAME' or 'quorum none'")
    return TrustPolicy(tuple(reading.logs), reading.witnesses, reading.groups, reading.quorum)


def judge(raw: bytes, policy: TrustPolicy, logs: Sequence[Verifier] = ()) -> AcceptedCheckpoint:
    """Verify a signed checkpoint under a policy, and return who signed it.

    Args:
        raw: the signed checkpoint.
        policy: trusted logs and witnesses.
        logs: more trusted logs.

    Raises:
        BadProof: no checkpoint.
        NotProven: no log of the policy signed it, a signature is not by the key it names, or too
            few witnesses signed; the message says which.
    """
    trusted = (*policy.logs, *logs)
    if not trusted:
        raise NotProven("the policy names no log; add a line 'log KEY'")
    _check_apart(trusted, policy.witnesses)
    checkpoint, opened = open_checkpoint(raw, (*trusted, *policy.witnesses.values()))
    log = next(
        signature.key
        for signature in opened.signed
        if signature.key.kind == ED25519 and signature.key.name == checkpoint.origin
    )
    times: dict[Verifier, int] = {}
    for signature in opened.signed:
        times[signature.key] = max(times.get(signature.key, 0), signature.at_s)
    witnesses = tuple(
        WitnessSignature(name, times[key]) for name, key in policy.witnesses.items() if key in times
    )
    missing = _missing(policy, policy.quorum, {signature.name for signature in witnesses})
    if missing:
        raise NotProven(f"too few witnesses saw this checkpoint: {missing}")
    return AcceptedCheckpoint(checkpoint, log, witnesses, opened.unknown, policy.quorum != NOBODY)


def _missing(policy: TrustPolicy, name: str, signers: set[str]) -> str:
    """Return what a witness or group lacks; empty if it has signed."""
    if name == NOBODY or name in signers:
        return ""
    group = policy.groups.get(name)
    if group is None:
        return f"{name!a} did not sign"
    lacks = [_missing(policy, member, signers) for member in group.members]
    got = lacks.count("")
    if got >= group.least:
        return ""
    absent = ", ".join(lack for lack in lacks if lack)
    return f"{name!a} needs {group.least} of {len(group.members)} and has {got} ({absent})"


def _check_apart(logs: Sequence[Verifier], witnesses: Mapping[str, Verifier]) -> None:
    """Raise if a log is its own witness."""
    keys = {log.public for log in logs}
    for name, witness in witnesses.items():
        if witness.public in keys:
            raise BadProof(f"the witness {name!a} has the key of a log, which witnesses nothing")


class _Reading:
    """The parts of a policy read so far."""

    def __init__(self) -> None:
        self.logs: list[Verifier] = []
        self.witnesses: dict[str, Verifier] = {}
        self.groups: dict[str, WitnessGroup] = {}
        self.quorum = ""
        self._members: set[str] = set()

    def take(self, line: str, words: list[str]) -> None:
        """Add one line of the policy."""
        match words:
            case ["log", key] | ["log", key, _]:
                self._log(key)
            case ["witness", name, key] | ["witness", name, key, _]:
                self._witness(name, key)
            case ["group", name, least, *members] if members:
                self._group(name, least, members)
            case ["quorum", name]:
                self._quorum(name)
            case _:
                raise BadProof(f"{line.strip()[:60]!a} is not a log, witness, group or quorum")

    def _log(self, text: str) -> None:
        key = read_key(text)
        if key.kind != ED25519:
            raise BadProof(f"a log signs with a key of kind {ED25519}; this is of kind {key.kind}")
        if any(key.public == existing.public for existing in self.logs):
            raise BadProof(f"the key of the log {key.name!a} stands twice")
        _check_apart([*self.logs, key], self.witnesses)
        self.logs.append(key)

    def _witness(self, name: str, text: str) -> None:
        """Add a witness, whose key must be one for cosignatures."""
        self._check_new(name)
        key = read_key(text)
        if key.kind != COSIGNATURE:
            raise BadProof(
                f"a witness cosigns with a key of kind {COSIGNATURE}; this is of kind {key.kind}"
            )
        if any(key.public == existing.public for existing in self.witnesses.values()):
            raise BadProof(f"the key of the witness {name!a} stands twice")
        self.witnesses[name] = key
        _check_apart(self.logs, self.witnesses)

    def _group(self, name: str, least: str, members: list[str]) -> None:
        self._check_new(name)
        for member in members:
            self._check_known(member)
            if member in self._members:
                raise BadProof(f"{member!a} is a member twice; it counts once only")
            self._members.add(member)
        words = {"all": len(members), "any": 1}
        number = words.get(least) or read_decimal(least, "the number of a group")
        if not 1 <= number <= len(members):
            raise BadProof(f"the group {name!a} needs {number} of {len(members)} members")
        self.groups[name] = WitnessGroup(number, tuple(members))

    def _quorum(self, name: str) -> None:
        if self.quorum:
            raise BadProof("there is a second quorum; expected one")
        if name != NOBODY:
            self._check_known(name)
        self.quorum = name

    def _check_new(self, name: str) -> None:
        if name == NOBODY or name in self.witnesses or name in self.groups:
            raise BadProof(f"the name {name!a} is taken")

    def _check_known(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise BadProof(f"{name!a} is not defined on a line before")
