"""Accuracy by human answer, with and without a model: ``python -m bench.learn``.

The loop of ``actions.learning.loop`` on plain arrays, by the same decisions (``core.learning``):
people answer, the consensus teaches a model, it takes over what it has proven it can on the hidden
draw, and the least sure comes next. Beside it the same people answer every task three times.
Digits: the 1,797 of scikit-learn, seen by the demo's crowd. Texts: 5,000 of a grammar, some of them
ambiguous. A seed draws the hidden tasks, the people, their answers and the texts.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from canut.core.arrays import Bools, Codes, Counts, Floats
from canut.core.learning.baselines import Baseline
from canut.core.learning.disputes import FIRST_BAND, answers_more, corrected, is_settled
from canut.core.learning.hidden_share import grown_share, is_hidden, share_to_hide
from canut.core.learning.measure import PARTS, foretell, softened, temperature_of
from canut.core.learning.model import ItemForm, Items, soft_targets
from canut.core.learning.takeover import ConfidenceBand, DrawLook, bands_of, look_number, may_take
from canut.core.quality.allocation.running_label import running_consensus
from canut.core.quality.estimators.infer import infer
from canut.demo.crowd import Eyes, everybody
from canut.demo.digits import doubt_of, read_digits
from tests.core.learning.grammar import TONES, write_texts

OVERLAP, BAR = 3, 0.98
BATCHES, GROWTH, PEOPLE_STEPS, AT_ONCE = 80, 1.5, 4, 2
BATCH_STEPS = 8  # how often accuracy is measured while a batch is asked
# The rules were chosen on draws 6 to 15. Draws 16 to 35 were played by earlier rules too: draw 27
# of the digits showed that the hidden draw must grow. Digits 36 to 55 were first played with that.
SEEDS = {"digits": range(36, 56), "texts": range(16, 36)}
type Say = Callable[[int, int], str]
type Figures = dict[str, list[dict[str, Any]]]


@dataclass
class World:
    """Tasks with their truth, and a crowd to ask; ``say(person, task)`` gives one answer."""

    name: str
    seed: int
    items: Items
    truth: Codes
    labels: list[str]
    form: ItemForm
    say: Say
    people: int


class Step(NamedTuple):
    """How far it is: answers asked for, accuracy over all tasks, and tasks the model took over."""

    answers: int
    accuracy: float
    taken: int


class Lesson(NamedTuple):
    """Tasks with answers, their label, and the chances a model is taught."""

    task: Codes
    label: Codes
    chances: Floats


@dataclass
class Desk:
    """What was answered so far, and what it says."""

    world: World
    rng: np.random.Generator
    task: list[int] = field(default_factory=list[int])
    who: list[int] = field(default_factory=list[int])
    said: list[str] = field(default_factory=list[str])
    answered_by: dict[int, set[int]] = field(default_factory=dict[int, set[int]])
    first: Counts = field(init=False)
    table: Counts = field(init=False)

    def __post_init__(self) -> None:
        """Begin without answers: ``first`` -1, ``table`` all 0, at [task, label]."""
        n = len(self.world.truth)
        self.first = np.full(n, -1, np.int64)
        self.table = np.zeros((n, len(self.world.labels)), np.int64)

    def ask(self, tasks: Codes) -> None:
        """Let three people answer each of these tasks."""
        for number in tasks.tolist():
            for person in self.rng.choice(self.world.people, OVERLAP, replace=False).tolist():
                answer = self.world.say(person, number)
                self.task.append(number)
                self.who.append(person)
                self.said.append(answer)

    def consensus(self) -> tuple[Codes, Codes, Floats]:
        """Return the tasks with a label, the label, and how sure it is."""
        rows = infer(
            {"task": self.task, "worker": self.who, "label": self.said}, model="dawid-skene-pooled"
        ).labels
        place = {label: code for code, label in enumerate(self.world.labels)}
        code = [place.get(label, -1) for label in rows["label"].to_pylist()]
        has_code = np.array(code) >= 0
        task, sure = np.array(rows["task"].to_pylist()), np.array(rows["confidence"])
        return task[has_code].astype(np.int32), np.array(code, np.int32)[has_code], sure[has_code]

    def ask_one(self, tasks: Codes) -> None:
        """Let one more person, who has not seen it, answer each of these tasks."""
        place = {label: code for code, label in enumerate(self.world.labels)}
        for number in tasks.tolist():
            people_before = self.answered_by.setdefault(number, set())
            free = [person for person in range(self.world.people) if person not in people_before]
            person = int(self.rng.choice(free))
            people_before.add(person)
            answer = self.world.say(person, number)
            self.said.append(answer)
            if answer in place:  # an answer outside the labels is paid, and tells nothing
                self.table[number, place[answer]] += 1
            if self.first[number] < 0:
                self.first[number] = place.get(answer, len(place))

    def lesson(self, *, is_broken: bool) -> Lesson:
        """Return the tasks asked so far, their label, and what a model is taught."""
        task = np.flatnonzero(self.first >= 0).astype(np.int32)
        k = len(self.world.labels)
        labelled = [
            running_consensus(k, [(label, None) for label in np.repeat(np.arange(k), row).tolist()])
            if row.any()
            else (0, 1 / k)
            for row in self.table[task]
        ]
        label = np.array([pair[0] for pair in labelled], np.int32)
        sure = np.array([pair[1] for pair in labelled])
        taught = self.rng.permutation(label) if is_broken else label
        return Lesson(task, label, soft_targets(taught, sure, k))


def digits(seed: int) -> World:
    """Show the digits to the demo's crowd."""
    images = read_digits()
    eyes, crowd, rng = Eyes(images, doubt_of(images)), everybody(), np.random.default_rng(seed)
    paper = 1 - np.kron(images.ink, np.ones((1, 2, 2))).reshape(len(images.digit), -1) / 16

    def say(person: int, task: int) -> str:
        while (value := eyes.answer(crowd[person], task, rng).value) is None:
            person = int(rng.integers(len(crowd)))
        return value

    labels = [str(digit) for digit in range(10)]
    return World("digits", seed, list(paper), images.digit, labels, ItemForm.IMAGE, say, len(crowd))


