"""Compiled loops shared by the models: weigh answers, count them, sum the log-likelihood.

The loops multiply plain probabilities and rescale them every few answers, with few logarithms and
no table of tasks. Each loop is serial; ``em`` gives whole tasks to threads and adds their sums in a
fixed order, so that results are reproducible.
"""

from typing import Any, NamedTuple

import numpy as np

from canut.core.arrays import (
    Codes,
    Counts,
    Floats,
    Reals,
    ask_for,
    is_compiler_spared,
    kernel,
    kernel_or,
    part,
    put_in,
)

RESCALE_EVERY = 16
SMALL = 1e-150
MOST_IN_REGISTERS = 10  # joined four at a time; from 16 on they do not fit
MOST_UNROLLED = 16
MOST_NEAR = 1 << 16  # numbers of a table: half a MiB is near a processor without asking
AHEAD = 32
LEVELS, DIAGONAL = 2, 2.0  # of the rich model, see ``simulation``
A_LINE, HALF_A_LINE = 8, 4  # numbers that come from memory together


class Block(NamedTuple):
    """Answers of some tasks: where each task's answers start, and the cell of each answer."""

    start: Counts
    cell: Codes


class Tables(NamedTuple):
    """Class chances, and the chance of cell ``worker * n_labels + label`` under each truth."""

    classes: Floats
    cells: Reals


class Tally(NamedTuple):
    """Expected counts, with the layout of ``Tables``."""

    classes: Floats
    cells: Floats


class RichRule(NamedTuple):
    """Weights of the prior of the rich model (see ``simulation``), and when its fit stops."""

    strength: float
    least: float
    gain: float
    iterations: int
    fewest: int


type Size = tuple[float, ...] | Floats
type EitherSize = Any  # one of the two, where a kernel takes one alone


def empty_tally(n_cells: int, n_classes: int) -> Tally:
    """Return a tally of zeros."""
    return Tally(np.zeros(n_classes), np.zeros((n_cells, n_classes)))


def size_of(n_classes: int) -> Size:
    """Return a container of length n_classes; a tuple if small, so that loops are unrolled."""
    return (0.0,) * n_classes if n_classes <= MOST_UNROLLED else np.zeros(n_classes)


def task_of(block: Block) -> Counts:
    """Return the task of each answer of a block, counted from its first, shape (n_answers,)."""
    return np.repeat(np.arange(len(block.start) - 1), np.diff(block.start))


def cells_of(block: Block) -> Codes:
    """Return the cell of each answer of a block, shape (n_answers,)."""
    return block.cell[block.start[0] : block.start[-1]]


def _posterior_whole(block: Block, tables: Tables) -> tuple[Floats, float]:
    """Return the class chances of each task, and the log-likelihood."""
    task, cell, n_tasks = task_of(block), cells_of(block), len(block.start) - 1
    chances = tables.cells.T.astype(np.float64)
    is_sparse = len(cell) < len(tables.cells)  # fewer logarithms after taking
    logs = chances if is_sparse else np.log(chances, out=chances)
    product = np.empty((len(logs), n_tasks))  # a row for each class, which is quicker
    for truth, prior in enumerate(np.log(tables.classes)):
        of_answers = logs[truth].take(cell)
        log_chance = np.log(of_answers, out=of_answers) if is_sparse else of_answers
        product[truth] = np.bincount(task, log_chance, n_tasks) + prior
    most = product.max(axis=0)
    product -= most
    np.exp(product, out=product)
    total = product.sum(axis=0)
    product /= total
    most += np.log(total)
    return product.T, float(most[np.diff(block.start) > 0].sum())


def _sweep_whole(block: Block, tables: Tables, tally: Tally, size: EitherSize) -> float:
    del size
    posterior, log_likelihood = _posterior_whole(block, tables)
    _tally_whole(block, posterior, tally)
    return log_likelihood


def _judge_whole(block: Block, tables: Tables, posterior: Floats, size: EitherSize) -> None:
    del size
    posterior[:] = _posterior_whole(block, tables)[0]


def _count_whole(block: Block, n_labels: int, posterior: Floats) -> None:
    at = task_of(block) * n_labels + cells_of(block) % n_labels
    votes = np.bincount(at, minlength=posterior.size).reshape(posterior.shape)
    n_answers = np.diff(block.start)[:, None]
    posterior[:] = np.where(n_answers > 0, votes / np.maximum(n_answers, 1), 1.0 / n_labels)


