"""The labour card: who did the work inside a dataset, and the grade of each figure.

A card holds every figure it could hold: known with a grade, or unknown with a reason. No grade
exceeds the best grade of its figure. Figures that would disclose few people are left out here, and
what no signature can prove is listed. Figures are plain values: ``web`` formats them, and verifiers
decide their final grade.
"""

import re
from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple, cast

from canut.core.datasets.card_material import MATERIAL, SOURCES, check_declared
from canut.core.datasets.file_tree import File, tree_of
from canut.core.datasets.pay_bins import LEAST_P90, LEAST_ROWS, SHARED_BY
from canut.core.errors import BadInput, BadProof, NotProven
from canut.core.proofs.canonical import canonical
from canut.core.proofs.data_integrity import sign_document, verify_document
from canut.core.proofs.did_key import did_of
from canut.core.proofs.signing import public_of
from canut.core.proofs.strict import read_canonical

CONTEXT = ("https://www.w3.org/ns/credentials/v2", {"@vocab": "urn:canut:labour-card:v1#"})
TYPE = ("VerifiableCredential", "LabourCard")
VERSION = 3
_HASH = re.compile(r"[0-9a-f]{64}")
_HELD = {"@context", "type", "issuer", "validFrom", "credentialSubject", "proof"}
"""All that a card holds: none expires, so one with ``validUntil`` is none of ours."""
FIRST_VERSION = 1  # named some of the files, and no tree hash
VERSIONS = range(FIRST_VERSION, VERSION + 1)

type Value = int | str | Sequence[object] | Mapping[str, object]


class Grade(IntEnum):
    """How well a figure is known, from the weakest to the strongest."""

    ASSERTED = 1
    ATTESTED = 2
    CONFIRMED = 3
    RECOMPUTED = 4
    PROVEN = 5


class CardField(NamedTuple):
    """A figure a card can hold: its unit, and the best grade it can have."""

    unit: str
    best: Grade
    least_people: int = 1


class CardFigure(NamedTuple):
    """A figure: a value with its grade, or no value and a reason."""

    value: Value | None
    grade: Grade = Grade.ASSERTED
    reason: str = ""


class CardSubject(NamedTuple):
    """The subject of a card: dataset, issuer, date, all files, people; simulated or not.

    ``people`` is the number of people the figures describe, without simulated ones. ``number``
    counts the cards of the dataset from 1; ``previous`` is the SHA-256 of the card before, empty
    for the first.
    """

    dataset: str
    valid_from: str
    people: int
    files: tuple[File, ...]
    is_simulated: bool = False
    number: int = 1
    previous: str = ""


