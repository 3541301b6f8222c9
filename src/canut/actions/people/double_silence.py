"""Let a person have silence counted twice: who uses a screen reader or a switch, or works slowly.

Only the person sets it and sees it. It holds for pages opened from then on.
"""

from canut.core.clock import Ms
from canut.store.tables.people import Person


def set_double_silence(person: Person, *, is_double: bool, now_ms: Ms) -> None:
    """Set whether silence counts twice on this person's pages; keep since when."""
    rows = Person.objects.filter(id=person.id, assistive_ms__isnull=is_double)
    rows.update(assistive_ms=now_ms if is_double else None)
