"""Forms of what a project's material was made by: one a part, one a dataset it was made from.

They read text into values; whether a value may be is decided by the action that takes it.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from canut.core.datasets.material import (
    MOST_COUNT,
    MOST_PARTS,
    SOURCE_LENGTH,
    TEXT_LENGTH,
    Consent,
    DatasetSource,
    Gesture,
    MakerPay,
    MaterialPart,
    Personal,
    Relation,
)
from canut.core.errors import BadInput
from canut.store.datasets.material import Material
from canut.web.kit.fields import select
from canut.web.kit.formatting import typed_amount
from canut.web.kit.forms import PlainForm, amount, micro_of, number, words
from canut.web.kit.messages import lazy_message
from canut.web.kit.places import CountryField

PART, SOURCE = "part", "source"
MICRO_A_PER_MILLE, MICRO_A_MS = 100_000, 1_000
GESTURES = tuple((gesture.value, lazy_message(f"gesture.{gesture.value}")) for gesture in Gesture)
CONSENTS = tuple((one.value, lazy_message(f"consent.{one.value}")) for one in Consent)
PAYMENTS = tuple((one.value, lazy_message(f"maker_paid.{one.value}")) for one in MakerPay)
PERSONAL = tuple((one.value, lazy_message(f"personal.{one.value}")) for one in Personal)
RELATIONS = tuple((one.value, lazy_message(f"made_from.{one.value}")) for one in Relation)


class _Row(PlainForm):
    """A row of a page with several."""

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        initial: dict[str, Any] | None = None,
        prefix: str = "",
    ) -> None:
        super().__init__(data, initial=initial)
        self.prefix = prefix


class PartForm(_Row):
    """One part of the material; left out where no gesture is chosen."""

    gesture = select(
        lazy_message("form.material.gesture"),
        (("", lazy_message("form.material.no_part")), *GESTURES),
        required=False,
    )
    share = amount(lazy_message("form.material.share"), lazy_message("form.material.if_known"))
    platform = words(
        lazy_message("form.material.where"),
        lazy_message("form.material.where_hint"),
        required=False,
        max_length=TEXT_LENGTH,
    )
    country = CountryField(lazy_message("form.material.country"), required=False)
    consent = select(lazy_message("form.material.consent"), CONSENTS, initial=Consent.UNKNOWN.value)
    payment = select(lazy_message("form.material.paid"), PAYMENTS, initial=MakerPay.UNKNOWN.value)
    personal = select(
        lazy_message("form.material.personal"),
        PERSONAL,
        required=False,
        initial=Personal.UNKNOWN.value,
    )
    count = number(
        lazy_message("form.material.count"),
        0,
        MOST_COUNT,
        lazy_message("form.material.if_known"),
        required=False,
    )
    least = amount(lazy_message("form.material.least"))
    most = amount(lazy_message("form.material.most"))
    seconds_source = words(
        lazy_message("form.material.seconds_source"),
        lazy_message("form.material.seconds_source_hint"),
        required=False,
        max_length=SOURCE_LENGTH,
    )

    def clean(self) -> dict[str, Any]:
        """Parse the share and the seconds; one of two seconds stands for both."""
        data = super().clean() or self.cleaned_data
        for name in ("share", "least", "most"):
            try:
                data[name] = micro_of(data.get(name))
            except BadInput:
                self.add_error(name, lazy_message("form.price_forms.write_an_amount_above"))
        return data

    def part(self) -> MaterialPart | None:
        """Return the part; None where the row is empty."""
        data = self.cleaned_data
        if not data["gesture"]:
            return None
        share, least, most = data["share"], data["least"], data["most"]
        seconds = None
        if least or most:
            seconds = ((least or most) // MICRO_A_MS, (most or least) // MICRO_A_MS)
        return MaterialPart(
            Gesture(data["gesture"]),
            None if share is None else round(share / MICRO_A_PER_MILLE),
            data["platform"].strip(),
            data["country"],
            data["count"],
            seconds,
            data["seconds_source"].strip() if seconds else "",
            Consent(data["consent"]),
            MakerPay(data["payment"]),
            Personal(data["personal"] or Personal.UNKNOWN),
        )


class SourceForm(_Row):
    """One dataset that the material was made from; left out where it has no name."""

    relation = select(
        lazy_message("form.material.relation"), RELATIONS, initial=Relation.MADE_OF.value
    )
    name = words(lazy_message("form.material.dataset"), required=False, max_length=TEXT_LENGTH)
    address = words(lazy_message("form.material.address"), required=False, max_length=SOURCE_LENGTH)
    project = select(lazy_message("form.material.project"), (), required=False)

    def source(self, titles: dict[str, str]) -> DatasetSource | None:
        """Return the dataset; None where the row is empty."""
        data = self.cleaned_data
        name = data["name"].strip() or titles.get(data["project"], "")
        if not name:
            return None
        return DatasetSource(
            Relation(data["relation"]), name, data["address"].strip(), data["project"]
        )


def part_forms(material: Material, data: QueryDict | None) -> list[PartForm]:
    """Return a form for each part, and one more to add a part."""
    initials = [_part_initial(part) for part in material.parts] if material.number else []
    return [
        PartForm(data, initial=row, prefix=prefix) for prefix, row in _rows(PART, initials, data)
    ]


def source_forms(
    material: Material, titles: dict[str, str], data: QueryDict | None
) -> list[SourceForm]:
    """Return a form for each dataset it was made from, and one more to add one."""
    initials = [_source_initial(source) for source in material.sources]
    rows = [SourceForm(data, initial=row, prefix=at) for at, row in _rows(SOURCE, initials, data)]
    for form in rows:
        form.offer("project", [("", lazy_message("form.material.elsewhere")), *titles.items()])
    return rows


def _rows(
    name: str, initials: Sequence[dict[str, Any]], data: QueryDict | None
) -> list[tuple[str, dict[str, Any]]]:
    many = len(initials) + 1
    if data is not None:
        many = sum(1 for n in range(MOST_PARTS) if _is_sent(data, f"{name}-{n}"))
    some = [*initials, *({} for _ in range(MOST_PARTS))][: min(max(many, 1), MOST_PARTS)]
    return [(f"{name}-{n}", row) for n, row in enumerate(some)]


def _is_sent(data: QueryDict, prefix: str) -> bool:
    return f"{prefix}-gesture" in data or f"{prefix}-relation" in data


def _part_initial(part: MaterialPart) -> dict[str, Any]:
    initial: dict[str, Any] = {
        "gesture": part.gesture.value,
        "platform": part.platform,
        "country": part.country,
        "consent": part.consent.value,
        "payment": part.payment.value,
        "personal": part.personal.value,
        "count": part.count,
        "seconds_source": part.seconds_source,
    }
    if part.share_per_mille is not None:
        initial["share"] = typed_amount(part.share_per_mille * MICRO_A_PER_MILLE)
    if part.seconds_ms is not None:
        least, most = part.seconds_ms
        initial |= {
            "least": typed_amount(least * MICRO_A_MS),
            "most": typed_amount(most * MICRO_A_MS),
        }
    return initial


def _source_initial(source: DatasetSource) -> dict[str, Any]:
    return {
        "relation": source.relation.value,
        "name": source.name,
        "address": source.address,
        "project": source.project,
    }


def is_any_invalid(rows: Sequence[forms.Form]) -> bool:
    """Return whether a row cannot be read; all are looked at, so that each shows its errors."""
    return [row for row in rows if not row.is_valid()] != []
