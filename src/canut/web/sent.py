"""What a workbench sends: the bodies of its requests, as the page writes them."""

from typing import Any

import msgspec

from canut.actions.activity import BeatIn

PREFETCH = 3
MOST_AT_ONCE = 200  # answers in one request, as of the API


class LeaseIn(msgspec.Struct):
    """How many tasks to hold, and which leases the page holds already."""

    count: int = PREFETCH
    have: list[int] = []
    question_version: int | None = None


class AnswerIn(msgspec.Struct):
    """One answer as the page kept it."""

    lease: int
    key: str
    values: dict[str, Any]
    question_version: int | None = None
    replaces: str | None = None
    revealed: int | None = None


class AnswersIn(msgspec.Struct):
    """Answers in the order they were given, the beats since, and the tasks to lend after them."""

    answers: list[AnswerIn]
    beats: list[BeatIn] = []
    next: LeaseIn | None = None


class BeatsIn(msgspec.Struct):
    """Beats alone."""

    beats: list[BeatIn]


class SkipIn(msgspec.Struct):
    """A task passed over, and why."""

    lease: int
    reason: str
    text: str = ""


class FlagIn(msgspec.Struct):
    """What is wrong with a task."""

    lease: int
    text: str = ""


class BegunIn(msgspec.Struct):
    """What was entered of a task so far; no drafts: it is let go."""

    task: int
    version: int
    drafts: dict[str, Any] | None = None
    at: int = 0