def _tally_whole(block: Block, posterior: Floats, tally: Tally) -> None:
    task, cell, counts = task_of(block), cells_of(block).astype(np.int64), tally.cells
    tally.classes[:] += posterior[np.diff(block.start) > 0].sum(axis=0)
    for truth in range(posterior.shape[1]):
        counts[:, truth] += np.bincount(cell, posterior[:, truth].take(task), len(counts))


def _tally_votes_whole(block: Block, size: Size, tally: Tally) -> None:
    share = np.empty((len(block.start) - 1, len(size)))
    _count_whole(block, len(size), share)
    _tally_whole(block, share, tally)


@part
def _normalise(product: Floats, size: Size) -> float:
    """Scale an array to sum 1; return its sum before."""
    total = 0.0
    for truth in range(len(size)):
        total += product[truth]
    scale = 1.0 / total
    for truth in range(len(size)):
        product[truth] *= scale
    return total


@part
def _total(product: tuple[float, ...]) -> float:
    total = 0.0
    for truth in range(len(product)):
        total += product[truth]
    return total


@part
def _scaled(product: tuple[float, ...], scale: float) -> tuple[float, ...]:
    for truth in range(len(product)):
        product = put_in(product, truth, product[truth] * scale)
    return product


def e_step(block: Block, tables: Tables, tally: Tally, size: Size) -> float:
    """Compute class chances, add the expected counts, return the log-likelihood."""
    if isinstance(size, tuple) and len(size) <= MOST_IN_REGISTERS:
        return _sweep_few(block, tables, tally, size)
    return _sweep_many(block, tables, tally, size)


@kernel_or(_sweep_whole)
def _sweep_few(block: Block, tables: Tables, tally: Tally, size: tuple[float, ...]) -> float:
    return _sweep(block, tables, tally, size)


@part
def _sweep(  # noqa: C901, PLR0912 - a call for each task would count references, slowly
    block: Block, tables: Tables, tally: Tally, size: tuple[float, ...]
) -> float:
    """Sweep with the chances of a task in registers."""
    start, cell = block
    classes, cells = tables
    class_counts, counts = tally
    far, end = cells.size > MOST_NEAR, cell.shape[0] - 1
    prior, met = size, size
    log_likelihood = 0.0
    running = 1.0
    for truth in range(len(size)):
        prior = put_in(prior, truth, classes[truth])
    for task in range(start.shape[0] - 1):
        first, last = start[task], start[task + 1]
        if last <= first:
            continue
        product, begin = prior, first
        while begin < last:
            upto = min(begin + RESCALE_EVERY, last)
            for row in range(begin, upto):
                at = np.uint32(cell[np.uint64(row)])
                for truth in range(len(size)):
                    product = put_in(product, truth, product[truth] * cells[at, truth])
            begin = upto
            total = _total(product)
            running *= total
            if running < SMALL:
                log_likelihood += np.log(running)
                running = 1.0
            product = _scaled(product, 1.0 / total)
        for truth in range(len(size)):
            met = put_in(met, truth, met[truth] + product[truth])
        for row in range(first, last):
            at = np.uint32(cell[np.uint64(row)])
            if far:
                soon = np.uint32(cell[np.uint64(min(row + AHEAD, end))])
                ask_for(cells, soon, 0)
                ask_for(counts, soon, 0)
                if len(size) > HALF_A_LINE:
                    ask_for(cells, soon, len(size) - 1)
                    ask_for(counts, soon, len(size) - 1)
            for truth in range(len(size)):
                counts[at, truth] += product[truth]
    for truth in range(len(size)):
        class_counts[truth] += met[truth]
    return float(log_likelihood + np.log(running))


