"""Write the proof that a withdrawn item was in a model, and is not in the next.

The proof holds both entries of the log with what they commit to, a path for the item in the older
version, and its two neighbours in the newer one. ``canut-verify absence`` checks it offline.
"""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from canut.actions.datasets.bundles import prove_entry
from canut.actions.ledger.log_names import listed_origin
from canut.actions.ledger.sequencer import log_of, sequence
from canut.core.clock import Ms
from canut.core.errors import Conflict, NotReady
from canut.core.learning.training_manifest import TreeLeaf, prove_absence, prove_membership
from canut.core.ledger.log import checkpoint_entry
from canut.core.proofs.canonical import canonical
from canut.core.proofs.checkpoint import read_checkpoint
from canut.core.proofs.note import read_note
from canut.store.datasets.withdrawals import tasks_of
from canut.store.learning.manifests import manifest_leaves, manifests_of, salt_of
from canut.store.ledger.logs import entry_at, proof_of
from canut.store.models import EntryPending, LogEntry, Trained, TrainingManifest
from canut.store.tables.datasets import WithdrawalRequest, WithdrawnTask

FORMAT = "canut-absence/1"
MOST_BATCHES = 100_000


class ProvenVersions(NamedTuple):
    """The last version that had an item of a request, and the newest one trained since.

    Each is None where there is none.
    """

    before: TrainingManifest | None
    after: TrainingManifest | None


def versions_of(request: WithdrawalRequest) -> ProvenVersions:
    """Return the versions that a proof for a request is about."""
    items = tasks_of(request)
    if not items:
        return ProvenVersions(None, None)
    since_ms = max(item.at_ms for item in items)
    leaves = {bytes.fromhex(item.leaf) for item in items}
    before = after = None
    for manifest in manifests_of(request.project_id):
        if manifest.trained.made_ms > since_ms:
            after = manifest
        elif not leaves.isdisjoint(manifest_leaves(manifest)):
            before = manifest
    return ProvenVersions(before, after)


def prove_withdrawal(request: WithdrawalRequest, now_ms: Ms, *, is_whole: bool = False) -> bytes:
    """Return the proof for a request, as canonical JSON.

    Args:
        request: a request that was granted.
        now_ms: the moment, in milliseconds since 1970 UTC.
        is_whole: with all leaves of the newer version, so that their order can be checked.

    Raises:
        Conflict: ``absence-none``: nothing was withdrawn; ``absence-untrained``: no version was
            trained since.
        NotReady: the log has not taken in the entry of a version yet.
    """
    items = tasks_of(request)
    if not items:
        raise Conflict("nothing was withdrawn for this request", code="absence-none")
    before, after = versions_of(request)
    if after is None:
        raise Conflict(
            "no version was trained since; the proof exists once one is", code="absence-untrained"
        )
    for _ in range(MOST_BATCHES):
        if not sequence(now_ms):
            break
    old = manifest_leaves(before) if before is not None else []
    new = manifest_leaves(after)
    proof: dict[str, Any] = {
        "format": FORMAT,
        "project": request.project.slug,
        "request": request.pk,
        "salt": salt_of(request.project_id).hex(),
        "before": None if before is None else _version(before.trained, now_ms),
        "after": _version(after.trained, now_ms),
        "items": [_item(item, old, new) for item in items],
    }
    if is_whole:
        proof["leaves"] = [leaf.hex() for leaf in new]
    return canonical(proof)


def _item(item: WithdrawnTask, old: Sequence[bytes], new: Sequence[bytes]) -> dict[str, Any]:
    leaf = bytes.fromhex(item.leaf)
    absence = prove_absence(new, leaf)
    return {
        "item": item.pk,
        "leaf": item.leaf,
        "member": _shown(prove_membership(old, leaf)) if leaf in old else None,
        "left": _shown(absence.left),
        "right": _shown(absence.right),
    }


def _shown(proven: TreeLeaf | None) -> dict[str, Any] | None:
    if proven is None:
        return None
    path = [digest.hex() for digest in proven.path]
    return {"index": proven.place, "leaf": proven.leaf.hex(), "path": path}


def _version(trained: Trained, now_ms: Ms) -> dict[str, str]:
    """Return a version's entry in the log: what it commits to, and the proof that it is there.

    Raises:
        NotReady: the log has not taken it in yet.
    """
    log = log_of(trained.project_id)
    pending = _entry_of(trained)
    place = LogEntry.objects.filter(log=log, pending=pending.pk).values_list("place").first()
    if place is None or not log.checkpoint:
        raise NotReady("the log has not taken this in yet; try again")
    end = read_checkpoint(read_note(log.checkpoint.encode()).text)
    origin = listed_origin(trained.project_id)
    body = checkpoint_entry(str(trained.project_id), end._replace(origin=origin))
    return {
        "payload": pending.payload,
        "nonce": bytes(pending.nonce).hex(),
        "proof": proof_of(log, entry_at(log, place[0]), log.checkpoint).decode(),
        "log_proof": prove_entry(body, now_ms // 1000).decode(),
    }


def _entry_of(trained: Trained) -> EntryPending:
    """Return the entry of a version.

    Raises:
        NotReady: it was trained before its entry named what it was trained on.
    """
    rows = EntryPending.objects.filter(
        project=trained.project_id, type="model", created_ms=trained.made_ms
    )
    name, version = trained.author.name, trained.author.version
    for row in rows:
        facts = json.loads(row.payload)
        if (facts.get("model"), facts.get("version")) == (name, version):
            return row
    raise NotReady(f"the log has no entry of {name} {version}")
