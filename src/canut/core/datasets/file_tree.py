"""Hash all files of a dataset as one tree, so that a logged card binds each of them.

A leaf is a file's path, hash and length as canonical JSON; leaves stand in the order of the paths.
The tree is that of the logs (RFC 6962), so a single file can be shown to belong to a card.
"""

from collections.abc import Iterable
from typing import NamedTuple

from canut.core.datasets.log_recount import root_of_leaves
from canut.core.proofs.canonical import canonical
from canut.core.proofs.merkle import leaf_hash


class File(NamedTuple):
    """A file of the dataset: its path, its hash and its length."""

    path: str
    sha256: str
    size: int


def tree_of(files: Iterable[File]) -> str:
    """Return the tree hash of files, in hexadecimal.

    Example:
        >>> tree_of([File("a", "00" * 32, 1)])[:16]
        '5e35e1220f306da3'
    """
    return root_of_leaves([leaf_hash(canonical(file._asdict())) for file in sorted(files)]).hex()
