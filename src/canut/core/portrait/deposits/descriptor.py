"""Read the description of a deposit: ``datapackage.json`` (Data Package standard, version 2).

Standard fields say the licence, the sources and the files with their hashes. What the Portrait
needs beside them stands under ``canut``: publisher, method, frame, dates, rule for small groups.
Every field has its bounds; a missing or wrong one is refused by its name.
"""

import hashlib
import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple, cast

from canut.core.errors import BadFile, BadInput, BadProof, NotProven, TooLarge
from canut.core.json_depth import load_json
from canut.core.outside_text import read_day, read_decimal
from canut.core.portrait.deposits.compared import ComparedLists, read_compared
from canut.core.portrait.deposits.grades import Method, Sampling
from canut.core.portrait.deposits.observations import FEWEST
from canut.core.proofs.canonical import canonical
from canut.core.proofs.data_integrity import verify_document
from canut.core.proofs.did_key import did_of
from canut.core.strict import FieldPath

OF_FIELDS = "bad-parameters"
DESCRIPTOR = "datapackage.json"
SCHEMA = "https://datapackage.org/profiles/2.0/datapackage.json"
TABLE = "observations.csv"
LARGEST = 256 * 1024
LONGEST_TEXT = 300
MOST_RESOURCES = 20
MOST_SOURCES = 20
MOST_CONTESTS = 10
LARGEST_MINIMUM = 10_000
OPEN_LICENCES = frozenset({
    "CC0-1.0", "CC-BY-3.0", "CC-BY-3.0-IGO", "CC-BY-4.0", "CC-BY-SA-3.0", "CC-BY-SA-3.0-IGO",
    "CC-BY-SA-4.0", "PDDL-1.0", "ODC-BY-1.0", "ODbL-1.0", "etalab-2.0", "OGL-Canada-2.0",
    "OGL-UK-3.0", "StatCan-Open-Licence",
})  # fmt: skip
PAGE = re.compile(r"https?://[^/?#\s]+(?:/+[^/?#\s]\S*|/*\?\S+)")
DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:)?10\.[0-9]{4,9}/\S+")
MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
HASH = re.compile(r"(?:sha256:)?([0-9a-f]{64})")
NOTHING = frozenset({"none", "aucun", "aucune", "unknown", "inconnu", "inconnue"})
FACT = re.compile(r"F[0-9]{1,3}\.[a-z0-9_]{1,60}")
_PACKAGE = "licenses sources resources canut"
_BESIDE = (
    "$schema profile name id title description homepage version created contributors keywords"
    " image proof @context"
)
_NEEDED = "title publisher contact method sampling frame collected response weights definitions"
_OPTIONAL = "questionnaire deduplicated code minimum small_groups partial adapter contests compared"


@dataclass(frozen=True, slots=True)
class DepositSource:
    """Where the depositor's figures come from: the page itself, or a DOI."""

    title: str
    address: str

    @property
    def link(self) -> str:
        """Return the address a browser opens."""
        return link_of(self.address)


def link_of(address: str) -> str:
    """Return the address a browser opens; that of a DOI is at doi.org.

    >>> link_of("doi:10.1000/182"), link_of("https://example.org/a")
    ('https://doi.org/10.1000/182', 'https://example.org/a')
    """
    if address.startswith(("http://", "https://")) or not address:
        return address
    return f"https://doi.org/{address.removeprefix('doi:')}"


@dataclass(frozen=True, slots=True)
class Contest:
    """A figure of the Portrait that this deposit contests, such as ``F1.all``, and why."""

    fact: str
    en: str
    fr: str


