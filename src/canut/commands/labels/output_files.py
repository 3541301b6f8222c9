"""Check where a command writes: no output may be a file that is read, or another output."""

from collections.abc import Iterable
from pathlib import Path

from canut.core.errors import BadInput


def refuse_overwriting(inputs: Iterable[Path | None], outputs: Iterable[Path | None]) -> None:
    """Raise where an output would overwrite a file of the same call.

    Args:
        inputs: files that are read; None where an option was left out.
        outputs: files that will be written.

    Raises:
        BadInput: ``output-twice``: an output is a file that is read, or named twice.
    """
    used = {path.resolve() for path in inputs if path is not None}
    for path in outputs:
        if path is None:
            continue
        if path.resolve() in used:
            raise BadInput(
                f"{path} is named twice, and would be overwritten; name another file for the "
                "results",
                code="output-twice",
            )
        used.add(path.resolve())
