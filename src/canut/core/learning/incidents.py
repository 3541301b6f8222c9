"""Decide which step of an incident may follow which, who may take it, and who pays the repair.

An incident is closed by two people at least: whoever owned or repaired it never verifies it. What
counts as proof of a repair is measured in ``repair_proof``; what a repair consists of follows from
its cause.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from canut.core.clock import DAY_MS, HOUR_MS, Ms
from canut.core.errors import BadInput, Conflict, Forbidden, Incomplete
from canut.core.learning.incident_terms import (
    IncidentCause,
    IncidentState,
    IncidentStep,
    RepairKind,
    RepairPayer,
)
from canut.core.learning.repair_proof import RepairProof
from canut.core.people.readability import long_sentences

OWNER_WITHIN_MS = 24 * HOUR_MS
REOPEN_WITHIN_MS = 90 * DAY_MS
FEWEST_LINKED = 3
FEWEST_LINES = 5
MOST_WORDS = 500
MOST_POSTMORTEM = 6_000
MOST_PUBLIC = 600

State, Step = IncidentState, IncidentStep
ENDED = frozenset({State.CLOSED, State.FALSE_ALARM})
NEXT: Mapping[tuple[IncidentState, IncidentStep], IncidentState] = {
    (State.SUSPECTED, Step.CONFIRM): State.CONFIRMED,
    (State.SUSPECTED, Step.DISMISS): State.FALSE_ALARM,
    (State.CONFIRMED, Step.CONTAIN): State.CONTAINED,
    (State.CONTAINED, Step.DIAGNOSE): State.DIAGNOSED,
    (State.DIAGNOSED, Step.REPAIR): State.REPAIRING,
    (State.REPAIRING, Step.PROVE): State.PROVING,
    (State.PROVING, Step.SEND_BACK): State.REPAIRING,
    (State.PROVING, Step.VERIFY): State.VERIFIED,
    (State.VERIFIED, Step.CLOSE): State.CLOSED,
    (State.CLOSED, Step.REOPEN): State.SUSPECTED,
}
BY_VERIFIER = frozenset({Step.VERIFY, Step.SEND_BACK})
BY_ANYONE = frozenset({Step.REOPEN})
REPAIRS: Mapping[IncidentCause, tuple[RepairKind, ...]] = {
    IncidentCause.DATA: (RepairKind.RELABEL, RepairKind.WITHDRAW, RepairKind.HIDDEN_SAMPLE),
    IncidentCause.GUIDELINE: (RepairKind.QUESTION, RepairKind.RELABEL, RepairKind.HIDDEN_SAMPLE),
    IncidentCause.CLASS: (RepairKind.QUESTION, RepairKind.RELABEL, RepairKind.HIDDEN_SAMPLE),
    IncidentCause.KNOWN_ANSWERS: (RepairKind.KNOWN_ANSWERS, RepairKind.HIDDEN_SAMPLE),
    IncidentCause.MODEL: (RepairKind.HIDDEN_SAMPLE,),
    IncidentCause.WORLD: (RepairKind.QUESTION, RepairKind.RELABEL, RepairKind.HIDDEN_SAMPLE),
    IncidentCause.UNKNOWN: (RepairKind.RELABEL, RepairKind.WITHDRAW, RepairKind.HIDDEN_SAMPLE),
}
"""What a repair may consist of, by its cause."""
_BY_REQUESTER = frozenset(
    {IncidentCause.DATA, IncidentCause.GUIDELINE, IncidentCause.CLASS, IncidentCause.WORLD}
)


class IncidentRecord(NamedTuple):
    """What the rules need of an incident.

    ``hands``: everybody who ever owned or repaired it. ``planned``: number of repairs made since it
    was diagnosed. ``touched``: decisions about people that the fault touched; ``redone``: how many
    of them were made again, or their people offered redress.
    """

    state: IncidentState = State.SUSPECTED
    owner: int | None = None
    hands: frozenset[int] = frozenset()
    verifier: int | None = None
    cause: IncidentCause | None = None
    planned: int = 0
    touched: int = 0
    redone: int = 0
    repaired_ms: Ms | None = None
    closed_ms: Ms | None = None

    @property
    def is_open(self) -> bool:
        """Whether something is left to do."""
        return self.state not in ENDED


class StepInput(NamedTuple):
    """What somebody says when they take a step.

    ``by``: the person. ``may_verify``: whether they review answers of the project. ``linked``:
    number of tasks that show the fault. ``proof``: measured now. ``lines``: the postmortem.
    """

    by: int
    at_ms: Ms
    words: str = ""
    may_verify: bool = False
    cause: str = ""
    linked: int = 0
    has_slice: bool = False
    touched: int = 0
    redone: int = 0
    proof: RepairProof | None = None
    postmortem: str = ""
    public_fr: str = ""
    public_en: str = ""


def payer_of(cause: IncidentCause) -> RepairPayer:
    """Return who pays a repair: the requester for what they gave, else the platform.

    >>> payer_of(IncidentCause.GUIDELINE), payer_of(IncidentCause.MODEL)
    (<RepairPayer.REQUESTER: 'requester'>, <RepairPayer.PLATFORM: 'platform'>)
    """
    return RepairPayer.REQUESTER if cause in _BY_REQUESTER else RepairPayer.PLATFORM


def is_owner_late(record: IncidentRecord, opened_ms: Ms, now_ms: Ms) -> bool:
    """Return whether nobody owns an open incident a day after it was opened."""
    return record.is_open and record.owner is None and now_ms - opened_ms >= OWNER_WITHIN_MS


def name_owner(record: IncidentRecord, owner: int) -> IncidentRecord:
    """Return an incident with another owner; earlier ones may still not verify it.

    Raises:
        Conflict: ``incident-over``: nothing is left to do.
        Forbidden: ``incident-same-person``: they verified it.
    """
    if not record.is_open:
        raise Conflict("this incident is over; nobody is named any more", code="incident-over")
    if owner == record.verifier:
        raise Forbidden(
            "who verified a repair cannot own it; name somebody else", code="incident-same-person"
        )
    return record._replace(owner=owner, hands=record.hands | {owner})


def steps_from(state: IncidentState) -> tuple[IncidentStep, ...]:
    """Return the steps that may follow a state."""
    return tuple(step for before, step in NEXT if before == state)


def take_step(record: IncidentRecord, step: IncidentStep, step_input: StepInput) -> IncidentRecord:
    """Return the incident after a step.

    Args:
        record: the incident now.
        step: what is done.
        step_input: by whom, and with what.

    Raises:
        Conflict: ``incident-step``: the step does not follow its state; ``incident-late``: it was
            closed too long ago to be opened again; ``incident-owner``: nobody owns it yet;
            ``incident-not-proven``, ``incident-harm``: the proof does not show the repair, or
            shows that another kind of task does worse; ``incident-touched``: decisions about
            people were not made again.
        Forbidden: ``incident-not-owner``, ``incident-not-verifier``, ``incident-same-person``.
        BadInput: ``incident-words``, ``incident-cause``, ``incident-count``,
            ``incident-postmortem``, ``incident-public``.
        Incomplete: ``incident-linked``, ``incident-plan``, ``incident-rest``.
    """
    after = NEXT.get((record.state, step))
    if after is None:
        raise Conflict(
            f"{step} does not follow {record.state}; next may be {list(steps_from(record.state))}",
            code="incident-step",
        )
    _check_who(record, step, step_input)
    check = _CHECKS.get(step)
    changed = record if check is None else check(record, step_input)
    return changed._replace(state=after)


def check_words(words: str, most: int = MOST_WORDS) -> str:
    """Return words without spaces around them.

    Raises:
        BadInput: ``incident-words``: there are none, or too many.
    """
    text = words.strip()
    if not 0 < len(text) <= most:
        raise BadInput(
            f"{len(text)} characters; write 1 to {most}", code="incident-words", limit=most
        )
    return text


def _check_who(record: IncidentRecord, step: IncidentStep, step_input: StepInput) -> None:
    """Raise unless this person may take this step."""
    if step in BY_ANYONE:
        return
    if record.owner is None:
        raise Conflict("nobody answers for this incident; name an owner", code="incident-owner")
    if step not in BY_VERIFIER:
        if step_input.by != record.owner:
            raise Forbidden("the owner of the incident does this", code="incident-not-owner")
        return
    if step_input.by in record.hands:
        raise Forbidden(
            "who owned or repaired an incident does not verify it; ask somebody else",
            code="incident-same-person",
        )
    if not step_input.may_verify:
        raise Forbidden("a reviewer of the project verifies", code="incident-not-verifier")


def _need_words(record: IncidentRecord, step_input: StepInput) -> IncidentRecord:
    check_words(step_input.words)
    return record


def _contain(record: IncidentRecord, step_input: StepInput) -> IncidentRecord:
    if step_input.touched < 0:
        raise BadInput(f"{step_input.touched} decisions; give 0 or more", code="incident-count")
    return record._replace(touched=step_input.touched)


def _diagnose(record: IncidentRecord, step_input: StepInput) -> IncidentRecord:
    if step_input.cause not in set(IncidentCause):
        raise BadInput(f"{step_input.cause[:20]!r} is no cause on the list", code="incident-cause")
    check_words(step_input.words)
    if step_input.linked < FEWEST_LINKED and not step_input.has_slice:
        raise Incomplete(
            f"{step_input.linked} tasks are linked; link {FEWEST_LINKED}, or name a kind of task",
            code="incident-linked",
            limit=FEWEST_LINKED,
        )
    return record._replace(cause=IncidentCause(step_input.cause), planned=0)


def _prove(record: IncidentRecord, step_input: StepInput) -> IncidentRecord:
    check_words(step_input.words)
    if not record.planned:
        raise Incomplete("no repair was made; make one first", code="incident-plan")
    if not 0 <= step_input.redone <= record.touched:
        raise BadInput(
            f"{step_input.redone} of {record.touched} decisions; give 0 to {record.touched}",
            code="incident-count",
        )
    return record._replace(
        repaired_ms=step_input.at_ms, redone=step_input.redone, hands=record.hands | {step_input.by}
    )


def _send_back(record: IncidentRecord, step_input: StepInput) -> IncidentRecord:
    check_words(step_input.words)
    return record._replace(repaired_ms=None, planned=0)


def _verify(record: IncidentRecord, step_input: StepInput) -> IncidentRecord:
    proof = step_input.proof
    if proof is None or not proof.is_slice_proven:
        more = proof.still_needed if proof else 0
        raise Conflict(
            f"the answers since the repair do not show the bar yet; {more} more right ones would",
            code="incident-not-proven",
            more=more,
        )
    if proof.harmed:
        raise Conflict(
            f"since the repair the model does worse on {proof.harmed[0].name}; repair that first",
            code="incident-harm",
            slice=proof.harmed[0].name,
        )
    if not proof.is_rest_shown and not step_input.words.strip():
        raise Incomplete(
            "that the rest does as well as before is not shown; say in words why you accept that",
            code="incident-rest",
            field="words",
        )
    if record.redone < record.touched:
        raise Conflict(
            f"{record.redone} of {record.touched} decisions about people were made again",
            code="incident-touched",
            redone=record.redone,
            touched=record.touched,
        )
    return record._replace(verifier=step_input.by)


def _close(record: IncidentRecord, step_input: StepInput) -> IncidentRecord:
    lines = [line for line in step_input.postmortem.splitlines() if line.strip()]
    if len(lines) < FEWEST_LINES or len(step_input.postmortem) > MOST_POSTMORTEM:
        raise BadInput(
            f"{len(lines)} lines; write {FEWEST_LINES} or more, of {MOST_POSTMORTEM} characters",
            code="incident-postmortem",
            lines=FEWEST_LINES,
            limit=MOST_POSTMORTEM,
        )
    for text in (step_input.public_fr, step_input.public_en):
        too_long = long_sentences(text)
        if not 0 < len(text.strip()) <= MOST_PUBLIC or too_long:
            raise BadInput(
                "the short form needs both languages, in sentences of 25 words at most",
                code="incident-public",
                limit=MOST_PUBLIC,
            )
    return record._replace(closed_ms=step_input.at_ms)


def _reopen(record: IncidentRecord, step_input: StepInput) -> IncidentRecord:
    if record.closed_ms is None or step_input.at_ms - record.closed_ms > REOPEN_WITHIN_MS:
        raise Conflict("it was closed over 90 days ago; report a new one", code="incident-late")
    check_words(step_input.words)
    return record._replace(
        verifier=None, cause=None, planned=0, touched=0, redone=0, repaired_ms=None, closed_ms=None
    )


_CHECKS: Mapping[IncidentStep, Callable[[IncidentRecord, StepInput], IncidentRecord]] = {
    Step.DISMISS: _need_words,
    Step.CONTAIN: _contain,
    Step.DIAGNOSE: _diagnose,
    Step.PROVE: _prove,
    Step.SEND_BACK: _send_back,
    Step.VERIFY: _verify,
    Step.CLOSE: _close,
    Step.REOPEN: _reopen,
}
