"""Describe the material of a dataset: the gestures it was made by, whose, with what consent, paid.

Texts, images and clicks that people label were made by somebody, mostly unpaid: a comment, a star,
a CAPTCHA. An origin divides the material into parts, each of one gesture. What nobody knows is told
as unknown; hours are counted only from seconds that have a source, never from a default.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from canut.core.errors import BadInput

MOST_PARTS = 12
WHOLE = 1_000
TEXT_LENGTH, SOURCE_LENGTH, COUNTRY_LENGTH = 120, 300, 2
MOST_COUNT = 10**12
MOST_SECONDS_MS = 24 * 3_600_000
HOUR_MS = 3_600_000


class Gesture(StrEnum):
    """What somebody did that the material is made of."""

    LIKE = "like"
    SHARE = "share"
    FOLLOW = "follow"
    COMMENT = "comment"
    POST = "post"
    MESSAGE = "message"
    REVIEW = "review"
    STAR = "star"
    CAPTCHA_IMAGE = "captcha_image"
    CAPTCHA_BOX = "captcha_box"
    CAPTCHA_TEXT = "captcha_text"
    UPLOAD = "upload"
    SEARCH = "search"
    CLICK_LOG = "click_log"
    LOCATION = "location"
    GAME = "game"
    VOLUNTEER = "volunteer"
    WORK = "work"
    RECORD = "record"
    MADE = "made"
    UNKNOWN = "unknown"


class Consent(StrEnum):
    """What the people who made it agreed to."""

    ASKED = "asked"
    IN_TERMS = "in_terms"
    PUBLIC_ONLY = "public_only"
    BY_LAW = "by_law"
    NONE = "none"
    UNKNOWN = "unknown"


class MakerPay(StrEnum):
    """What the people who made it received."""

    MONEY = "money"
    IN_KIND = "in_kind"
    NO = "no"
    UNKNOWN = "unknown"


class Personal(StrEnum):
    """Whether the material tells of identifiable people."""

    NONE = "none"
    POSSIBLE = "possible"
    YES = "yes"
    UNKNOWN = "unknown"


NOT_GESTURES = frozenset({Gesture.WORK, Gesture.RECORD, Gesture.MADE})
"""Material that no unpaid gesture of a user made: paid work, public registers, programs."""


@dataclass(frozen=True, slots=True)
class MaterialPart:
    """One part of the material, all of one gesture.

    Args:
        gesture: what made it.
        share_per_mille: its share of the material, in thousandths; None if unknown.
        platform: where it was made, in words; empty if unknown.
        country: country code of two letters of who made it; empty if unknown.
        count: how many gestures; None if unknown.
        seconds_ms: how long one takes, least and most, in ms; None if unknown.
        seconds_source: where these come from; needed with them.
        consent: what its makers agreed to.
        payment: what they received.
        personal: whether it tells of identifiable people.
    """

    gesture: Gesture
    share_per_mille: int | None = None
    platform: str = ""
    country: str = ""
    count: int | None = None
    seconds_ms: tuple[int, int] | None = None
    seconds_source: str = ""
    consent: Consent = Consent.UNKNOWN
    payment: MakerPay = MakerPay.UNKNOWN
    personal: Personal = Personal.UNKNOWN

    @property
    def is_unpaid_gesture(self) -> bool:
        """Return whether users made it without being paid in money, as far as is known."""
        return (
            self.gesture not in {*NOT_GESTURES, Gesture.UNKNOWN}
            and self.payment is not MakerPay.MONEY
        )

    @property
    def hours(self) -> tuple[float, float] | None:
        """Return the hours its gestures took, least and most; None if unknown.

        Example:
            >>> part = MaterialPart(Gesture.CAPTCHA_IMAGE, count=1_000_000,
            ...     seconds_ms=(1_850, 10_300), seconds_source="arXiv 2311.10911")
            >>> [round(hours, 1) for hours in part.hours or ()]
            [513.9, 2861.1]
        """
        if self.count is None or self.seconds_ms is None:
            return None
        least, most = self.seconds_ms
        return self.count * least / HOUR_MS, self.count * most / HOUR_MS


UNKNOWN_MATERIAL = (MaterialPart(Gesture.UNKNOWN),)
"""The origin of material that nobody described."""


def check_parts(parts: Sequence[MaterialPart]) -> tuple[MaterialPart, ...]:
    """Check an origin as it is declared.

    Raises:
        BadInput: no part or too many, shares that are not the whole, seconds without a source or
            turned round, or a value that cannot be meant.
    """
    if not 1 <= len(parts) <= MOST_PARTS:
        raise BadInput(
            f"an origin has 1 to {MOST_PARTS} parts, not {len(parts)}",
            code="material-parts",
            field="parts",
            limit=MOST_PARTS,
        )
    for part in parts:
        _check_part(part)
    shares = [part.share_per_mille for part in parts if part.share_per_mille is not None]
    total = sum(shares)
    if total > WHOLE or (len(shares) == len(parts) and total != WHOLE):
        raise BadInput(
            f"the shares add up to {total / 10:g} %; known shares make 100 %, or one stays unknown",
            code="material-shares",
            field="share",
            seen=f"{total / 10:g}",
        )
    return tuple(parts)


def unpaid_hours(parts: Sequence[MaterialPart]) -> tuple[float, float] | None:
    """Return the hours of unpaid gestures in the material, least and most.

    Returns:
        The sum over all parts that are unpaid gestures; None if any of them is unknown, so that a
        sum never passes for the whole.
    """
    least = most = 0.0
    for part in parts:
        if part.gesture is Gesture.UNKNOWN:
            return None
        if not part.is_unpaid_gesture:
            continue
        if part.hours is None:
            return None
        least, most = least + part.hours[0], most + part.hours[1]
    return least, most


def _check_part(part: MaterialPart) -> None:
    if part.share_per_mille is not None and not 0 < part.share_per_mille <= WHOLE:
        raise BadInput(
            "a share is more than 0 and at most 100 %", code="material-shares", field="share"
        )
    if part.country and not (
        len(part.country) == COUNTRY_LENGTH and part.country.isascii() and part.country.isupper()
    ):
        raise BadInput(
            f"country is {part.country!r}; expected two capital letters, such as CA or FR",
            code="bad-country",
            field="country",
            seen=part.country,
        )
    if part.count is not None and not 0 <= part.count <= MOST_COUNT:
        raise BadInput(
            f"a count is 0 to {MOST_COUNT}", code="material-count", field="count", limit=MOST_COUNT
        )
    if len(part.platform) > TEXT_LENGTH or len(part.seconds_source) > SOURCE_LENGTH:
        raise BadInput(
            f"a platform has at most {TEXT_LENGTH} characters and a source {SOURCE_LENGTH}",
            code="too-long",
            field="platform",
            limit=TEXT_LENGTH,
        )
    if part.seconds_ms is not None:
        _check_seconds(part.seconds_ms, part.seconds_source)


def _check_seconds(seconds_ms: tuple[int, int], source: str) -> None:
    least, most = seconds_ms
    if not 0 < least <= most <= MOST_SECONDS_MS:
        raise BadInput(
            "the least time is over 0 s and at most the longest, which is at most a day",
            code="material-seconds",
            field="seconds",
        )
    if not source.strip():
        raise BadInput(
            "say where the seconds come from; without a source the time stays unknown",
            code="material-source",
            field="seconds_source",
        )


class Relation(StrEnum):
    """How a dataset was made from another one."""

    MADE_OF = "made_of"
    MIXED_WITH = "mixed_with"
    LABELLED_BY_MODEL_OF = "labelled_by_model_of"
    DISTILLED_FROM = "distilled_from"


@dataclass(frozen=True, slots=True)
class DatasetSource:
    """Another dataset that this one was made from.

    Args:
        relation: how.
        name: its name, as its makers call it.
        address: its page, https; empty if it has none.
        project: the slug of its project where it was made on this instance; empty elsewhere.
    """

    relation: Relation
    name: str
    address: str = ""
    project: str = ""


def check_sources(sources: Sequence[DatasetSource]) -> tuple[DatasetSource, ...]:
    """Check the datasets that a dataset is said to be made from.

    Raises:
        BadInput: too many, one without a name, an address that is not https, or one named twice.
    """
    if len(sources) > MOST_PARTS:
        raise BadInput(
            f"{len(sources)} datasets are named; at most {MOST_PARTS}",
            code="material-parts",
            field="sources",
            limit=MOST_PARTS,
        )
    for source in sources:
        if not 0 < len(source.name.strip()) <= TEXT_LENGTH:
            raise BadInput(
                f"name each dataset, in at most {TEXT_LENGTH} characters",
                code="material-source-unnamed",
                field="sources",
                limit=TEXT_LENGTH,
            )
        if source.address and not (
            source.address.startswith("https://") and len(source.address) <= SOURCE_LENGTH
        ):
            raise BadInput(
                f"the address {source.address!a} does not begin with https://",
                code="material-source-address",
                field="sources",
                seen=source.address,
            )
    named = {(source.relation, source.project or source.name.casefold()) for source in sources}
    if len(named) != len(sources):
        raise BadInput("a dataset is named twice", code="material-source-twice", field="sources")
    return tuple(sources)


def part_as_json(part: MaterialPart) -> dict[str, object]:
    """Return a part as it is kept and exported; unknown fields are left out."""
    fields: dict[str, object] = {
        "gesture": part.gesture.value,
        "consent": part.consent.value,
        "payment": part.payment.value,
    }
    if part.share_per_mille is not None:
        fields["share_per_mille"] = part.share_per_mille
    if part.platform:
        fields["platform"] = part.platform
    if part.country:
        fields["country"] = part.country
    if part.count is not None:
        fields["count"] = part.count
    if part.seconds_ms is not None:
        fields["seconds_ms"] = list(part.seconds_ms)
        fields["seconds_source"] = part.seconds_source
    if part.personal is not Personal.UNKNOWN:
        fields["personal"] = part.personal.value
    return fields


def part_from_json(fields: Mapping[str, Any]) -> MaterialPart:
    """Return a part from what ``part_as_json`` wrote.

    Raises:
        ValueError, TypeError, KeyError: it wrote something else.
    """
    seconds = fields.get("seconds_ms")
    return MaterialPart(
        Gesture(fields["gesture"]),
        fields.get("share_per_mille"),
        str(fields.get("platform", "")),
        str(fields.get("country", "")),
        fields.get("count"),
        None if seconds is None else (int(seconds[0]), int(seconds[1])),
        str(fields.get("seconds_source", "")),
        Consent(fields.get("consent", Consent.UNKNOWN)),
        MakerPay(fields.get("payment", MakerPay.UNKNOWN)),
        Personal(fields.get("personal", Personal.UNKNOWN)),
    )


def source_as_json(source: DatasetSource) -> dict[str, str]:
    """Return a dataset named as a source, as it is kept and exported."""
    fields = {"relation": source.relation.value, "name": source.name}
    if source.address:
        fields["address"] = source.address
    if source.project:
        fields["project"] = source.project
    return fields


def source_from_json(fields: Mapping[str, Any]) -> DatasetSource:
    """Return a source from what ``source_as_json`` wrote.

    Raises:
        ValueError, TypeError, KeyError: it wrote something else.
    """
    return DatasetSource(
        Relation(fields["relation"]),
        str(fields["name"]),
        str(fields.get("address", "")),
        str(fields.get("project", "")),
    )
