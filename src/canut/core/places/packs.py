"""Read signed packs of dated values for a place, check them, and add them to what is known.

A pack brings values without a release: the rates of a new year, a minimum wage. It only adds. A
value of a day that already has one must say that it corrects it, and why. Whose packs are trusted
and when one takes effect is decided in ``actions.pay.place_packs``.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast

from canut.core.errors import BadFile, BadInput, BadProof, NotProven, TooLarge
from canut.core.json_depth import load_json
from canut.core.outside_text import read_day
from canut.core.places.parameters import (
    PLACE,
    DatedValue,
    Parameter,
    Places,
    PlaceText,
    ValueConfidence,
    ValueSource,
)
from canut.core.places.reader import KINDS
from canut.core.proofs.data_integrity import sign_document, verify_document
from canut.core.proofs.did_key import did_of
from canut.core.strict import FieldPath

SCHEMA = "canut.place-pack/1"
PACK_FILE = ".pack.json"
PAGE = re.compile(r"https?://[^/?#\s]+(?:/+[^/?#\s]\S*|/*\?\S+)")
LARGEST_PACK = 256 * 1024
MOST_VALUES = 500
LONGEST_TEXT = 300
LONGEST = timedelta(days=3 * 366)
REVIEW_BEFORE = timedelta(days=60)
AMOUNT_BAND = (Decimal("0.8"), Decimal("1.5"))
RATIO_BAND = (Decimal("0.5"), Decimal(2))
REASONED_BAND = (Decimal("0.1"), Decimal(10))
"""What a new value may be of the one before: an amount, a rate, and either with a reason.

