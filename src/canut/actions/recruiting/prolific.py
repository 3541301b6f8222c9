"""Compare a panel's list of submissions with what its people did here.

Nothing of the file is stored. Whoever finished here is approved; who worked here and is returned,
timed out or rejected there is owed their time, which the requester reads by name of the panel.
"""

from collections.abc import Sequence
from typing import NamedTuple

from canut.core.recruiting.prolific_files import PanelSubmission, read_submissions
from canut.store.tables.integrations import PanelLink, Recruited
from canut.store.tables.projects import Project
from canut.store.tables.work import Answer

LEFT_THERE = frozenset({"returned", "timed-out", "rejected"})
WAITS = "awaiting-review"


class SubmissionMatch(NamedTuple):
    """Submissions by what follows from them.

    Args:
        approve: wait there and finished here.
        unfinished: wait there and did not finish here.
        owed: left or rejected there, and worked here: their time is owed.
        unknown: nobody of that id came here.
    """

    approve: list[PanelSubmission]
    unfinished: list[PanelSubmission]
    owed: list[PanelSubmission]
    unknown: list[PanelSubmission]


def match_submissions(project: Project, text: str) -> SubmissionMatch:
    """Compare the export of a study's submissions with a project's people. Reads only.

    Raises:
        Incomplete, TooMany, BadInput: raised by ``read_submissions``.
    """
    return match_listed(project, read_submissions(text))


def match_listed(project: Project, submissions: Sequence[PanelSubmission]) -> SubmissionMatch:
    """Compare submissions with a project's people. Reads only."""
    rows = Recruited.objects.filter(project=project, panel=PanelLink.Panel.PROLIFIC)
    recruited = {row.member: row for row in rows}
    answers = Answer.objects.filter(project=project)
    worked = set(answers.values_list("worker__person", flat=True).distinct())
    match = SubmissionMatch([], [], [], [])
    for submission in submissions:
        row = recruited.get(submission.member)
        if row is None:
            match.unknown.append(submission)
        elif submission.state == WAITS:
            is_finished = row.finished_ms is not None
            (match.approve if is_finished else match.unfinished).append(submission)
        elif submission.state in LEFT_THERE and row.person_id in worked:
            match.owed.append(submission)
    return match
