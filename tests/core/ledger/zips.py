"""Zips of a bundle, whole and bad, with the exit each has in every reader."""

import io
import warnings
import zipfile
from collections.abc import Callable, Mapping

from canut.core.formats.tables.zip_stream import stream_zip
from tests.core.ledger.bundles import make_bundle

DAY = (2026, 1, 31, 12, 0, 0)
LINK = 0o120777 << 16
MANY = 1_100
ZEROS = 300_000_000


def packed(
    files: Mapping[str, bytes], folder: str = "", method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """Write a zip of files, in a folder if one is named."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(folder + path, DAY), content, method)
    return out.getvalue()


def flat() -> tuple[bytes, int]:
    """All files at the top."""
    return packed(make_bundle().files), 0


def in_one_folder() -> tuple[bytes, int]:
    """All files in one folder, not compressed."""
    return packed(make_bundle().files, "digits/", zipfile.ZIP_STORED), 0


def as_the_page_gives_it() -> tuple[bytes, int]:
    """All files as they stream from the page Export, with sizes of eight bytes."""
    files = [(f"digits-1/{path}", [content]) for path, content in make_bundle().files.items()]
    return b"".join(stream_zip(files)), 0


def file_changed() -> tuple[bytes, int]:
    """One file is another than was listed."""
    return packed({**make_bundle().files, "README.md": b"# other\n"}), 1


def file_added() -> tuple[bytes, int]:
    """One file more than was listed."""
    return packed({**make_bundle().files, "more.txt": b"more"}), 1


def path_upwards() -> tuple[bytes, int]:
    """A file that would leave the folder."""
    return packed({**make_bundle().files, "../more.txt": b"more"}), 1


def name_twice() -> tuple[bytes, int]:
    """A second file under a name that stands there."""
    out = io.BytesIO(packed(make_bundle().files))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(out, "a") as archive:
            archive.writestr("README.md", b"# other\n")
    return out.getvalue(), 2


def link() -> tuple[bytes, int]:
    """A file that is a link to another."""
    out = io.BytesIO(packed(make_bundle().files))
    with zipfile.ZipFile(out, "a") as archive:
        entry = zipfile.ZipInfo("link", DAY)
        entry.external_attr = LINK
        archive.writestr(entry, "/etc/hosts")
    return out.getvalue(), 2


def other_method() -> tuple[bytes, int]:
    """Packed by a method that browsers do not have."""
    return packed(make_bundle().files, method=zipfile.ZIP_BZIP2), 2


def bomb() -> tuple[bytes, int]:
    """A file of 300 MB in 300 kB."""
    return packed({**make_bundle().files, "more.txt": bytes(ZEROS)}), 2


def many_files() -> tuple[bytes, int]:
    """More files than a bundle may have."""
    return packed({**make_bundle().files, **{f"{n}.txt": b"" for n in range(MANY)}}), 2


def size_that_lies() -> tuple[bytes, int]:
    """A file that unpacks to more than the zip says."""
    content = packed({**make_bundle().files, "README.md": bytes(2_000)})
    size = (2_000).to_bytes(4, "little")
    return content.replace(size, (1_000).to_bytes(4, "little")), 2


def cut_short() -> tuple[bytes, int]:
    """The end is missing."""
    return packed(make_bundle().files)[:-40], 2


def bit_flipped() -> tuple[bytes, int]:
    """One bit of a packed file was flipped."""
    content = bytearray(packed(make_bundle().files, method=zipfile.ZIP_STORED))
    content[content.index(b"# digits") + 2] ^= 1
    return bytes(content), 2


def no_zip() -> tuple[bytes, int]:
    """Something else."""
    return b"# digits\n", 2


ZIPS: dict[str, Callable[[], tuple[bytes, int]]] = {
    made.__name__: made
    for made in (
        flat,
        in_one_folder,
        as_the_page_gives_it,
        file_changed,
        file_added,
        path_upwards,
        name_twice,
        link,
        other_method,
        bomb,
        many_files,
        size_that_lies,
        cut_short,
        bit_flipped,
        no_zip,
    )
}
