"""No path closes an incident by one person alone; each refused step has its code."""

from itertools import product
from typing import Any

import pytest

from canut.core.clock import DAY_MS, HOUR_MS
from canut.core.errors import Conflict, Forbidden, Refusal
from canut.core.learning.incident_terms import (
    IncidentCause,
    IncidentState,
    IncidentStep,
    RepairKind,
    RepairPayer,
)
from canut.core.learning.incidents import (
    ENDED,
    NEXT,
    REOPEN_WITHIN_MS,
    REPAIRS,
    IncidentRecord,
    StepInput,
    is_owner_late,
    name_owner,
    payer_of,
    steps_from,
    take_step,
)
from canut.core.learning.repair_proof import RepairProof, SliceCount, prove_repair

State, Step = IncidentState, IncidentStep
PEOPLE = (1, 2, 3)
NOTHING = SliceCount(0, 0, 0, 0)
PROVEN = prove_repair(SliceCount(48, 60, 61, 61), NOTHING, {}, 0.95)
LINES = "\n".join(f"Ligne {n}." for n in range(5))
FULL = StepInput(
    by=1, at_ms=5, words="dit", may_verify=True, cause="data", linked=3, has_slice=True,
    proof=PROVEN, postmortem=LINES, public_fr="C’est réparé.", public_en="It is repaired.",
)  # fmt: skip
REACHED = {
    State.SUSPECTED: IncidentRecord(owner=1, hands=frozenset({1})),
    State.DIAGNOSED: IncidentRecord(
        State.DIAGNOSED, 1, frozenset({1}), None, IncidentCause.DATA, planned=1
    ),
    State.REPAIRING: IncidentRecord(
        State.REPAIRING, 1, frozenset({1}), None, IncidentCause.DATA, planned=1, touched=2
    ),
    State.PROVING: IncidentRecord(
        State.PROVING, 1, frozenset({1}), None, IncidentCause.DATA, planned=1, repaired_ms=3
    ),
}


type Move = tuple[IncidentRecord, int, IncidentStep | None]


def moves_from(record: IncidentRecord, refused: set[str]) -> list[Move]:
    """Return every incident that one act of anybody makes of this one."""
    moves: list[Move] = []
    for person in PEOPLE:
        try:
            moves.append((name_owner(record, person), person, None))
        except Refusal as refusal:
            refused.add(refusal.case)
        for step, may_verify in product(Step, (True, False)):
            said = FULL._replace(by=person, may_verify=may_verify)
            try:
                moves.append((take_step(record, step, said), person, step))
            except Refusal as refusal:
                refused.add(refusal.case)
    if record.state == State.REPAIRING:  # a repair is made beside the steps
        moves.append((record._replace(planned=1), record.owner or 0, None))
    return moves


def test_no_path_to_closed_without_two_people() -> None:
    """Walk every path of three people through every transition, by whoever may take it."""
    waiting = [IncidentRecord()]
    walked = {waiting[0]}
    taken: set[tuple[IncidentState, IncidentStep]] = set()
    refused: set[str] = set()
    while waiting:
        record = waiting.pop()
        for after, person, step in moves_from(record, refused):
            if step is not None:
                taken.add((record.state, step))
                if step is not Step.REOPEN:
                    assert (person in record.hands) == (step not in {Step.VERIFY, Step.SEND_BACK})
            if after.state in {State.VERIFIED, State.CLOSED}:
                assert after.verifier is not None
                assert after.verifier not in after.hands
                assert after.owner in after.hands
                assert after.repaired_ms is not None
            if after not in walked:
                walked.add(after)
                waiting.append(after)
    assert taken == set(NEXT)
    assert any(record.state is State.CLOSED for record in walked)
    assert refused == {
        "incident-over",
        "incident-owner",
        "incident-not-owner",
        "incident-not-verifier",
        "incident-plan",
        "incident-same-person",
        "incident-step",
    }


def test_every_other_step_is_refused_from_every_state() -> None:
    for state, step in product(State, Step):
        if (state, step) in NEXT:
            continue
        with pytest.raises(Conflict) as caught:
            take_step(IncidentRecord(state, 1, frozenset({1})), step, FULL)
        assert caught.value.case == "incident-step"
        assert step not in steps_from(state)


def proof(**changed: Any) -> RepairProof:
    return PROVEN._replace(**changed)


