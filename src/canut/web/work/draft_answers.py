"""Draft answers as pages receive them."""

import json
from collections.abc import Sequence

from canut.store.work.draft_answers import begun_by
from canut.web.work.schemas import ServerDraft


def draft_data(worker: int, tasks: Sequence[int]) -> list[ServerDraft]:
    """Describe the draft answers of leased tasks, from this device or another."""
    return [
        ServerDraft(
            task=draft.task_id,
            version=draft.question_version,
            drafts=json.loads(draft.drafts),
            at=draft.begun_ms,
        )
        for draft in (begun_by(worker, tasks).values() if tasks else ())
    ]
