"""Enums of a decision: what was done, by whom, and who decided in the end.

They have a module of their own so that a table can use them without importing the computations.
"""

from enum import StrEnum


class Did(StrEnum):
    """What was done for a decision."""

    TRAIN = "train"
    GUIDELINE = "guideline"
    GOLD = "gold"
    PRELABEL = "prelabel"
    LABEL = "label"
    VERIFY = "verify"
    CORRECT = "correct"
    ADJUDICATE = "adjudicate"
    IMPERSONATE = "impersonate"
    """Done by a person, delivered as the machine's."""


BEFORE = frozenset({Did.TRAIN, Did.GUIDELINE, Did.GOLD})


class Actor(StrEnum):
    """Who did it."""

    HUMAN = "human"
    SIMULATED = "simulated"
    """The demo's crowd: counted as hands, never as people."""
    MODEL = "model"


class DecisionOutcome(StrEnum):
    """Who decided, in the end."""

    UNTOUCHED = "untouched"
    AUDITED = "audited"
    """The machine's, looked at and left."""
    ACCEPTED = "accepted"
    """A person answered, and said what the machine had said."""
    CORRECTED = "corrected"
    HUMAN = "human"
    """No machine had a say; or it only seemed to."""
