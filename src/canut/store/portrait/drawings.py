"""Stored drawings of the Portrait's editions, and the editions with their documents."""

from canut.store.tables.people import Organisation
from canut.store.tables.portrait import PortraitDrawing, PortraitRelease


def stored_drawing(release: PortraitRelease, language: str) -> PortraitDrawing | None:
    """Return the drawing of an edition in a language; None if it was never stored."""
    return PortraitDrawing.objects.filter(release=release, language=language).first()


def releases_without_drawing(language: str) -> list[PortraitRelease]:
    """List the editions that have no drawing in a language, oldest first."""
    complete = PortraitDrawing.objects.filter(language=language).values("release")
    return list(PortraitRelease.objects.exclude(id__in=complete).order_by("id"))


def whole_releases() -> list[PortraitRelease]:
    """List the editions with their documents, oldest first."""
    return list(PortraitRelease.objects.order_by("period", "edition"))


def operator_name() -> str:
    """Return the name of the organisation that runs this instance; empty if it has none."""
    operator = Organisation.objects.filter(kind=Organisation.Kind.OPERATOR).order_by("id").first()
    return operator.name if operator else ""
