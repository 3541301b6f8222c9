"""Read the Portrait's reference files: facts, occupations, terms; strictly, as ``strict`` tells.

What they mean is decided in ``facts``, ``occupations`` and ``terms``.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path

from canut.core.errors import Incomplete
from canut.core.portrait.facts import Confidence, Facts, ReferenceFact, Source, Text
from canut.core.portrait.occupations import (
    REQUIRED,
    Code,
    Family,
    Match,
    Occupation,
    Ring,
)
from canut.core.portrait.terms import Classification, LookedIn, Term, TermTarget, VisibilityAudit
from canut.core.strict import FieldPath, loaded

SHIPPED = Path(__file__).parent / "reference"
FACTS, OCCUPATIONS, TERMS = "facts.yaml", "occupations.yaml", "terms.yaml"
FACTS_SCHEMA = "canut.portrait-facts/1"
OCCUPATIONS_SCHEMA = "canut.occupations/1"
TERMS_SCHEMA = "canut.portrait-terms/1"
KINDS = {"press", "secondary", "official", "study", "author"}
SCHEMES = ("noc", "esco", "onet")
PLACE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?|WORLD")
ROW = re.compile(r"[A-Z]+(-[A-Z]+)*")


class AiRole(StrEnum):
    """What click work is to a model (Tubaro, Casilli, Coville 2020)."""

    PREPARATION = "preparation"
    VERIFICATION = "verification"
    IMITATION = "imitation"


class LabourKind(StrEnum):
    """Kinds of digital labour (Casilli 2019)."""

    ON_DEMAND = "on_demand"
    MICRO_WORK = "micro_work"
    SOCIAL_NETWORK = "social_network"


@cache
def shipped_facts() -> Facts:
    """Return the facts that come with Canut."""
    return read_facts(FACTS, (SHIPPED / FACTS).read_bytes())


@cache
def shipped_occupations() -> tuple[Occupation, ...]:
    """Return the occupations that come with Canut."""
    return read_occupations(SHIPPED / OCCUPATIONS)


@cache
def shipped_terms() -> VisibilityAudit:
    """Return the terms looked for in classifications, and what was found."""
    return read_terms(TERMS, (SHIPPED / TERMS).read_bytes())


def read_facts(file: str, content: bytes) -> Facts:
    """Read a file of facts.

    Raises:
        BadFile: the file does not say all it must, says more, or twice.
    """
    top = FieldPath(file)
    said = _opened(top, content, FACTS_SCHEMA, "sources facts")
    sources = {k: _source(top.of(f"sources.{k}"), k, v) for k, v in top.named(said, "sources")}
    facts = {k: _fact(top.of(k), k, v, sources) for k, v in top.named(said, "facts")}
    return Facts(facts, hashlib.sha256(content).hexdigest())


def read_occupations(*files: Path) -> tuple[Occupation, ...]:
    """Read the rows of the table; a row of a later file takes the place of an earlier one.

    Raises:
        BadFile: a file does not say all it must, says more, or twice.
        Incomplete: an occupation that must stand in the Portrait has no row.
    """
    rows: dict[str, Occupation] = {}
    for file in files:
        top = FieldPath(file.name)
        said = _opened(top, file.read_bytes(), OCCUPATIONS_SCHEMA, "occupations")
        for key, seen in top.named(said, "occupations"):
            rows[key] = _occupation(top.of(key), key, seen)
    missing = [key for key in REQUIRED if key not in rows]
    if missing:
        raise Incomplete(
            f"the table of occupations has no row for {', '.join(missing)}; a portrait without "
            "them would leave out the people it is for: write their rows",
            code="occupation-missing",
            missing=", ".join(missing),
        )
    return tuple(rows.values())


def read_terms(file: str, content: bytes) -> VisibilityAudit:
    """Read which terms were looked for in which classifications.

    Raises:
        BadFile: the file does not say all it must, says more, or twice.
    """
    top = FieldPath(file)
    said = _opened(top, content, TERMS_SCHEMA, "classifications terms")
    looked = {k: _classification(top.of(k), k, v) for k, v in top.named(said, "classifications")}
    terms = tuple(_term(top.of(k), k, v, looked) for k, v in top.named(said, "terms"))
    return VisibilityAudit(looked, terms)


def _opened(top: FieldPath, content: bytes, schema: str, needed: str) -> Mapping[str, object]:
    said = top.mapping(loaded(top.file, content), needed=f"schema {needed}")
    if said["schema"] != schema:
        top.refuse("schema", said["schema"], schema)
    return said


def _text(at: FieldPath, seen: object) -> Text:
    said = at.mapping(seen, needed="en fr")
    return Text(at.text(said, "en"), at.text(said, "fr"))


def _noted(at: FieldPath, said: Mapping[str, object], field: str) -> Text:
    """Take words that may be left out."""
    return _text(at.of(f"{at.parameter}.{field}"), said[field]) if field in said else Text("", "")


def _source(at: FieldPath, key: str, seen: object) -> Source:
    said = at.mapping(seen, needed="title url kind read", allowed="published")
    kind = at.text(said, "kind")
    if kind not in KINDS:
        at.refuse("kind", kind, f"one of {sorted(KINDS)}")
    published: date | None = at.day(said, "published") if "published" in said else None
    title, url = at.text(said, "title"), at.text(said, "url")
    return Source(key, title, url, kind, at.day(said, "read"), published)


def _fact(at: FieldPath, key: str, seen: object, sources: Mapping[str, Source]) -> ReferenceFact:
    said = at.mapping(
        seen,
        needed="en fr unit place period values",
        allowed="src confidence contested_by note",
    )
    values = {
        name: None if value is None else at.number({name: value}, name)
        for name, value in at.named(said, "values")
    }
    if not values:
        at.refuse("values", {}, "at least one; what nobody knows is written null")
    place = at.text(said, "place")
    if not PLACE.fullmatch(place):
        at.refuse("place", place, "an ISO 3166-2 code, EU or WORLD")
    src, contested = at.text(said, "src"), _noted(at, said, "contested_by")
    is_known = any(value is not None for value in values.values())
    if (src or is_known) and src not in sources:
        at.refuse("src", src, f"one of the sources {sorted(sources)}")
    confidence = at.choice(Confidence, said.get("confidence", "unknown"), "confidence")
    if is_known and confidence is Confidence.UNKNOWN:
        at.refuse("confidence", confidence.value, "null as values, for what is unknown")
    if (confidence is Confidence.CONTESTED) != bool(contested):
        at.refuse("contested_by", contested.en, "who says otherwise, when confidence is contested")
    return ReferenceFact(
        key=key,
        label=Text(at.text(said, "en"), at.text(said, "fr")),
        unit=at.text(said, "unit"),
        place=place,
        period=at.text(said, "period"),
        source=sources.get(src),
        confidence=confidence,
        contested_by=contested,
        values=values,
        note=_noted(at, said, "note"),
    )


def _occupation(at: FieldPath, key: str, seen: object) -> Occupation:
    said = at.mapping(
        seen,
        needed="family ring en fr people noc esco onet",
        allowed="detail ai_role labour_kind",
    )
    if not ROW.fullmatch(key):
        at.refuse("", key, "capital letters and hyphens, such as CAN-ANNOT")
    family = at.choice(Family, said["family"], "family")
    is_click = family is Family.CLICK
    for field, kind in (("ai_role", AiRole), ("labour_kind", LabourKind)):
        if (field in said) != is_click:
            at.refuse(field, said.get(field), "a value for click work, and for it alone")
        if is_click:
            at.choice(kind, said[field], field)
    return Occupation(
        key=key,
        family=family,
        ring=at.choice(Ring, said["ring"], "ring"),
        label=Text(at.text(said, "en"), at.text(said, "fr")),
        detail=_noted(at, said, "detail"),
        people=at.text(said, "people"),
        codes={scheme: _code(at.text(said, scheme)) for scheme in SCHEMES},
        ai_role=at.text(said, "ai_role"),
        labour_kind=at.text(said, "labour_kind"),
    )


def _code(written: str) -> Code:
    """Tell how near a code comes: as written, about (≈), looked for in vain, not looked for."""
    if written in {Match.NONE, Match.NOT_CHECKED}:
        return Code("", Match(written))
    code = written.removeprefix("≈")
    return Code(code, Match.EXACT if code == written else Match.CLOSE)


def _classification(at: FieldPath, key: str, seen: object) -> Classification:
    said = at.mapping(seen, needed="title version rows looked_in read licence notice")
    return Classification(
        key=key,
        title=_text(at.of(f"{key}.title"), said["title"]),
        version=None if said["version"] is None else at.text(said, "version"),
        rows=_count(at, said, "rows"),
        looked_in=at.choice(LookedIn, said["looked_in"], "looked_in"),
        read=at.day(said, "read"),
        licence=at.text(said, "licence"),
        notice=at.text(said, "notice"),
    )


def _term(at: FieldPath, key: str, seen: object, looked: Mapping[str, Classification]) -> Term:
    said = at.mapping(seen, needed="en fr of pattern hits")
    hits = dict(at.named(said, "hits"))
    if set(hits) != set(looked):
        at.refuse("hits", sorted(hits), f"one for each of {sorted(looked)}; null where not counted")
    counted = {name: _count(at, hits, name) for name in looked}
    for name, count in counted.items():
        if count is not None and looked[name].looked_in is LookedIn.NOT_CHECKED:
            at.refuse(f"hits.{name}", count, "null: nobody looked there")
    label = Text(at.text(said, "en"), at.text(said, "fr"))
    pattern = at.text(said, "pattern")
    return Term(key, label, at.choice(TermTarget, said["of"], "of"), pattern, counted)


def _count(at: FieldPath, said: Mapping[str, object], field: str) -> int | None:
    if said[field] is None:
        return None
    number: Decimal = at.number(said, field)
    if number != int(number):
        at.refuse(field, said[field], 'a whole number in quotes, such as "3007", or null')
    return int(number)
