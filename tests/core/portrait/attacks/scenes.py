"""Whole documents to attack: a release of made-up people, in every form it is published in."""

import re
from collections.abc import Iterable, Sequence
from html import unescape
from typing import NamedTuple

import numpy as np

from canut.core.money import Money
from canut.core.portrait.attacks.release_attacks import AttackInputs
from canut.core.portrait.chart_set import charts_of, rows_of
from canut.core.portrait.counts import TimeUse
from canut.core.portrait.disclosure.edition_changes import EditionInputs, amounts_of
from canut.core.portrait.entries import entries_of
from canut.core.portrait.extra_figures import PersonPeriod, beside
from canut.core.portrait.language import PortraitLanguage
from canut.core.portrait.package import package
from canut.core.portrait.privacy import Release, cells_here
from canut.core.portrait.prose import chapter
from canut.core.portrait.released import sign_release
from tests.core.portrait.edition import HOUR, REFERENCE, given, placed_of, release, work_of

FLOOR = Money(16_600_000, "CAD")
SECRET = bytes(range(32))


class Scene(NamedTuple):
    """A release and what it was made from."""

    release: Release
    hands: Sequence[PersonPeriod]

    @property
    def known(self) -> AttackInputs:
        """What the attacks at release time know."""
        work = work_of(list(self.hands))
        inputs = EditionInputs(amounts_of([*work, *self.hands]), {})
        placed = placed_of(list(self.hands))
        return AttackInputs(work, self.hands, self.hands, placed, REFERENCE, FLOOR, inputs)


def scene_of(hands: Iterable[PersonPeriod]) -> Scene:
    """Work a release out of some hands, without machines and without other figures."""
    people = list(hands)
    rng = np.random.default_rng(7)
    cells = cells_here(work_of(people), rng)
    figures = beside(given(people, population=None, appeals=None, chain=None), cells, rng)
    made = release(40)
    return Scene(
        Release(made.period, 1, made.on, made.root, made.currency, cells, figures=figures), people
    )


def worker(person: int, hours: float, rate: float = 20.0) -> PersonPeriod:
    """Make up one person who only did paid tasks."""
    ms = round(hours * HOUR)
    time = {TimeUse.PAID: ms, TimeUse.TRAINING: 0}
    return PersonPeriod(person, round(rate * 1_000_000 * hours), time, {})


def equal_people(count: int, hours_in_all: float = 720.0) -> list[PersonPeriod]:
    """Make up people who share some hours evenly, all at one pay by hour."""
    return [worker(person, hours_in_all / count) for person in range(count)]


def published_texts(made: Release) -> dict[str, str]:
    """Return every form of a release in both languages: JSON, tables, prose, drawings."""
    rows = rows_of(made, REFERENCE)
    texts = {"json": sign_release(made, SECRET, "2026-10-08T09:00:00Z").decode()}
    files = package(made, rows, REFERENCE.facts, REFERENCE.terms)
    texts |= {name: content.decode() for name, content in files.items()}
    entries = entries_of(made, REFERENCE)
    texts["chapter.csv"] = entries.csv()
    for language in ("en", "fr"):
        parts = chapter(entries, REFERENCE, PortraitLanguage(language))
        texts[f"chapter.{language}"] = "\n".join(s for part in parts for s in part.sentences)
        for chart in charts_of(made, REFERENCE, FLOOR, language):
            texts[f"{chart.key}.{language}.csv"] = chart.table.csv(language)
            texts[f"{chart.key}.{language}.svg"] = chart.wide + chart.narrow
            texts[f"{chart.key}.{language}.title"] = f"{chart.title} {chart.about}"
    return texts


def drawn_texts(drawing: str) -> list[str]:
    """Return the texts of a drawing."""
    found = re.findall(r"<text[^>]*>(.*?)</text>", drawing, re.DOTALL)
    return [unescape(re.sub(r"<[^>]*>", "", text)) for text in found]
