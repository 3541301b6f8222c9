"""Note the right label of tasks where somebody knows it: to measure by, never shown to workers.

A file of rows can bring its known labels along (``ImportOptions.known_column``); a folder of
pictures cannot, so they come after it. They do not touch the consensus.
"""

from collections.abc import Mapping
from itertools import batched

from django.db import connection

from canut.actions.platform.bulk_pacing import Pace
from canut.core.errors import BadAnswer, BadInput
from canut.core.kinds import Schema, values_of_label
from canut.store.tables.projects import current_question
from canut.store.tables.work import Task

WRITE_KNOWN = "UPDATE store_task SET known = %s WHERE id = %s"


def read_known(schema: Schema, known: str | None) -> dict[str, object] | None:
    """Return a known label as answers by question; none where nobody knows, or others are asked."""
    if known is None:
        return None
    try:
        return values_of_label(schema, known)
    except BadAnswer:
        return None


def write_known(project_id: int, known: Mapping[str, str]) -> None:
    """Note known labels by the key of their task; those noted before are replaced.

    Raises:
        BadInput: ``known-of-nothing``: there is no task of that key.
        BadAnswer: the question does not allow the label.
        QuestionVersion.DoesNotExist: nothing is asked yet.
    """
    schema = current_question(project_id).schema
    for label in set(known.values()):
        values_of_label(schema, label)
    tasks = Task.objects.filter(project_id=project_id)
    ids = {key: task_id for task_id, key in tasks.values_list("id", "key").iterator(5_000)}
    strange = next((key for key in known if key not in ids), None)
    if strange is not None:
        raise BadInput(
            f"there is no task {strange!r} in the project; check the keys",
            code="known-of-nothing",
            key=strange,
        )
    pace = Pace()
    for rows in batched(((label, ids[key]) for key, label in known.items()), 400, strict=False):
        with pace.chunk(len(rows)), connection.cursor() as cursor:
            cursor.executemany(WRITE_KNOWN, rows)
