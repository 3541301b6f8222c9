"""A labour card: its shape, who signed it, and the figures it can hold."""

import re
from typing import Any

from canut_verify import RefusedError, UnreadableError
from canut_verify.documents import base58, check_document, parse
from canut_verify.material import check_declared

GRADES = ("ASSERTED", "ATTESTED", "CONFIRMED", "RECOMPUTED", "PROVEN")
CONTEXT = ["https://www.w3.org/ns/credentials/v2", {"@vocab": "urn:canut:labour-card:v1#"}]
KIND = ["VerifiableCredential", "LabourCard"]
HELD = {"@context", "type", "issuer", "validFrom", "credentialSubject", "proof"}
TABLE = """
people RECOMPUTED people
answers PROVEN answers
logged_answers PROVEN entries
items PROVEN items
answers_per_item PROVEN thousandths
active_time ATTESTED ms
pay_people_p10 RECOMPUTED micro/h
pay_people_p50 RECOMPUTED micro/h
pay_people_p90 RECOMPUTED micro/h
pay_hours_p10 RECOMPUTED micro/h
pay_hours_p50 RECOMPUTED micro/h
pay_hours_p90 RECOMPUTED micro/h
pay_basis ASSERTED text
currency PROVEN ISO 4217
floor PROVEN micro/h
floor_basis ASSERTED text
under_floor_before RECOMPUTED thousandths of people
under_floor_after RECOMPUTED thousandths of people
floor_respected RECOMPUTED yes or no
top_ups RECOMPUTED people
top_ups_sum ATTESTED micro
contributions ATTESTED lines
places ASSERTED people by country
languages ASSERTED list
workforce ATTESTED text
recruitment ASSERTED text
chain ATTESTED lines
rejections PROVEN answers
appeals PROVEN appeals
appeals_upheld PROVEN appeals
appeal_days_p50 RECOMPUTED days
exposure RECOMPUTED hours by severity
protections ASSERTED list
instructions PROVEN sha256 of versions
human_share PROVEN thousandths of labels
machines ASSERTED list
agreement RECOMPUTED thousandths
gold_accuracy RECOMPUTED thousandths
confirmed_people CONFIRMED people
confirmed_hours CONFIRMED ms
period PROVEN dates
platform ASSERTED text
training ASSERTED hours by kind
material ASSERTED parts
sources ASSERTED datasets
"""
FIGURES = {
    name: (best, unit)
    for name, best, unit in (line.split(" ", 2) for line in TABLE.strip().split("\n"))
}
SINCE = {"training": 3, "material": 3, "sources": 3}
"""The version of cards that these figures came with."""
LAST = 3
EARLIER = {"human_share": "thousandths of answers"}
"""Units of figures on cards that were signed before this one was changed."""

type Json = dict[str, Any]


def figures_of(version: int) -> list[str]:
    """List the figures that a card of a version holds."""
    return [name for name in FIGURES if SINCE.get(name, 0) <= version]


def signed_by(document: Json, issuer: bytes, said: str) -> str:
    """Check that this key alone signed a document that names it; else ``said`` is said of it."""
    by = check_document(document)
    named = document.get("issuer")
    if any(one != named for one in by) or not isinstance(named, str):
        raise RefusedError(f"{said} by the log’s key")
    if base58(named.removeprefix("did:key:"))[2:] != issuer:
        raise RefusedError(f"{said} by the log’s key")
    return named


def parse_card(raw: bytes, issuer: bytes) -> Json:
    """Read a card; return what it says of its dataset."""
    document = parse(raw)
    signed_by(document, issuer, "the card is not")
    for name in sorted(set(document) - HELD):  # validUntil among them: no card expires
        raise RefusedError(f"the card holds {name!a}, which no labour card has")
    about = document.get("credentialSubject")
    if document.get("@context") != CONTEXT or document.get("type") != KIND:
        raise UnreadableError("not a labour card")
    version = about.get("version") if isinstance(about, dict) else None
    if not isinstance(about, dict) or type(version) is not int or not 0 < version <= LAST:
        raise UnreadableError(f"not a labour card of version 1 to {LAST}")
    if ("tree" in about) is not (version > 1):
        raise UnreadableError(f"not a labour card of version 1 to {LAST}")
    if version > 1 and not _is_numbered(about):
        raise UnreadableError("a card that does not say which of its dataset's it is")
    show, figures = about.get("simulated"), about.get("figures")
    if not isinstance(show, bool) or not isinstance(figures, dict):
        raise UnreadableError("a card without figures")
    names = set(figures_of(version))
    if set(figures) != names:
        raise UnreadableError(f"odd figures: {sorted(set(figures) ^ names)!a}")
    for name, figure in figures.items():
        _check(name, figure, show=show)
    if version >= SINCE["material"]:
        check_declared(figures["material"].get("value"), figures["sources"].get("value"))
    return about


def _is_numbered(about: Json) -> bool:
    number, previous = about.get("number"), about.get("previous")
    if type(number) is not int or not isinstance(previous, str) or number < 1:
        return False
    return not previous if number == 1 else bool(re.fullmatch(r"[0-9a-f]{64}", previous))


def _check(name: str, figure: object, *, show: bool) -> None:
    if not isinstance(figure, dict):
        raise UnreadableError(f"{name} is no figure")
    if set(figure) == {"unknown"} and figure["unknown"] and isinstance(figure["unknown"], str):
        return
    best, unit = FIGURES[name]
    fields = {"value", "unit", "grade"} | ({"simulated"} if show else set())
    if set(figure) != fields or figure["value"] is None:
        raise UnreadableError(f"the figure {name} is not understood")
    if figure["unit"] not in (unit, EARLIER.get(name, unit)):
        raise UnreadableError(f"the figure {name} is not understood")
    if figure["grade"] not in GRADES or figure.get("simulated", True) is not True:
        raise UnreadableError(f"the grade of {name} is not understood")
    if GRADES.index(figure["grade"]) > GRADES.index(best):
        raise UnreadableError(f"{name} can never be {figure['grade']}")
