"""Write a dataset with its labour card and proofs, so that anyone can verify it offline.

A bundle is written part by part, in a fixed order: the data; the log, rows and signed work that
the card is recounted from; the description, the readme and the citation; the card, which names all
of these; its proofs; last the signed list of all files. Whatever holds a position in a log comes
after the card. Figures are collected after the data files, so that
the log holds all that the data show.

The database is changed in three places alone: ``data_files`` marks tasks as exported, ``collect``
refreshes the provenance and runs the sequencer, ``publish`` stores the card, runs the sequencer and
asks witnesses. Which figures the card gives is decided in ``card_figures``, what a bundle is worth
in ``core.datasets.bundle``.
"""

import hashlib
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Self, TypedDict, Unpack, cast

from django.conf import settings
from django.db import transaction

from canut.actions.datasets.card_figures import NOT_DECLARED, CardInputs, gather_figures
from canut.actions.datasets.huggingface_exports import FOLDER, splits_in, typed_files
from canut.actions.datasets.label_exports import export_public, public_columns
from canut.actions.learning.provenance import refresh_provenance
from canut.actions.ledger.entries import record_entry
from canut.actions.ledger.log_keys import signer_of
from canut.actions.ledger.log_names import listed_origin
from canut.actions.ledger.sequencer import log_of, sequence
from canut.actions.ledger.witnesses import (
    ask_witnesses,
    checkpoint_holding,
    quorum_lack,
    witness_lines,
)
from canut.core.clock import Ms, from_ms
from canut.core.datasets.ai_act.data_duties import ai_act_of
from canut.core.datasets.anonymous_rows import write_rows
from canut.core.datasets.bundle import (
    ANSWER,
    ANSWERS,
    CARD,
    CARD_PROOF,
    ENTRIES,
    ENTRIES_PROOF,
    LABELS,
    ROWS,
    SIGNED,
)
from canut.core.datasets.card import CardFigure, CardSubject, Grade, Value, sign_card
from canut.core.datasets.card_material import ENTRY as MATERIAL_SET
from canut.core.datasets.card_material import MATERIAL, SOURCES, material_value, sources_value
from canut.core.datasets.descriptions.credits import citation_of
from canut.core.datasets.descriptions.croissant import (
    DatasetAbout,
    DatasetTable,
    croissant_of,
    datapackage_of,
)
from canut.core.datasets.descriptions.readme import readme_of
from canut.core.datasets.figures.shown_figures import (
    AGREEMENT,
    nominal_alpha,
    shown_by_log,
)
from canut.core.datasets.file_tree import File
from canut.core.datasets.log_recount import OPEN_KINDS, write_entries
from canut.core.datasets.manifest import MANIFEST, write_manifest
from canut.core.datasets.signed_work import write_lines
from canut.core.errors import BadInput, NotReady
from canut.core.formats import FileColumn
from canut.core.kinds import is_plain_choice, questions_of
from canut.core.kinds.choice import is_multiple
from canut.core.ledger.log import checkpoint_entry, read_entry
from canut.core.ledger.logged_file import HASH, file_entry
from canut.core.proofs.canonical import NONCE_BYTES
from canut.core.proofs.checkpoint import Checkpoint, read_checkpoint
from canut.core.proofs.note import read_note
from canut.store.datasets.card_figures import (
    entries_of,
    last_card,
    newest_cards,
    place_of,
)
from canut.store.datasets.credits import names_of
from canut.store.datasets.material import material_numbered
from canut.store.datasets.withdrawals import withdrawn_count
from canut.store.learning.loop import rule_of_loop
from canut.store.ledger.logs import entry_at, proof_of
from canut.store.models import Project
from canut.store.platform.synced_file import SyncedWriter
from canut.store.projects.versions import question_or_none
from canut.store.tables.datasets import Card
from canut.store.tables.learning import LoopRule
from canut.store.tables.ledger import Log

