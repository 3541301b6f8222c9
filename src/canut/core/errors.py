"""The tree of refusals: how any part of Canut says no.

A refusal says what was seen, what was expected and what to do. Its ``case`` is stable and
documented; its ``facts`` let pages say the same thing in French and in English. HTTP and exit codes
are chosen by ``web.kit.problems`` and ``__main__``.

    Refusal
    ├── BadInput            what was given cannot be used
    │   ├── ShapeError      arrays that do not fit together
    │   ├── BadFile         a file that cannot be read at all
    │   ├── BadRow          one row of a file
    │   ├── BadQuestion     a question nobody could answer
    │   ├── BadAnswer       an answer the question does not allow
    │   └── BadProof        a key, note, proof or signed document that cannot be read
    ├── Forbidden           this person may not do this
    ├── Missing             there is no such thing, or not for this person
    ├── Conflict            true a moment ago, no longer
    │   ├── LeaseGone       the task was never lent to this worker
    │   ├── TooLate         the answer can no longer be corrected
    │   └── NotOpen         the project takes no answers now
    ├── Incomplete          something must be written first
    ├── Unfunded            money must be there first
    ├── TooLarge            over a documented limit
    ├── TooMany             over a rate limit or a number of uses
    ├── NotReady            this instance cannot serve: database too old, too new, absent, away
    │   └── NoRoom          its disk is full
    └── NotProven           a proof that reads well and does not show what it claims
"""

from typing import ClassVar

type Fact = str | int


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """Something Canut will not do, with the reason and the way out.

    Args:
        message: one English sentence or two, for logs and commands.
        code: a stable name of the case, ``room.case``; the class's own when left out.
        facts: what was seen and expected, by name, for the words of pages.
    """

    code: ClassVar[str] = "refusal"

    def __init__(self, message: str, *, code: str | None = None, **facts: Fact) -> None:
        super().__init__(message)
        self.case = code or self.code
        self.facts = facts


class BadInput(Refusal):
    """What was given cannot be used."""

    code = "bad-input"


class ShapeError(BadInput):
    """Arrays that do not fit together."""

    code = "shape"


class BadFile(BadInput):
    """A file that cannot be read at all."""

    code = "bad-file"


class BadRow(BadInput):
    """One row of a file; facts: line, column."""

    code = "bad-row"


class BadQuestion(BadInput):
    """A question nobody could answer."""

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
    """There is no such thing, or not for this person; both look the same."""

    code = "missing"


class Conflict(Refusal):
    """True a moment ago, no longer."""

    code = "conflict"


class LeaseGone(Conflict):
    """The task was never lent to this worker."""

    code = "lease-gone"


class TooLate(Conflict):
    """The answer can no longer be corrected."""

    code = "too-late"


class NotOpen(Conflict):
    """The project takes no answers now."""

    code = "not-open"


class Incomplete(Refusal):
    """Something must be written first; facts: field."""

    code = "incomplete"


class Unfunded(Refusal):
    """Money must be there first; facts: needed_micro, missing_micro, currency."""

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
    """The disk is full; nothing of what was sent was kept."""

    code = "no-room"


class NotProven(Refusal):
    """A proof that reads well and does not show what it claims."""

    code = "not-proven"
