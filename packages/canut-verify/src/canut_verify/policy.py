"""Whom to trust: a C2SP tlog-policy, and what it says of a checkpoint."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from canut_verify import RefusedError, UnreadableError
from canut_verify.notes import (
    COSIGNED,
    LONGEST,
    PLAIN,
    Head,
    Key,
    open_note,
    parse_head,
    parse_key,
    strict_number,
)

CONTROL = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass
class Policy:
    """Logs, witnesses, groups as (how many, of whom), and the quorum."""

    logs: list[Key] = field(default_factory=list)
    witnesses: dict[str, Key] = field(default_factory=dict)
    groups: dict[str, tuple[int, list[str]]] = field(default_factory=dict)
    quorum: str | None = None

    def lacks(self, name: str, seen: set[str]) -> str:
        """Say what a witness or a group lacks; nothing when it has signed."""
        if name in self.witnesses:
            return "" if name in seen else f"{name!a} did not sign"
        least, members = self.groups[name]
        absent = [lack for member in members if (lack := self.lacks(member, seen))]
        got = len(members) - len(absent)
        if got >= least:
            return ""
        return f"{name!a} needs {least} of {len(members)} and has {got} ({', '.join(absent)})"


@dataclass(frozen=True)
class Accepted:
    """A checkpoint under a policy: what it says, whose keys signed, who saw it and when."""

    head: Head
    by: frozenset[Key]
    seen: dict[str, int]
    strangers: list[str]
    is_witnessed: bool


def parse_policy(raw: bytes) -> Policy:
    """Read a policy; UnreadableError names the line."""
    if len(raw) > LONGEST:
        raise UnreadableError("the policy is too long")
    policy, used = Policy(), set[str]()
    verbs: dict[str, Callable[[Policy, list[str], set[str]], bool]] = {
        "log": _log,
        "witness": _witness,
        "group": _group,
        "quorum": _quorum,
    }
    for number, line in enumerate(raw.split(b"\n"), 1):
        words = [w.decode(errors="surrogateescape") for w in line.replace(b"\t", b" ").split(b" ")]
        words = [word for word in words if word]
        if CONTROL.search(line):
            raise UnreadableError(f"policy, line {number}: control characters")
        if not words or words[0].startswith("#"):
            continue
        verb = verbs.get(words[0])
        try:
            is_read = verb is not None and verb(policy, words[1:], used)
        except UnreadableError as why:
            raise UnreadableError(f"policy, line {number}: {why}") from why
        if not is_read:
            raise UnreadableError(f"policy, line {number}: not understood")
    if policy.quorum is None:
        raise UnreadableError("the policy has no quorum")
    return policy


def accept(note: bytes, policy: Policy) -> Accepted:
    """Judge a signed checkpoint; RefusedError when the policy does not accept it."""
    if not policy.logs:
        raise RefusedError("the policy names no log; add a line 'log KEY'")
    opened = open_note(note, [*policy.logs, *policy.witnesses.values()])
    head = parse_head(opened.text)
    if not any(key.kind == PLAIN and key.name == head.origin for key in opened.by):
        raise RefusedError(f"the log {head.origin!a} did not sign this checkpoint with its key")
    seen = {name: opened.by[key] for name, key in policy.witnesses.items() if key in opened.by}
    quorum = policy.quorum or "none"
    missing = policy.lacks(quorum, set(seen)) if quorum != "none" else ""
    if missing:
        raise RefusedError(f"too few witnesses saw this checkpoint: {missing}")
    return Accepted(head, frozenset(opened.by), seen, opened.strangers, quorum != "none")


def _log(policy: Policy, words: list[str], used: set[str]) -> bool:
    del used
    if len(words) not in {1, 2}:
        return False
    key = parse_key(words[0])
    known = [*policy.logs, *policy.witnesses.values()]
    if key.kind != PLAIN or key.raw in [other.raw for other in known]:
        return False
    policy.logs.append(key)
    return True


def _witness(policy: Policy, words: list[str], used: set[str]) -> bool:
    del used
    if len(words) not in {2, 3} or not _is_free(policy, words[0]):
        return False
    given = parse_key(words[1])
    known = [*policy.logs, *policy.witnesses.values()]  # a log is no witness of itself
    if given.kind != COSIGNED or given.raw in [other.raw for other in known]:
        return False
    policy.witnesses[words[0]] = given
    return True


def _group(policy: Policy, words: list[str], used: set[str]) -> bool:
    if not words[2:] or not _is_free(policy, words[0]):
        return False
    name, least, *members = words
    if any(_is_free(policy, one) or one == "none" or one in used for one in members):
        return False
    if len(set(members)) != len(members):
        return False
    used.update(members)
    count = {"any": 1, "all": len(members)}.get(least)
    count = strict_number(least) if count is None else count
    policy.groups[name] = (count, members)
    return 1 <= count <= len(members)


def _quorum(policy: Policy, words: list[str], used: set[str]) -> bool:
    del used
    if len(words) != 1 or policy.quorum is not None:
        return False
    policy.quorum = words[0]
    return words[0] == "none" or not _is_free(policy, words[0])


def _is_free(policy: Policy, name: str) -> bool:
    return name != "none" and name not in policy.witnesses and name not in policy.groups
