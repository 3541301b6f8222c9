"""E-mail notifications, sent or queued: the subject of each, never its content."""

from canut.store.tables.people import Letter

MAIL_FAILED = "mail-failed"  # the fact of the last message that did not leave: when, and why


def letters_given_up() -> int:
    """Count the e-mails that failed for good."""
    return Letter.objects.filter(due_ms=None, sent_ms=None).count()
