"""The demo's pictures: 1,797 handwritten digits shipped with scikit-learn, with known labels.

Optical Recognition of Handwritten Digits, E. Alpaydin and C. Kaynak (1998), UCI Machine Learning
Repository, https://doi.org/10.24432/C50P49, CC BY 4.0: forms filled in by 43 people, each digit
reduced to 8 x 8 points of ink from 0 to 16.
"""

import gzip
import io
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from canut.core.arrays import Codes, Floats
from canut.core.errors import NotReady

SIDE = 8
MOST_INK = 16
NEIGHBOURS = 10


class Digits(NamedTuple):
    """Pictures, shape (n, 8, 8), ink from 0 to 16; and the digit of each, shape (n,)."""

    ink: Floats
    digit: Codes


class Doubt(NamedTuple):
    """How hard each picture is for everyone.

    ``chance``: that a person who is not especially attentive is misled, shape (n,). ``other``: the
    digit they then see.
    """

    chance: Floats
    other: Codes


def read_digits() -> Digits:
    """Load the digits from scikit-learn's folder; importing it would take two seconds.

    Raises:
        NotReady: scikit-learn is not installed, or ships them no more.
    """
    spec = find_spec("sklearn")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    paths = [Path(folder, "datasets", "data", "digits.csv.gz") for folder in folders]
    if not paths or not paths[0].is_file():
        raise NotReady(
            "the demo's pictures come with scikit-learn; install it: pip install 'canut[demo]'",
            code="demo-pictures",
        )
    with gzip.open(paths[0]) as file:
        rows = np.loadtxt(file, delimiter=",")
    return Digits(rows[:, :-1].reshape(-1, SIDE, SIDE), rows[:, -1].astype(np.int32))


def doubt_of(digits: Digits) -> Doubt:
    """Compute how misleading each picture is: the share of other digits in its ten nearest.

    So errors follow the picture, people share them, and no estimator is right by construction.
    """
    points = digits.ink.reshape(len(digits.digit), -1)
    length = (points**2).sum(axis=1)
    apart = length[:, None] + length - 2 * points @ points.T
    np.fill_diagonal(apart, np.inf)
    near = digits.digit[np.argpartition(apart, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]]
    counts = np.stack([(near == digit).sum(axis=1) for digit in range(10)], axis=1)
    own = np.arange(len(points)), digits.digit
    same = counts[own].copy()
    counts[own] = -1
    return Doubt(1 - same / NEIGHBOURS, counts.argmax(axis=1).astype(np.int32))


def write_pictures(digits: Digits, archive: Path) -> None:
    """Write the pictures as PNG into a zip, dark on white, numbered from 0001."""
    paper = (255 - digits.ink * (255 / MOST_INK)).round().astype(np.uint8)
    with zipfile.ZipFile(archive, "w") as pictures:
        for number, picture in enumerate(paper, 1):
            png = io.BytesIO()
            Image.fromarray(picture).save(png, "PNG")
            pictures.writestr(name_of(number), png.getvalue())


def name_of(number: int) -> str:
    """Return the file name of a picture, by its number from 1."""
    return f"{number:04d}.png"
