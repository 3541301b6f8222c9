"""Read Prolific's list of submissions.

The export holds much about people: age, sex, origin, studies, jobs. Canut reads five columns and
forgets the rest of the file: who, which submission, its state, the code, the seconds.
Column names as in Prolific's help pages of 2026; capitals and order do not matter.
"""

import csv
import io
from collections.abc import Mapping
from typing import NamedTuple

from canut.core.errors import BadInput, Incomplete, TooMany
from canut.core.outside_text import read_decimal

MOST_LINES = 20_000
LONGEST = 100
MOST_SECONDS = 10**7
NEEDED = ("submission id", "participant id", "status")
CODE, SECONDS = "completion code", "time taken"
STATES: Mapping[str, str] = {
    "RESERVED": "reserved",
    "ACTIVE": "active",
    "TIMED-OUT": "timed-out",
    "AWAITING REVIEW": "awaiting-review",
    "APPROVED": "approved",
    "RETURNED": "returned",
    "REJECTED": "rejected",
    "SCREENED OUT": "screened-out",
}
"""States of a submission, as Prolific writes them, and their names here."""


class PanelSubmission(NamedTuple):
    """One submission: its id, who, its state here, the code, the seconds by Prolific's clock."""

    number: str
    member: str
    state: str
    code: str
    seconds: int | None


def read_submissions(text: str) -> list[PanelSubmission]:
    r"""Read the export of a study's submissions; every other column is left unread.

    Raises:
        Incomplete: ``prolific-empty``: no line, or ``prolific-columns``: a needed column lacks.
        TooMany: ``prolific-lines``.
        BadInput: ``prolific-line``: a line without ids, or with a state that is not known.

    Example:
        >>> read_submissions("Submission id,Participant id,Status,Age\ns1,p1,APPROVED,33")
        [PanelSubmission(number='s1', member='p1', state='approved', code='', seconds=None)]
    """
    rows = csv.reader(io.StringIO(text.lstrip("\ufeff")))
    columns = {name.strip().lower(): at for at, name in enumerate(next(rows, []))}
    lacking = [name for name in NEEDED if name not in columns]
    if lacking:
        raise Incomplete(
            f"the file has no column {lacking[0]!r}; export the submissions of a study",
            code="prolific-columns",
            column=lacking[0],
        )
    submissions: list[PanelSubmission] = []
    for line, row in enumerate(rows, 2):
        if not any(cell.strip() for cell in row):
            continue
        if len(submissions) == MOST_LINES:
            raise TooMany(f"over {MOST_LINES} lines", code="prolific-lines", limit=MOST_LINES)
        submissions.append(_submission(row, columns, line))
    if not submissions:
        raise Incomplete("the file holds no submission", code="prolific-empty")
    return submissions


def _submission(row: list[str], columns: Mapping[str, int], line: int) -> PanelSubmission:
    def cell(name: str) -> str:
        at = columns.get(name, len(row))
        return row[at].strip() if at < len(row) else ""

    number, member, status = (cell(name) for name in NEEDED)
    state = STATES.get(status.upper().replace("_", " ").replace("TIMED OUT", "TIMED-OUT"))
    if state is None or not number or not member or max(len(number), len(member)) > LONGEST:
        raise BadInput(
            f"line {line} has the ids {number[:20]!r}, {member[:20]!r}, the state {status[:20]!r}; "
            "expected two ids and a state of Prolific",
            code="prolific-line",
            line=line,
        )
    seconds = read_decimal(cell(SECONDS), MOST_SECONDS)
    return PanelSubmission(
        number, member, state, cell(CODE)[:LONGEST], None if seconds is None else int(seconds)
    )