IMITATION = (
    "People stand in for a machine here: what is delivered as a machine's, people did. (Des"
    " personnes tiennent lieu de machine : ce qui est livré comme d’une machine, des personnes"
    " l’ont fait.)"
)
CROISSANT, DATAPACKAGE = "croissant.json", "datapackage.json"
README, CITATION = "README.md", "CITATION.cff"
AI_ACT = "AI-ACT.md"
FORMS = ("jsonl", "parquet", "csv")
TABLES = ("labels", "answers")
KEYS = {"labels": "task"}
FILES = 18  # of a bundle without pictures and sounds, its manifest among them
MOST_BATCHES = 100_000


@dataclass(frozen=True)
class BundleResult:
    """A written bundle: its folder, its card, and its files.

    ``lack`` is what the quorum of witnesses lacks for it: then this instance's own policy refuses
    it. Empty where enough signed, or nobody is asked.
    """

    folder: Path
    card: Card
    files: tuple[File, ...]
    lack: str = ""


type BundlePart = Iterator[tuple[str, Iterable[bytes]]]  # paths of files, and their content


@dataclass(frozen=True)
class BundleContext:
    """All that the parts of a bundle are written from.

    Args:
        project: whose dataset it is.
        columns: typed columns, by table.
        row_counts: rows of the data files: ``items`` and ``answers``.
        inputs: the card's figures and rows, but for the counts of files and log.
        log: the project's log, which holds all answers of the data.
        log_end: its checkpoint.
        about: title, licence and origin of the dataset.
        contributors: names of people who wish to be credited.
        previous: the SHA-256 of the dataset's card before this one; empty for the first.
        release: the card's row; ``card`` writes its content, ``publish`` stores it.
        files: the files written so far.
        entry_counts: entries of the log by kind, filled while ``log_entries`` writes them.
        material: what the log's last entry about the material holds, filled with them.
        facts: the facts of open entries that figures rest on, by kind, filled with them.
        alpha: agreement of the labels of the data; None where it is not theirs to show.
    """

    project: Project
    columns: Mapping[str, list[FileColumn]]
    row_counts: Mapping[str, int]
    inputs: CardInputs
    log: Log
    log_end: Checkpoint
    about: DatasetAbout
    contributors: Sequence[str]
    previous: str
    release: Card
    files: list[File]
    entry_counts: Counter[str]
    material: dict[str, object]
    facts: dict[str, list[Mapping[str, object]]]
    alpha: int | None

    @classmethod
    def collect(
        cls, release: Card, folder: Path, now_ms: Ms, licence: str, files: list[File]
    ) -> Self:
        """Refresh the provenance, collect the figures, and let the log take in all that waits.

        Args:
            release: the row of the new card; its number, people and simulation are set here.
            folder: where the data files are.
            now_ms: when the bundle is written.
            licence: as an SPDX name, or empty.
            files: the data files.

        Raises:
            BadInput: nobody has answered yet.
        """
        project = release.project
        refresh_provenance(project.pk, release.made_ms)
        inputs = gather_figures(project, release.made_ms)
        _run_sequencer(release.made_ms)
        log = log_of(project.pk)
        if not log.checkpoint:
            raise BadInput("nobody has answered yet: no work to tell of", code="bundle-nothing")
        previous = last_card(project)
        release.number = (previous.number if previous else 0) + 1
        release.people, release.is_simulated = inputs.people, inputs.is_simulated
        return cls(
            project=project,
            columns={table: public_columns(project.pk, table) for table in TABLES},
            row_counts={
                "items": _count_lines(folder / LABELS),
                "answers": _count_lines(folder / ANSWERS),
            },
            inputs=inputs,
            log=log,
            log_end=read_checkpoint(read_note(log.checkpoint.encode()).text)._replace(
                origin=listed_origin(project.pk)
            ),
            about=_about(project, now_ms, release.number, licence),
            contributors=names_of(project.pk),
            previous=previous.sha256 if previous else "",
            release=release,
            files=files,
            entry_counts=Counter(),
            material={},
            facts={kind: [] for kind in OPEN_KINDS},
            alpha=_alpha_of(project.pk, folder / ANSWERS),
        )

    @property
    def figures(self) -> dict[str, CardFigure]:
        """All figures of the card, the counts of files and log among them, and the material."""
        answers, items = self.row_counts["answers"], self.row_counts["items"]
        counts = {"answers": answers, "items": items, "logged_answers": self.entry_counts[ANSWER]}
        if items:
            counts["answers_per_item"] = answers * 1000 // items
        proven = {name: CardFigure(count, Grade.PROVEN) for name, count in counts.items()}
        return self.inputs.figures | proven | self._shown | self._declared

    @property
    def _shown(self) -> dict[str, CardFigure]:
        """Figures that log and answers show by themselves, where they are not kept back.

        Instructions of drafts that nobody answered are in no log: then those in force are listed.
        """
        given_figures = self.inputs.figures
        logged_figures = shown_by_log(self.entry_counts, self.facts)
        if AGREEMENT in given_figures and self.alpha is not None:
            logged_figures[AGREEMENT] = (Grade.RECOMPUTED, self.alpha)
        if "instructions" in logged_figures:
            _grade, logged = logged_figures["instructions"]
            listed = cast("list[str]", given_figures["instructions"].value)
            if listed[-len(cast("list[str]", logged)) :] != logged:
                del logged_figures["instructions"]
        if (
            given_figures.get("currency", CardFigure(None)).value
            != logged_figures.get("currency", (0, ""))[1]
        ):
            logged_figures.pop("currency", None)
        return {
            name: CardFigure(cast("Value", value), grade)
            for name, (grade, value) in logged_figures.items()
        }

    @property
    def _declared(self) -> dict[str, CardFigure]:
        """The origin of the material, in the version that the log held last."""
        number = self.material.get("n")
        declared = material_numbered(self.project.pk, number) if isinstance(number, int) else None
        if declared is None:
            return dict.fromkeys((MATERIAL, SOURCES), CardFigure(None, reason=NOT_DECLARED))
        slugs = {source.project for source in declared.sources if source.project}
        return {
            MATERIAL: CardFigure(
                material_value(
                    declared.number,
                    declared.parts,
                    declared.sources,
                    withdrawn_count(self.project.pk, self.release.made_ms),
                )
            ),
            SOURCES: CardFigure(sources_value(declared.sources, newest_cards(slugs))),
        }


