"""Create three small sample projects of other kinds: boxes, spans of text, audio segments.

All content is generated from a seed: pictures, sentences and sounds. These projects have no
simulated crowd; the demo's worker finds them next to the digits.
"""

import csv
import math
import tempfile
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image, ImageDraw

from canut.actions.datasets.material import describe_material
from canut.actions.imports.lifecycle import (
    ImportOptions,
    discard_import,
    publish_import,
    read_import,
    start_import,
)
from canut.actions.people.accounts import join_as_worker
from canut.actions.projects.setup import (
    create_project,
    open_project,
    set_rate,
    write_aims,
    write_question,
)
from canut.actions.protection.risk_preferences import set_risk
from canut.actions.work.overlap import set_overlap
from canut.core.clock import Ms
from canut.core.formats import sniff
from canut.core.kinds import check_schema
from canut.demo.origins import MADE
from canut.store.models import Import, Membership, Person, Project, Role

SEED = 1801
WIDTH, HEIGHT = 640, 420
PICTURES, TEXTS, SOUNDS = 24, 40, 12
RATE, SECONDS = 8_000, 6
PAPER, THREAD = (236, 230, 218), (150, 128, 104)
DYES = ((149, 20, 100), (24, 82, 149), (75, 114, 79), (160, 79, 20))
AIMS = {
    "business": "Essayer d’autres genres de questions que le choix. Démonstration\u00a0: personne "
    "n’attend le résultat.",
    "social": "Pour qui découvre Canut\u00a0: marquer une image, un texte, un son.",
    "ethical": "Rien de sensible, personne n’y est décrit.",
    "whose": "Fabriqué par Canut\u00a0: dessins, phrases et sons viennent d’un programme.",
    "consent": "sans objet",
    "paid": "sans objet",
}


class Try(NamedTuple):
    """One sample project: slug, title, question, and the function that writes its rows."""

    slug: str
    title: str
    modality: Project.Modality
    question: dict[str, Any]
    shown: tuple[str, str]
    instructions: str
    write: Callable[[Path, np.random.Generator], list[str]]


def make_tries(now_ms: Ms) -> bool:
    """Create or finish the sample projects; return whether there was work to do."""
    changes = [_make(sample, now_ms) for sample in TRIES]
    return any(changes)


def _make(sample: Try, now_ms: Ms) -> bool:
    project = Project.objects.filter(slug=sample.slug).first() or _begin(sample, now_ms)
    if project.state != Project.State.DRAFT:
        return False
    publishing = project.imports.filter(state=Import.State.PUBLISHING).first()
    if publishing:
        publish_import(publishing.id, now_ms)
    if not project.imports.filter(state=Import.State.PUBLISHED).exists():
        for half_read in project.imports.all():
            discard_import(half_read.id, now_ms)
        _bring(sample, project, now_ms)
    set_risk(project, 0, [], sample.modality)
    open_project(project, now_ms)
    join_as_worker(project, Person.objects.get(username="demo-worker"), now_ms)
    return True


def _begin(sample: Try, now_ms: Ms) -> Project:
    requester = Person.objects.get(username="demo-requester")
    memberships = Membership.objects.filter(
        person=requester, role=Role.REQUESTER, organisation__isnull=False
    )
    organisation = memberships.select_related("organisation").order_by("id")[0].organisation
    if organisation is None:  # the filter left none
        raise AssertionError
    project = create_project(
        organisation, sample.title, by=requester, now_ms=now_ms, own_staff=True, slug=sample.slug
    )
    column, as_ = sample.shown
    schema = {
        "questions": [{"id": "q", **sample.question}],
        "show": [{"column": column, "as": as_}],
    }
    write_question(project, check_schema(schema), sample.instructions, by=requester, now_ms=now_ms)
    set_rate(project, 0, "CAD", by=requester, now_ms=now_ms)
    write_aims(project, **AIMS)
    describe_material(project, MADE, by=requester, now_ms=now_ms)
    set_overlap(project.id, 1, now_ms)
    return project


