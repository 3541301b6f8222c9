"""A release as it is signed and kept, and read again: the same bytes for ever.

The signature is within the document (eddsa-jcs-2022), by the key of the instance's logs. Whether
that key is the right one is decided by whoever asks.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple, cast

from canut.core.errors import BadInput, BadProof
from canut.core.json_depth import load_json
from canut.core.portrait.cells import Cell, Measure, State, Where
from canut.core.portrait.measured import ReleaseFigure
from canut.core.portrait.privacy import Release
from canut.core.proofs.canonical import canonical
from canut.core.proofs.data_integrity import Signature, sign_document, verify_document

TYPE = "canut.portrait-release/1"


class SignedRelease(NamedTuple):
    """A release whose signature stands, and by which key."""

    release: Release
    signature: Signature


def sign_release(release: Release, secret: bytes, created: str) -> bytes:
    """Write a release and sign it.

    Args:
        release: let out by ``privacy.published``.
        secret: the signer's 32 secret bytes.
        created: when, such as ``2026-10-05T09:00:00Z``.
    """
    return canonical(sign_document(release.content(), secret, created))


def open_release(content: bytes) -> SignedRelease:
    """Check the signature of a release and read it.

    Raises:
        BadProof: it cannot be read, or is no release.
        NotProven: it is not what its key signed.
    """
    document = _document(content)
    (signature, *_more) = verify_document(document).signatures
    return SignedRelease(read_release(content), signature)


def read_release(content: bytes) -> Release:
    """Read a release that was kept; its signature is not looked at.

    Raises:
        BadProof: it cannot be read, or is no release.
    """
    said = _document(content)
    if said.get("type") != TYPE:
        raise BadProof(f"this is {said.get('type')!r}; expected {TYPE}")
    try:
        return Release(
            period=str(said["period"]),
            edition=int(str(said["edition"])),
            on=date.fromisoformat(str(said["on"])),
            root=str(said["ledger_root"]),
            currency=str(said["currency"]),
            cells=tuple(_cell(one) for one in _listed(said, "cells")),
            replaces=str(said["replaces"]),
            figures=tuple(ReleaseFigure.read(one) for one in _listed(said, "figures")),
        )
    except (KeyError, ValueError, TypeError, BadInput) as problem:
        raise BadProof(f"the release cannot be read: {problem}") from problem


def _document(content: bytes) -> Mapping[str, object]:
    try:
        said = load_json(content)
    except (ValueError, RecursionError) as problem:
        raise BadProof(f"the release is no JSON: {problem}") from problem
    if not isinstance(said, dict):
        raise BadProof("the release is no JSON object")
    return cast("Mapping[str, object]", said)


def _listed(said: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    return cast("list[Mapping[str, object]]", said[name])


def _cell(written: Mapping[str, object]) -> Cell:
    row, measure, where = str(written["cell"]).split(".")
    return Cell(
        row,
        Measure(measure),
        Where(where),
        State(str(written["state"])),
        _decimal(written["value"]),
        _decimal(written["low"]),
        _decimal(written["high"]),
        fact=str(written["fact"]),
        is_simulated=bool(written["simulated"]),
    )


def _decimal(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))