def texts(seed: int, n: int = 5_000) -> World:
    """Show texts to twelve people, who disagree about the ambiguous ones."""
    rng = np.random.default_rng(seed)
    sentences = write_texts(n, rng)
    skill = rng.uniform(0.84, 0.97, 12)
    place = {tone: code for code, tone in enumerate(TONES)}

    def say(person: int, task: int) -> str:
        sentence = sentences[task]
        if sentence.other and rng.random() < 0.35:
            return sentence.other
        if rng.random() < skill[person]:
            return sentence.tone
        return str(rng.choice([tone for tone in TONES if tone != sentence.tone]))

    truth = np.array([place[sentence.tone] for sentence in sentences], np.int32)
    items = [sentence.text for sentence in sentences]
    return World("texts", seed, items, truth, list(TONES), ItemForm.TEXT, say, 12)


def alone(world: World, rng: np.random.Generator) -> list[Step]:
    """Let people answer everything, in the order of a draw."""
    desk, order, steps = Desk(world, rng), rng.permutation(len(world.truth)), list[Step]()
    for part in np.array_split(order, PEOPLE_STEPS):
        desk.ask(part.astype(np.int32))
        task, label, _ = desk.consensus()
        steps.append(Step(len(desk.said), _right(world, task, label), 0))
    return steps


def together(world: World, rng: np.random.Generator, *, is_broken: bool = False) -> list[Step]:
    """Let people and a model work through everything; ``is_broken``: it learns shuffled labels.

    One person answers a task first, more where the model or a person disagrees. The hidden draw
    grows after a look that proved nothing, until a first proof.
    """
    n = len(world.truth)
    share = share_to_hide(n, 1)
    hidden, looks = _hidden(world, share), list[bool]()
    desk, steps = Desk(world, rng), list[Step]()
    by_model, label = np.zeros(n, np.bool_), np.full(n, -1, np.int32)
    batch = n // BATCHES
    queue = rng.permutation(np.flatnonzero(hidden)).astype(np.int32)
    while len(queue):
        for part in np.array_split(queue, min(BATCH_STEPS, len(queue))):
            desk.ask_one(part)
            label[part] = np.where(desk.first[part] < len(world.labels), desk.first[part], -1)
            right = float((label == world.truth).mean())
            steps.append(Step(len(desk.said), right, int(by_model.sum())))
        lesson = desk.lesson(is_broken=is_broken)
        foretold = _foretold(world, lesson, rng)[0]
        task = lesson.task
        is_foretold = foretold.argmax(axis=1) == lesson.label
        while (more := answers_more(desk.table[task], is_foretold)).any():
            desk.ask_one(np.repeat(task, more))
        lesson = desk.lesson(is_broken=is_broken)
        foretold, temperature = _foretold(world, lesson, rng)
        model = Baseline(world.form)
        model.fit([world.items[number] for number in task], lesson.chances)
        predicted = softened(model.predict(world.items), temperature)
        bands = _look(desk, lesson, foretold, hidden[task], look_number(looks, draw_grows=True))
        if bands:
            looks.append(any(band.is_proven for band in bands))
        guess = predicted.argmax(axis=1).astype(np.int32)
        done = desk.first >= 0
        takes = may_take(predicted.max(axis=1), bands) & ~done & ~hidden
        by_model = takes | (by_model & ~done & (label == guess))  # what another says else goes back
        label = np.where(takes, guess, np.where(by_model, label, -1)).astype(np.int32)
        label[task] = lesson.label
        right = float((label == world.truth).mean())
        steps.append(Step(len(desk.said), right, int(by_model.sum())))
        if is_broken and len(desk.said) > n:  # a third: the rest would tell no more
            break
        if bands and not any(looks):
            share = grown_share(share)
            hidden = _hidden(world, share)
        if (hidden & ~done).any():
            queue = rng.permutation(np.flatnonzero(hidden & ~done)).astype(np.int32)
            continue
        left = np.flatnonzero(~done & ~by_model)
        worth = np.argsort(predicted[left].max(axis=1), kind="stable")
        queue = left[worth][:batch].astype(np.int32)
        batch = int(batch * GROWTH)
    return steps


