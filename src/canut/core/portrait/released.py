"""Write, sign and read releases; the bytes of a release never change.

Releases of an earlier format are read and verified as they were signed.

The signature is embedded in the document (eddsa-jcs-2022), by the key of the instance's logs. The
caller decides whether to trust that key.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple, cast

from canut.core.errors import BadInput, BadProof
from canut.core.json_depth import load_json
from canut.core.ledger.representative_statements import read_statement
from canut.core.outside_text import LARGEST, read_decimal, read_whole
from canut.core.portrait.cells import Cell, CellMeasure, CellState, Where
from canut.core.portrait.measured import ReleaseFigure
from canut.core.portrait.privacy import FIRST_FORMAT, FORMAT, SECOND_FORMAT, Release
from canut.core.proofs.canonical import canonical
from canut.core.proofs.data_integrity import Signature, sign_document, verify_document

TYPE = "canut.portrait-release/"
FORMATS = {f"{TYPE}{number}": number for number in (FIRST_FORMAT, SECOND_FORMAT, FORMAT)}


class SignedRelease(NamedTuple):
    """A release with a valid signature, and its key."""

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
    """Verify the signature of a release and read it.

    Raises:
        BadProof: it cannot be read, or is no release.
        NotProven: the signature does not match the release.
    """
    document = _document(content)
    (signature, *_more) = verify_document(document).signatures
    return SignedRelease(read_release(content), signature)


def read_release(content: bytes) -> Release:
    """Read a stored release without verifying its signature.

    Raises:
        BadProof: it cannot be read, or is no release.
    """
    document = _document(content)
    version = FORMATS.get(str(document.get("type")))
    if version is None:
        raise BadProof(f"this is {document.get('type')!r}; expected one of {', '.join(FORMATS)}")
    try:
        return Release(
            period=str(document["period"]),
            edition=_edition(document["edition"]),
            on=date.fromisoformat(str(document["on"])),
            root=str(document["ledger_root"]),
            currency=str(document["currency"]),
            cells=tuple(_cell(item) for item in _listed(document, "cells")),
            replaces=str(document["replaces"]),
            figures=tuple(ReleaseFigure.read(item) for item in _listed(document, "figures")),
            covers=str(document["covers"]) if version > FIRST_FORMAT else "",
            waiting=_texts(document["waiting"]) if version > FIRST_FORMAT else (),
            format=version,
            statements=tuple(read_statement(item) for item in _listed(document, "statements"))
            if version > SECOND_FORMAT
            else (),
        )
    except (KeyError, ValueError, TypeError, BadInput) as problem:
        raise BadProof(f"the release cannot be read: {problem}") from problem


def _document(content: bytes) -> Mapping[str, object]:
    try:
        document = load_json(content)
    except (ValueError, RecursionError) as problem:
        raise BadProof(f"the release is no JSON: {problem}") from problem
    if not isinstance(document, dict):
        raise BadProof("the release is no JSON object")
    return cast("Mapping[str, object]", document)


def _listed(document: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    return cast("list[Mapping[str, object]]", document[name])


def _texts(items: object) -> tuple[str, ...]:
    if not isinstance(items, list):
        raise TypeError(f"{items!r} is no list")
    return tuple(str(item) for item in cast("list[object]", items))


def _cell(fields: Mapping[str, object]) -> Cell:
    row, measure, where = str(fields["cell"]).split(".")
    return Cell(
        row,
        CellMeasure(measure),
        Where(where),
        CellState(str(fields["state"])),
        _decimal(fields["value"]),
        _decimal(fields["low"]),
        _decimal(fields["high"]),
        fact=str(fields["fact"]),
        is_simulated=bool(fields["simulated"]),
    )


def _edition(value: object) -> int:
    number = read_whole(str(value))
    if number is None:
        raise ValueError(f"the edition is {value!r}")
    return number


def _decimal(value: object) -> Decimal | None:
    if value is None:
        return None
    number = read_decimal(str(value), LARGEST)
    if number is None:
        raise ValueError(f"{value!r} is no number")
    return number
