"""A whole dataset with its labour card as one file to take away, and how far its making is.

What a bundle holds is decided in ``bundles``, when it is made and how long it is kept in
``export_files``. Unpacked, the file is the folder that ``canut verify`` reads.
"""

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from canut.actions.datasets.bundles import FILES, write_bundle
from canut.actions.quality.estimates import estimate_labels
from canut.core.errors import BadInput, Missing
from canut.core.formats.tables.zip_stream import stream_zip
from canut.store.datasets.card_figures import cards_of, last_card
from canut.store.datasets.export_jobs import bundles_of
from canut.store.models import Answer, Project
from canut.store.tables.datasets import Card, ExportFile

BUNDLE = "bundle"
CARD_NUMBER, LICENCE, PUBLIC = "card", "licence", "public"  # in the options of an export
SPDX = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{0,63}")
PIECE_BYTES = 1 << 20
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Release:
    """A card of a project, and the file its dataset left in; none of a folder by command."""

    card: Card
    export: ExportFile | None
    licence: str

    @property
    def is_kept(self) -> bool:
        """Say whether the file can still be taken away."""
        return self.export is not None and self.export.state == ExportFile.State.DONE


def check_licence(licence: str) -> None:
    """Check that a licence is named as SPDX names licences, or not at all.

    Raises:
        BadInput: ``licence-name``.
    """
    if licence and not SPDX.fullmatch(licence):
        raise BadInput(f"{licence!r} is no SPDX name such as CC-BY-4.0", code="licence-name")


def check_answered(project: Project) -> None:
    """Check that there is work to tell of.

    Raises:
        BadInput: ``bundle-nothing``.
    """
    if not Answer.objects.filter(project=project).exists():
        raise BadInput("nobody has answered yet", code="bundle-nothing")


def stream_dataset_zip(one: ExportFile) -> Iterator[bytes]:
    """Write a project's dataset with its card, and yield it as one zip.

    Labels are estimated anew first. The card's number is noted in the export's options.
    """
    folder = folder_of(one)
    shutil.rmtree(folder, ignore_errors=True)  # of a job that was killed on its way
    now = timezone.now()
    if Answer.objects.filter(project=one.project, counted=True).exists():
        estimate_labels(one.project_id, now)
    options = one.options
    made = write_bundle(
        one.project, folder, now, str(options[LICENCE]), is_public=bool(options[PUBLIC])
    )
    _note_card(one, made.card)
    inside = f"{one.project.slug}-{made.card.number}"
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


def written_of(one: ExportFile) -> tuple[int, int]:
    """Say how many files of a bundle that is being made are written, of how many."""
    folder = folder_of(one)
    count = sum(1 for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else 0
    return min(count, FILES), FILES


def releases_of(project: Project) -> list[Release]:
    """List the cards of a project, newest first, each with the file its dataset left in."""
    files: Mapping[object, ExportFile] = {
        one.options.get(CARD_NUMBER): one for one in reversed(bundles_of(project.pk, MOST_SHOWN))
    }
    return [_release(card, files.get(card.number)) for card in cards_of(project, MOST_SHOWN)]


def folder_of(one: ExportFile) -> Path:
    """Return the folder a bundle is written in before it is packed."""
    return Path(settings.DATA) / "exports" / one.token / BUNDLE


def pieces(path: Path) -> Iterator[bytes]:
    """Yield a file piece by piece; it is opened when the first is asked for."""
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece


@transaction.atomic
def _note_card(one: ExportFile, card: Card) -> None:
    one.options = {**one.options, CARD_NUMBER: card.number}
    one.save(update_fields=["options"])


def _release(card: Card, export: ExportFile | None) -> Release:
    return Release(card, export, str(export.options.get(LICENCE, "")) if export else "")
