"""Hand a dataset out with its labour card, so that anyone can check both without asking here.

Data first, then what the log holds, then the card over them; card and description are logged, the
log of all takes them in, and the proofs and the signed list of files close the bundle. Which
figures the card gives is decided in ``card_figures``, what a bundle is worth in
``core.datasets.bundle``.
"""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from canut.actions.datasets.card_figures import CardInputs, gather_figures
from canut.actions.datasets.label_exports import export_public, public_columns
from canut.actions.learning.provenance import refresh_provenance
from canut.actions.ledger.entries import record_entry
from canut.actions.ledger.log_keys import signer_of
from canut.actions.ledger.sequencer import log_of, sequence
from canut.actions.ledger.witnesses import ask_witnesses, published_checkpoint, witness_lines
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
from canut.core.datasets.card import CardFigure, CardSubject, File, Grade, sign_card
from canut.core.datasets.credits import citation_of
from canut.core.datasets.croissant import About, DatasetTable, croissant_of
from canut.core.datasets.log_recount import write_entries
from canut.core.datasets.manifest import MANIFEST, write_manifest
from canut.core.datasets.readme import readme_of
from canut.core.datasets.signed_work import write_lines
from canut.core.errors import BadInput, NotReady
from canut.core.ledger.log import checkpoint_entry, read_entry
from canut.core.ledger.logged_file import HASH, file_entry
from canut.core.proofs.canonical import NONCE_BYTES
from canut.core.proofs.checkpoint import Checkpoint, read_checkpoint
from canut.core.proofs.note import read_note
from canut.store.datasets.card_figures import entries_of, last_card, place_of
from canut.store.datasets.credits import names_of
from canut.store.learning.loop import rule_of_loop
from canut.store.ledger.logs import entry_at, proof_of
from canut.store.models import Project
from canut.store.platform.synced_file import SyncedWriter
from canut.store.tables.datasets import Card
from canut.store.tables.learning import LoopRule
from canut.store.tables.ledger import Log

IMITATION = (
    "People stand in for a machine here: what is delivered as a machine's, people did. (Des"
    " personnes tiennent lieu de machine : ce qui est livré comme d’une machine, des personnes"
    " l’ont fait.)"
)
CROISSANT, README, CITATION = "croissant.json", "README.md", "CITATION.cff"
FORMS = ("jsonl", "parquet", "csv")
FILES = 16  # of a bundle, its manifest among them
MOST_BATCHES = 100_000


@dataclass(frozen=True)
class BundleResult:
    """A bundle that was written: its folder, its card, and what every file of it is."""

    folder: Path
    card: Card
    files: tuple[File, ...]


