"""What to say of a file that cannot be opened: which one, why, and what to do."""

from pathlib import Path

PART = ".part"
"""The ending of a file while it is written."""

PROBLEMS: dict[type[OSError], str] = {
    FileNotFoundError: "there is no file {name}; check the path",
    IsADirectoryError: "{name} is a folder; name a file",
    NotADirectoryError: "{name}: a part of the path is a file; check the path",
    PermissionError: "{name}: permission denied; check who may read it and write there",
}


def file_problem(failure: OSError) -> str | None:
    """Return what is wrong with the file of a failure; None where it names no file.

    Example:
        >>> file_problem(FileNotFoundError(2, "No such file or directory", "/none/a.csv.part"))
        'there is no folder /none; make it first, or name another'
    """
    if not isinstance(failure.filename, str) or not failure.filename:
        return None
    name = failure.filename.removesuffix(PART)
    if isinstance(failure, FileNotFoundError) and not Path(name).parent.is_dir():
        return f"there is no folder {Path(name).parent}; make it first, or name another"
    for kind, words in PROBLEMS.items():
        if isinstance(failure, kind):
            return words.format(name=name)
    return f"{name}: {failure.strerror}; check the path and the disk"
