"""Words for a project's material: a line for each part, and the hours of unpaid gestures."""

from collections.abc import Iterable
from typing import NamedTuple

from canut.core.datasets.material import (
    DatasetSource,
    Gesture,
    MaterialPart,
    Personal,
    unpaid_hours,
)
from canut.store.datasets.material import Material, materials_of
from canut.web.kit.formatting import format_count, whole_share
from canut.web.kit.messages import message_now
from canut.web.kit.places import country_name

MOST_NAMED = 3


class MaterialLine(NamedTuple):
    """One part of the material, or one dataset it was made from, in words."""

    text: str
    detail: str
    address: str = ""


def lines_of(material: Material) -> list[MaterialLine]:
    """Describe each part of the material; one line says that nobody described it."""
    if not material.number:
        return [MaterialLine(message_now("page.material.not_described"), "")]
    return [_part(part) for part in material.parts]


def short_line(material: Material) -> str:
    """Name the gestures of the material in one line, the first few of them."""
    if not material.number:
        return message_now("page.material.not_described")
    names = [message_now(f"gesture.{part.gesture.value}") for part in material.parts]
    return ", ".join(names[:MOST_NAMED]) + (", …" if names[MOST_NAMED:] else "")


def origins_of(projects: Iterable[int]) -> dict[int, str]:
    """Return the short line of each project's material; one statement."""
    return {number: short_line(each) for number, each in materials_of([*projects]).items()}


def sources_of(material: Material) -> list[MaterialLine]:
    """Describe the datasets that the material was made from."""
    return [_source(source) for source in material.sources]


def summary_of(material: Material) -> str:
    """Say how many hours of unpaid gestures the material holds, as declared, or that it is unknown.

    Nothing is said where nobody described it or no part is a gesture.
    """
    gestures = [part for part in material.parts if part.is_unpaid_gesture]
    is_unknown = any(part.gesture is Gesture.UNKNOWN for part in material.parts)
    if not material.number or not (gestures or is_unknown):
        return ""
    hours = unpaid_hours(material.parts)
    if hours is None:
        return message_now("page.material.hours_unknown")
    least, most = (format_count(round(one)) for one in hours)
    if least == most:
        return message_now("page.material.hours_about", hours=most)
    return message_now("page.material.hours_between", least=least, most=most)


def _part(part: MaterialPart) -> MaterialLine:
    text = message_now(f"gesture.{part.gesture.value}")
    if part.share_per_mille is not None:
        text = f"{text}, {whole_share(part.share_per_mille / 1000)}"
    details = [part.platform, country_name(part.country) if part.country else ""]
    details.append(
        message_now(
            "page.material.consent_is", consent=message_now(f"consent.{part.consent.value}")
        )
    )
    details.append(message_now(f"maker_paid.{part.payment.value}"))
    if part.personal is not Personal.UNKNOWN:
        details.append(message_now(f"personal.{part.personal.value}"))
    if part.count is not None:
        details.append(message_now("page.material.gestures", n=part.count))
    if part.seconds_ms is not None:
        details.append(message_now("page.material.seconds_from", source=part.seconds_source))
    return MaterialLine(text, " · ".join(detail for detail in details if detail))


def _source(source: DatasetSource) -> MaterialLine:
    return MaterialLine(
        message_now(f"made_from.{source.relation.value}"), source.name, source.address
    )