class BundleOptions(TypedDict, total=False):
    """Whether to show the card to anyone, and to add typed labels with their media."""

    is_public: bool
    with_media: bool


def write_bundle(
    project: Project,
    folder: Path,
    now_ms: Ms,
    licence: str = "",
    **options: Unpack[BundleOptions],
) -> BundleResult:
    """Write a project's dataset with its card and proofs into an empty folder.

    Args:
        project: whose dataset; the caller has checked who may export it.
        folder: where; it is created if it does not exist.
        now_ms: when; tasks with a label are marked as exported then.
        licence: under which terms the dataset is given, as an SPDX name; empty where not stated.
        options: ``is_public``: show the card to anyone under ``/cards/``; ``with_media``: add the
            labels in typed columns, by split, with pictures and sounds.

    Raises:
        BadInput: the folder is not empty, or nobody has answered yet.
        NotReady: the log cannot be signed.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadInput(f"{folder} is not an empty folder; choose another")
    folder.mkdir(parents=True, exist_ok=True)
    files = [_write(folder, path, chunks) for path, chunks in data_files(project, now_ms)]
    if options.get("with_media"):
        for path, chunks in typed_files(project.pk, now_ms):
            files.append(_write(folder, path, chunks))
    release = Card(project=project, made_ms=now_ms, is_public=options.get("is_public", False))
    context = BundleContext.collect(release, folder, now_ms, licence, files)
    for part in PARTS:
        for path, chunks in part(context):
            files.append(_write(folder, path, chunks))
    secret = signer_of(context.log.origin).secret
    _write(folder, MANIFEST, [write_manifest(files, secret, _iso_time(now_ms))])
    return BundleResult(folder, release, tuple(files), lack_of(release, now_ms // 1000))


def data_files(project: Project, now_ms: Ms) -> BundlePart:
    """Labels and answers in every format; tasks with a label are marked as exported."""
    for table in TABLES:
        for form in FORMS:
            yield f"data/{table}.{form}", export_public(project.pk, table, form, now_ms)


def log_entries(context: BundleContext) -> BundlePart:
    """Entries of the project's log, counted by kind while they are written."""
    yield ENTRIES, write_entries(_counted_entries(context))