@kernel_or(_sweep_whole)
def _sweep_many(  # noqa: C901 - as above
    block: Block, tables: Tables, tally: Tally, size: Size
) -> float:
    """Sweep with the chances of a task in memory that threads do not share."""
    start, cell = block
    classes, cells = tables
    class_counts, counts = tally
    end = cell.shape[0] - 1
    product, met = np.empty(len(size)), np.zeros(len(size))
    log_likelihood = 0.0
    running = 1.0
    for task in range(start.shape[0] - 1):
        first, last = start[task], start[task + 1]
        if last <= first:
            continue
        product[:] = classes
        for row in range(first, last):
            at = np.uint32(cell[np.uint64(row)])
            soon = np.uint32(cell[np.uint64(min(row + AHEAD, end))])
            for truth in range(0, len(size), A_LINE):
                ask_for(cells, soon, truth)
                ask_for(counts, soon, truth)
            ask_for(cells, soon, len(size) - 1)
            ask_for(counts, soon, len(size) - 1)
            for truth in range(len(size)):
                product[truth] *= cells[at, truth]
            if (row - first) % RESCALE_EVERY == RESCALE_EVERY - 1:
                log_likelihood += np.log(_normalise(product, size))
        running *= _normalise(product, size)
        if running < SMALL:
            log_likelihood += np.log(running)
            running = 1.0
        for truth in range(len(size)):
            met[truth] += product[truth]
        for row in range(first, last):
            at = np.uint32(cell[np.uint64(row)])
            for truth in range(len(size)):
                counts[at, truth] += product[truth]
    class_counts += met
    return float(log_likelihood + np.log(running))


def _rich_tables_whole(tally: Tally, strength: float, least: float, tables: Tables) -> None:
    tables.classes[:] = (tally.classes + 1.0) / (tally.classes + 1.0).sum()
    counts, cells = tally.cells, tables.cells
    n_states = counts.shape[1]
    n_labels = n_states // LEVELS
    right = np.arange(n_labels)[:, None] == np.arange(n_states) // LEVELS
    by_worker = counts.reshape(-1, n_labels, n_states)
    shared = by_worker.sum(axis=0) + 1.0 + DIAGONAL * right
    chance = by_worker + (strength * shared / shared.sum(axis=0) + least)
    chance /= chance.sum(axis=1, keepdims=True)
    cells[:] = chance.reshape(cells.shape)
    counts[:] = 0.0
    tally.classes[:] = 0.0