FIELDS: dict[str, CardField] = {
    "people": CardField("people", Grade.RECOMPUTED, SHARED_BY),
    "answers": CardField("answers", Grade.PROVEN),
    "logged_answers": CardField("entries", Grade.PROVEN),
    "items": CardField("items", Grade.PROVEN),
    "answers_per_item": CardField("thousandths", Grade.PROVEN),
    "active_time": CardField("ms", Grade.ATTESTED, SHARED_BY),
    "pay_people_p10": CardField("micro/h", Grade.RECOMPUTED, LEAST_ROWS),
    "pay_people_p50": CardField("micro/h", Grade.RECOMPUTED, LEAST_ROWS),
    "pay_people_p90": CardField("micro/h", Grade.RECOMPUTED, LEAST_P90),
    "pay_hours_p10": CardField("micro/h", Grade.RECOMPUTED, LEAST_ROWS),
    "pay_hours_p50": CardField("micro/h", Grade.RECOMPUTED, LEAST_ROWS),
    "pay_hours_p90": CardField("micro/h", Grade.RECOMPUTED, LEAST_P90),
    "pay_basis": CardField("text", Grade.ASSERTED),
    "currency": CardField("ISO 4217", Grade.PROVEN),
    "floor": CardField("micro/h", Grade.PROVEN),
    "floor_basis": CardField("text", Grade.ASSERTED),
    "under_floor_before": CardField("thousandths of people", Grade.RECOMPUTED, LEAST_ROWS),
    "under_floor_after": CardField("thousandths of people", Grade.RECOMPUTED, LEAST_ROWS),
    "floor_respected": CardField("yes or no", Grade.RECOMPUTED),
    "top_ups": CardField("people", Grade.RECOMPUTED, LEAST_ROWS),
    "top_ups_sum": CardField("micro", Grade.ATTESTED, LEAST_ROWS),
    "contributions": CardField("lines", Grade.ATTESTED, SHARED_BY),
    "places": CardField("people by country", Grade.ASSERTED, LEAST_ROWS),
    "languages": CardField("list", Grade.ASSERTED),
    "workforce": CardField("text", Grade.ATTESTED),
    "recruitment": CardField("text", Grade.ASSERTED),
    "chain": CardField("lines", Grade.ATTESTED),
    "rejections": CardField("answers", Grade.PROVEN),
    "appeals": CardField("appeals", Grade.PROVEN),
    "appeals_upheld": CardField("appeals", Grade.PROVEN),
    "appeal_days_p50": CardField("days", Grade.RECOMPUTED, SHARED_BY),
    "exposure": CardField("hours by severity", Grade.RECOMPUTED, SHARED_BY),
    "protections": CardField("list", Grade.ASSERTED),
    "instructions": CardField("sha256 of versions", Grade.PROVEN),
    "human_share": CardField("thousandths of labels", Grade.PROVEN),
    "machines": CardField("list", Grade.ASSERTED),
    "agreement": CardField("thousandths", Grade.RECOMPUTED),
    "gold_accuracy": CardField("thousandths", Grade.RECOMPUTED, SHARED_BY),
    "confirmed_people": CardField("people", Grade.CONFIRMED, SHARED_BY),
    "confirmed_hours": CardField("ms", Grade.CONFIRMED, SHARED_BY),
    "period": CardField("dates", Grade.PROVEN),
    "platform": CardField("text", Grade.ASSERTED),
    "training": CardField("hours by kind", Grade.ASSERTED, SHARED_BY),
    MATERIAL: CardField("parts", Grade.ASSERTED, 0),
    SOURCES: CardField("datasets", Grade.ASSERTED, 0),
}
SINCE = {"training": 3, MATERIAL: 3, SOURCES: 3}
"""The version of cards that a figure came with; all others are as old as the first."""
EARLIER = {"human_share": "thousandths of answers"}
"""Units of figures on cards that were signed before; what a card says holds as it was signed."""
NEVER_PROVED = (
    "that one key is one person",
    "time worked away from the screen",
    "that nobody was forced, or had to give money back",
    "that the money arrived: only receipts and attestations say so",
    "the country a person declared",
    "what is taken on the way, outside the chain that is named",
    "that what was logged was true then: receipts, countersignatures and audits are for that",
)


def fields_of(version: int) -> dict[str, CardField]:
    """Return the figures that a card of a version holds."""
    return {name: field for name, field in FIELDS.items() if SINCE.get(name, 0) <= version}


def build_card(
    subject: CardSubject, figures: Mapping[str, CardFigure], issuer: str
) -> dict[str, object]:
    """Build an unsigned card.

    Args:
        subject: the subject of the card.
        figures: known figures, and reasons for unknown ones, by name of ``FIELDS``.
        issuer: the did:key of the signer.

    Raises:
        BadInput: an unknown figure, a grade too high, or a value of the wrong type.
    """
    unknown = sorted(set(figures) - set(FIELDS))
    if unknown:
        raise BadInput(f"a card has no figure {', '.join(unknown)!a}")
    if not subject.dataset or subject.people < 0:
        raise BadInput("a card names its dataset, and counts no people below 0")
    card_figures = {
        name: _shown(name, figures.get(name, CardFigure(None, reason="not measured")), subject)
        for name in FIELDS
    }
    files = [file._asdict() for file in sorted(subject.files)]
    about = {
        "type": "Dataset",
        "name": subject.dataset,
        "version": VERSION,
        "number": subject.number,
        "previous": subject.previous,
        "simulated": subject.is_simulated,
        "figures": card_figures,
        "files": files,
        "tree": tree_of(subject.files),
        "neverProved": list(NEVER_PROVED),
    }
    card: dict[str, object] = {
        "@context": list(CONTEXT),
        "type": list(TYPE),
        "issuer": issuer,
        "validFrom": subject.valid_from,
        "credentialSubject": about,
    }
    canonical(card)
    return card


