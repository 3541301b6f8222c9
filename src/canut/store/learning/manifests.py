"""What models were trained on: salted hashes of items, and which of them were withdrawn since."""

import json
import re
import secrets
from collections.abc import Sequence

from canut.core.learning.training_manifest import (
    SALT_BYTES,
    item_content,
    item_leaf,
    split_leaves,
)
from canut.store.tables.learning import ItemSalt, Trained, TrainingManifest
from canut.store.tables.tasks import Media, Task

AT_ONCE = 2_000
SHA256 = re.compile(r"[0-9a-f]{64}")


def salt_of(project_id: int) -> bytes:
    """Return the salt of a project's items; it is drawn the first time."""
    fresh = {"salt": secrets.token_bytes(SALT_BYTES)}
    row, _is_new = ItemSalt.objects.get_or_create(project_id=project_id, defaults=fresh)
    return bytes(row.salt)


def leaves_of(project_id: int, tasks: Sequence[int]) -> dict[int, bytes]:
    """Return the leaf of each task, by its content as it is now."""
    salt, leaves = salt_of(project_id), dict[int, bytes]()
    for begin in range(0, len(tasks), AT_ONCE):
        rows = Task.objects.filter(project=project_id, id__in=tasks[begin : begin + AT_ONCE])
        cells = {task: cells_of(data) for task, data in rows.values_list("id", "data")}
        media = media_among(project_id, [cell for row in cells.values() for cell in row.values()])
        leaves |= {
            task: item_leaf(salt, task, item_content(row, media)) for task, row in cells.items()
        }
    return leaves


def cells_of(data: str) -> dict[str, str]:
    """Return the cells of a task by column, as texts."""
    return {name: str(cell) for name, cell in json.loads(data).items()}


def media_among(project_id: int, cells: Sequence[str]) -> set[str]:
    """Return which cells are hashes of pictures or sounds of a project."""
    named = {cell for cell in cells if SHA256.fullmatch(cell)}
    if not named:
        return named
    rows = Media.objects.filter(project=project_id, sha256__in=named)
    return set(rows.values_list("sha256", flat=True))


def manifests_of(project_id: int) -> list[TrainingManifest]:
    """List the manifests of a project's versions, oldest first, without the weights."""
    rows = TrainingManifest.objects.filter(trained__project=project_id)
    return list(
        rows.select_related("trained__author").defer("trained__weights").order_by("trained_id")
    )


def manifest_leaves(manifest: TrainingManifest) -> list[bytes]:
    """Return the leaves of a manifest, ascending."""
    return split_leaves(bytes(manifest.leaves))


def withdrawn_in(trained: Trained) -> int:
    """Count the withdrawn items that a version was trained on, or may have been.

    A version from before there were manifests may have learnt from any item that was withdrawn
    after it was trained.
    """
    withdrawn = Task.objects.filter(project=trained.project_id, withdrawn__isnull=False)
    manifest = TrainingManifest.objects.filter(trained=trained).first()
    if manifest is None:
        return withdrawn.filter(withdrawn__at_ms__gte=trained.made_ms).count()
    leaves = {leaf.hex() for leaf in manifest_leaves(manifest)}
    return sum(leaf in leaves for leaf in withdrawn.values_list("withdrawn__leaf", flat=True))