@dataclass(frozen=True, slots=True)
class DepositDescription:
    """What a depositor says about figures.

    Args:
        minimum: no figure rests on fewer people; the stricter of the two rules.
        small_groups: page of the publisher's own rule for small groups, where figures have no
            ``n``; empty without one.
        is_partial: whether some parts of totals are left out, so that they may make less.
        response: share of people who answered; None if unknown.
        files: hash of each file by name.
        adapter: name of an adapter, empty for ``observations.csv``.
        settings: what the adapter is to read, as written.
        signed_by: did:key of a right signature; empty if the package is not signed.
        sha256: of the canonical description, which names the hash of each file.
        text: the description as canonical JSON.
    """

    title_en: str
    title_fr: str
    publisher: str
    contact: str
    licence: str
    method: Method
    sampling: Sampling
    frame: str
    collected_from: date
    collected_until: date
    response: Decimal | None
    weights: str
    questionnaire: str
    definitions: str
    is_deduplicated: bool
    is_partial: bool
    code: str
    minimum: int
    small_groups: str
    sources: tuple[DepositSource, ...]
    contests: tuple[Contest, ...]
    compared: ComparedLists | None
    files: Mapping[str, str]
    adapter: str
    settings: Mapping[str, object]
    signed_by: str
    sha256: str
    text: str


def read_description(content: bytes, today: date) -> DepositDescription:
    """Read a description.

    Args:
        content: of ``datapackage.json``.
        today: no date may be after it.

    Raises:
        BadFile: it is no description, or a field is missing or wrong; the refusal names it.
        BadInput: no open licence, or an address that is only that of a site.
        NotProven: it is signed, and was changed since.
        TooLarge: it is longer than a description may be.
    """
    document = _document(content)
    with fields_named():
        return _read(document, today)


@contextmanager
def fields_named() -> Generator[None]:
    """Refuse a wrong field of the description with the words for depositors.

    Raises:
        BadFile: ``deposit-field``, for one that a field cannot be read.
    """
    try:
        yield
    except BadFile as problem:
        if problem.case != OF_FIELDS:
            raise
        facts = problem.facts
        where = " ".join(str(facts[name]) for name in ("parameter", "field") if facts.get(name))
        raise BadFile(
            f"the description cannot be used: {problem}",
            code="deposit-field",
            field=where[:120] or DESCRIPTOR,
            seen=facts.get("seen", ""),
        ) from problem


class DescriptionFields(NamedTuple):
    """What a page shows of a stored description; addresses only where they are pages."""

    contact: str
    frame: str
    collected: str
    response: str
    weights: str
    questionnaire: str
    definitions: str
    code: str
    small_groups: str
    minimum: int
    licence: str
    adapter: str
    sources: tuple[DepositSource, ...]
    contests: tuple[Contest, ...]
    compared: ComparedLists | None


def description_fields(text: str) -> DescriptionFields:
    """Return the fields of a description that was checked and stored."""
    document = cast("dict[str, Any]", load_json(text))
    own, span = document["canut"], document["canut"]["collected"]
    return DescriptionFields(
        contact=own["contact"],
        frame=_told(own["frame"]),
        collected=f"{span['from']}/{span['until']}",
        response=_told(own["response"]),
        weights=_told(own["weights"]),
        questionnaire=link_of(own.get("questionnaire", "")),
        definitions=own["definitions"],
        code=link_of(own.get("code", "")),
        small_groups=link_of(own.get("small_groups", "")),
        minimum=max(FEWEST, own.get("minimum", FEWEST)),
        licence=document["licenses"][0]["name"],
        adapter=own.get("adapter", {}).get("kind", ""),
        sources=tuple(DepositSource(item["title"], item["path"]) for item in document["sources"]),
        contests=tuple(
            Contest(item["fact"], item["en"], item["fr"]) for item in own.get("contests", [])
        ),
        compared=read_compared(FieldPath(DESCRIPTOR), own.get("compared"), date.max, FEWEST),
    )