def sign_card(subject: CardSubject, figures: Mapping[str, CardFigure], secret: bytes) -> bytes:
    """Write and sign a card; return the bytes of the file.

    Raises:
        BadInput: raised by ``build_card``.
    """
    card = build_card(subject, figures, did_of(public_of(secret)))
    return canonical(sign_document(card, secret, subject.valid_from))


def read_card(raw: bytes, issuer: bytes) -> dict[str, object]:
    """Read a card and verify that this issuer signed it.

    Args:
        raw: the file.
        issuer: the trusted public key, from another source than the card.

    Returns:
        The card's description of its dataset: name, figures, files, and from version 2 on the
        tree hash of its files.

    Raises:
        BadProof: no card: another form, figures missing or beyond their grade.
        NotProven: not signed by this issuer, or changed since.
    """
    card = read_canonical(raw)
    if not isinstance(card, dict):
        raise BadProof("a card is a JSON object")
    document = cast("dict[str, object]", card)
    signed = verify_document(document).signatures
    if any(signature.public != issuer for signature in signed) or document.get("issuer") != did_of(
        issuer
    ):
        raise NotProven("the card is not by the log’s key")
    for name in sorted(set(document) - _HELD):
        raise NotProven(f"the card holds {name!a}, which no labour card has")
    match document:
        case {
            "@context": context,
            "type": kind,
            "credentialSubject": {
                "version": int(version),
                "figures": dict(figures),
                "simulated": bool(is_simulated),
                **rest,
            },
        } if (
            context == list(CONTEXT)
            and kind == list(TYPE)
            and not isinstance(version, bool)
            and version in VERSIONS
            and (version == FIRST_VERSION or _is_whole(cast("dict[str, object]", rest)))
            and ("tree" in rest) is (version != FIRST_VERSION)
        ):
            card_figures = cast("dict[str, object]", figures)
            _check_figures(card_figures, version, is_simulated=is_simulated)
        case _:
            raise BadProof(f"this is no labour card of version {FIRST_VERSION} to {VERSION}")
    return cast("dict[str, object]", document["credentialSubject"])


def _is_whole(about: Mapping[str, object]) -> bool:
    """Return whether a card says which of the dataset's cards it is."""
    number, previous = about.get("number"), about.get("previous")
    if not isinstance(number, int) or isinstance(number, bool) or not isinstance(previous, str):
        return False
    return number >= 1 and (not previous if number == 1 else _HASH.fullmatch(previous) is not None)


def _shown(name: str, figure: CardFigure, subject: CardSubject) -> dict[str, object]:
    """Write one figure, left out if it would disclose few people."""
    field = FIELDS[name]
    if figure.value is None:
        return {"unknown": figure.reason or "not measured"}
    if figure.grade > field.best:
        raise BadInput(f"{name} can be {field.best.name} at best; got {figure.grade.name}")
    if subject.is_simulated:
        if name == "people" and figure.value != 0:
            raise BadInput("simulated people are no people; a card of a show counts 0")
    elif subject.people < field.least_people:
        return {"unknown": f"shown from {field.least_people} people on"}
    card_figure: dict[str, object] = {
        "value": figure.value,
        "unit": field.unit,
        "grade": figure.grade.name,
    }
    return {**card_figure, "simulated": True} if subject.is_simulated else card_figure


def _check_figures(figures: dict[str, object], version: int, *, is_simulated: bool) -> None:
    names = set(fields_of(version))
    if set(figures) != names:
        odd = sorted(set(figures) ^ names)
        raise BadProof(f"a card gives every figure, known or unknown; odd: {', '.join(odd)!a}")
    for name, figure in figures.items():
        match figure:
            case {"unknown": str(reason), **rest} if reason and not rest:
                continue
            case {"value": value, "unit": str(unit), "grade": str(grade), **rest} if (
                value is not None
                and unit in {FIELDS[name].unit, EARLIER.get(name, FIELDS[name].unit)}
                and grade in Grade.__members__
            ):
                if Grade[grade] > FIELDS[name].best:
                    raise BadProof(f"{name} is said to be {grade}, which it can never be")
                if rest != ({"simulated": True} if is_simulated else {}):
                    raise BadProof(f"the figure {name} does not say what the card says: simulated")
            case _:
                raise BadProof(f"the figure {name} of the card is not understood")
    if MATERIAL in names:
        check_declared(cast("dict[str, dict[str, object]]", figures))
