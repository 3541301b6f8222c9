"""The files of a bundle on this machine: in a folder, or in the zip that the page Export gives.

Whether they are an honest bundle is decided in ``core.datasets.bundle``. A zip that would unpack
to far more than it holds is refused before anything is unpacked.
"""

import stat
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path

from canut.core.datasets.bundle import ANSWERS
from canut.core.datasets.manifest import MANIFEST, MOST_FILES, BundleFiles
from canut.core.errors import BadProof

MOST_BYTES = 2**32
MOST_TIMES, ALWAYS_BYTES = 200, 2**20
"""How much more a zip may hold than it has bytes, and what any zip may hold."""
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
BROKEN = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error)


class Folder:
    """The files of a bundle in a folder.

    Raises:
        BadProof: no folder, or something in it is neither a file nor a folder.
    """

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise BadProof(f"{folder.name!a} is no folder")
        self._place = folder
        self._paths: set[str] = set()
        for path in folder.rglob("*"):
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                raise BadProof(f"{path.name!a} is neither a file nor a folder")
            if path.is_file():
                self._paths.add(path.relative_to(folder).as_posix())
        if ANSWERS not in self._paths:
            inner = sorted(path.removesuffix(f"/{ANSWERS}") for path in self._inner())
            if inner:
                raise BadProof(f"{folder.name!a} holds a dataset; did you mean {inner[0]!a}?")

    def _inner(self) -> list[str]:
        """List the answers of datasets that lie one folder further in."""
        return [path for path in self._paths if path.partition("/")[2] == ANSWERS]

    @property
    def paths(self) -> frozenset[str]:
        """The paths of all files."""
        return frozenset(self._paths)

    def read(self, path: str) -> bytes:
        """Return the bytes of a file."""
        return (self._place / path).read_bytes()


class ZippedFiles:
    """The files of a bundle in a zip; one folder around all of them is left out.

    Raises:
        BadProof: no zip, one that unpacks to too much, or a name that stands twice.
    """

    def __init__(self, file: Path) -> None:
        try:
            self._archive = zipfile.ZipFile(file)
        except BROKEN as problem:
            raise BadProof(f"{file.name!a} is no zip: {problem}") from problem
        infos = [info for info in self._archive.infolist() if not info.is_dir()]
        _check_size(file, infos)
        for info in infos:
            mode = info.external_attr >> 16
            if info.flag_bits & 1 or info.compress_type not in METHODS or stat.S_ISLNK(mode):
                raise BadProof(f"{info.filename!a} is packed in a way that is not read")
        names = [info.filename for info in infos]
        if len(set(names)) != len(names):
            raise BadProof("the zip holds a name twice")
        outer = _outer_folder(names)
        self._infos = {info.filename.removeprefix(outer): info for info in infos}

    @property
    def paths(self) -> frozenset[str]:
        """The paths of all files."""
        return frozenset(self._infos)

    def read(self, path: str) -> bytes:
        """Unpack one file; never more bytes than the zip says it has."""
        try:
            return self._archive.read(self._infos[path])
        except BROKEN as problem:
            raise BadProof(f"{path!a} cannot be unpacked: {problem}") from problem


def open_files(place: Path) -> BundleFiles:
    """Open a bundle: a folder, or a zip.

    Raises:
        BadProof: neither, or a zip that is not unpacked.
    """
    return ZippedFiles(place) if place.is_file() else Folder(place)


def _check_size(file: Path, infos: Iterable[zipfile.ZipInfo]) -> None:
    sizes = [info.file_size for info in infos]
    most = min(MOST_BYTES, ALWAYS_BYTES + MOST_TIMES * file.stat().st_size)
    if len(sizes) > MOST_FILES + 1 or sum(sizes) > most:
        raise BadProof("the zip holds too much")


def _outer_folder(names: Iterable[str]) -> str:
    """Return the one folder that all files are in, with its slash; empty if they are in none."""
    outer = {name.partition("/")[0] for name in names if "/" in name}
    is_inside = MANIFEST not in names and all("/" in name for name in names)
    return f"{outer.pop()}/" if is_inside and len(outer) == 1 else ""
