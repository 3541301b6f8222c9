"""Remember why the last message did not leave, until one does."""

import json

from canut.actions.platform.instance_facts import keep_fact
from canut.core.clock import Ms
from canut.store.people.email_notices import MAIL_FAILED
from canut.store.tables.platform import Fact

LONGEST = 200


def note_failure(failure: OSError, now_ms: Ms) -> None:
    """Note that the mail server did not take a message, when and why."""
    keep_fact(MAIL_FAILED, json.dumps({"at_ms": now_ms, "problem": str(failure)[:LONGEST]}))


def note_success() -> None:
    """Forget the last failure: a message was taken."""
    Fact.objects.filter(name=MAIL_FAILED).delete()
