"""Letters by mail that left or are to leave: what each is about, never what it says."""

from canut.store.tables.people import Letter


def letters_given_up() -> int:
    """Count the letters that never left, however often they were tried."""
    return Letter.objects.filter(due_ms=None, sent_ms=None).count()
