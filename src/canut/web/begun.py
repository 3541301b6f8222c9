"""What somebody began to answer, as a page is given it."""

import json
from collections.abc import Sequence
from typing import Any

from canut.store.begun import begun_by


def begun_data(worker: int, tasks: Sequence[int]) -> list[dict[str, Any]]:
    """Describe what was begun of the tasks in hand, on this device or another."""
    return [
        {
            "task": one.task_id,
            "version": one.question_version,
            "drafts": json.loads(one.drafts),
            "at": one.begun_ms,
        }
        for one in (begun_by(worker, tasks).values() if tasks else ())
    ]
