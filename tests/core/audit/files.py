"""Files of finished work, as the platforms write them; every name and figure is made up."""

import csv
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

FIXED = [
    "HITId",
    "HITTypeId",
    "Title",
    "Description",
    "Keywords",
    "Reward",
    "CreationTime",
    "MaxAssignments",
    "RequesterAnnotation",
    "AssignmentDurationInSeconds",
    "AutoApprovalDelayInSeconds",
    "Expiration",
    "NumberOfSimilarHITs",
    "LifetimeInSeconds",
    "AssignmentId",
    "WorkerId",
    "AssignmentStatus",
    "AcceptTime",
    "SubmitTime",
    "AutoApprovalTime",
    "ApprovalTime",
    "RejectionTime",
    "RequesterFeedback",
    "WorkTimeInSeconds",
    "LifetimeApprovalRate",
    "Last30DaysApprovalRate",
    "Last7DaysApprovalRate",
]
BEGIN = datetime(2015, 7, 8, 12, tzinfo=UTC)


def mturk_row(
    hit: str,
    worker: str,
    answers: Sequence[str],
    *,
    seconds: str = "30",
    reward: str = "$0.05",
    status: str = "Approved",
    start: float = 0,
    length: float = 30,
) -> list[str]:
    """Return one row of a batch's results, without the two review columns."""
    begun = BEGIN + timedelta(seconds=start)
    ended = begun + timedelta(seconds=length)
    row = dict.fromkeys(FIXED, "")
    row |= {
        "HITId": hit,
        "Title": "Which feeling, or none?",
        "Reward": reward,
        "MaxAssignments": "3",
        "RequesterAnnotation": "BatchId:1;OriginalHitTemplateId:2;",
        "AssignmentId": f"A-{hit}-{worker}-{start}",
        "WorkerId": worker,
        "AssignmentStatus": status,
        "AcceptTime": f"{begun:%a %b %d %H:%M:%S} PDT 2015",
        "SubmitTime": f"{ended:%a %b %d %H:%M:%S} PDT 2015",
        "WorkTimeInSeconds": seconds,
        "LifetimeApprovalRate": "100% (3/3)",
    }
    return [*row.values(), f'It was, as they say, "fine" {hit}', *answers]


def write_mturk(
    path: Path, rows: Iterable[Sequence[str]], answers: Sequence[str] = ("Answer.feeling.label",)
) -> Path:
    """Write a batch's results; the rows lack the review columns, as they often do."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow([*FIXED, "Input.text", *answers, "Approve", "Reject"])
        writer.writerows(rows)
    return path


def write_toloka(path: Path, rows: Iterable[Sequence[str]]) -> Path:
    """Write a pool's results, with the empty line that stands between pages."""
    head = ["INPUT:image", "OUTPUT:result", "GOLDEN:result", "HINT:text", "ASSIGNMENT:link"]
    about = "assignment_id task_id task_suite_id worker_id status started submitted reward"
    with path.open("w", newline="") as file:
        writer = csv.writer(file, delimiter="\t", lineterminator="\n")
        writer.writerow(head + [f"ASSIGNMENT:{name}" for name in about.split()])
        for row in rows:
            writer.writerow(row)
            file.write("\n")
    return path


def write_crowd(path: Path, *, n_tasks: int = 120, careless: int = 1) -> Path:
    """Write a batch of twelve people, the first of whom answer at random, in JSON cells."""
    rng = np.random.default_rng(5)
    names = ["joy", "anger", "none"]
    rows = []
    for task in range(n_tasks):
        truth = int(rng.integers(3))
        for worker in rng.permutation(12)[:5].tolist():
            right = rng.random() < (0.34 if worker < careless else 0.92)
            said = names[truth if right else int(rng.integers(3))]
            cell = json.dumps([{"feeling": {"label": said}, "why": f"{task} {worker}"}])
            seconds = int(20 + 10 * worker)
            rows.append(
                mturk_row(
                    f"H{task:03}",
                    f"W{worker:02}",
                    [cell],
                    seconds=str(seconds),
                    start=400.0 * task,
                    length=seconds,
                    status="Rejected" if worker == 3 and task % 5 == 0 else "Approved",
                )
            )
    return write_mturk(path, rows, ("Answer.taskAnswers",))