def write_bundle(
    project: Project, folder: Path, now: datetime, licence: str = "", *, is_public: bool = False
) -> BundleResult:
    """Write a project's dataset with its card and proofs into an empty folder.

    Args:
        project: whose; that whoever asks may take it is seen to before.
        folder: where; made if it is not there.
        now: when; tasks with a label leave with it.
        licence: under which terms the dataset is given, as an SPDX name; empty where not stated.
        is_public: show the card to anyone under ``/cards/``.

    Raises:
        BadInput: the folder holds something already.
        NotReady: the log cannot be signed.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadInput(f"{folder} is not an empty folder; choose another")
    folder.mkdir(parents=True, exist_ok=True)
    now_ms = int(now.timestamp() * 1000)
    files, columns, counted = _write_data(project, folder, now)
    refresh_provenance(project.pk, now_ms)
    gathered = gather_figures(project, now_ms)
    _take_in(now_ms)
    log, at_end, kinds = _write_entries(project, folder, files)
    files.append(_write(folder, ROWS, [write_rows(gathered.rows)]))
    files.append(_write(folder, SIGNED, [write_lines(gathered.lines)]))
    figures = gathered.figures | _counts(counted, kinds)
    gathered = replace(gathered, figures=figures)
    number = (last.number if (last := last_card(project)) else 0) + 1
    about = _about(project, now, number, licence)
    card = _card(project, gathered, tuple(files), now)
    files.append(_write(folder, CARD, [card]))
    tables = [
        DatasetTable(name, f"data/{name}.csv", columns[name]) for name in ("labels", "answers")
    ]
    described = croissant_of(about, tables, files, figures, is_simulated=gathered.is_simulated)
    files.append(_write(folder, CROISSANT, [described]))
    made = Card(
        project=project,
        number=number,
        made_ms=now_ms,
        people=gathered.people,
        is_simulated=gathered.is_simulated,
        is_public=is_public,
        content=card.decode(),
        sha256=hashlib.sha256(card).hexdigest(),
    )
    _release(made, described)
    _take_in(now_ms)
    ask_witnesses()
    for path, body in (
        (CARD_PROOF, file_entry("card", str(project.pk), card)),
        (ENTRIES_PROOF, checkpoint_entry(str(project.pk), at_end)),
    ):
        files.append(_write(folder, path, [prove_entry(body, now_ms // 1000)]))
    configs = {name: f"data/{name}.parquet" for name in ("labels", "answers")}
    names = names_of(project.pk)
    simulated = gathered.is_simulated
    readme = readme_of(about, figures, configs, credit=names, is_simulated=simulated)
    files.append(_write(folder, README, [readme]))
    files.append(_write(folder, CITATION, [citation_of(about, names, is_simulated=simulated)]))
    signed = write_manifest(files, signer_of(log.origin).secret, _moment(now))
    _write(folder, MANIFEST, [signed])
    return BundleResult(folder, made, tuple(files))


def policy_text() -> str:
    """Write a policy that this instance's bundles meet, with the witnesses it asks, if any.

    Raises:
        NotReady: the log cannot be signed, or the policy of witnesses cannot be read.
    """
    log = log_of(None)
    asked = witness_lines()
    return (
        "# Which logs and witnesses to trust. Compare the key with the one the operator publishes\n"
        "# elsewhere, on paper or on another site, and add the witnesses you trust:\n"
        "#   witness NAME KEY\n"
        "#   group watchers 2 NAME NAME NAME\n"
        "#   quorum watchers\n"
        f"log {log.key}\n{asked or 'quorum none'}\n"
    )


def prove_entry(body: bytes, now_s: int) -> bytes:
    """Write the proof that an entry stands in the log of all, at the end that is shown now.

    That is the last end which enough witnesses signed, where the entry is in it already.

    Raises:
        NotReady: it is not there yet.
    """
    log = log_of(None)
    place = place_of(log.pk, body)
    if place is None or place >= log.size:
        raise NotReady("the log has not taken this in yet; try again")
    end = published_checkpoint(log, now_s)
    checkpoint = end.checkpoint if place < end.size else log.checkpoint
    return proof_of(log, entry_at(log, place), checkpoint)


def _write_data(
    project: Project, folder: Path, now: datetime
) -> tuple[list[File], dict[str, list[tuple[str, str]]], dict[str, int]]:
    """Write labels and answers in every form; returns files, columns and rows by table."""
    files: list[File] = []
    columns: dict[str, list[tuple[str, str]]] = {}
    counted: dict[str, int] = {}
    for name in ("labels", "answers"):
        for form in FORMS:
            stream = export_public(project.pk, name, form, now)
            files.append(_write(folder, f"data/{name}.{form}", stream))
        columns[name] = [(one.name, one.kind) for one in public_columns(project.pk, name)]
    for name, path in (("items", LABELS), ("answers", ANSWERS)):
        with (folder / path).open("rb") as read:
            counted[name] = sum(1 for _ in read)
    return files, columns, counted


def _take_in(now_ms: int) -> None:
    """Let the log take in what waits."""
    for _ in range(MOST_BATCHES):
        if not sequence(now_ms):
            return


def _write_entries(
    project: Project, folder: Path, files: list[File]
) -> tuple[Log, Checkpoint, dict[str, int]]:
    """Write the project's log as it stands; returns it, its checkpoint, and entries by kind."""
    log = log_of(project.pk)
    kinds: dict[str, int] = {}

    def counted() -> Iterable[bytes]:
        for body in entries_of(log.pk, log.size):
            kind = read_entry(body).kind
            kinds[kind] = kinds.get(kind, 0) + 1
            yield body

    if not log.checkpoint:
        raise BadInput("nobody has answered yet: no work to tell of", code="bundle-nothing")
    at_end = read_checkpoint(read_note(log.checkpoint.encode()).text)
    files.append(_write(folder, ENTRIES, write_entries(counted())))
    return log, at_end, kinds


def _counts(counted: dict[str, int], kinds: dict[str, int]) -> dict[str, CardFigure]:
    answers, items = counted["answers"], counted["items"]
    found = {
        "answers": answers,
        "items": items,
        "logged_answers": kinds.get(ANSWER, 0),
        **({"answers_per_item": answers * 1000 // items} if items else {}),
    }
    return {name: CardFigure(value, Grade.PROVEN) for name, value in found.items()}


def _card(project: Project, gathered: CardInputs, files: tuple[File, ...], now: datetime) -> bytes:
    people = 0 if gathered.is_simulated else gathered.people
    subject = CardSubject(project.slug, _moment(now), people, files, gathered.is_simulated)
    return sign_card(subject, gathered.figures, signer_of(log_of(None).origin).secret)


@transaction.atomic
def _release(made: Card, described: bytes) -> None:
    """Keep a card, and let it and the dataset's description wait for the log."""
    hashes = {"export": hashlib.sha256(described).hexdigest(), "card": made.sha256}
    for kind, digest in hashes.items():
        nonce = secrets.token_bytes(NONCE_BYTES)
        record_entry(made.project_id, kind, {HASH: digest}, made.made_ms, nonce)
    made.save()


def _about(project: Project, now: datetime, number: int, licence: str) -> About:
    aims = [project.aim_business, project.aim_social, project.origin_whose]
    if rule_of_loop(project.pk).role == LoopRule.Role.IMITATE:
        aims.insert(0, IMITATION)
    return About(
        name=project.slug,
        title=project.title,
        description="\n\n".join(one.strip() for one in aims if one.strip()),
        creator=project.organisation.name,
        url=f"{settings.URL.rstrip('/')}/cards/{project.slug}/",
        date=now.astimezone(UTC).date().isoformat(),
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


def _moment(now: datetime) -> str:
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