def _document(content: bytes) -> Mapping[str, object]:
    if len(content) > LARGEST:
        raise TooLarge(
            f"the description has {len(content)} bytes; at most {LARGEST}",
            code="deposit-large",
            limit=LARGEST // 1024,
            file=DESCRIPTOR,
        )
    try:
        document = load_json(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as problem:
        raise BadFile(f"{DESCRIPTOR} is no JSON ({problem})", code="deposit-format") from problem
    if not isinstance(document, dict) or document.get("$schema") != SCHEMA:
        raise BadFile(
            f"{DESCRIPTOR} is no data package of version 2; its $schema must be {SCHEMA}",
            code="deposit-format",
        )
    return cast("dict[str, object]", document)


def _read(document: Mapping[str, object], today: date) -> DepositDescription:
    top = FieldPath(DESCRIPTOR)
    if not document.get("licenses"):
        raise _no_licence("")
    fields = top.mapping(dict(document), needed=_PACKAGE, allowed=_BESIDE)
    licence = _licence(top, fields)
    part = top.of("canut")
    own = part.mapping(fields["canut"], needed=_NEEDED, allowed=_OPTIONAL)
    title = part.of("canut.title").mapping(own["title"], needed="en fr")
    collected_from, collected_until = _days(part, own, today)
    adapter, settings = _adapter(part, own)
    sources = tuple(
        _source(top.of(f"sources[{number}]"), item)
        for number, item in enumerate(_some(top, fields, "sources", MOST_SOURCES))
    )
    return DepositDescription(
        title_en=_text(part, title, "en"),
        title_fr=_text(part, title, "fr"),
        publisher=_text(part, own, "publisher"),
        contact=_contact(part, own),
        licence=licence,
        method=part.choice(Method, own["method"], "method"),
        sampling=part.choice(Sampling, own["sampling"], "sampling"),
        frame=_maybe(part, own, "frame"),
        collected_from=collected_from,
        collected_until=collected_until,
        response=_response(part, own),
        weights=_maybe(part, own, "weights"),
        questionnaire=_page_or_none(part, own, "questionnaire"),
        definitions=_text(part, own, "definitions"),
        is_deduplicated=_is_true(part, own, "deduplicated"),
        is_partial=_is_true(part, own, "partial"),
        code=_page_or_none(part, own, "code"),
        minimum=_minimum(part, own),
        small_groups=_page_or_none(part, own, "small_groups"),
        sources=sources,
        contests=_contests(part, own),
        compared=read_compared(
            part.of("canut.compared"), own.get("compared"), today, _minimum(part, own)
        ),
        files=_files(top, fields),
        adapter=adapter,
        settings=settings,
        signed_by=_signer(document),
        sha256=hashlib.sha256(_canonical(document)).hexdigest(),
        text=_canonical(document).decode(),
    )


def _canonical(document: Mapping[str, object]) -> bytes:
    try:
        return canonical(document)
    except BadInput as problem:
        raise BadFile(
            f"{DESCRIPTOR} holds a number with a fraction; write it as a text ({problem})",
            code="deposit-format",
        ) from problem


def _signer(document: Mapping[str, object]) -> str:
    if "proof" not in document:
        return ""
    try:
        checked = verify_document(document)
    except (BadProof, NotProven) as problem:
        raise NotProven(
            f"the signature of the package does not hold ({problem})", code="deposit-signature"
        ) from problem
    return did_of(checked.signatures[0].public)


def _licence(at: FieldPath, fields: Mapping[str, object]) -> str:
    (first, *_others) = at.items(fields, "licenses") or [{}]
    licence = at.of("licenses[0]").mapping(first, needed="", allowed="name path title")
    name = at.text(licence, "name")
    if name not in OPEN_LICENCES:
        raise _no_licence(name)
    return name


def _no_licence(name: str) -> BadInput:
    return BadInput(
        f"the package has {name or 'no'!r} licence; give one of {', '.join(sorted(OPEN_LICENCES))}",
        code="deposit-licence",
        seen=name[:40] or "–",
        known=", ".join(sorted(OPEN_LICENCES)),
    )


def _text(at: FieldPath, fields: Mapping[str, object], name: str) -> str:
    text = " ".join(at.text(fields, name).split())
    if not text or len(text) > LONGEST_TEXT:
        at.refuse(name, text, f"1 to {LONGEST_TEXT} characters")
    return text


def _maybe(at: FieldPath, fields: Mapping[str, object], name: str) -> str:
    """Return a text that must be there and may say ``none``, which is empty."""
    text = _text(at, fields, name)
    return _told(text)


def _told(text: str) -> str:
    """Return a text, but nothing for one that says that there is none."""
    return "" if text.casefold() in NOTHING else text


def _page(name: str, address: str) -> str:
    if not PAGE.fullmatch(address) and not DOI.fullmatch(address):
        raise BadInput(
            f"{name} is {address!r}: the address of a site; give that of the page, or a DOI",
            code="deposit-address",
            field=name,
            seen=address[:60],
        )
    if len(address) > LONGEST_TEXT:
        raise BadInput(f"{name} is too long", code="deposit-address", field=name, seen=address[:60])
    return address


def _page_or_none(at: FieldPath, fields: Mapping[str, object], name: str) -> str:
    text = at.text(fields, name).strip()
    return _page(name, text) if text else ""


def _contact(at: FieldPath, fields: Mapping[str, object]) -> str:
    contact = _text(at, fields, "contact")
    return contact if MAIL.fullmatch(contact) else _page("contact", contact)


def _days(at: FieldPath, fields: Mapping[str, object], today: date) -> tuple[date, date]:
    span = at.of("canut.collected").mapping(fields["collected"], needed="from until")
    days = [read_day(at.text(span, name)) for name in ("from", "until")]
    begin, end = days
    if begin is None or end is None or not begin <= end <= today:
        at.refuse("collected", dict(span), "two days, from and until, none of them to come")
    return cast("date", begin), cast("date", end)


def _response(at: FieldPath, fields: Mapping[str, object]) -> Decimal | None:
    text = _maybe(at, fields, "response")
    share = read_decimal(text, 1) if text else None
    if text and (share is None or share < 0):
        at.refuse("response", text, 'a share between "0" and "1", or "unknown"')
    return share


def _is_true(at: FieldPath, fields: Mapping[str, object], name: str) -> bool:
    value = fields.get(name, False)
    if not isinstance(value, bool):
        at.refuse(name, value, "true or false")
    return bool(value)


def _minimum(at: FieldPath, fields: Mapping[str, object]) -> int:
    value = fields.get("minimum", FEWEST)
    if type(value) is not int or not 0 <= value <= LARGEST_MINIMUM:
        at.refuse("minimum", value, f"a whole number of people, at most {LARGEST_MINIMUM}")
    return max(FEWEST, cast("int", value))


def _some(at: FieldPath, fields: Mapping[str, object], name: str, most: int) -> list[object]:
    items = at.items(fields, name)
    if not 1 <= len(items) <= most:
        at.refuse(name, len(items), f"1 to {most}")
    return items


def _source(at: FieldPath, item: object) -> DepositSource:
    fields = at.mapping(item, needed="title path", allowed="email version")
    return DepositSource(_text(at, fields, "title"), _page("sources", at.text(fields, "path")))


def _contests(at: FieldPath, fields: Mapping[str, object]) -> tuple[Contest, ...]:
    items = at.items(fields, "contests")
    if len(items) > MOST_CONTESTS:
        at.refuse("contests", len(items), f"at most {MOST_CONTESTS}")
    contests: list[Contest] = []
    for item in items:
        contest = at.of("canut.contests").mapping(item, needed="fact en fr")
        fact = at.text(contest, "fact")
        if not FACT.fullmatch(fact):
            at.refuse("contests", fact, "a figure of the Portrait, such as F1.all")
        contests.append(Contest(fact, _text(at, contest, "en"), _text(at, contest, "fr")))
    return tuple(contests)


def _files(at: FieldPath, fields: Mapping[str, object]) -> dict[str, str]:
    files: dict[str, str] = {}
    for item in _some(at, fields, "resources", MOST_RESOURCES):
        resource = at.of("resources").mapping(
            item,
            needed="name path hash",
            allowed="$schema profile type title description format mediatype encoding bytes dialect"
            " schema sources licenses",
        )
        path, hash_match = at.text(resource, "path"), HASH.fullmatch(at.text(resource, "hash"))
        if not FILE_NAME.fullmatch(path) or path in files:
            at.refuse("resources path", path, "the name of a file of the package, without folders")
        if hash_match is None:
            at.refuse("resources hash", resource["hash"], "sha256: and 64 digits")
        files[path] = cast("re.Match[str]", hash_match)[1]
    return files


def _adapter(at: FieldPath, fields: Mapping[str, object]) -> tuple[str, Mapping[str, object]]:
    if "adapter" not in fields:
        return "", {}
    settings = fields["adapter"]
    if not isinstance(settings, dict):
        at.refuse("adapter", settings, "an object with its kind")
    mapping = cast("dict[str, object]", settings)
    return at.of("canut.adapter").text(mapping, "kind"), mapping
