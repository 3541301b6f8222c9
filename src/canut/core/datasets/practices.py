"""Answer three questions on the people behind a dataset: pay, countries, protections.

The questions are those of the indicator "data laborer practices" of the Foundation Model
Transparency Index, December 2025 (Stanford CRFM, CC BY 4.0), in our words. An unknown answer has
its reason.
"""

from collections.abc import Mapping
from typing import cast

from canut.core.datasets.card import CardFigure

SOURCE = "Foundation Model Transparency Index, December 2025, indicator: data laborer practices"
QUARTER = 4
_MICRO, _CENT = 1_000_000, 10_000
_UNKNOWN = CardFigure(None, reason="not measured")


def practices_of(figures: Mapping[str, CardFigure]) -> list[tuple[str, str]]:
    """Return the three questions with the answers of a card's figures."""

    def of(name: str) -> CardFigure:
        return figures.get(name, _UNKNOWN)

    currency = of("currency").value or ""
    paid = [
        f"{label} {_hourly(of(name).value)} {currency} an hour"
        for label, name in (
            ("median", "pay_people_p50"),
            ("lowest tenth", "pay_people_p10"),
            ("floor", "floor"),
        )
        if of(name).value is not None
    ]
    if of("floor_respected").value is not None:
        paid.append(f"floor respected: {of('floor_respected').value}")
    protections = of("protections").value
    listed = cast("list[str]", protections) if isinstance(protections, list) else []
    return [
        ("How are they compensated?", ", ".join(paid) or _why(of("pay_people_p50"))),
        ("Where are they? Countries with a quarter of them or more", _where(of("places"))),
        ("Which protections do they have?", ", ".join(listed) or _why(of("protections"))),
    ]


def _where(places: CardFigure) -> str:
    if not isinstance(places.value, Mapping):
        return _why(places)
    counts = cast("Mapping[str, int]", places.value)
    everybody = sum(counts.values())
    many = [place for place, count in counts.items() if count * QUARTER >= everybody > 0]
    return f"{', '.join(many)} (as they said)" if many else "no country has that many"


def _hourly(value: object) -> str:
    if isinstance(value, Mapping):
        ends = cast("Mapping[str, int]", value)
        return f"{_hourly(ends['from'])} to {_hourly(ends['to'])}"
    micro = value if isinstance(value, int) else 0
    return f"{micro // _MICRO}.{micro % _MICRO // _CENT:02d}"


def _why(figure: CardFigure) -> str:
    return f"unknown: {figure.reason or 'not measured'}"
