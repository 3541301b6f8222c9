"""The words of an incident: its states, steps, kinds, causes, repairs and payers.

Tables name them, so that nothing heavy may be imported here: every start would pay for it.
"""

from enum import StrEnum


class IncidentState(StrEnum):
    """How far an incident is."""

    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"
    CONTAINED = "contained"
    DIAGNOSED = "diagnosed"
    REPAIRING = "repairing"
    PROVING = "proving"
    VERIFIED = "verified"
    CLOSED = "closed"
    FALSE_ALARM = "false_alarm"


class IncidentKind(StrEnum):
    """What was seen."""

    DRIFT = "drift"
    SLICE = "slice"
    LABEL_FAULT = "label_fault"
    GOLD_FAULT = "gold_fault"
    LEAK = "leak"
    HARM = "harm"
    OTHER = "other"


class IncidentCause(StrEnum):
    """Why it happened; ``UNKNOWN`` is allowed, and has to be chosen."""

    DATA = "data"
    GUIDELINE = "guideline"
    CLASS = "class"
    KNOWN_ANSWERS = "known_answers"
    MODEL = "model"
    WORLD = "world"
    UNKNOWN = "unknown"


class IncidentStep(StrEnum):
    """What somebody does about an incident."""

    CONFIRM = "confirm"
    DISMISS = "dismiss"
    CONTAIN = "contain"
    DIAGNOSE = "diagnose"
    REPAIR = "repair"
    PROVE = "prove"
    SEND_BACK = "send_back"
    VERIFY = "verify"
    CLOSE = "close"
    REOPEN = "reopen"


class RepairKind(StrEnum):
    """A part of a repair."""

    RELABEL = "relabel"
    HIDDEN_SAMPLE = "hidden_sample"
    KNOWN_ANSWERS = "known_answers"
    WITHDRAW = "withdraw"
    QUESTION = "question"


class RepairPayer(StrEnum):
    """Who pays a repair."""

    REQUESTER = "requester"
    PLATFORM = "platform"
