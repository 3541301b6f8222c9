"""The signed manifest of a bundle: it lists every file, and an unlisted file is refused.

The contents of the files are verified in ``bundle``; this module only verifies that they are the
listed files, and no others.
"""

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple, Protocol, cast

from canut.core.datasets.file_tree import File
from canut.core.errors import BadInput, BadProof, NotProven
from canut.core.proofs.canonical import canonical
from canut.core.proofs.data_integrity import sign_document, verify_document
from canut.core.proofs.did_key import did_of
from canut.core.proofs.signing import public_of
from canut.core.proofs.strict import read_canonical

TYPE = "CanutBundle"
VERSION = 3
FIRST_VERSION = 1  # of bundles whose card names some of the files
VERSIONS = range(FIRST_VERSION, VERSION + 1)
MANIFEST = "manifest.json"
MOST_FILES = 1_000
_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}"
_PATH = re.compile(rf"{_NAME}(?:/{_NAME}){{0,3}}")
_HASH = re.compile(r"[0-9a-f]{64}")


class BundleFiles(Protocol):
    """The files of a bundle, in a folder or in memory."""

    @property
    def paths(self) -> frozenset[str]:
        """Return the paths of all files, the manifest included."""
        ...

    def read(self, path: str) -> bytes:
        """Return the bytes of a file."""
        ...


class Manifest(NamedTuple):
    """A manifest: the format of its bundle, and the listed files by path."""

    version: int
    files: Mapping[str, File]


def file_of(path: str, content: bytes) -> File:
    """Describe a file by its hash and length."""
    return File(path, sha256(content).hexdigest(), len(content))


def write_manifest(files: Sequence[File], secret: bytes, created: str) -> bytes:
    """List and sign the files of a bundle.

    Raises:
        BadInput: a path is not allowed in a bundle, or stands twice.
    """
    document: dict[str, object] = {
        "type": TYPE,
        "version": VERSION,
        "issuer": did_of(public_of(secret)),
        "created": created,
        "files": [file._asdict() for file in sorted(files)],
    }
    try:
        _listed(document["files"])
    except BadProof as problem:
        raise BadInput(f"this cannot be listed: {problem}") from problem
    return canonical(sign_document(document, secret, created))


def read_manifest(raw: bytes, issuer: bytes) -> Manifest:
    """Read a manifest, and verify that this issuer signed it.

    Raises:
        BadProof: no manifest.
        NotProven: not by this issuer, or changed since.
    """
    document = read_canonical(raw)
    match document:
        case {
            "type": "CanutBundle",
            "version": int(version),
            "issuer": str(signer),
            "created": str(),
            "files": list(files),
            "proof": _,
            **rest,
        } if not rest and not isinstance(version, bool) and version in VERSIONS:
            listed = _listed(cast("list[object]", files))
        case _:
            raise BadProof(f"{MANIFEST} is no manifest of version {FIRST_VERSION} to {VERSION}")
    signed = verify_document(cast("dict[str, object]", document)).signatures
    if signer != did_of(issuer) or any(signature.public != issuer for signature in signed):
        raise NotProven(f"{MANIFEST} is not signed by the log’s key")
    return Manifest(version, listed)


def check_files(files: BundleFiles, listed: Mapping[str, File]) -> None:
    """Verify that a bundle holds the listed files, and nothing else.

    Raises:
        NotProven: a file is missing, is not listed, or has another hash.
    """
    present = files.paths - {MANIFEST}
    for path in sorted(present ^ set(listed)):
        problem = "is not in the manifest" if path in present else "is missing"
        raise NotProven(f"{path!a} {problem}")
    for path, file in sorted(listed.items()):
        content = files.read(path)
        if len(content) != file.size or sha256(content).hexdigest() != file.sha256:
            raise NotProven(f"{path!a} is not the file that was listed: its hash is another")


def read_files(listed: object) -> dict[str, File]:
    """Read a list of files, as a manifest and a card hold it.

    Raises:
        BadProof: it is not a list of files, or names one twice.
    """
    return _listed(listed)


def _listed(document: object) -> dict[str, File]:
    rows = cast("list[object]", document) if isinstance(document, list) else []
    files: dict[str, File] = {}
    for row in rows:
        match row:
            case {"path": str(path), "sha256": str(digest), "size": int(size), **rest} if (
                not rest and _PATH.fullmatch(path) and _HASH.fullmatch(digest)
            ):
                pass
            case _:
                raise BadProof("a file is listed by path, sha256 and size")
        if path in files or isinstance(size, bool) or size < 0 or path == MANIFEST:
            raise BadProof(f"{path!a} is listed twice, or cannot be listed")
        files[path] = File(path, digest, size)
    if not files or len(files) > MOST_FILES or list(files) != sorted(files):
        raise BadProof(f"a list holds 1 to {MOST_FILES} files, in order")
    return files
