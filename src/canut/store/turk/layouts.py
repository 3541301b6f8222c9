"""Layouts of an organisation. Reads only."""

from canut.store.tables.turk.layouts import TurkLayout


def layouts_of(organisation: int) -> list[TurkLayout]:
    """List the layouts of an organisation that are in use, by name."""
    rows = TurkLayout.objects.filter(organisation=organisation, ended_ms=None)
    return list(rows.order_by("name"))


def layout_named(organisation: int, public_id: str) -> TurkLayout | None:
    """Return a layout of an organisation that is in use; None if there is none."""
    rows = TurkLayout.objects.filter(organisation=organisation, ended_ms=None)
    return rows.filter(public_id=public_id).first()
