"""Write a dataset with its labour card as one file to download, and report its progress.

The content of a bundle is decided in ``bundles``, its job and retention in ``export_jobs``.
Unpacked, the file is the folder that ``canut verify`` reads.
"""

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from canut.actions.datasets.bundles import FILES, BundleResult, write_bundle
from canut.actions.platform import system_clock
from canut.actions.quality.estimates import estimate_labels
from canut.core.errors import BadInput, Missing
from canut.core.formats.tables.zip_stream import stream_zip
from canut.store.datasets.card_figures import cards_of, last_card
from canut.store.datasets.export_jobs import bundles_of
from canut.store.models import Answer, Project
from canut.store.tables.datasets import Card, ExportFile

BUNDLE = "bundle"
CARD_NUMBER, LICENCE, PUBLIC, LACK, MEDIA = (
    "card",
    "licence",
    "public",
    "lack",
    "media",
)  # in the options of an export
SPDX = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{0,63}")
PIECE_BYTES = 1 << 20
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Release:
    """A card of a project and its dataset's file; None if written by a command."""

    card: Card
    export: ExportFile | None
    licence: str

    @property
    def lack(self) -> str:
        """What the quorum of witnesses lacked when the file was written; empty if it was met."""
        return str(self.export.options.get(LACK, "")) if self.export else ""

    @property
    def is_kept(self) -> bool:
        """Return whether the file can still be downloaded."""
        return self.export is not None and state_of(self.export) == ExportFile.State.DONE


def check_licence(licence: str) -> None:
    """Check that a licence is an SPDX identifier, or empty.

    Raises:
        BadInput: ``licence-name``.
    """
    if licence and not SPDX.fullmatch(licence):
        raise BadInput(f"{licence!r} is no SPDX name such as CC-BY-4.0", code="licence-name")


def check_answered(project: Project) -> None:
    """Check that there are answers to export.

    Raises:
        BadInput: ``bundle-nothing``.
    """
    if not Answer.objects.filter(project=project).exists():
        raise BadInput("nobody has answered yet", code="bundle-nothing")


def stream_dataset_zip(export: ExportFile) -> Iterator[bytes]:
    """Write a project's dataset with its card, and yield it as one zip.

    Labels are estimated again first. The card's number is noted in the export's options.
    """
    folder = folder_of(export)
    shutil.rmtree(folder, ignore_errors=True)  # of a job that was killed on its way
    now_ms = system_clock.now_ms()
    if Answer.objects.filter(project=export.project, counted=True).exists():
        estimate_labels(export.project_id, now_ms)
    options = export.options
    bundle = write_bundle(
        export.project,
        folder,
        now_ms,
        str(options[LICENCE]),
        is_public=bool(options[PUBLIC]),
        with_media=bool(options.get(MEDIA)),
    )
    _note_card(export, bundle)
    inside = f"{export.project.slug}-{bundle.card.number}"
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    yield from stream_zip(
        (f"{inside}/{path.relative_to(folder).as_posix()}", pieces(path)) for path in paths
    )
    shutil.rmtree(folder)


def card_content(project: Project) -> bytes:
    """Return the newest card of a project as it was signed.

    Raises:
        Missing: ``card-none``.
    """
    card = last_card(project)
    if card is None:
        raise Missing("this project has no labour card yet", code="card-none")
    return card.content.encode()


def written_of(export: ExportFile) -> tuple[int, int]:
    """Return how many files of a bundle in progress are written, and of how many."""
    folder = folder_of(export)
    count = sum(1 for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else 0
    return min(count, FILES), FILES


def releases_of(project: Project) -> list[Release]:
    """List the cards of a project, newest first, each with its dataset's file."""
    files: Mapping[object, ExportFile] = {
        export.options.get(CARD_NUMBER): export
        for export in reversed(bundles_of(project.pk, MOST_SHOWN))
    }
    return [_release(card, files.get(card.number)) for card in cards_of(project, MOST_SHOWN)]


def folder_of(export: ExportFile) -> Path:
    """Return the folder a bundle is written in before it is packed."""
    return Path(settings.DATA) / "exports" / export.token / BUNDLE


def path_of(export: ExportFile) -> Path:
    """Return the path of an export's file, written or not."""
    return Path(settings.DATA) / "exports" / export.token / f"{export.what}.{export.form}"


def state_of(export: ExportFile) -> ExportFile.State:
    """Return the state of an export; ``GONE`` where its file is not in the folder any more.

    A copy of the instance holds no exports, so one that was restored knows of files that it lacks.
    """
    state = ExportFile.State(export.state)
    if state == ExportFile.State.DONE and not path_of(export).is_file():
        return ExportFile.State.GONE
    return state


def pieces(path: Path) -> Iterator[bytes]:
    """Yield a file in pieces; it is opened at the first one."""
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece


@transaction.atomic
def _note_card(export: ExportFile, bundle: BundleResult) -> None:
    export.options = {**export.options, CARD_NUMBER: bundle.card.number, LACK: bundle.lack}
    export.save(update_fields=["options"])


def _release(card: Card, export: ExportFile | None) -> Release:
    return Release(card, export, str(export.options.get(LICENCE, "")) if export else "")