def _bring(sample: Try, project: Project, now_ms: Ms) -> None:
    """Write the rows with their media, and publish them."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary, sample.slug)
        folder.mkdir()
        column, as_ = sample.shown
        cells = sample.write(folder, np.random.default_rng([SEED, len(sample.slug)]))
        table = folder / "taches.csv"
        with table.open("w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows([[column], *([cell] for cell in cells)])
        path = table if as_ == "text" else folder
        source = start_import(
            project.id,
            path,
            sample.slug,
            sniff(path),
            ImportOptions(),
            by=project.created_by,
            now_ms=now_ms,
        )
        read_import(source.id, now_ms)
        publish_import(source.id, now_ms)


def write_pictures(folder: Path, rng: np.random.Generator) -> list[str]:
    """Draw two to six bobbins on a warp per picture; return the file names."""
    names = []
    for number in range(1, PICTURES + 1):
        picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
        pen = ImageDraw.Draw(picture)
        for x in range(12, WIDTH, 24):
            pen.line([(x, 0), (x, HEIGHT)], fill=THREAD, width=2)
        places = rng.permutation(8)[: int(rng.integers(2, 7))]
        for slot in places.tolist():
            left = 20 + (slot % 4) * 155 + int(rng.integers(0, 50))
            top = 30 + (slot // 4) * 195 + int(rng.integers(0, 50))
            _bobbin(pen, left, top, DYES[int(rng.integers(len(DYES)))], int(rng.integers(50, 90)))
        names.append(f"bobines-{number:02}.png")
        picture.save(folder / names[-1])
    return names


def _bobbin(
    pen: ImageDraw.ImageDraw, left: int, top: int, dye: tuple[int, int, int], wide: int
) -> None:
    """Draw one bobbin: a wooden core with two rims and the thread."""
    tall, rim = 110, (92, 64, 40)
    pen.rectangle([left + wide // 4, top, left + 3 * wide // 4, top + tall], fill=rim)
    pen.rectangle([left, top, left + wide, top + 12], fill=rim)
    pen.rectangle([left, top + tall - 12, left + wide, top + tall], fill=rim)
    pen.rounded_rectangle([left + 6, top + 16, left + wide - 6, top + tall - 16], 8, fill=dye)
    for y in range(top + 22, top + tall - 18, 7):
        pen.line([(left + 8, y), (left + wide - 8, y)], fill=PAPER, width=1)


def write_texts(folder: Path, rng: np.random.Generator) -> list[str]:
    """Build sentences that name people and places."""
    del folder

    def one_of(words: tuple[str, ...]) -> str:
        return words[int(rng.integers(len(words)))]

    sentences = []
    for number in range(TEXTS):
        when, did, then, where = _SENTENCES[number % len(_SENTENCES)]
        sentences.append(
            f"{one_of(when)}, {one_of(_WHO)} {one_of(did)} {one_of(where)}. "
            f"{one_of(_WHO)} {one_of(then)} {one_of(where)}."
        )
    return sentences


_WHO = ("Ada Perrin", "Bruno Lacombe", "Chanda Diop", "Dora Vial", "Émile Tessier", "Fanny Roux")
_SENTENCES = (
    (
        ("Au printemps", "Un mardi de marché", "La veille de la fête", "Avant l’aube"),
        (
            "a ouvert un atelier", "a réparé deux métiers", "a livré douze rouleaux",
            "cherchait un teinturier", "tenait une échoppe",
        ),
        ("l’attendait", "revenait", "a pris le train", "travaille depuis", "écrit souvent"),
        ("à Lyon", "à Saint-Étienne", "à Trois-Rivières", "à Nantes", "à Tours", "à Calais"),
    ),
    (
        ("In spring", "On a market Tuesday", "On the eve of the fair", "Before dawn"),
        (
            "opened a workshop", "mended two looms", "delivered twelve rolls",
            "was looking for a dyer", "kept a stall",
        ),
        ("was waiting", "came back", "took the train", "has worked since", "often writes"),
        ("in Lyon", "in Boston", "in Trois-Rivières", "in Leeds", "in Tours", "in Nairobi"),
    ),
)  # fmt: skip
"""Parts of sentences in French, then in English: when, what somebody did, what came then, where."""


def write_sounds(folder: Path, rng: np.random.Generator) -> list[str]:
    """Synthesise the beat of a loom with pauses; return the file names."""
    names = []
    for number in range(1, SOUNDS + 1):
        samples = np.zeros(RATE * SECONDS)
        at = float(rng.uniform(0.3, 1.0))
        while at < SECONDS - 1:
            until = min(at + float(rng.uniform(0.8, 1.8)), SECONDS - 0.2)
            for beat in np.arange(at, until, 0.2):
                long = np.arange(int(0.15 * RATE))
                struck = np.sin(math.tau * 180 * long / RATE) + 0.4 * rng.standard_normal(len(long))
                first = int(beat * RATE)
                samples[first : first + len(long)] += struck * np.exp(-long / (0.03 * RATE))
            at = until + float(rng.uniform(0.6, 1.4))
        loud = (samples / np.abs(samples).max() * 20_000).astype("<i2")
        names.append(f"metier-{number:02}.wav")
        with wave.open(str(folder / names[-1]), "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(RATE)
            sound.writeframes(loud.tobytes())
    return names


TRIES = (
    Try(
        "bobines",
        "Bobines dessinées",
        Project.Modality.IMAGE,
        {
            "kind": "boxes",
            "ask": "Encadrez chaque bobine.",
            "labels": [{"value": "bobine", "label": "Bobine"}],
        },
        ("dessin", "image"),
        "Le cadre suit les rebords de bois. Une bobine cachée en partie s’encadre aussi.",
        write_pictures,
    ),
    Try(
        "noms",
        "Noms et lieux",
        Project.Modality.TEXT,
        {
            "kind": "spans",
            "ask": "Marquez les noms.",
            "labels": [
                {"value": "personne", "label": "Personne"},
                {"value": "lieu", "label": "Lieu"},
            ],
        },
        ("phrase", "text"),
        "Prénom et nom ensemble. Un lieu se marque sans «\u00a0à\u00a0».",
        write_texts,
    ),
    Try(
        "metiers",
        "Métiers à l’oreille",
        Project.Modality.AUDIO,
        {
            "kind": "audio",
            "ask": "Marquez quand le métier bat.",
            "labels": [{"value": "métier", "label": "Métier qui bat"}],
        },
        ("son", "audio"),
        "Du premier coup au dernier\u00a0; un silence de moins d’une demi-seconde ne coupe pas.",
        write_sounds,
    ),
)