A slip of the decimal point, or a percentage written as a rate, is outside all three.
"""


@dataclass(frozen=True, slots=True)
class PackValue:
    """One dated value of a pack; None is unknown, and says so.

    Args:
        until: the day from which it may not be used; None for a correction: as what it corrects.
        reason: why it corrects a value, or is far from the one before.
    """

    place: str
    name: str
    since: date
    until: date | None
    value: Decimal | None
    source: ValueSource | None
    confidence: ValueConfidence
    note: str = ""
    is_correction: bool = False
    reason: str = ""

    @property
    def where(self) -> str:
        """Return how messages name it: place, parameter and first day."""
        return f"{self.place} {self.name}, {self.since}"


@dataclass(frozen=True, slots=True)
class PlacePack:
    """A pack as it was read; its signature is right, and by ``author``, a did:key.

    ``prepared_by`` and ``checked_by`` are the names of the two people who looked the values up.
    """

    place: str
    version: str
    prepared_by: str
    checked_by: str
    prepared_on: date
    values: tuple[PackValue, ...]
    author: str
    sha256: str
    content: str


def sign_pack(content: bytes, secret: bytes, created: str) -> bytes:
    """Return a pack with a signature, as it is stored and sent.

    Raises:
        BadFile: it is no pack.
        BadInput: it is signed already.
        TooLarge: it is longer than a pack may be.
    """
    document = _document(content)
    if "proof" in document:
        raise BadInput("the pack is signed already", code="pack-signed")
    _read_fields(document)
    signed = sign_document(document, secret, created)
    return (json.dumps(signed, indent=1, ensure_ascii=False) + "\n").encode()


def read_pack(content: bytes) -> PlacePack:
    """Read a signed pack.

    Raises:
        BadFile: it is no pack, or a field is missing or wrong; the refusal names it.
        NotProven: it is not signed, or was changed after it was signed.
        TooLarge: it is longer than a pack may be.
    """
    document = _document(content)
    if "proof" not in document:
        raise NotProven("the pack is not signed", code="pack-unsigned")
    try:
        checked = verify_document(document)
    except (BadProof, NotProven) as problem:
        raise NotProven(
            f"the signature of the pack does not hold ({problem}); it was changed, or is not whole",
            code="pack-signature",
        ) from problem
    if len(checked.signatures) != 1:
        raise NotProven("a pack has one signature", code="pack-signature")
    fields = _read_fields(document)
    return PlacePack(
        **fields,
        author=did_of(checked.signatures[0].public),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content.decode(),
    )


def check_pack(places: Places, pack: PlacePack) -> None:
    """Check a pack against what is known: it may add to it, and must be plausible.

    Raises:
        BadInput: a place or parameter is not known here, a day has a value already, a correction
            has nothing to correct, or a value is far from the one before.
    """
    checked = places
    for value in pack.values:
        parameter = _parameter_of(checked, value)
        _check_days(parameter, value)
        _check_band(parameter, value)
        checked = _with_value(checked, value, pack)


def with_packs(places: Places, packs: Iterable[PlacePack]) -> Places:
    """Return the places with the values of some packs, in their order.

    A value whose parameter is no longer there is of no use and is left out.
    """
    for pack in packs:
        for value in pack.values:
            rules = places.by_code.get(value.place)
            if rules is not None and value.name in rules.parameters:
                places = _with_value(places, value, pack)
        text = PlaceText(f"{pack.place}{PACK_FILE}", pack.sha256, pack.content)
        places = replace(places, packs=(*places.packs, text))
    return places


def is_far(parameter: Parameter, value: PackValue) -> bool:
    """Return whether a value is far from the one before, so that it needs a reason."""
    bounds = RATIO_BAND if parameter.unit == "ratio" else AMOUNT_BAND
    return not _is_within(parameter, value, bounds)


def _document(content: bytes) -> Mapping[str, object]:
    if len(content) > LARGEST_PACK:
        raise TooLarge(
            f"the pack has {len(content)} bytes; at most {LARGEST_PACK}",
            code="pack-large",
            limit=LARGEST_PACK // 1024,
        )
    try:
        document = load_json(content.decode())
    except (ValueError, RecursionError) as problem:
        raise BadFile(f"the pack is not JSON ({problem})", code="pack-format") from problem
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise BadFile(f"this is no place pack; its schema must be {SCHEMA}", code="pack-format")
    return cast("dict[str, object]", document)


def _read_fields(document: Mapping[str, object]) -> dict[str, Any]:
    """Read the fields of a pack but for its signature; a wrong one is named."""
    try:
        return _fields_of(document)
    except BadFile as problem:
        facts = problem.facts
        where = " ".join(str(facts[name]) for name in ("parameter", "field") if facts.get(name))
        raise BadFile(
            f"the pack cannot be used: {problem}",
            code="pack-field",
            where=where or "schema",
            seen=facts.get("seen", ""),
        ) from problem


def _fields_of(document: Mapping[str, object]) -> dict[str, Any]:
    top = FieldPath("pack")
    needed = "schema place version prepared_by checked_by prepared_on sources values"
    fields = top.mapping(dict(document), needed=needed, allowed="proof @context note")
    place = top.text(fields, "place")
    if not PLACE.fullmatch(place):
        top.refuse("place", place, "an ISO 3166-2 code, such as CA-QC")
    for name in ("version", "prepared_by", "checked_by"):
        _required(top, fields, name)
    prepared_by, checked_by = (
        " ".join(top.text(fields, name).split()) for name in ("prepared_by", "checked_by")
    )
    if prepared_by.casefold() == checked_by.casefold():
        top.refuse("checked_by", checked_by, "somebody else than prepared_by")
    sources = {k: _source(top.of(f"sources.{k}"), k, v) for k, v in top.named(fields, "sources")}
    items = top.items(fields, "values")
    if not 1 <= len(items) <= MOST_VALUES:
        top.refuse("values", len(items), f"1 to {MOST_VALUES} values")
    return {
        "place": place,
        "version": top.text(fields, "version"),
        "prepared_by": prepared_by,
        "checked_by": checked_by,
        "prepared_on": _day(top, fields, "prepared_on"),
        "values": tuple(
            _value(top.of(f"values[{number}]"), item, place, sources)
            for number, item in enumerate(items)
        ),
    }


def _required(at: FieldPath, fields: Mapping[str, object], name: str) -> str:
    text = at.text(fields, name)
    if not text.strip() or len(text) > LONGEST_TEXT:
        at.refuse(name, text, f"1 to {LONGEST_TEXT} characters")
    return text


def _day(at: FieldPath, fields: Mapping[str, object], name: str) -> date:
    day = read_day(at.text(fields, name))
    if day is None:
        at.refuse(name, fields.get(name), 'a day, such as "2027-01-01"')
    return cast("date", day)


def _source(at: FieldPath, key: str, value: object) -> ValueSource:
    fields = at.mapping(value, needed="title url kind read", allowed="published")
    kind, url = at.text(fields, "kind"), _required(at, fields, "url")
    if kind not in KINDS:
        at.refuse("kind", kind, f"one of {sorted(KINDS)}")
    if not PAGE.fullmatch(url):
        at.refuse("url", url, "the address of the page itself, not of the site")
    published = _day(at, fields, "published") if "published" in fields else None
    return ValueSource(
        key, _required(at, fields, "title"), url, kind, _day(at, fields, "read"), published
    )


def _value(
    at: FieldPath, item: object, place: str, sources: Mapping[str, ValueSource]
) -> PackValue:
    fields = at.mapping(
        item,
        needed="parameter from value",
        allowed="place until src confidence note corrects reason",
    )
    code = at.text(fields, "place") or place
    if code not in {place, place.partition("-")[0]}:
        at.refuse("place", code, f"{place} or its country")
    since = _day(at, fields, "from")
    is_correction = "corrects" in fields
    if is_correction and _day(at, fields, "corrects") != since:
        at.refuse("corrects", fields["corrects"], "the same day as from")
    until = None
    if "until" in fields or not is_correction:
        until = _day(at, fields, "until")
        if not since < until <= since + LONGEST:
            at.refuse("until", fields["until"], "a day after from, at most three years later")
    number, source, confidence = _number(at, fields, sources)
    for name in ("note", "reason"):
        if len(at.text(fields, name)) > LONGEST_TEXT:
            at.refuse(name, fields[name], f"at most {LONGEST_TEXT} characters")
    return PackValue(
        place=code,
        name=_required(at, fields, "parameter"),
        since=since,
        until=until,
        value=number,
        source=source,
        confidence=confidence,
        note=at.text(fields, "note"),
        is_correction=is_correction,
        reason=at.text(fields, "reason").strip(),
    )


def _number(
    at: FieldPath, fields: Mapping[str, object], sources: Mapping[str, ValueSource]
) -> tuple[Decimal | None, ValueSource | None, ValueConfidence]:
    """Read a value with its source and how sure it is; null is unknown."""
    if fields["value"] is None:
        return None, None, ValueConfidence.UNKNOWN
    number, src = at.number(fields, "value"), at.text(fields, "src")
    if src not in sources:
        at.refuse("src", src, f"one of the sources {sorted(sources)}")
    confidence = at.choice(ValueConfidence, fields.get("confidence"), "confidence")
    if confidence is ValueConfidence.UNKNOWN:
        at.refuse("confidence", confidence.value, "null as value, for what is unknown")
    return number, sources[src], confidence


def _parameter_of(places: Places, value: PackValue) -> Parameter:
    rules = places.by_code.get(value.place)
    if rules is None:
        raise BadInput(
            f"{value.place} has no file here, so that a pack has nothing to add to",
            code="pack-place",
            place=value.place,
        )
    parameter = rules.parameters.get(value.name)
    if parameter is None:
        raise BadInput(
            f"{value.place} has no value named {value.name}",
            code="pack-parameter",
            place=value.place,
            parameter=value.name,
        )
    return parameter


def _check_days(parameter: Parameter, value: PackValue) -> None:
    """Refuse a value of a day that has one already, unless it is a correction with a reason.

    A day that was said to be unknown has none.
    """
    days = {entry.since for entry in parameter.entries}
    if value.is_correction:
        if value.since not in days or not value.reason:
            raise BadInput(
                f"{value.where} corrects a value of that day, which must be there, with a reason",
                code="pack-correction",
                where=value.where,
            )
        return
    last = parameter.on(max(days))
    was_unknown = last is not None and last.value is None and value.since == last.since
    if value.since <= max(days) and not was_unknown:
        raise BadInput(
            f"{value.where}: the last value is from {max(days)}; a pack adds a later day, or says"
            " corrects and reason",
            code="pack-overlap",
            where=value.where,
            day=max(days).isoformat(),
        )


def _check_band(parameter: Parameter, value: PackValue) -> None:
    """Refuse a value that can hardly be meant; with a reason, only one that cannot."""
    last = _last_known(parameter, value)
    is_possible = _is_within(parameter, value, REASONED_BAND)
    if is_possible and (value.reason or not is_far(parameter, value)):
        return
    raise BadInput(
        f"{value.where} is {value.value}; the one before is {last}: check the decimal point, and"
        " whether it is a share or a percentage",
        code="pack-band",
        where=value.where,
        seen=str(value.value),
        last="–" if last is None else str(last),
    )


def _is_within(parameter: Parameter, value: PackValue, bounds: tuple[Decimal, Decimal]) -> bool:
    last = _last_known(parameter, value)
    if value.value is None:
        return True
    if not last:
        return value.value < 1 if parameter.unit == "ratio" and last is None else True
    least, most = bounds
    return least <= value.value / last <= most


def _last_known(parameter: Parameter, value: PackValue) -> Decimal | None:
    """Return the last value that is known before a day; of a correction, what it corrects."""
    days = [
        entry
        for entry in parameter.entries
        if entry.value is not None and entry.since <= value.since
    ]
    return max(reversed(days), key=lambda entry: entry.since).value if days else None


def _with_value(places: Places, value: PackValue, pack: PlacePack) -> Places:
    rules = places.by_code[value.place]
    parameter = rules.parameters[value.name]
    corrected = parameter.on(value.since)
    stop = value.until or (parameter.stop_of(corrected) if corrected else parameter.hard_stop)
    source = value.source and replace(value.source, key=f"{pack.version}:{value.source.key}")
    entry = DatedValue(
        since=value.since,
        value=value.value,
        source=source,
        confidence=value.confidence,
        note=value.note,
        hard_stop=stop,
        pack=pack.version,
        sha256=pack.sha256,
    )
    before = tuple(replace(row, hard_stop=parameter.stop_of(row)) for row in parameter.entries)
    is_longer = stop > parameter.hard_stop
    longer = replace(
        parameter,
        entries=(*before, entry),
        hard_stop=max(stop, parameter.hard_stop),
        review_by=stop - REVIEW_BEFORE if is_longer else parameter.review_by,
    )
    changed = replace(rules, parameters={**rules.parameters, value.name: longer})
    return replace(places, by_code={**places.by_code, value.place: changed})
