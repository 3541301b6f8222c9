"""The errors that any part of Canut raises to refuse a request.

An error states what was seen, what was expected and what to do. Its ``case`` is stable and
documented; its ``facts`` let pages say the same in French and in English. ``web.kit.problems`` and
``__main__`` choose HTTP status and exit codes.

    Refusal
    ├── BadInput            an input that cannot be used
    │   ├── ShapeError      arrays that do not fit together
    │   ├── BadFile         a file that cannot be read at all
    │   ├── BadRow          one invalid row of a file
    │   ├── BadQuestion     a question that cannot be answered
    │   ├── BadAnswer       an answer the question does not allow
    │   └── BadProof        a key, note, proof or signed document that cannot be read
    ├── Forbidden           this person may not do this
    ├── Missing             not found, or not visible to this person
    ├── Conflict            the state has changed since it was read
    │   ├── LeaseGone       the lease has ended or was never this worker's
    │   ├── TooLate         the answer can no longer be corrected
    │   └── NotOpen         the project takes no answers now
    ├── Incomplete          a required field is missing
    ├── Unfunded            funds are missing
    ├── TooLarge            over a documented limit
    ├── TooMany             over a rate limit or a number of uses
    ├── NotReady            this instance cannot serve: no database, or another version of it
    │   └── NoRoom          the disk is full
    └── NotProven           a well-formed proof that does not show what it claims
"""

from typing import ClassVar

type Fact = str | int


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """An error with a code, facts and words: the reason and the next step.

    Args:
        message: one English sentence or two, for logs and commands.
        code: stable name of the case, ``room.case``; by default that of the class.
        facts: facts by name, for the texts of pages.
    """

    code: ClassVar[str] = "refusal"

    def __init__(self, message: str, *, code: str | None = None, **facts: Fact) -> None:
        super().__init__(message)
        self.case = code or self.code
        self.facts = facts


class BadInput(Refusal):
    """An input that cannot be used."""

    code = "bad-input"


class ShapeError(BadInput):
    """Arrays that do not fit together."""

    code = "shape"


class BadFile(BadInput):
    """A file that cannot be read at all."""

    code = "bad-file"


class BadRow(BadInput):
    """One invalid row of a file; facts: line, column."""

    code = "bad-row"


class BadQuestion(BadInput):
    """A question that cannot be answered."""

    code = "bad-question"


class BadAnswer(BadInput):
    """An answer the question does not allow."""

    code = "bad-answer"


class BadProof(BadInput):
    """A key, note, proof or signed document that cannot be read."""

    code = "bad-proof"


class Forbidden(Refusal):
    """This person may not do this."""

    code = "forbidden"


class Missing(Refusal):
    """Not found, or not visible to this person; both look the same."""

    code = "missing"


class Conflict(Refusal):
    """The state has changed since it was read."""

    code = "conflict"


class LeaseGone(Conflict):
    """The lease has ended or was never this worker's."""

    code = "lease-gone"


class TooLate(Conflict):
    """The answer can no longer be corrected."""

    code = "too-late"


class NotOpen(Conflict):
    """The project takes no answers now."""

    code = "not-open"


class Incomplete(Refusal):
    """A required field is missing; facts: field."""

    code = "incomplete"


class Unfunded(Refusal):
    """Funds are missing; facts: needed_micro, missing_micro, currency."""

    code = "funds-short"


class TooLarge(Refusal):
    """Over a documented limit; facts: limit."""

    code = "too-large"


class TooMany(Refusal):
    """Over a rate limit or a number of uses."""

    code = "too-many"


class NotReady(Refusal):
    """This instance cannot serve."""

    code = "not-ready"


class NoRoom(NotReady):
    """The disk is full; nothing was stored."""

    code = "no-room"


class NotProven(Refusal):
    """A well-formed proof that does not show what it claims."""

    code = "not-proven"
