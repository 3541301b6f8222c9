"""Read the Portrait's reference files (facts, occupations, terms) with strict validation.

Their meaning is defined in ``facts``, ``occupations`` and ``terms``.
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
from canut.core.portrait.facts import (
    FigureConfidence,
    FigureSource,
    ReferenceFact,
    ReferenceFacts,
    Text,
)
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
    """The role of click work for a model (Tubaro, Casilli, Coville 2020)."""

    PREPARATION = "preparation"
    VERIFICATION = "verification"
    IMITATION = "imitation"


class LabourKind(StrEnum):
    """Kinds of digital labour (Casilli 2019)."""

    ON_DEMAND = "on_demand"
    MICRO_WORK = "micro_work"
    SOCIAL_NETWORK = "social_network"


@cache
def shipped_facts() -> ReferenceFacts:
    """Return the facts shipped with Canut."""
    return read_facts(FACTS, (SHIPPED / FACTS).read_bytes())


@cache
def shipped_occupations() -> tuple[Occupation, ...]:
    """Return the occupations shipped with Canut."""
    return read_occupations(SHIPPED / OCCUPATIONS)


@cache
def shipped_terms() -> VisibilityAudit:
    """Return the terms searched in classifications, and the results."""
    return read_terms(TERMS, (SHIPPED / TERMS).read_bytes())


def read_facts(file: str, content: bytes) -> ReferenceFacts:
    """Read a file of facts.

    Raises:
        BadFile: the file does not say all it must, says more, or twice.
    """
    top = FieldPath(file)
    document = _opened(top, content, FACTS_SCHEMA, "sources facts")
    sources = {k: _source(top.of(f"sources.{k}"), k, v) for k, v in top.named(document, "sources")}
    facts = {k: _fact(top.of(k), k, v, sources) for k, v in top.named(document, "facts")}
    return ReferenceFacts(facts, hashlib.sha256(content).hexdigest())


def read_occupations(*files: Path) -> tuple[Occupation, ...]:
    """Read the rows of the table; a later file's row replaces an earlier one's.

    Raises:
        BadFile: a file has a missing, unknown or duplicate field.
        Incomplete: a required occupation has no row.
    """
    rows: dict[str, Occupation] = {}
    for file in files:
        top = FieldPath(file.name)
        document = _opened(top, file.read_bytes(), OCCUPATIONS_SCHEMA, "occupations")
        for key, fields in top.named(document, "occupations"):
            rows[key] = _occupation(top.of(key), key, fields)
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
    """Read which terms were searched in which classifications.

    Raises:
        BadFile: the file does not say all it must, says more, or twice.
    """
    top = FieldPath(file)
    document = _opened(top, content, TERMS_SCHEMA, "classifications terms")
    looked = {
        k: _classification(top.of(k), k, v) for k, v in top.named(document, "classifications")
    }
    terms = tuple(_term(top.of(k), k, v, looked) for k, v in top.named(document, "terms"))
    return VisibilityAudit(looked, terms)


def _opened(top: FieldPath, content: bytes, schema: str, needed: str) -> Mapping[str, object]:
    document = top.mapping(loaded(top.file, content), needed=f"schema {needed}")
    if document["schema"] != schema:
        top.refuse("schema", document["schema"], schema)
    return document


def _text(at: FieldPath, value: object) -> Text:
    fields = at.mapping(value, needed="en fr")
    return Text(at.text(fields, "en"), at.text(fields, "fr"))


def _noted(at: FieldPath, fields: Mapping[str, object], field: str) -> Text:
    """Read an optional text; empty if the field is absent."""
    return (
        _text(at.of(f"{at.parameter}.{field}"), fields[field]) if field in fields else Text("", "")
    )


def _source(at: FieldPath, key: str, value: object) -> FigureSource:
    fields = at.mapping(value, needed="title url kind read", allowed="published")
    kind = at.text(fields, "kind")
    if kind not in KINDS:
        at.refuse("kind", kind, f"one of {sorted(KINDS)}")
    published: date | None = at.day(fields, "published") if "published" in fields else None
    title, url = at.text(fields, "title"), at.text(fields, "url")
    return FigureSource(key, title, url, kind, at.day(fields, "read"), published)


def _fact(
    at: FieldPath, key: str, raw: object, sources: Mapping[str, FigureSource]
) -> ReferenceFact:
    fields = at.mapping(
        raw,
        needed="en fr unit place period values",
        allowed="src confidence contested_by note",
    )
    values = {
        name: None if value is None else at.number({name: value}, name)
        for name, value in at.named(fields, "values")
    }
    if not values:
        at.refuse("values", {}, "at least one; what nobody knows is written null")
    area = at.text(fields, "place")
    if not PLACE.fullmatch(area):
        at.refuse("place", area, "an ISO 3166-2 code, EU or WORLD")
    src, contested = at.text(fields, "src"), _noted(at, fields, "contested_by")
    is_known = any(value is not None for value in values.values())
    if (src or is_known) and src not in sources:
        at.refuse("src", src, f"one of the sources {sorted(sources)}")
    confidence = at.choice(FigureConfidence, fields.get("confidence", "unknown"), "confidence")
    if is_known and confidence is FigureConfidence.UNKNOWN:
        at.refuse("confidence", confidence.value, "null as values, for what is unknown")
    if (confidence is FigureConfidence.CONTESTED) != bool(contested):
        at.refuse("contested_by", contested.en, "who says otherwise, when confidence is contested")
    return ReferenceFact(
        key=key,
        label=Text(at.text(fields, "en"), at.text(fields, "fr")),
        unit=at.text(fields, "unit"),
        place=area,
        period=at.text(fields, "period"),
        source=sources.get(src),
        confidence=confidence,
        contested_by=contested,
        values=values,
        note=_noted(at, fields, "note"),
    )


def _occupation(at: FieldPath, key: str, value: object) -> Occupation:
    fields = at.mapping(
        value,
        needed="family ring en fr people noc esco onet",
        allowed="detail ai_role labour_kind",
    )
    if not ROW.fullmatch(key):
        at.refuse("", key, "capital letters and hyphens, such as CAN-ANNOT")
    family = at.choice(Family, fields["family"], "family")
    is_click = family is Family.CLICK
    for field, kind in (("ai_role", AiRole), ("labour_kind", LabourKind)):
        if (field in fields) != is_click:
            at.refuse(field, fields.get(field), "a value for click work, and for it alone")
        if is_click:
            at.choice(kind, fields[field], field)
    return Occupation(
        key=key,
        family=family,
        ring=at.choice(Ring, fields["ring"], "ring"),
        label=Text(at.text(fields, "en"), at.text(fields, "fr")),
        detail=_noted(at, fields, "detail"),
        people=at.text(fields, "people"),
        codes={scheme: _code(at.text(fields, scheme)) for scheme in SCHEMES},
        ai_role=at.text(fields, "ai_role"),
        labour_kind=at.text(fields, "labour_kind"),
    )


def _code(text: str) -> Code:
    """Return the code and how well it matches: exact, close (≈), none, or not checked."""
    if text in {Match.NONE, Match.NOT_CHECKED}:
        return Code("", Match(text))
    code = text.removeprefix("≈")
    return Code(code, Match.EXACT if code == text else Match.CLOSE)


def _classification(at: FieldPath, key: str, value: object) -> Classification:
    fields = at.mapping(value, needed="title version rows looked_in read licence notice")
    return Classification(
        key=key,
        title=_text(at.of(f"{key}.title"), fields["title"]),
        version=None if fields["version"] is None else at.text(fields, "version"),
        rows=_count(at, fields, "rows"),
        looked_in=at.choice(LookedIn, fields["looked_in"], "looked_in"),
        read=at.day(fields, "read"),
        licence=at.text(fields, "licence"),
        notice=at.text(fields, "notice"),
    )


def _term(at: FieldPath, key: str, value: object, looked: Mapping[str, Classification]) -> Term:
    fields = at.mapping(value, needed="en fr of pattern hits")
    hits = dict(at.named(fields, "hits"))
    if set(hits) != set(looked):
        at.refuse("hits", sorted(hits), f"one for each of {sorted(looked)}; null where not counted")
    counted = {name: _count(at, hits, name) for name in looked}
    for name, count in counted.items():
        if count is not None and looked[name].looked_in is LookedIn.NOT_CHECKED:
            at.refuse(f"hits.{name}", count, "null: nobody looked there")
    label = Text(at.text(fields, "en"), at.text(fields, "fr"))
    pattern = at.text(fields, "pattern")
    return Term(key, label, at.choice(TermTarget, fields["of"], "of"), pattern, counted)


def _count(at: FieldPath, fields: Mapping[str, object], field: str) -> int | None:
    if fields[field] is None:
        return None
    number: Decimal = at.number(fields, field)
    if number != int(number):
        at.refuse(field, fields[field], 'a whole number in quotes, such as "3007", or null')
    return int(number)
