"""Make some projects of ``asked`` with more rows: ``python -m … DATA LANGUAGE ROWS NAME …``."""

import json
import sys
from unittest.mock import patch

from canut.core.kinds import sample
from tests.browser import asked


def main(data: str, language: str, rows: int, names: frozenset[str]) -> None:
    """Make them, and print what ``asked`` prints."""
    every = sample.samples()
    chosen = tuple(one for one in every if f"{one.kind}-{one.name}" in names)
    asked.ROWS = rows
    with patch.object(sample, "samples", lambda: chosen):
        sys.stdout.write(json.dumps(asked.prepare(data, language)))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), frozenset(sys.argv[4:]))
