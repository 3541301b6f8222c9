"""The rows an import set aside, as a file in the reader's language."""

from typing import BinaryIO

from canut.core.formats import Problem
from canut.core.formats.problems.catalogue import write_problem_rows
from canut.store.tables.work import ImportProblem


def write_problems(import_id: int, language: str, out: BinaryIO) -> None:
    """Write the problems of an import as a CSV that Excel opens, in the order of the file."""
    kept = ImportProblem.objects.filter(source_id=import_id).order_by("line", "id")
    rows = kept.values_list("line", "column", "code", "facts").iterator(2_000)
    write_problem_rows((Problem(*row) for row in rows), language, out)