def anonymous_rows(context: BundleContext) -> BundlePart:
    """Rows from which the card's figures about people and pay are recomputed."""
    yield ROWS, [write_rows(context.inputs.rows)]


def signed_work(context: BundleContext) -> BundlePart:
    """Time that people countersigned with their own keys."""
    yield SIGNED, [write_lines(context.inputs.lines)]


def croissant(context: BundleContext) -> BundlePart:
    """A description of the files in the Croissant format."""
    tables = [
        DatasetTable(table, f"data/{table}.parquet", context.columns[table], KEYS.get(table, ""))
        for table in TABLES
    ]
    simulated = context.inputs.is_simulated
    description = croissant_of(
        context.about, tables, context.files, context.figures, is_simulated=simulated
    )
    yield CROISSANT, [description]


def datapackage(context: BundleContext) -> BundlePart:
    """A description of the CSV files in the Data Package format."""
    simulated = context.inputs.is_simulated
    yield (
        DATAPACKAGE,
        [datapackage_of(context.about, context.columns, context.files, is_simulated=simulated)],
    )


def readme(context: BundleContext) -> BundlePart:
    """The page that a data hub shows."""
    splits = splits_in(file.path for file in context.files)
    configs: dict[str, str | Mapping[str, str]] = {FOLDER: splits} if splits else {}
    configs |= {table: f"data/{table}.parquet" for table in TABLES}
    text = readme_of(
        context.about,
        context.figures,
        configs,
        credit=context.contributors,
        is_simulated=context.inputs.is_simulated,
    )
    yield README, [text]


def citation(context: BundleContext) -> BundlePart:
    """How to cite the dataset, with the contributors' names."""
    names, simulated = context.contributors, context.inputs.is_simulated
    yield CITATION, [citation_of(context.about, names, is_simulated=simulated)]


def ai_act(context: BundleContext) -> BundlePart:
    """What the European rules on artificial intelligence ask about data, line by line."""
    simulated = context.inputs.is_simulated
    yield AI_ACT, [ai_act_of(context.about.title, context.figures, is_simulated=simulated)]


def card(context: BundleContext) -> BundlePart:
    """The labour card, signed, over all files written so far."""
    inputs = context.inputs
    subject = CardSubject(
        context.project.slug,
        _iso_time(context.release.made_ms),
        0 if inputs.is_simulated else inputs.people,
        tuple(context.files),
        inputs.is_simulated,
        context.release.number,
        context.previous,
    )
    content = sign_card(subject, context.figures, signer_of(log_of(None).origin).secret)
    context.release.content = content.decode()
    yield CARD, [content]


def publish(context: BundleContext) -> BundlePart:
    """No file: store the card, log card and description, and ask witnesses to sign the log."""
    _store_release(context.release, {file.path: file.sha256 for file in context.files})
    _run_sequencer(context.release.made_ms)
    ask_witnesses()
    yield from ()


def proofs(context: BundleContext) -> BundlePart:
    """Proofs that the log of all holds the card and the end of the project's log."""
    number, now_s = str(context.project.pk), context.release.made_ms // 1000
    card_entry = file_entry("card", number, context.release.content.encode())
    yield CARD_PROOF, [prove_entry(card_entry, now_s)]
    yield ENTRIES_PROOF, [prove_entry(checkpoint_entry(number, context.log_end), now_s)]


PARTS: tuple[Callable[[BundleContext], BundlePart], ...] = (
    log_entries,
    anonymous_rows,
    signed_work,
    croissant,
    datapackage,
    readme,
    citation,
    ai_act,
    card,
    publish,
    proofs,
)


