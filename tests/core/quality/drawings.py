"""Drawings made for tests, as the bars describe them."""

from typing import NamedTuple

import numpy as np

from canut.core.arrays import Floats
from canut.core.quality.merging.regions import MarkedShapes

PEOPLE = 7


class Boxed(NamedTuple):
    """One box an image, drawn by seven people, and where it is."""

    drawn: MarkedShapes
    true: Floats
    all_of_them: Floats


def boxed(seed: int, images: int = 300) -> Boxed:
    """Make people who are 3 px off a coordinate, and in 15 % of boxes shifted by about 25 more."""
    rng = np.random.default_rng(seed)
    corner, side = rng.uniform(0, 60, (images, 2)), rng.uniform(15, 40, (images, 2))
    true = np.concatenate([corner, corner + side], axis=1)
    said = true[:, None] + rng.normal(0, 3, (images, PEOPLE, 4))
    wild = rng.random((images, PEOPLE, 1)) < 0.15
    said += np.where(wild, rng.normal(0, 25, (images, PEOPLE, 1)), 0)
    said = np.concatenate(
        [np.minimum(said[..., :2], said[..., 2:]), np.maximum(said[..., :2], said[..., 2:])], axis=2
    )
    return Boxed(drawn_by_all(said[:, :, None]), true, said)


def drawn_by_all(said: Floats, workers: int = PEOPLE) -> MarkedShapes:
    """Lay out shapes at [task, worker, shape, number]; a shape of NaN was not drawn."""
    task, worker, _ = np.nonzero(np.isfinite(said).all(axis=3))
    looked = np.argwhere(np.ones(said.shape[:2], dtype=np.bool_)).astype(np.int32)
    return MarkedShapes(
        task.astype(np.int32),
        worker.astype(np.int32),
        np.zeros(len(task), dtype=np.int32),
        said[np.isfinite(said).all(axis=3)],
        looked,
        len(said),
        workers,
        1,
    )