@pytest.mark.parametrize(
    ("state", "step", "said", "code"),
    [
        (State.SUSPECTED, Step.CONFIRM, {"by": 2}, "incident-not-owner"),
        (State.SUSPECTED, Step.DISMISS, {"words": " "}, "incident-words"),
        (State.PROVING, Step.VERIFY, {"by": 1}, "incident-same-person"),
        (State.PROVING, Step.VERIFY, {"may_verify": False}, "incident-not-verifier"),
        (State.PROVING, Step.VERIFY, {"proof": None}, "incident-not-proven"),
        (State.PROVING, Step.VERIFY, {"proof": proof(low=0.94)}, "incident-not-proven"),
        (
            State.PROVING,
            Step.VERIFY,
            {
                "proof": prove_repair(
                    SliceCount(48, 60, 61, 61),
                    NOTHING,
                    {"region = Sud": SliceCount(99, 100, 80, 100)},
                    0.95,
                )
            },
            "incident-harm",
        ),
        (
            State.PROVING,
            Step.VERIFY,
            {"words": "", "proof": proof(outside=SliceCount(290, 300, 0, 0))},
            "incident-rest",
        ),
        (State.REPAIRING, Step.PROVE, {"by": 1, "words": ""}, "incident-words"),
        (State.REPAIRING, Step.PROVE, {"by": 1, "redone": 3}, "incident-count"),
        (State.PROVING, Step.SEND_BACK, {"words": ""}, "incident-words"),
    ],
)
def test_refused_step_has_its_code(
    state: IncidentState, step: IncidentStep, said: dict[str, Any], code: str
) -> None:
    by = 2 if state is State.PROVING else 1
    with pytest.raises(Refusal) as caught:
        take_step(REACHED[state], step, FULL._replace(by=by)._replace(**said))
    assert caught.value.case == code


@pytest.mark.parametrize(
    ("record", "step", "said", "code"),
    [
        (IncidentRecord(), Step.CONFIRM, {}, "incident-owner"),
        (IncidentRecord(State.CONFIRMED, 1), Step.CONTAIN, {"touched": -1}, "incident-count"),
        (IncidentRecord(State.CONTAINED, 1), Step.DIAGNOSE, {"cause": "x"}, "incident-cause"),
        (
            IncidentRecord(State.CONTAINED, 1),
            Step.DIAGNOSE,
            {"linked": 2, "has_slice": False},
            "incident-linked",
        ),
        (IncidentRecord(State.REPAIRING, 1), Step.PROVE, {}, "incident-plan"),
        (
            IncidentRecord(State.PROVING, 1, touched=2, redone=1),
            Step.VERIFY,
            {"by": 2},
            "incident-touched",
        ),
        (
            IncidentRecord(State.VERIFIED, 1),
            Step.CLOSE,
            {"postmortem": "a\nb\n\nc\nd"},
            "incident-postmortem",
        ),
        (IncidentRecord(State.VERIFIED, 1), Step.CLOSE, {"public_fr": ""}, "incident-public"),
        (
            IncidentRecord(State.VERIFIED, 1),
            Step.CLOSE,
            {"public_en": "word " * 26 + "."},
            "incident-public",
        ),
        (
            IncidentRecord(State.CLOSED, 1, closed_ms=0),
            Step.REOPEN,
            {"at_ms": REOPEN_WITHIN_MS + 1},
            "incident-late",
        ),
    ],
)
def test_missing_part_has_its_code(
    record: IncidentRecord, step: IncidentStep, said: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refusal) as caught:
        take_step(record, step, FULL._replace(**said))
    assert caught.value.case == code


def test_rest_that_is_not_shown_is_accepted_in_words_only() -> None:
    unshown = proof(outside=SliceCount(290, 300, 282, 300))
    assert not unshown.is_rest_shown
    verified = take_step(REACHED[State.PROVING], Step.VERIFY, FULL._replace(by=2, proof=unshown))
    assert (verified.state, verified.verifier) == (State.VERIFIED, 2)


def test_who_verified_is_not_made_owner() -> None:
    verified = take_step(REACHED[State.PROVING], Step.VERIFY, FULL._replace(by=2))
    with pytest.raises(Forbidden, match="cannot own"):
        name_owner(verified, 2)
    with pytest.raises(Conflict, match="is over"):
        name_owner(IncidentRecord(State.CLOSED, 1), 3)


def test_owner_is_late_a_day_after_the_opening() -> None:
    record = IncidentRecord()
    assert not is_owner_late(record, 0, 24 * HOUR_MS - 1)
    assert is_owner_late(record, 0, 24 * HOUR_MS)
    assert not is_owner_late(record._replace(owner=1), 0, DAY_MS)
    assert not any(is_owner_late(IncidentRecord(state), 0, DAY_MS) for state in ENDED)


def test_each_cause_has_its_repairs_and_who_pays() -> None:
    assert set(REPAIRS) == set(IncidentCause)
    assert all(RepairKind.HIDDEN_SAMPLE in kinds for kinds in REPAIRS.values())
    paid = {cause for cause in IncidentCause if payer_of(cause) is RepairPayer.REQUESTER}
    assert paid == {
        IncidentCause.DATA,
        IncidentCause.GUIDELINE,
        IncidentCause.CLASS,
        IncidentCause.WORLD,
    }
