"""The cells of a task as people know them: texts as they are, pictures and sounds by file name."""

import re
from collections.abc import Mapping

NAME_AFTER = ".file"
"""How the column ends that holds the name of a file; the column itself holds its hash."""
MEDIA_HASH = re.compile("[0-9a-f]{64}")


def texts_of_row(row: Mapping[str, object]) -> dict[str, str]:
    """Return the cells of a task as people know them: texts as they are, media by file name."""
    has_file_names = "file" in row or any(column.endswith(NAME_AFTER) for column in row)
    return {
        column.removesuffix(NAME_AFTER): str(value)
        for column, value in row.items()
        if not (has_file_names and MEDIA_HASH.fullmatch(str(value)))
    }