@part
def _believe(believed: Floats, n_states: int, strength: float, least: float) -> None:
    """Turn the counts of all workers, in place, into what is believed of each of them."""
    n_labels = n_states // LEVELS
    for state in range(n_states):
        total = 0.0
        for label in range(n_labels):
            at = label * n_states + state
            believed[at] += 1.0 + (DIAGONAL if label == state // LEVELS else 0.0)
            total += believed[at]
        for at in range(state, believed.shape[0], n_states):
            believed[at] = strength * believed[at] / total + least


@part
def _set_states(class_counts: Floats, classes: Floats) -> None:
    """Set the chances of states; whole arrays would take seconds to compile."""
    n_tasks = 0.0
    for state in range(classes.shape[0]):
        classes[state] = class_counts[state] + 1.0
        n_tasks += classes[state]
        class_counts[state] = 0.0
    for state in range(classes.shape[0]):
        classes[state] /= n_tasks


@part
def _set_rich(tally: Tally, strength: float, least: float, tables: Tables) -> None:
    """Write chances of states, and each worker's tables: their counts, shrunk to the shared ones.

    Sets the counts to 0, for the next pass.
    """
    classes, cells = tables
    class_counts, counts = tally
    n_states = counts.shape[1]
    _set_states(class_counts, classes)
    width = n_states // LEVELS * n_states
    of_worker, chances = counts.reshape(-1, width), cells.reshape(-1, width)
    believed, own, total = np.zeros(width), np.empty(width), np.empty(n_states)
    for worker in range(of_worker.shape[0]):
        for at in range(width):
            believed[at] += of_worker[worker, at]
    _believe(believed, n_states, strength, least)
    for worker in range(of_worker.shape[0]):
        total[:] = 0.0
        for at in range(width):
            own[at] = of_worker[worker, at] + believed[at]
            of_worker[worker, at] = 0.0
        for first in range(0, width, n_states):
            for state in range(n_states):
                total[state] += own[first + state]
        for state in range(n_states):
            total[state] = 1.0 / total[state]
        for first in range(0, width, n_states):
            for state in range(n_states):
                chances[worker, first + state] = own[first + state] * total[state]


@kernel_or(_rich_tables_whole)
def set_rich_tables(tally: Tally, strength: float, least: float, tables: Tables) -> None:
    """Estimate the tables of the rich model of ``simulation`` from counts, which are set to 0.

    Args:
        tally: expected counts.
        strength: weight of the table of all workers in each worker's, in answers.
        least: pseudo-count of each cell of each worker.
        tables: overwritten with the new tables.
    """
    _set_rich(tally, strength, least, tables)


@kernel
def fit_rich(block: Block, tables: Tables, tally: Tally, size: EitherSize, rule: RichRule) -> None:
    """Fit the rich model of ``simulation`` where ``is_near``, in one call: few answers take less.

    Args:
        block: the answers of n_tasks tasks.
        tables: output, the tables.
        tally: the counts to start from, overwritten.
        size: of length n_states, see ``size_of``.
        rule: weights of the prior, and when it stops.
    """
    before, log_likelihood = -np.inf, -np.inf
    for iteration in range(rule.iterations):
        _set_rich(tally, rule.strength, rule.least, tables)
        before, log_likelihood = log_likelihood, _sweep(block, tables, tally, size)
        gained = abs(log_likelihood - before)
        if iteration > rule.fewest and gained <= rule.gain * abs(log_likelihood):
            break


def judge(block: Block, tables: Tables, posterior: Floats) -> None:
    """Write the class chances of each task; without answers, the class prior.

    Args:
        block: the answers of n_tasks tasks.
        tables: the tables of all workers.
        posterior: output, shape (n_tasks, n_classes).
    """
    size = size_of(len(tables.classes))
    if isinstance(size, tuple) and len(size) <= MOST_IN_REGISTERS:
        _judge_few(block, tables, posterior, size)
    else:
        _judge_many(block, tables, posterior, size)


@kernel_or(_judge_whole)
def _judge_few(block: Block, tables: Tables, posterior: Floats, size: tuple[float, ...]) -> None:
    """Judge with the chances of a task in registers."""
    start, cell = block
    classes, cells = tables
    prior = size
    for truth in range(len(size)):
        prior = put_in(prior, truth, classes[truth])
    for task in range(start.shape[0] - 1):
        begin, last = start[task], start[task + 1]
        product = _scaled(prior, 1.0 / _total(prior))
        while begin < last:
            upto = min(begin + RESCALE_EVERY, last)
            for row in range(begin, upto):
                at = np.uint32(cell[np.uint64(row)])
                for truth in range(len(size)):
                    product = put_in(product, truth, product[truth] * cells[at, truth])
            begin = upto
            product = _scaled(product, 1.0 / _total(product))
        for truth in range(len(size)):
            posterior[task, truth] = product[truth]


@kernel_or(_judge_whole)
def _judge_many(block: Block, tables: Tables, posterior: Floats, size: Size) -> None:
    """Judge with the chances of a task in memory."""
    start, cell = block
    classes, cells = tables
    product = np.empty(len(size))
    for task in range(start.shape[0] - 1):
        multiplied = 0
        product[:] = classes
        for row in range(start[task], start[task + 1]):
            at = np.uint32(cell[np.uint64(row)])
            for truth in range(len(size)):
                product[truth] *= cells[at, truth]
            multiplied += 1
            if multiplied == RESCALE_EVERY:
                multiplied = 0
                _normalise(product, size)
        _normalise(product, size)
        posterior[task] = product


@kernel_or(_count_whole)
def count_votes(block: Block, n_labels: int, posterior: Floats) -> None:
    """Write each label's share of each task's votes; uniform where there are none.

    Args:
        block: the answers of n_tasks tasks.
        n_labels: number of labels.
        posterior: output, shape (n_tasks, n_labels).
    """
    for task in range(block.start.shape[0] - 1):
        first, last = block.start[task], block.start[task + 1]
        share = posterior[task]
        share[:] = 0.0 if last > first else 1.0 / n_labels
        for row in range(first, last):
            share[block.cell[row] % n_labels] += 1.0 / (last - first)


@kernel_or(_tally_whole)
def tally_posterior(block: Block, posterior: Floats, tally: Tally) -> None:
    """Count the answers weighted by given class chances.

    Args:
        block: the answers of n_tasks tasks.
        posterior: class chances, shape (n_tasks, n_classes).
        tally: counts to which the answers are added.
    """
    n_classes = posterior.shape[1]
    for task in range(block.start.shape[0] - 1):
        first, last = block.start[task], block.start[task + 1]
        if last > first:
            for truth in range(n_classes):
                tally.classes[truth] += posterior[task, truth]
        for row in range(first, last):
            at = np.uint32(block.cell[row])
            for truth in range(n_classes):
                tally.cells[at, truth] += posterior[task, truth]


def is_near(n_cells: int, size: EitherSize) -> bool:
    """Return whether a table is near the processor and the chances of a task are in registers.

    Args:
        n_cells: number of rows of the table.
        size: its columns, see ``size_of``.
    """
    if not isinstance(size, tuple) or is_compiler_spared():
        return False
    return len(size) <= MOST_IN_REGISTERS and n_cells * len(size) <= MOST_NEAR


def vote_table(weight: Floats, n_labels: int) -> Floats:
    """Return the votes of answers: each worker's weight for the label of the cell.

    Args:
        weight: weight of each worker, shape (n_workers,).
        n_labels: number of labels.

    Returns:
        Weights, shape (n_workers * n_labels, n_labels); 0 but for the cell's own label.
    """
    votes = np.zeros((len(weight), n_labels * n_labels))
    votes[:, :: n_labels + 1] = weight[:, None]
    return votes.reshape(-1, n_labels)


@kernel
def tally_shares(block: Block, votes: Floats, tally: Tally, size: EitherSize) -> None:
    """Count the answers weighted by each label's share of the votes, a task's in registers.

    Args:
        block: the answers of n_tasks tasks.
        votes: see ``vote_table``.
        tally: counts to which the answers are added.
        size: of length n_labels, see ``size_of``.
    """
    start, cell = block
    class_counts, counts = tally
    met = size
    for task in range(start.shape[0] - 1):
        first, last = start[task], start[task + 1]
        if last <= first:
            continue
        share = size
        for row in range(first, last):
            at = np.uint32(cell[np.uint64(row)])
            for label in range(len(size)):
                share = put_in(share, label, share[label] + votes[at, label])
        share = _scaled(share, 1.0 / _total(share))
        for label in range(len(size)):
            met = put_in(met, label, met[label] + share[label])
        for row in range(first, last):
            at = np.uint32(cell[np.uint64(row)])
            for label in range(len(size)):
                counts[at, label] += share[label]
    for label in range(len(size)):
        class_counts[label] += met[label]


@kernel
def set_shares(block: Block, votes: Floats, posterior: Floats, size: EitherSize) -> None:
    """Write each label's share of the votes of each task; uniform where there are none.

    Args:
        block: the answers of n_tasks tasks.
        votes: see ``vote_table``.
        posterior: output, shape (n_tasks, n_labels).
        size: of length n_labels, see ``size_of``.
    """
    start, cell = block
    for task in range(start.shape[0] - 1):
        first, last = start[task], start[task + 1]
        share = size
        for row in range(first, last):
            at = np.uint32(cell[np.uint64(row)])
            for label in range(len(size)):
                share = put_in(share, label, share[label] + votes[at, label])
        if last > first:
            share = _scaled(share, 1.0 / _total(share))
        for label in range(len(size)):
            posterior[task, label] = share[label] if last > first else 1.0 / len(size)


def tally_votes(block: Block, size: EitherSize, tally: Tally) -> None:
    """Count the answers weighted by each label's share of its task's votes.

    The same as ``count_votes`` and ``tally_posterior``, without the shares of all tasks.

    Args:
        block: the answers of n_tasks tasks.
        size: of length n_labels, see ``size_of``.
        tally: counts to which the answers are added.
    """
    if is_near(len(tally.cells), size):
        n_labels = len(size)
        votes = vote_table(np.ones(len(tally.cells) // n_labels), n_labels)
        tally_shares(block, votes, tally, size)
    else:
        _tally_votes(block, size, tally)


@kernel_or(_tally_votes_whole)
def _tally_votes(block: Block, size: Size, tally: Tally) -> None:
    """Count the votes with the shares of a task in memory."""
    start, cell = block
    class_counts, counts = tally
    share = np.zeros(len(size))
    n_labels = np.uint32(len(size))  # dividing 32 bits without a sign is quicker
    for task in range(start.shape[0] - 1):
        first, last = start[task], start[task + 1]
        if last <= first:
            continue
        for truth in range(len(size)):
            share[truth] = 0.0
        vote = 1.0 / (last - first)
        for row in range(first, last):
            share[np.uint32(cell[row]) % n_labels] += vote
        for truth in range(len(size)):
            class_counts[truth] += share[truth]
        for row in range(first, last):
            at = np.uint32(cell[row])
            for truth in range(len(size)):
                counts[at, truth] += share[truth]