def _look(
    desk: Desk, lesson: Lesson, foretold: Floats, in_draw: Bools, number: int
) -> list[ConfidenceBand]:
    """Look at the draw, corrected for what nobody saw; empty while much of it is disputed."""
    task, label = lesson.task[in_draw], lesson.label[in_draw].astype(np.int64)
    sure, best = foretold.max(axis=1)[in_draw], foretold.argmax(axis=1)[in_draw]
    if not is_settled(answers_more(desk.table[task], best == label)):
        return []
    draw = corrected(desk.table[task], desk.first[task], label, best, sure)
    return bands_of(sure, draw.right, draw.by_people, BAR, DrawLook(number, FIRST_BAND))


def _hidden(world: World, share: int) -> Bools:
    """Return which tasks are hidden at a share in a thousand, shape (n,)."""
    return np.array([is_hidden(task, world.seed, share) for task in range(len(world.truth))])


def _foretold(world: World, lesson: Lesson, rng: np.random.Generator) -> tuple[Floats, float]:
    """Return what models say that did not learn from each task, and their temperature."""
    part = rng.permutation(len(lesson.task)) % PARTS
    items = [world.items[number] for number in lesson.task]
    raw = foretell(lambda: Baseline(world.form), items, lesson.chances, part)
    temperature = temperature_of(raw, lesson.chances)
    return softened(raw, temperature), temperature


def _right(world: World, task: Codes, label: Codes) -> float:
    return float((label == world.truth[task]).sum() / len(world.truth))


def answers_for(steps: list[Step], accuracy: float) -> int | None:
    """Return after how many answers an accuracy is reached."""
    return next((step.answers for step in steps if step.accuracy >= accuracy), None)


def one_draw(make: Callable[[int], World], seed: int) -> dict[str, Any]:
    """Measure one set by one draw, by people alone and with a model."""
    people = alone(make(seed), np.random.default_rng(seed))
    loop = together(make(seed), np.random.default_rng(seed))
    end, last = people[-1], loop[-1]
    needed = answers_for(loop, 0.99 * end.accuracy)
    figures = {
        "seed": seed,
        "people": round(end.accuracy, 4),
        "people_answers": end.answers,
        "needed": needed,
        "needed_part": needed and round(needed / end.answers, 4),
        "end_answers": last.answers,
        "end_part": round(last.answers / end.answers, 4),
        "right": round(last.accuracy, 4),
        "kept": round(last.accuracy / end.accuracy, 4),
        "taken": last.taken,
    }
    print(make.__name__, figures, flush=True)
    return figures | {"alone": people, "with": loop}


def broken_draw(make: Callable[[int], World], seed: int) -> int:
    """Return how many tasks a model took over that learnt shuffled labels."""
    loop = together(make(seed), np.random.default_rng(seed), is_broken=True)
    most = max(step.taken for step in loop)
    print(make.__name__, seed, "labels shuffled: took over", most, flush=True)
    return most


def run(sets: Sequence[str], seeds: Sequence[int], file: Path | None) -> Figures:
    """Measure sets, two draws at a time; the figures are kept as they come."""
    figures: Figures = {}
    with ProcessPoolExecutor(AT_ONCE, get_context("spawn")) as processes:
        draws = [(name, seed) for name in sets for seed in seeds or SEEDS[name]]
        futures = [processes.submit(one_draw, SETS[name], seed) for name, seed in draws]
        first = dict(reversed(draws))
        broken = {
            name: processes.submit(broken_draw, SETS[name], seed) for name, seed in first.items()
        }
        for (name, _), future in zip(draws, futures, strict=True):
            figures.setdefault(name, []).append(future.result())
            _keep(figures, file)
        for name, broken_future in broken.items():
            figures[name][0]["broken_taken"] = broken_future.result()
        _keep(figures, file)
    return figures


def _keep(figures: Figures, file: Path | None) -> None:
    if file:
        file.write_text(json.dumps(figures) + "\n", encoding="utf-8")


SETS: dict[str, Callable[[int], World]] = {"digits": digits, "texts": texts}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", nargs="+", choices=list(SETS), default=list(SETS))
    parser.add_argument("--seeds", nargs="+", type=int, default=[], help="draws, else as kept")
    parser.add_argument("--json", help="write the figures there")
    given = parser.parse_args()
    run(given.sets, given.seeds, Path(given.json) if given.json else None)
