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
    CitedWork,
    FactState,
    FigureConfidence,
    FigureSource,
    ReadIn,
    ReferenceFact,
    ReferenceFacts,
    Text,
    WorkRead,
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
FACTS, OCCUPATIONS, TERMS, WORKS = "facts.yaml", "occupations.yaml", "terms.yaml", "works.yaml"
FACTS_SCHEMA = "canut.portrait-facts/2"
OCCUPATIONS_SCHEMA = "canut.occupations/1"
TERMS_SCHEMA = "canut.portrait-terms/2"
WORKS_SCHEMA = "canut.portrait-works/1"
KINDS = {"press", "secondary", "official", "study", "author"}
SCHEMES = ("noc", "esco", "onet")
SAID_STATES = tuple(
    state for state in FactState if state not in {FactState.DERIVED, FactState.UNKNOWN}
)
PAGE_ADDRESS = re.compile(r"https?://[^/\s]+/[^\s]+")  # a bare host is no page
YEAR_NAME, ONLY = re.compile(r"(?:y|in_)(\d{4})"), "all"
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


@cache
def shipped_works() -> tuple[CitedWork, ...]:
    """Return the works that the Portrait answers or builds on."""
    return read_works(WORKS, (SHIPPED / WORKS).read_bytes())


def read_works(file: str, content: bytes) -> tuple[CitedWork, ...]:
    """Read a list of works.

    Raises:
        BadFile: the file does not say all it must, says more, or twice.
    """
    top = FieldPath(file)
    document = _opened(top, content, WORKS_SCHEMA, "works")
    works: list[CitedWork] = []
    for key, raw in top.named(document, "works"):
        at = top.of(key)
        fields = at.mapping(raw, needed="en fr url read")
        works.append(
            CitedWork(
                key,
                Text(at.text(fields, "en"), at.text(fields, "fr")),
                _page(at, fields),
                at.choice(WorkRead, fields["read"], "read"),
            )
        )
    return tuple(works)


def read_facts(file: str, content: bytes) -> ReferenceFacts:
    """Read a file of facts.

    Raises:
        BadFile: the file does not say all it must, says more, or twice.
    """
    top = FieldPath(file)
    document = _opened(top, content, FACTS_SCHEMA, "sources names facts")
    sources = {k: _source(top.of(f"sources.{k}"), k, v) for k, v in top.named(document, "sources")}
    names = {k: _text(top.of(f"names.{k}"), v) for k, v in top.named(document, "names")}
    facts = {k: _fact(top.of(k), k, v, sources, names) for k, v in top.named(document, "facts")}
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
    fields = at.mapping(value, needed="en fr publisher url kind read read_in", allowed="published")
    kind, url = at.text(fields, "kind"), _page(at, fields)
    if kind not in KINDS:
        at.refuse("kind", kind, f"one of {sorted(KINDS)}")
    published: date | None = at.day(fields, "published") if "published" in fields else None
    return FigureSource(
        key=key,
        titles=Text(at.text(fields, "en"), at.text(fields, "fr")),
        publisher=at.text(fields, "publisher"),
        url=url,
        kind=kind,
        read=at.day(fields, "read"),
        read_in=at.choice(ReadIn, fields["read_in"], "read_in"),
        published=published,
    )


def _page(at: FieldPath, fields: Mapping[str, object]) -> str:
    """Read the address of a page: whole, or empty if it was not found again."""
    url = at.text(fields, "url")
    if url and not PAGE_ADDRESS.fullmatch(url):
        at.refuse("url", url, "the address of the page, not of its site; empty if it is lost")
    return url


def _fact(
    at: FieldPath,
    key: str,
    raw: object,
    sources: Mapping[str, FigureSource],
    names: Mapping[str, Text],
) -> ReferenceFact:
    fields = at.mapping(
        raw,
        needed="en fr unit place period values",
        allowed="src where confidence contested_by note says",
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
    where = _noted(at, fields, "where")
    if src and not where:
        at.refuse("where", None, "where on the page the figure is")
    if src and sources[src].is_lost and confidence is not FigureConfidence.TO_VERIFY:
        at.refuse("confidence", confidence.value, "to_verify: its page was not found again")
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
        says=_says(at, fields, values),
        where=where,
        names={name: _value_name(at, name, names) for name in values},
    )


def _value_name(at: FieldPath, name: str, names: Mapping[str, Text]) -> Text:
    """Return what a value is called: nothing if it is the only one, or its year."""
    year = YEAR_NAME.fullmatch(name)
    if name == ONLY or year:
        return Text(year[1], year[1]) if year else Text("", "")
    if name not in names:
        at.refuse(f"values.{name}", name, "a value that stands in names, or a year such as y2018")
    return names[name]


def _says(
    at: FieldPath, fields: Mapping[str, object], values: Mapping[str, Decimal | None]
) -> Mapping[str, FactState]:
    """Read how the source gives each value: one state for all, or by name; exact by default."""
    raw = fields.get("says", {})
    by_name = dict.fromkeys(values, raw) if isinstance(raw, str) else dict(at.named(fields, "says"))
    states = {
        name: FactState.UNKNOWN if v is None else FactState.EXACT for name, v in values.items()
    }
    for name, word in by_name.items():
        state = at.choice(FactState, word, "says")
        if name not in values or state not in SAID_STATES:
            at.refuse(f"says.{name}", word, f"a value of the fact, and one of {[*SAID_STATES]}")
        if values[name] is not None:
            states[name] = state
    return states


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
    fields = at.mapping(value, needed="en fr of pattern hits", allowed="near near_hits")
    if ("near" in fields) != ("near_hits" in fields):
        at.refuse("near", fields.get("near"), "near and near_hits together, or neither")
    return Term(
        key=key,
        label=Text(at.text(fields, "en"), at.text(fields, "fr")),
        of=at.choice(TermTarget, fields["of"], "of"),
        pattern=at.text(fields, "pattern"),
        hits=_hits(at, fields, "hits", looked),
        near=at.text(fields, "near"),
        near_hits=_hits(at, fields, "near_hits", looked)
        if "near_hits" in fields
        else dict.fromkeys(looked),
    )


def _hits(
    at: FieldPath, fields: Mapping[str, object], field: str, looked: Mapping[str, Classification]
) -> Mapping[str, int | None]:
    """Read how many entries of each classification hold a term; null where nobody counted."""
    hits = dict(at.named(fields, field))
    if set(hits) != set(looked):
        at.refuse(field, sorted(hits), f"one for each of {sorted(looked)}; null where not counted")
    counted = {name: _count(at, hits, name) for name in looked}
    for name, count in counted.items():
        if count is not None and looked[name].looked_in is LookedIn.NOT_CHECKED:
            at.refuse(f"{field}.{name}", count, "null: nobody looked there")
    return counted


def _count(at: FieldPath, fields: Mapping[str, object], field: str) -> int | None:
    if fields[field] is None:
        return None
    number: Decimal = at.number(fields, field)
    if number != int(number):
        at.refuse(field, fields[field], 'a whole number in quotes, such as "3007", or null')
    return int(number)