def policy_text() -> str:
    """Return a policy that this instance's bundles meet, with its witnesses, if any.

    Raises:
        NotReady: the log cannot be signed, or the policy of witnesses cannot be read.
    """
    log = log_of(None)
    witnesses = witness_lines()
    return (
        "# Which logs and witnesses to trust. Compare the key with the one the operator publishes\n"
        "# elsewhere, on paper or on another site, and add the witnesses you trust:\n"
        "#   witness NAME KEY\n"
        "#   group watchers 2 NAME NAME NAME\n"
        "#   quorum watchers\n"
        f"log {log.key}\n{witnesses or 'quorum none'}\n"
    )


def prove_entry(body: bytes, now_s: int) -> bytes:
    """Return the proof that an entry stands in the platform log, at the current checkpoint.

    That is the last end which enough witnesses signed, where the entry is in it already.

    Raises:
        NotReady: it is not there yet.
    """
    log = log_of(None)
    place = place_of(log.pk, body)
    if place is None or place >= log.size:
        raise NotReady("the log has not taken this in yet; try again")
    return proof_of(log, entry_at(log, place), checkpoint_holding(log, place, now_s))


def lack_of(card: Card, now_s: int) -> str:
    """Return what the quorum of witnesses lacks for a card; empty if met, or nobody is asked.

    Raises:
        NotReady: the policy of witnesses cannot be read.
    """
    log = log_of(None)
    place = place_of(log.pk, file_entry("card", str(card.project_id), card.content.encode()))
    return quorum_lack(log, log.size if place is None else place, now_s)


def _run_sequencer(now_ms: int) -> None:
    """Let the logs take in all entries that wait."""
    for _ in range(MOST_BATCHES):
        if not sequence(now_ms):
            return


def _counted_entries(context: BundleContext) -> Iterator[bytes]:
    """Yield the entries of the project's log, and count each by its kind."""
    for body in entries_of(context.log.pk, context.log.size):
        entry = read_entry(body)
        context.entry_counts[entry.kind] += 1
        if entry.kind == MATERIAL_SET:
            context.material.clear()
            context.material.update(entry.facts)
        if entry.kind in OPEN_KINDS and entry.commitment is None:
            context.facts[entry.kind].append(entry.facts)
        yield body


def _alpha_of(project_id: int, answers: Path) -> int | None:
    """Compute the agreement of labels that are equal or not; None for other kinds of question."""
    version = question_or_none(project_id)
    if version is None or not is_plain_choice(version.schema):
        return None
    if is_multiple(questions_of(version.schema)[0]):
        return None
    with answers.open("rb") as lines:
        return nominal_alpha(lines)


def _count_lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in file)


@transaction.atomic
def _store_release(release: Card, sha256_by_path: Mapping[str, str]) -> None:
    """Store a card, and enqueue it and the dataset's description for the log."""
    release.sha256 = sha256_by_path[CARD]
    for kind, digest in (("export", sha256_by_path[CROISSANT]), ("card", release.sha256)):
        nonce = secrets.token_bytes(NONCE_BYTES)
        record_entry(release.project_id, kind, {HASH: digest}, release.made_ms, nonce)
    release.save()


def _about(project: Project, now_ms: Ms, number: int, licence: str) -> DatasetAbout:
    aims = [project.aim_business, project.aim_social, project.origin_whose]
    if rule_of_loop(project.pk).role == LoopRule.Role.IMITATE:
        aims.insert(0, IMITATION)
    return DatasetAbout(
        name=project.slug,
        title=project.title,
        description="\n\n".join(aim.strip() for aim in aims if aim.strip()),
        creator=project.organisation.name,
        url=f"{settings.URL.rstrip('/')}/cards/{project.slug}/",
        date=from_ms(now_ms).astimezone(UTC).date().isoformat(),
        version=f"{number}.0.0",
        licence=licence,
    )


def _write(folder: Path, path: str, chunks: Iterable[bytes]) -> File:
    """Write one file, and describe it."""
    file, digest, size = folder / path, hashlib.sha256(), 0
    file.parent.mkdir(parents=True, exist_ok=True)
    with SyncedWriter(file) as out:
        for chunk in chunks:
            out.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return File(path, digest.hexdigest(), size)


def _iso_time(now_ms: Ms) -> str:
    return from_ms(now_ms).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
