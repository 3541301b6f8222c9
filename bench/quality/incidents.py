"""Measure whether a fault is found in the right slice: ``python -m bench.quality.incidents``.

Crowds are simulated: tasks of ten files, four regions and some length; three people answer each
hidden task, right with 95 %, and the majority is the label; a model is right with 97 %. The fault
swaps classes in 3 % of all tasks, all of one file. The finder knows none of this. Counted are the
crowds in which the file is found, in which something else is besides, and, without a fault, in
which anything is found. ``--json FILE`` keeps the figures.
"""

import argparse
import json
from pathlib import Path
from typing import NamedTuple

import numpy as np

from canut.core.arrays import Bools
from canut.core.learning.repair_proof import SliceCount, prove_repair
from canut.core.learning.slices import find_slices, slices_of_column, slices_of_number

CROWDS = 200
SEEN = (200, 300, 600, 1_000)
FILES, REGIONS = 10, 4
PEOPLE_RIGHT, MODEL_RIGHT = 0.95, 0.97
FAULTY = 0.03
PEOPLE = 3
FAULTY_FILE = "file = 3"
BAR = 0.93
REPAIRED = 240


class Crowd(NamedTuple):
    """Hidden tasks of a simulated crowd: their slices, and where the model errs."""

    slices: dict[str, Bools]
    is_wrong: Bools


class FinderScore(NamedTuple):
    """How many of ``crowds`` had the file found, anything else found, and a false alarm."""

    seen: int
    crowds: int
    found: int
    besides: int
    false_alarms: int
    repaired: int
    """Repairs of the file that were shown, of ``REPAIRED`` later answers."""


def simulate_crowd(rng: np.random.Generator, size: int, *, has_fault: bool) -> Crowd:
    """Simulate the hidden tasks of a project.

    Args:
        rng: random numbers.
        size: number of hidden tasks.
        has_fault: whether classes are swapped in ``FAULTY`` of all tasks.
    """
    file, region = rng.integers(FILES, size=size), rng.integers(REGIONS, size=size)
    length = rng.integers(10, 400, size=size)
    truth = rng.integers(2, size=size)
    proposed = np.where(rng.random(size) < MODEL_RIGHT, truth, 1 - truth)
    if has_fault:
        swapped = (file == 3) & (rng.random(size) < FAULTY * FILES)
        proposed = np.where(swapped, 1 - truth, proposed)
    right_votes = (rng.random((size, PEOPLE)) < PEOPLE_RIGHT).sum(axis=1)
    label = np.where(right_votes * 2 > PEOPLE, truth, 1 - truth)
    slices = slices_of_column("file", [str(each) for each in file])
    slices |= slices_of_column("region", [str(each) for each in region])
    slices |= slices_of_number("length", length.astype(np.float64))
    slices |= slices_of_column("class", [str(each) for each in proposed])
    return Crowd(slices, np.asarray(proposed != label, np.bool_))


def score_finder(size: int, crowds: int, seed: int = 1) -> FinderScore:
    """Count over simulated crowds how often the finder is right."""
    right_file = besides = false_alarms = repaired = 0
    for number in range(crowds):
        rng = np.random.default_rng((seed, size, number))
        names = {
            each.name
            for each in find_slices(*simulate_crowd(rng, size, has_fault=True))
            if each.is_found
        }
        right_file += FAULTY_FILE in names
        besides += bool(names - {FAULTY_FILE})
        quiet = find_slices(*simulate_crowd(rng, size, has_fault=False))
        false_alarms += any(each.is_found for each in quiet)
        right = int((rng.random(REPAIRED) < MODEL_RIGHT).sum())
        proof = prove_repair(SliceCount(0, 0, right, REPAIRED), SliceCount(0, 0, 0, 0), {}, BAR)
        repaired += proof.is_slice_proven
    return FinderScore(size, crowds, right_file, besides, false_alarms, repaired)


def main() -> None:
    """Print the figures of all sizes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--crowds", type=int, default=CROWDS)
    asked = parser.parse_args()
    scores = [score_finder(seen, asked.crowds) for seen in SEEN]
    for score in scores:
        print(score._asdict())
    if asked.json:
        asked.json.write_text(json.dumps([score._asdict() for score in scores], indent=1) + "\n")


if __name__ == "__main__":
    main()
