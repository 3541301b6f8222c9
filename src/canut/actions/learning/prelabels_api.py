"""Take pre-labels from a program: what a model said of published tasks, by their keys.

They are checked and stored as a file of pre-labels is (``prelabels``): all of them, or none.
"""

import json
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from canut.actions.learning.prelabels import PrelabelColumns, PrelabelReport, bring_prelabels
from canut.store.models import Project

KEY, LABEL, SCORE = "key", "label", "score"


class SentPrelabel(NamedTuple):
    """What a model said of one task; ``score``: how sure it was, 0 to 1."""

    key: str
    label: str
    score: float | None = None


def add_prelabels(
    project: Project, model: str, version: str, prelabels: Iterable[SentPrelabel]
) -> PrelabelReport:
    """Store what a model said; where one of them cannot be stored, none is.

    Lines of problems are those of the list, counted from 1.

    Args:
        project: whose tasks they are.
        model: its name.
        version: its version, or empty.
        prelabels: at least one.

    Raises:
        BadInput: ``nothing-asked``.
    """
    columns = PrelabelColumns(LABEL, SCORE, model=model, version=version)
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "prelabels.jsonl"
        with table.open("w", encoding="utf-8") as out:
            for prelabel in prelabels:
                score = "" if prelabel.score is None else str(prelabel.score)
                row = {KEY: prelabel.key, LABEL: prelabel.label, SCORE: score}
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
        return bring_prelabels(project, table, KEY, columns)
