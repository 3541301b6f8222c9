"""Files in a worker's own folder, which are deleted with the last that uses them.

Such a file can be a result of Dask: where another worker needs it, its bytes travel.
"""

import tempfile
import weakref
from pathlib import Path

import dask
from distributed import get_worker

from canut.core.errors import NoRoom


class LocalFile:
    """A file of this worker, deleted once nothing here refers to it.

    Args:
        contents: what is in it.
    """

    def __init__(self, contents: bytes = b"") -> None:
        with tempfile.NamedTemporaryFile("wb", prefix="canut-", dir=_folder(), delete=False) as out:
            out.write(contents)
        self._path = Path(out.name)
        weakref.finalize(self, self._path.unlink, missing_ok=True)

    def __fspath__(self) -> str:
        """Return its path."""
        return str(self._path)

    def __reduce__(self) -> tuple[type["LocalFile"], tuple[bytes]]:
        """Return how the same file is made elsewhere."""
        return LocalFile, (self._path.read_bytes(),)


def no_room(failure: OSError) -> NoRoom:
    """Return the refusal for a file that a worker could not write."""
    return NoRoom(
        f"a worker of the cluster cannot write in its folder {_folder()}: {failure}. Make room, or "
        "start it with another: dask worker ADDRESS --local-directory FOLDER",
        code="cluster-full",
    )


def _folder() -> str:
    """Return where this worker may write; outside a task, where Dask keeps what is temporary."""
    try:
        return str(get_worker().local_directory)
    except ValueError:
        return str(dask.config.get("temporary-directory", None) or tempfile.gettempdir())
