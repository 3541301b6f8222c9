"""Proofs that the hash of a document stands in the platform log. Reads only."""

import hashlib
from collections.abc import Mapping

from canut.core.proofs.checkpoint import read_checkpoint
from canut.core.proofs.note import read_note
from canut.store.ledger.logs import entry_at, log_named, proof_of
from canut.store.tables.ledger import PlatformEntry


def proofs_of(documents: Mapping[str, bytes], checkpoint: str) -> dict[str, bytes]:
    """Return the proof file of each document whose hash an entry under a checkpoint says.

    Args:
        documents: bytes by name.
        checkpoint: of the platform log; empty where it has none.
    """
    if not checkpoint:
        return {}
    log, size = log_named(None), read_checkpoint(read_note(checkpoint.encode()).text).size
    proofs = {}
    for name, content in documents.items():
        sha256 = hashlib.sha256(content).hexdigest()
        entries = PlatformEntry.objects.filter(place__lt=size, payload__contains=f'"{sha256}"')
        place = entries.order_by("place").values_list("place", flat=True).first()
        if place is not None:
            proofs[name] = proof_of(log, entry_at(log, place), checkpoint)
    return proofs
